from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CheckerConfig(AppConfig):
    """CHECK whether to seek help, and how soon."""

    name = "education.checker"
    verbose_name = _("Symptom checker")

    def ready(self) -> None:
        import_module("education.checker.uses")
