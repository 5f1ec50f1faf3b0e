"""Which pages show a care card, as far as this room knows."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from education.editorial.where_used import Editions, Use, shows
from education.spine.models import RegionPageEdition
from education.urgency.models import ANY_REGION, CareCard


@shows(CareCard)
def on_signs_and_region(card: Any) -> Iterator[Use | Editions]:
    """Yield the page of emergency signs, or the page of the card's region."""
    if card.region == ANY_REGION:
        yield Use(title=_("Signs that need help now"), url=reverse("urgency:emergency"), how=_("(page)"))
        return
    pages = RegionPageEdition.objects.filter(document__slug=card.region, document__language=card.language)
    yield Editions(editions=pages)
