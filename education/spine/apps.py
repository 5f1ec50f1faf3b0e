from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SpineConfig(AppConfig):
    """LOOK at a region of the back."""

    name = "education.spine"
    verbose_name = _("Spine")
