"""What our texts answer: the nine needs in each region, and the elements of other people's pages.

Articles name the needs and elements that they answer. Plans and care cards need not: the rules are here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import Case, Q, When, Window
from django.db.models.functions import JSONObject, RowNumber
from django.urls import get_script_prefix, reverse, set_script_prefix
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from education.articles.coverage.elements import Element, Kind, elements
from education.articles.coverage.needs import Need
from education.articles.models import ArticleEdition, GlossaryEdition, Term
from education.checklists.models import ChecklistEdition
from education.clinic.models import Clinic
from education.clinic.words import with_words
from education.editorial.rows import gather
from education.editorial.states import Standing, State
from education.spine.anatomy import Region
from education.spine.models import RegionPageEdition
from education.urgency.levels import Level
from education.urgency.models import ANY_REGION, CareCardEdition

SHOWN = 6  # answers in a cell; of more, it says only that there are more
EVERY = "every"  # the column of texts that are about all regions
TEXTS = (Kind.CONTENT, Kind.CLAIM, Kind.SAFETY)  # what an article can answer
# Of editions that answer the same, so many are looked at: a document has three at hand at most.
MOST_ALIKE = 3 * (SHOWN + 1)
AT_HAND = (Standing.LIVE, Standing.SCHEDULED, Standing.APPROVED, Standing.IN_REVIEW, Standing.DRAFT)

PLACES = {
    "about": (gettext_lazy("About this guide"), "clinic:about"),
    "article-page": (gettext_lazy("Every article"), "articles:list"),
    "checker": (gettext_lazy("Symptom checker"), "checker:start"),
    "contact": (gettext_lazy("Contact and hours"), "clinic:contact"),
    "every-page": (gettext_lazy("Every page"), "home"),
    "explorer": (gettext_lazy("Spine explorer"), "spine:explorer"),
    "library": (gettext_lazy("The library"), "articles:list"),
    "privacy": (gettext_lazy("Privacy"), "clinic:privacy"),
    "staff": (gettext_lazy("These staff pages"), "admin:index"),
}


def need_of_plan() -> Need:
    """Return the need that a home-care plan answers, in its region."""
    return Need.SELF_CARE


def need_of_card(level: Level) -> Need:
    """Return the need that a care card answers, in its region or in every one."""
    return Need.SELF_CARE if level is Level.SELF_CARE else Need.HELP


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A text or a page that answers something."""

    title: str
    url: str
    standing: Standing = Standing.LIVE

    @property
    def is_live(self) -> bool:
        return self.standing == Standing.LIVE

    @property
    def standing_words(self) -> str:
        return str(self.standing.label)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A need in a region (or in every one), with what answers it, and where to begin if nothing does."""

    region: str
    region_name: str
    need: Need
    need_name: str
    answers: tuple[Answer, ...]
    only_in_general: bool  # nothing about this region, but something about all
    begin_url: str


@dataclass(frozen=True, kw_only=True)
class ElementRow:
    element: Element
    kind: str
    use: str
    said: str
    why: str
    answers: tuple[Answer, ...]
    begin_url: str  # empty for what is no text

    @property
    def state(self) -> str:
        """``answered``, ``in-work`` (nothing of it is live), ``open``, or ``left-out`` on purpose."""
        if self.answers:
            return "answered" if any(answer.is_live for answer in self.answers) else "in-work"
        return "open" if self.element.is_wanted else "left-out"


Key = tuple[str, Any]  # of a document: what kind it is, and its id


class Board:
    """Everything that stands on the board, for one language. One query."""

    def __init__(self, clinic: Clinic, language: str) -> None:
        self._clinic, self._language = clinic, language
        self._cells: dict[tuple[str, Need], dict[Key, Answer]] = {}
        self._elements: dict[str, dict[Key, Answer]] = {}
        self._documents: dict[str, Answer] = {}
        found = _rows(language)
        for row in _best_first(found["articles"]):
            self._take_article(row)
        for row in _best_first(found["plans"]):
            answer = self._answer("checklists_checklistedition", row)
            self._documents.setdefault(f"checklists/{row['slug']}", answer)
            self._fill(row["region"], need_of_plan(), ("plan", row["document"]), answer)
        for row in _best_first(found["cards"]):
            self._take_card(row)
        for row in _best_first(found["regions"]):
            answer = self._answer("spine_regionpageedition", row)
            self._documents.setdefault(f"spine/{row['slug']}", answer)
        for row in found["terms"]:
            self._documents[f"glossary#{row['slug']}"] = self._glossary(row)

    def cell(self, region: str, need: Need) -> Cell:
        answers = self._cells.get((region, need), {})
        return Cell(
            region=region,
            region_name=region_name(region),
            need=need,
            need_name=_(need.label),
            answers=_sorted(answers.values()),
            only_in_general=not answers and (EVERY, need) in self._cells,
            begin_url=self._begin_url(needs=need, regions="" if region == EVERY else region),
        )

    def element_rows(self) -> list[ElementRow]:
        """Return a row for each element, in their order."""
        return [
            ElementRow(
                element=element,
                kind=_(element.kind.label),
                use=_(element.use.label),
                said=_(element.element),
                why=_(element.why) if element.why else "",
                answers=(*_sorted(self._elements.get(element.id, {}).values()), *self._pages_of(element)),
                begin_url=self._begin_url(covers=element.id) if element.kind in TEXTS else "",
            )
            for element in elements().values()
        ]

    def _take_article(self, row: Mapping[str, Any]) -> None:
        answer = self._answer("articles_articleedition", row)
        key = ("article", row["document"])
        for need in row["needs"].split():
            for region in row["regions"].split() or [EVERY]:
                self._fill(region, Need(need), key, answer)
        for id in row["covers"].split():
            self._elements.setdefault(id, {}).setdefault(key, answer)

    def _take_card(self, row: dict[str, Any]) -> None:
        level = Level(row["level"])
        region = EVERY if row["region"] == ANY_REGION else row["region"]
        named = {"level": _(level.label), "region": region_name(region)}
        title = _("Care card: %(level)s") % named
        answer = self._answer("urgency_carecardedition", row | {"title": title})
        self._fill(region, need_of_card(level), ("card", row["document"]), answer)
        if region != EVERY:
            answer = replace(answer, title=_("Care card, %(region)s: %(level)s") % named)
        self._documents.setdefault(f"care-cards/{row['slug']}", answer)

    def _fill(self, region: str, need: Need, key: Key, answer: Answer) -> None:
        self._cells.setdefault((region, need), {}).setdefault(key, answer)

    def _answer(self, admin: str, row: Mapping[str, Any]) -> Answer:
        """Return a document as the staff page of its edition."""
        return Answer(
            title=with_words(row["title"], self._clinic.words),
            url=reverse(f"admin:{admin}_change", args=[row["id"]]),
            standing=Standing(row["standing"]),
        )

    def _glossary(self, row: Mapping[str, Any]) -> Answer:
        title = _("Glossary: %(word)s") % {"word": row["term"]}
        return Answer(title=title, url=f"{self._public('articles:glossary')}#{row['slug']}")

    def _pages_of(self, element: Element) -> Iterator[Answer]:
        for page in element.pages:
            if page in PLACES:
                title, view = PLACES[page]
                yield Answer(title=str(title), url=self._public(view))
            elif page in self._documents:
                yield self._documents[page]

    def _public(self, view: str) -> str:
        """Return the path of a page in the language of the board."""
        prefix = get_script_prefix()
        is_first = self._language == self._clinic.first_language or view.startswith("admin:")
        try:
            set_script_prefix("/" if is_first else f"/{self._language}/")
            return reverse(view)
        finally:
            set_script_prefix(prefix)

    def _begin_url(self, **about: str) -> str:
        """Return the page of a new article that will answer this: see ``begun_with``."""
        given = {name: value for name, value in about.items() if value} | {"language": self._language}
        return f"{reverse('admin:articles_article_add')}?{urlencode(given)}"


def columns() -> list[tuple[str, str]]:
    """Return the regions of the board with their names, every region last."""
    return [(region, region_name(region)) for region in (*Region, EVERY)]


def region_name(region: str) -> str:
    return _("Every region") if region == EVERY else _(Region(region).label)


def _best_first(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of a document with several editions, the first one that answers is shown: the live one, if it does."""
    return sorted(rows, key=lambda row: AT_HAND.index(row["standing"]))


