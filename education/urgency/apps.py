from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UrgencyConfig(AppConfig):
    """HELP: how soon, and from whom."""

    name = "education.urgency"
    verbose_name = _("Urgency")

    def ready(self) -> None:
        import_module("education.urgency.checks")
        import_module("education.urgency.uses")
