from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class EditorialConfig(AppConfig):
    """PUBLISH: who checked what, and until when."""

    name = "education.editorial"
    verbose_name = _("Editorial")

    def ready(self) -> None:
        from education.clinic.forms import site_made

        site_made.connect(enter_first_person, dispatch_uid="editorial-first-person")


def enter_first_person(user: Any, **kwargs: Any) -> None:
    """Enter the first administrator under People, so that they can write at once."""
    from education.editorial.models import Person

    role = gettext("looks after this site")
    Person.objects.create(name=user.get_full_name(), role=role, user=user)
