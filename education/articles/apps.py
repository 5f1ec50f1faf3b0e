from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    """READ what helps, and why."""

    name = "education.articles"
    verbose_name = _("Articles")

    def ready(self) -> None:
        from education.articles.markup import faults
        from education.editorial.editions import PROSE_CHECKS

        if faults not in PROSE_CHECKS:
            PROSE_CHECKS.append(faults)
