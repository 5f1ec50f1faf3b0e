from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    """WORK: the pages on which staff write, review and publish."""

    name = "education.desk"
    verbose_name = _("Desk")
