from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UrgencyConfig(AppConfig):
    """HELP: how soon, and from whom."""

    name = "education.urgency"
    verbose_name = _("Urgency")
