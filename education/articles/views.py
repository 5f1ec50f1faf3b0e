"""The library, an article, the glossary."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.db.models.functions import JSONObject
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from education.articles.cards import card_of, card_of_row
from education.articles.models import (
    ArticleCitation,
    ArticleEdition,
    GlossaryEdition,
    Kind,
    Term,
)  # fmt: skip
from education.checklists.models import ChecklistEdition
from education.clinic.requests import SiteRequest
from education.clinic.words import with_words
from education.editorial.prose import prose
from education.editorial.reading import edition_or_404
from education.editorial.reviewing import review_of
from education.editorial.rows import gather
from education.spine.anatomy import Region
from education.spine.chips import region_chips
from education.urgency.levels import Level
from education.urgency.models import CareCardEdition, cards_from_rows
from education.wording.markup import Heading, headings

HELD_BACK = {"body", "what_to_do", "choices", "daily_life"}  # what an exercise article tells people to do
CARD_LEVELS = (Level.EMERGENCY_CALL, Level.EMERGENCY_GO, Level.URGENT_TODAY, Level.BOOK_SOON)
CONTENTS_FROM = 6  # headings: a shorter page needs no list of contents (accessibility, P8)


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the page: its heading, unless the text brings its own, and its HTML."""

    id: str
    title: str
    html: SafeString
    headings: tuple[Heading, ...] = ()


def sections(edition: ArticleEdition, words: dict[str, str], *, is_held_back: bool = False) -> list[Section]:
    """Return the parts of an article that it has, in the order in which they are read.

    Those that tell what to do are left out of one that is held back.
    """
    titles = {
        "body": "",
        "what_to_do": _("What you can do now"),
        "how_long": _("How long it lasts"),
        "choices": _("What are my choices?"),
        "daily_life": _("Daily life"),
        "what_a_doctor_may_do": _("What a doctor may do"),
        "questions": _("Questions to ask"),
        "more_help": _("More help"),
    }
    found = []
    for name, title in titles.items():
        if is_held_back and name in HELD_BACK:
            continue
        if text := with_words(getattr(edition, name), words).strip():
            part = name.replace("_", "-")
            html = prose(text, words, part=part, shift=1 if title else 0)
            inner = headings(text, part=part) if not title else ()
            found.append(Section(id=part, title=title, html=html, headings=inner))
    return found


def contents(parts: list[Section]) -> list[dict[str, str]]:
    """Return the links of the page's list of contents; empty for a short page."""
    links = []
    for part in parts:
        if part.title:
            links.append({"id": part.id, "title": part.title})
        links += [{"id": h.id, "title": h.text} for h in part.headings if h.level == 2]
    return links if len(links) >= CONTENTS_FROM else []


def neighbor(row: dict[str, Any]) -> dict[str, str]:
    return {"title": row["title"], "url": reverse("articles:detail", args=[row["slug"]])}


@require_safe
def article_detail(request: SiteRequest, slug: str) -> TemplateResponse:
    edition = edition_or_404(request, ArticleEdition, slug, "topic")
    language = get_language()
    live = ArticleEdition.objects.in_force().in_language(language)
    cards = CareCardEdition.objects.in_force().in_language(language)
    found = gather(
        cards=cards.of_regions(edition.main_region).rows(),
        sources=ArticleCitation.objects.filter(edition=edition).rows(),
        plans=ChecklistEdition.objects.in_force()
        .in_language(language)
        .filter(document__slug=edition.checklist)
        .rows(),
        articles=live.filter(Q(topic=edition.topic_id) | Q(document__slug__in=edition.related_slugs)).rows(),
    )
    words = request.clinic.words
    is_held_back = review_of(edition, request.clinic).has_failed_safe
    parts = sections(edition, words, is_held_back=is_held_back)
    shelf = sorted(
        (row for row in found["articles"] if row["topic"] == edition.topic.slug),
        key=lambda row: (row["position"], row["title"]),
    )
    place = next((i for i, row in enumerate(shelf) if row["slug"] == slug), 0)
    related = {row["slug"]: row for row in found["articles"]}
    context = {
        "edition": edition,
        "is_held_back": is_held_back,
        "trail": [{"title": _("Articles"), "url": reverse("articles:list")}],
        "key_points": [with_words(point, words) for point in edition.key_point_list if not is_held_back],
        "summary": with_words(edition.summary, words),
        "cards": cards_from_rows(
            found["cards"], request.clinic, *CARD_LEVELS
        ),
        "plans": found["plans"],
        "parts": parts,
        "contents": contents(parts),
        "regions": region_chips(edition.region_list),
        "sources": sorted(found["sources"], key=lambda row: row["position"]),
        "previous": neighbor(shelf[place - 1]) if place > 0 else None,
        "next": neighbor(shelf[place + 1]) if place + 1 < len(shelf) else None,
        "related": [card_of_row(related[name], words) for name in edition.related_slugs if name in related],
    }  # fmt: skip
    return TemplateResponse(request, "articles/detail.html", context)


@require_safe
def article_list(request: SiteRequest) -> TemplateResponse:
    """The library by topic, narrowed to a region or a kind if asked, and from A to Z."""
    region = request.GET.get("region", "")
    kind = request.GET.get("kind", "")
    editions = list(ArticleEdition.objects.in_force().in_language(get_language()).for_lists())
    shown = [
        edition
        for edition in editions
        if (region not in set(Region) or region in edition.region_list or not edition.regions)
        and (kind not in Kind.values or kind == edition.kind)
    ]
    words = request.clinic.words
    cards = [card_of(edition, words) | {"topic": edition.topic.title} for edition in shown]
    by_title = sorted(cards, key=lambda card: card["title"].casefold())
    context = {
        "topics": [(t, list(group)) for t, group in groupby(cards, key=lambda card: card["topic"])],
        "letters": [
            (letter, list(group))
            for letter, group in groupby(by_title, key=lambda card: card["title"][:1].upper())
        ],
        "regions": region_chips(list(Region)),
        "kinds": [choice for choice in Kind.choices if choice[0] in {e.kind for e in editions}],
        "region": region if region in set(Region) else "",
        "kind": kind if kind in Kind.values else "",
        "count": len(cards),
    }
    return TemplateResponse(request, "articles/list.html", context)


@require_safe
def glossary(request: SiteRequest) -> TemplateResponse:
    edition = edition_or_404(request, GlossaryEdition, "glossary")
    found = gather(
        terms=Term.objects.filter(edition=edition).annotate(
            row=JSONObject(slug="slug", term="term", say="say", meaning="meaning", also="also")
        )
    )
    terms = sorted(found["terms"], key=lambda row: row["term"].casefold())
    letters = [(k, list(g)) for k, g in groupby(terms, key=lambda row: row["term"][:1].upper())]
    return TemplateResponse(request, "articles/glossary.html", {"edition": edition, "letters": letters})
