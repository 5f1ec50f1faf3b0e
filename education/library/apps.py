from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LibraryConfig(AppConfig):
    """The starter library: one file per document, and the command that loads it."""

    name = "education.library"
    verbose_name = _("Starter library")
