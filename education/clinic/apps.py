from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClinicConfig(AppConfig):
    """CALL: the people who run this site."""

    name = "education.clinic"
    verbose_name = _("Clinic")
