"""The form of a draft of an article: where it appears is chosen from names, not typed as codes."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.articles.coverage.choices import element_choices, need_choices, region_choices
from education.articles.models import Article, ArticleEdition, Topic
from education.checklists.models import Checklist, ChecklistEdition
from education.clinic.words import with_words
from education.desk.choosing import ByTitle, MainAndOthers, OneOf, Ticks, called, names_of
from education.desk.edition_admin import DraftForm
from education.editorial.rows import gather

MOST = 100  # documents of a kind: a longer list is searched by words
MOST_FOUND = 30

Rows = list[dict[str, Any]]


# What to choose with, by the name of the field.
WIDGETS: dict[str, Callable[[], Any]] = {
    "regions": lambda: MainAndOthers(
        region_choices(), main=_("Main region: its care cards stand on the page"),
        nothing=_("None in particular"), others=_("Other regions"),
    ),
    "needs": lambda: Ticks(choices=need_choices()),
    "covers": lambda: Ticks(choices=element_choices()),
    "checklist": lambda: ByTitle(OneOf(), search=_("Find a plan by words of its title")),
    "related": lambda: ByTitle(Ticks(), search=_("Find an article by words of its title")),
}  # fmt: skip
BY_TITLE: dict[str, tuple[Any, Any]] = {
    "checklist": (Checklist, ChecklistEdition),
    "related": (Article, ArticleEdition),
}


def titled(name: str, edition: ArticleEdition) -> models.QuerySet[Any]:
    """Return the documents from which a field chooses, with their ``title`` and whether one is ``shown``."""
    document, editions = BY_TITLE[name]
    newest = editions._base_manager.filter(document=OuterRef("pk")).order_by("-number").values("title")[:1]
    live = editions.objects.in_force().filter(document=OuterRef("pk"))
    documents: models.QuerySet[Any] = document.objects.filter(language=edition.language)
    if document is Article:
        documents = documents.exclude(pk=edition.document_id)
    title = Coalesce(Subquery(newest), "slug", output_field=models.CharField())
    found: models.QuerySet[Any] = documents.annotate(title=title, shown=Exists(live))
    return found


def as_row(documents: models.QuerySet[Any]) -> models.QuerySet[Any]:
    row = JSONObject(slug="slug", title="title", shown="shown")
    annotated: models.QuerySet[Any] = documents.annotate(row=row)
    return annotated


def found(name: str, edition: ArticleEdition, words: str) -> models.QuerySet[Any]:
    """Return the documents with all of some words in their title or address."""
    documents = titled(name, edition)
    for word in words.split():
        documents = documents.filter(Q(title__icontains=word) | Q(slug__icontains=word))
    return documents.order_by("title")[:MOST_FOUND]


def label_of(row: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """Return the title of a document as patients read it, and that they do not see it if so."""
    title = with_words(row["title"], words)
    return title if row["shown"] else gettext("%(title)s (not on the site)") % {"title": title}


class ArticleDraftForm(DraftForm):
    """What can be chosen is asked once, when the form is shown, for all of its lists."""

    words: ClassVar[Mapping[str, str]] = {}  # of the clinic

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "topic" not in self.fields:
            return  # it is only looked at
        for name in BY_TITLE:
            field: Any = self.fields[name]
            field.find = partial(self._found, name)
            field.widget.is_large = partial(self._is_large, name)
            field.widget.choices = partial(self._titles, name)
        topic: Any = self.fields["topic"]
        topic.choices = self._topics

    def _found(self, name: str, words: str) -> list[str]:
        return [document.slug for document in found(name, self.instance, words)]

    @cached_property
    def _library(self) -> dict[str, Rows]:
        """The topics, plans and articles of the language; of a large library, only those that are named."""
        topics = Topic.objects.filter(Q(language=self.instance.language) | Q(pk=self.instance.topic_id))
        row = JSONObject(pk="pk", title="title", position="position")
        return gather(topics=topics.annotate(row=row), **{name: self._rows(name) for name in BY_TITLE})

    def _rows(self, name: str) -> models.QuerySet[Any]:
        documents = titled(name, self.instance)
        first = documents.order_by("slug").values("pk")[: MOST + 1]
        return as_row(documents.filter(Q(pk__in=first) | Q(slug__in=self._named(name))))

    def _named(self, name: str) -> list[str]:
        """Return the addresses that are chosen, or were found."""
        bound = self[name]
        value = bound.value()
        text = value[0] if isinstance(value, list) else value
        return [*str(text or "").split(), *bound.field.widget.found]

    def _is_large(self, name: str) -> bool:
        return len(self._library[name]) > MOST

    def _titles(self, name: str) -> Iterable[tuple[str, str]]:
        rows = sorted(self._library[name], key=lambda row: row["title"].casefold())
        if self._is_large(name):
            named = self._named(name)
            rows = [row for row in rows if row["slug"] in named]
        nothing = [] if self.fields[name].widget.is_many else [("", gettext("No plan"))]
        return [*nothing, *((row["slug"], label_of(row, self.words)) for row in rows)]

    def _topics(self) -> Iterable[tuple[Any, str]]:
        rows = sorted(self._library["topics"], key=lambda row: (row["position"], row["title"]))
        return [("", "---------"), *((row["pk"], row["title"]) for row in rows)]


# For those who only read


def in_words(edition: ArticleEdition, words: Mapping[str, str]) -> dict[str, str]:
    """Return what an edition chose, by the name of the field, in the words of the lists."""
    codes = {"needs": need_choices, "covers": element_choices, "regions": region_choices}
    names: dict[str, Any] = {name: names_of(choices()) for name, choices in codes.items()}
    for name, rows in _named_in(edition).items():
        names[name] = {row["slug"]: label_of(row, words) for row in rows}
    between = {"regions": ", "}
    return {
        name: between.get(name, "\n").join(called(code, known) for code in getattr(edition, name).split())
        for name, known in names.items()
    }


def _named_in(edition: ArticleEdition) -> dict[str, Rows]:
    """Return the documents that an edition names, with one query at most."""
    named = {name: getattr(edition, name).split() for name in BY_TITLE}
    asked = {
        name: as_row(titled(name, edition).filter(slug__in=slugs)) for name, slugs in named.items() if slugs
    }
    return {name: [] for name in BY_TITLE} | (gather(**asked) if asked else {})
