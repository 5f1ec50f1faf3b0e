from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    """READ what helps, and why."""

    name = "education.articles"
    verbose_name = _("Articles")

    def ready(self) -> None:
        import_module("education.articles.uses")
        import_module("education.articles.picture_checks")