def _sorted(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    return tuple(sorted(answers, key=lambda answer: (not answer.is_live, answer.title)))


def _rows(language: str) -> dict[str, list[dict[str, Any]]]:
    """Return what is live or in work, by kind, with one query; of texts that answer the same, the first."""
    shown = {"id": "pk", "document": "document_id", "title": "title", "standing": "standing"}
    slug = {"slug": "document__slug"}
    pages = {page for element in elements().values() for page in element.pages}
    named = {re.split("[/#]", page)[-1] for page in pages if page not in PLACES}
    glossary = GlossaryEdition.objects.in_force().in_language(language)
    now = timezone.now()

    def at_hand(model: Any, *alike: str) -> models.QuerySet[Any]:
        editions = model.objects.in_language(language)
        here = editions.in_force(now) | editions.in_work() | editions.filter(live_from__gt=now)
        live_first = Case(When(state=State.APPROVED, live_from__lte=now, then=0), default=1)
        place = Window(RowNumber(), partition_by=list(alike), order_by=[live_first, "title"])
        ranked: models.QuerySet[Any] = here.with_standing(now).annotate(place=place)
        return ranked.filter(Q(place__lte=MOST_ALIKE) | Q(document__slug__in=named))

    articles = at_hand(ArticleEdition, "regions", "needs", "covers").exclude(needs="", covers="")
    answers = JSONObject(**shown, regions="regions", needs="needs", covers="covers")
    plan = JSONObject(**shown, **slug, region="region")
    card = JSONObject(**shown, **slug, region="document__region", level="document__level")
    terms = Term.objects.filter(edition__in=glossary, slug__in=named)
    return gather(
        articles=articles.annotate(row=answers),
        plans=at_hand(ChecklistEdition, "region").annotate(row=plan),
        cards=at_hand(CareCardEdition, "document__region", "document__level").annotate(row=card),
        regions=at_hand(RegionPageEdition, "document").annotate(row=JSONObject(**shown, **slug)),
        terms=terms.annotate(row=JSONObject(slug="slug", term="term")),
    )
