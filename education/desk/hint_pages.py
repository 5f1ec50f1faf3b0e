"""Hints beside the fields of an edition: at the server when the page is made, and while somebody types.

What there is to say is in ``wording/advice.py`` and ``wording/grades.py``; here it is put beside the fields.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.core.validators import EMPTY_VALUES
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext

from education.desk.act_pages import MISSING
from education.editorial.checks import BROKEN_LINK, broken_links
from education.editorial.findings import Finding
from education.editorial.models import Source
from education.wording.advice import EMERGENCY_SIGN, hints
from education.wording.blocks import LONGEST, Text
from education.wording.grades import Reading, measure
from education.wording.hints import Hint, Severity

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object

FROM_WORDS = 60  # below that the grade of a field jumps with every word


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A hint as the page shows it; ``ways`` are words that can be put in its place.

    Without an ``excerpt`` it is about the whole field.
    """

    text: str
    start: int = 0
    end: int = 0
    excerpt: str = ""
    is_error: bool = False
    is_sign: bool = False  # of an emergency, where no card tells it
    better: str = ""
    ways: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FieldHints:
    """All about one field: its name in the form, the hints, and its own reading grade, if it has one."""

    field: str
    hints: tuple[Shown, ...] = ()
    grade: str = ""

    @property
    def to_mend(self) -> int:
        return sum(hint.is_error for hint in self.hints)

    @property
    def signs(self) -> int:
        return sum(hint.is_sign for hint in self.hints)

    @property
    def others(self) -> int:
        return len(self.hints) - self.to_mend - self.signs


@dataclass(frozen=True, kw_only=True)
class Hints:
    """All about a page."""

    fields: dict[str, FieldHints]
    grade: str
    is_easy: bool

    @property
    def to_mend(self) -> int:
        return sum(field.to_mend for field in self.fields.values())

    @property
    def signs(self) -> int:
        return sum(field.signs for field in self.fields.values())

    @property
    def others(self) -> int:
        return sum(field.others for field in self.fields.values())


def hints_of(
    texts: Iterable[Text], language: str, sources: Sequence[str] | None, errors: Iterable[Finding] = ()
) -> Hints:
    """Return what there is to say about the texts of a page; line ends are those of a text field.

    ``errors`` are those of the page; of them, what the hints do not say themselves stands beside its field.
    """
    others = [error for error in errors if error.code in {MISSING, BROKEN_LINK}]
    read = [Text(_lines(text.text), text.style, text.field, text.label) for text in texts]
    fields = {
        text.field: FieldHints(
            field=text.field,
            hints=_beside(text, hints(text, language, sources=sources), others),
            grade=_grade(measure([text], language), FROM_WORDS),
        )
        for text in read
    }
    reading = measure(read, language)
    return Hints(fields=fields, grade=_grade(reading), is_easy=reading.is_easy)


def _lines(text: str) -> str:
    """Return what is read of a field: as much as can be saved of it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")[:LONGEST]


def _beside(text: Text, found: Iterable[Hint], errors: Iterable[Finding]) -> tuple[Shown, ...]:
    """Return what stands beside a field, the most serious first; an empty field is told as missing only."""
    whole = [_told(error) for error in errors if error.field == text.field and text.text.strip()]
    shown = [*whole, *(_shown(hint) for hint in found)]
    return tuple(sorted(shown, key=lambda each: (not each.is_error, not each.is_sign)))


def _shown(hint: Hint) -> Shown:
    return Shown(
        text=hint.said(gettext),
        start=hint.start,
        end=hint.end,
        excerpt=hint.excerpt,
        is_error=hint.severity == Severity.ERROR,
        is_sign=hint.code == EMERGENCY_SIGN,
        better=hint.better,
        ways=hint.ways,
    )


def _told(finding: Finding) -> Shown:
    """Return an error of a whole field as it is shown."""
    return Shown(text=finding.text, is_error=True)


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
        errors = self._posted_errors(request, edition)
        found = self.posted_hints(request, edition, errors)
        wrong = {error.field for error in errors} | {
            each.field for each in found.fields.values() if each.to_mend
        }
        missing, to_mend = lacking(edition, wrong)
        context = {"found": found, "missing": missing, "to_mend": to_mend}
        return TemplateResponse(request, "admin/desk/hints.html", context)

    def stored_hints(self, edition: Any, errors: Iterable[Finding]) -> Hints:
        sources = None
        if "citations" in edition.parts:
            sources = [citation.source.url for citation in edition.citations.all()]
        return hints_of(edition.texts(), edition.language, sources, errors)

    def posted_hints(self, request: HttpRequest, edition: Any, errors: Iterable[Finding]) -> Hints:
        texts = list(_texts_in(request.POST, edition))
        return hints_of(texts, edition.language, _sources_in(request.POST, edition), errors)

    def _posted_errors(self, request: HttpRequest, edition: Any) -> list[Finding]:
        """Return what keeps the words of a form from a review; the edition has them from then on."""
        fields = flatten_fieldsets(self.get_fieldsets(request, edition))
        form = self.get_form(request, edition, change=True, fields=fields)(request.POST, instance=edition)
        said = [*form.errors.items(), *edition.missing().items()]
        errors = [
            Finding(code=MISSING, text=str(text), field=name)
            for name, texts in said
            if name in form.fields
            for text in texts
        ]
        texts = list(_texts_in(request.POST, edition))
        return [*dict.fromkeys(errors), *broken_links(edition, texts)]


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


def lacking(edition: Any, wrong: Collection[str]) -> tuple[list[str], list[str]]:
    """Return which parts of the form are still empty, and in which something has to be mended.

    ``wrong`` are the names of fields, those of rows, such as ``steps-0-how``, among them.
    """
    parts = sorted({re.sub(r"-\d+-.*", "", name) for name in wrong if name})
    empty = [part for part in parts if _is_empty(getattr(edition, part, ""))]
    return empty, [part for part in parts if part not in empty]


def _is_empty(value: Any) -> bool:
    return not value.strip() if isinstance(value, str) else value in EMPTY_VALUES


def beside(found: Hints, bound_fields: Iterable[Any], read: Callable[[str], bool]) -> None:
    """Put the hints beside the fields that patients read, for the template."""
    for bound in bound_fields:
        if read(bound.name):
            bound.hints = found.fields.get(bound.html_name) or FieldHints(field=bound.html_name)
