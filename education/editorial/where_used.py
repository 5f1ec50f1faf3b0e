"""Where a thing stands: the pages that change when a care card, a source or a person is changed.

Rooms open downwards, so each room says for itself what it shows: a finder, marked with ``shows``, in the
room's ``uses.py``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.editorial.kinds import kinds
from education.editorial.models import Citation, OutsideLink, Person, Source
from education.editorial.rows import gather
from education.editorial.states import Standing

CURRENT = (Standing.LIVE, Standing.SCHEDULED, Standing.APPROVED, Standing.IN_REVIEW, Standing.DRAFT)


@dataclass(frozen=True, kw_only=True)
class Use:
    """A place that shows a thing: its title, the page where to look at it, and how it shows it."""

    title: str
    url: str
    how: str


@dataclass(frozen=True, kw_only=True)
class Editions:
    """Editions of one kind that show a thing.

    ``how`` has words by the name of a relation; they are said of a document with an edition whose relation
    is ``of``. ``reads_texts`` says that long texts are searched; then those of older editions are spared.
    """

    editions: Any  # EditionQuerySet
    of: models.Model | None = None
    how: Mapping[str, Any] = field(default_factory=dict)
    reads_texts: bool = False


Finder = Callable[[Any], Iterable[Use | Editions]]
F = TypeVar("F", bound=Finder)
_finders: dict[type[models.Model], list[Finder]] = {}


def shows(*things: type[models.Model]) -> Callable[[F], F]:
    """Mark a function that tells where things of these models are shown; it takes the thing."""

    def mark(finder: F) -> F:
        for thing in things:
            _finders.setdefault(thing, []).append(finder)
        return finder

    return mark


def where_used(thing: models.Model, *, ever: bool = False) -> list[Use]:
    """Return each place that shows a thing; of an edition, those that show its document.

    Editions count that patients read now or may read next, or all there ever were. They are found with
    one query, whatever their number.
    """
    thing = getattr(thing, "document", thing)
    found = [one for finder in _finders.get(type(thing), ()) for one in finder(thing)]
    editions = [one for one in found if isinstance(one, Editions)]
    parts = {f"part{place}": _rows(one, ever) for place, one in enumerate(editions)}
    rows = gather(**parts) if parts else {}
    documents = {id(one): _documents(one, part) for one, part in zip(editions, rows.values(), strict=True)}
    return [use for one in found for use in ([one] if isinstance(one, Use) else documents[id(one)])]


def _rows(shown: Editions, ever: bool) -> models.QuerySet[Any]:
    rows = shown.editions.with_standing()
    if not ever and shown.reads_texts:
        current = shown.editions.model.objects.with_standing().filter(standing__in=CURRENT)
        rows = rows.filter(pk__in=current.values("pk"))
    elif not ever:
        rows = rows.filter(standing__in=CURRENT)
    names = ("title", "number", "standing", "document_id", *(f"{name}_id" for name in shown.how))
    facts = {name: name for name in names} | {"slug": "document__slug"}
    annotated: models.QuerySet[Any] = rows.annotate(row=JSONObject(**facts))
    return annotated


def _documents(shown: Editions, rows: list[dict[str, Any]]) -> list[Use]:
    """Return each document once, under the title of its live edition or else its newest one."""
    document = shown.editions.model._meta.get_field("document").related_model._meta
    newest_first = sorted(rows, key=lambda row: (row["document_id"], -row["number"]))
    uses = []
    for key, group in groupby(newest_first, key=lambda row: row["document_id"]):
        editions = list(group)
        named = next((row for row in editions if row["standing"] == Standing.LIVE), editions[0])
        standings = dict.fromkeys(str(Standing(row["standing"]).label) for row in editions)
        facts = [f"{document.verbose_name} {named['slug']}", ", ".join(standings), *_said(shown, editions)]
        uses.append(
            Use(
                title=named["title"] or gettext("without a title"),
                url=reverse(f"admin:{document.app_label}_{document.model_name}_change", args=[key]),
                how=f"({'; '.join(facts)})",
            )
        )
    return sorted(uses, key=lambda use: use.title.casefold())


def _said(shown: Editions, rows: list[dict[str, Any]]) -> list[str]:
    """Return what else is said of a document with these editions."""
    key = shown.of.pk if shown.of else None
    return [str(words) for name, words in shown.how.items() if any(row[f"{name}_id"] == key for row in rows)]


# What this room knows

BY_PERSON = {
    "author": _("written by them"),
    "reviewed_by": _("reviewed by them"),
    "second_reviewer": _("reviewed by them as the second person"),
    "signed_by": _("signed by them"),
    "submitted_by": _("sent to review by them"),
    "assigned_to": _("assigned to them"),
}


@shows(Source)
def citing(source: Any) -> Iterator[Editions]:
    """Yield every document of any kind that cites a source."""
    citations: list[Any] = [model for model in apps.get_models() if issubclass(model, Citation)]
    for citation in citations:
        model = citation._meta.get_field("edition").related_model
        cited = citation.objects.filter(source=source).values("edition")
        yield Editions(editions=model.objects.filter(pk__in=cited))


@shows(Person)
def answered_for(person: Any) -> Iterator[Editions]:
    """Yield every document that a person wrote, reviewed, signed or has to look at."""
    is_theirs = Q()
    for name in BY_PERSON:
        is_theirs |= Q(**{name: person})
    for kind in kinds():
        yield Editions(editions=kind.edition.objects.filter(is_theirs), of=person, how=BY_PERSON)


@shows(OutsideLink)
def linking(link: Any) -> Iterator[Use | Editions]:
    """Yield every document whose words lead to an address of another site, and the sources that have it."""
    for kind in kinds():
        names = [name for name, style in kind.edition.reads.items() if style.is_markdown]
        if names:
            leads_there = reduce(or_, (Q(**{f"{name}__contains": link.url}) for name in names))
            yield Editions(editions=kind.edition.objects.filter(leads_there), reads_texts=True)
    for source in Source.objects.filter(url=link.url):
        url = reverse("admin:editorial_source_change", args=[source.pk])
        yield Use(title=str(source), url=url, how=f"({Source._meta.verbose_name})")
