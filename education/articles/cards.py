"""An article as the cards of lists show it."""

from collections.abc import Mapping
from typing import Any

from education.articles.models import ArticleEdition
from education.clinic.words import with_words
from education.spine.chips import region_chips


def card_of_row(row: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    """Return the card of a row of ``ArticleEditionQuerySet.rows``, with the clinic's words filled in."""
    return {
        "slug": row["slug"],
        "title": row["title"],
        "summary": with_words(row["summary"], words),
        "regions": region_chips(row["regions"].split()),
    }


def card_of(edition: ArticleEdition, words: Mapping[str, str]) -> dict[str, Any]:
    """Return the card of an edition that ``ArticleEditionQuerySet.for_lists`` loaded."""
    row = {
        "slug": edition.document.slug,
        "title": edition.title,
        "summary": edition.summary,
        "regions": edition.regions,
    }
    return card_of_row(row, words)
