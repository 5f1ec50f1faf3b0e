from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChecklistsConfig(AppConfig):
    """DO something at home today."""

    name = "education.checklists"
    verbose_name = _("Home care")

    def ready(self) -> None:
        import_module("education.checklists.uses")
