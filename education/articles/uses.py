"""Which articles show a care card, stand on a topic's shelf, lead to a plan or have a picture in them."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from education.articles.models import ArticleEdition, Picture, Topic
from education.articles.views import CARD_LEVELS
from education.checklists.models import Checklist
from education.editorial.where_used import Editions, shows
from education.urgency.models import ANY_REGION, CareCard


@shows(CareCard)
def with_card(card: Any) -> Iterator[Editions]:
    """Yield the articles whose first region is the card's, and that show its level."""
    if card.level not in CARD_LEVELS:
        return
    is_first = Q(regions=card.region) | Q(regions__startswith=f"{card.region} ")
    is_shown = Q(regions="") if card.region == ANY_REGION else is_first
    yield Editions(editions=ArticleEdition.objects.in_language(card.language).filter(is_shown))


@shows(Topic)
def on_shelf(topic: Any) -> Iterator[Editions]:
    yield Editions(editions=ArticleEdition.objects.filter(topic=topic))


@shows(Checklist)
def leading_to_plan(plan: Any) -> Iterator[Editions]:
    """Yield the articles that offer a plan as theirs, or link to it."""
    address = f"(page:checklists/{plan.slug}"
    leads = Q(checklist=plan.slug) | _saying(f"{address})") | _saying(f"{address}#")
    articles = ArticleEdition.objects.in_language(plan.language).filter(leads)
    yield Editions(editions=articles, reads_texts=True)


@shows(Picture)
def with_picture(picture: Any) -> Iterator[Editions]:
    articles = ArticleEdition.objects.filter(_saying(picture.file.url))
    yield Editions(editions=articles, reads_texts=True)


def _saying(text: str) -> Q:
    """The condition for articles in which a text stands anywhere."""
    found = Q()
    for name in ArticleEdition.prose:
        found |= Q(**{f"{name}__contains": text})
    return found
