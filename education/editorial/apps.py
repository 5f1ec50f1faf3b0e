from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditorialConfig(AppConfig):
    """PUBLISH: who checked what, and until when."""

    name = "education.editorial"
    verbose_name = _("Editorial")
