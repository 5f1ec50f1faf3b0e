"""Which home-care plans show a care card."""

from collections.abc import Iterator
from typing import Any

from education.checklists.models import ChecklistEdition
from education.checklists.views import CARD_LEVELS
from education.editorial.where_used import Editions, shows
from education.urgency.models import CareCard


@shows(CareCard)
def in_plans(card: Any) -> Iterator[Editions]:
    """Yield the plans of the card's region that show its level."""
    if card.level in CARD_LEVELS:
        plans = ChecklistEdition.objects.in_language(card.language).about(card.region)
        yield Editions(editions=plans)
