"""Hints beside the fields of an edition: at the server when the page is made, and while somebody types.

What there is to say is in ``wording/advice.py`` and ``wording/grades.py``; here it is put beside the fields.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext

from education.editorial.models import Source
from education.wording.advice import hints
from education.wording.blocks import LONGEST, Text
from education.wording.grades import Reading, measure
from education.wording.hints import Hint, Severity

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object

MOST_WORDS = 5  # of something to write instead; what is longer is advice
MOST_WAYS = 4
FROM_WORDS = 60  # below that the grade of a field jumps with every word


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A hint as the page shows it; ``ways`` are words that can be put in its place."""

    text: str
    start: int
    end: int
    excerpt: str
    is_error: bool
    is_note: bool
    better: str
    ways: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FieldHints:
    """All about one field: its name in the form, the hints, and its own reading grade, if it has one."""

    field: str
    hints: tuple[Shown, ...] = ()
    grade: str = ""


@dataclass(frozen=True, kw_only=True)
class Hints:
    """All about a page."""

    fields: dict[str, FieldHints]
    grade: str
    is_easy: bool

    @property
    def count(self) -> int:
        return sum(len(field.hints) for field in self.fields.values())


def hints_of(texts: Iterable[Text], language: str, sources: Sequence[str] | None) -> Hints:
    """Return what there is to say about the texts of a page; line ends are those of a text field."""
    read = [Text(_lines(text.text), text.style, text.field, text.label) for text in texts]
    fields = {
        text.field: FieldHints(
            field=text.field,
            hints=tuple(_shown(hint) for hint in hints(text, language, sources=sources)),
            grade=_grade(measure([text], language), FROM_WORDS),
        )
        for text in read
    }
    reading = measure(read, language)
    return Hints(fields=fields, grade=_grade(reading), is_easy=reading.is_easy)


def _lines(text: str) -> str:
    """Return what is read of a field: as much as can be saved of it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")[:LONGEST]


def _shown(hint: Hint) -> Shown:
    ways = replacements(hint.better)
    if hint.excerpt[:1].isupper() and not hint.excerpt.isupper():
        ways = tuple(capfirst(way) for way in ways)
    return Shown(
        text=hint.said(gettext),
        start=hint.start,
        end=hint.end,
        excerpt=hint.excerpt,
        is_error=hint.severity == Severity.ERROR,
        is_note=hint.severity == Severity.NOTE,
        better=hint.better,
        ways=ways,
    )


def replacements(better: str) -> tuple[str, ...]:
    """Return the words that can stand in place of others; none when it is advice and not words."""
    if re.search(r"[:…(]|^say ", better):
        return ()
    ways: list[str] = []
    for piece in re.split(r"[;,]\s*(?:or\s+)?", better):
        sides = piece.split(" or ")
        alike = len({len(side.split()) for side in sides}) == 1
        ways += sides if alike else [piece]
    return tuple(dict.fromkeys(way.strip() for way in ways if 0 < len(way.split()) <= MOST_WORDS))[:MOST_WAYS]


def _grade(reading: Reading, least: int = 0) -> str:
    """Return the reading grade in words, or ``""`` when there is too little text."""
    if not reading.is_measured or reading.words < least:
        return ""
    if reading.grade is not None:
        return gettext("reading grade %(grade)s") % {"grade": round(max(reading.grade, 0), 1)}
    return gettext("INFLESZ %(score)s") % {"score": round(reading.inflesz or 0)}


class HintPages(Base):
    """Gives the form of an edition its hints."""

    if TYPE_CHECKING:

        def edition_to_read(self, request: HttpRequest, object_id: str) -> Any: ...

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_hints"
        view = self.admin_site.admin_view(self.hints_view)
        return [path("<path:object_id>/hints/", view, name=name), *super().get_urls()]

    def hints_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say what could be better about the words of a form as it stands; nothing is saved."""
        edition = self.edition_to_read(request, object_id)
        found = self.posted_hints(request, edition)
        context = {"found": found, "missing": self._missing_in(request, edition)}
        return TemplateResponse(request, "admin/desk/hints.html", context)

    def stored_hints(self, edition: Any) -> Hints:
        sources = None
        if "citations" in edition.parts:
            sources = [citation.source.url for citation in edition.citations.all()]
        return hints_of(edition.texts(), edition.language, sources)

    def posted_hints(self, request: HttpRequest, edition: Any) -> Hints:
        texts = list(_texts_in(request.POST, edition))
        return hints_of(texts, edition.language, _sources_in(request.POST, edition))

    def _missing_in(self, request: HttpRequest, edition: Any) -> list[str]:
        """Return the names of fields that are not yet as a review needs them."""
        fields = flatten_fieldsets(self.get_fieldsets(request, edition))
        form = self.get_form(request, edition, change=True, fields=fields)(request.POST, instance=edition)
        form.is_valid()
        return [name for name in form.instance.missing() if name in form.fields]


def _texts_in(post: QueryDict, edition: Any) -> Iterator[Text]:
    """Yield what patients would read of a form, field by field and row by row."""
    for name, style in edition.reads.items():
        label = edition._meta.get_field(name).verbose_name
        yield Text(str(post.get(name, "")), style, name, label)
    for prefix in edition.parts:
        row = edition._meta.get_field(prefix).related_model
        for place in _places_in(post, prefix):
            for name, style in getattr(row, "reads", {}).items():
                field = f"{prefix}-{place}-{name}"
                label = row._meta.get_field(name).verbose_name
                yield Text(str(post.get(field, "")), style, field, label)


def _places_in(post: QueryDict, prefix: str) -> list[str]:
    """Return the numbers of the rows of a form that are to stay."""
    total = str(post.get(f"{prefix}-TOTAL_FORMS", ""))
    count = min(int(total), 1000) if total.isdecimal() and len(total) < 6 else 0
    return [str(place) for place in range(count) if f"{prefix}-{place}-DELETE" not in post]


def _sources_in(post: QueryDict, edition: Any) -> list[str] | None:
    """Return the addresses of the sources that a form names; ``None`` for what has no sources."""
    if "citations" not in edition.parts:
        return None
    keys = [str(post.get(f"citations-{place}-source", "")) for place in _places_in(post, "citations")]
    known = [key for key in keys if key.isdecimal() and len(key) < 19]
    return list(Source.objects.filter(pk__in=known).values_list("url", flat=True))


def beside(found: Hints, bound_fields: Iterable[Any], read: Callable[[str], bool]) -> None:
    """Put the hints beside the fields that patients read, for the template."""
    for bound in bound_fields:
        if read(bound.name):
            bound.hints = found.fields.get(bound.html_name) or FieldHints(field=bound.html_name)
