"""The page that compares two editions of a document: changed words, with structure.

What differs is found by ``compare.py``; here the parts of an edition are put in the order of reading.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext

from education.clinic.words import with_words
from education.desk.acts import ACTS
from education.editorial.states import Standing
from education.wording.compare import Kind, Row, Run, compare_rows, compare_texts, is_changed

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object

# What stands above the comparison, or says nothing about the words.
ASIDE = {
    "id", "document", "number", "origin", "revision", "author", "written_on", "evidence_checked_on",
    "change_note",
}  # fmt: skip
FOLD_FROM, AROUND = 8, 2  # lines that did not change: how many are folded, and how many stay on each side


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A run of words as the page shows it; of a long run that was kept, ``folded`` is the middle."""

    kind: str
    text: str
    folded: str = ""
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """What became of a field: its name for people and its words, as pieces."""

    name: str
    label: str
    is_changed: bool
    pieces: tuple[Piece, ...]

    @property
    def is_empty(self) -> bool:
        return not self.pieces


@dataclass(frozen=True, kw_only=True)
class RowChange:
    """What became of a row, such as a step: ``kind`` as in ``compare.Row``, and ``title`` names it."""

    kind: str
    title: str
    moved: bool
    fields: tuple[FieldChange, ...]

    @property
    def word(self) -> str:
        """What became of it, in a word or two."""
        if self.kind == Kind.CHANGED and self.moved:
            return gettext("changed and moved")
        return {
            Kind.ADDED: gettext("added"),
            Kind.REMOVED: gettext("removed"),
            Kind.MOVED: gettext("moved"),
            Kind.CHANGED: gettext("changed"),
        }[Kind(self.kind)]


@dataclass(frozen=True, kw_only=True)
class PartChange:
    """What became of the rows of one kind: those that differ, and how many do not."""

    name: str
    label: str
    rows: tuple[RowChange, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    fields: tuple[FieldChange, ...]
    parts: tuple[PartChange, ...]

    @property
    def changed_fields(self) -> list[FieldChange]:
        return [field for field in self.fields if field.is_changed]

    @property
    def blocks(self) -> list[tuple[FieldChange, ...]]:
        """The fields in order: each changed one by itself, and those between them that stayed, together."""
        said = [field for field in self.fields if field.is_changed or not field.is_empty]
        found: list[tuple[FieldChange, ...]] = []
        for changed, group in groupby(said, key=lambda field: field.is_changed):
            fields = tuple(group)
            found += [(field,) for field in fields] if changed else [fields]
        return found

    @property
    def changed_parts(self) -> list[PartChange]:
        return [part for part in self.parts if part.rows]

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not self.changed_fields and not self.changed_parts


def compared(old: Any, new: Any, told: Callable[[Any], dict[str, str]] = lambda edition: {}) -> Comparison:
    """Return what differs between two editions of one kind. Two queries for each kind of part.

    ``told`` says in words what an edition chose, by the name of the field.
    """
    before, after = (
        {name: shown(edition, name) for name in word_fields(new)} | told(edition) for edition in (old, new)
    )
    return Comparison(
        fields=tuple(_field(name, _label(old, name), before[name], after[name]) for name in word_fields(new)),
        parts=tuple(_part(old, new, name) for name in new.parts),
    )


def word_fields(edition: Any) -> list[str]:
    """Return the names of what an edition says, in the order of reading; where it appears comes last."""
    names = [field.name for field in edition._meta.concrete_fields]
    said = [name for name in names if name not in ASIDE | edition.decisions]
    read = [name for name in edition.reads if name in said]
    return [*read, *(name for name in said if name not in read)]


def shown(thing: models.Model, name: str) -> str:
    """Return the value of a field as people read it."""
    value = getattr(thing, name)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    display = getattr(thing, f"get_{name}_display", None)
    return str(display() if display and value not in (None, "") else "" if value is None else value)


def _label(thing: models.Model, name: str) -> str:
    field: Any = thing._meta.get_field(name)
    return capfirst(str(field.verbose_name))


def _field(name: str, label: str, old: str, new: str) -> FieldChange:
    runs = compare_texts(old, new)
    return FieldChange(name=name, label=label, is_changed=is_changed(runs), pieces=_pieces(runs))


def _pieces(runs: Sequence[Run]) -> tuple[Piece, ...]:
    return tuple(_piece(run, is_first=run is runs[0], is_last=run is runs[-1]) for run in runs)


def _piece(run: Run, *, is_first: bool, is_last: bool) -> Piece:
    """Return a run as a piece, with the middle of a long kept one folded away."""
    lines = run.text.splitlines(keepends=True)
    if run.kind != Kind.KEPT or len(lines) < FOLD_FROM or (is_first and is_last):
        return Piece(kind=run.kind, text=run.text)
    start, end = 0 if is_first else AROUND, len(lines) - (0 if is_last else AROUND)
    text, folded, after = ("".join(part) for part in (lines[:start], lines[start:end], lines[end:]))
    return Piece(kind=run.kind, text=text, folded=folded, after=after)


def _part(old: Any, new: Any, name: str) -> PartChange:
    part: Any = new._meta.get_field(name).related_model
    rows = compare_rows(
        [_row(row) for row in _rows(old, name)],
        [_row(row) for row in _rows(new, name)],
        key=part.told_apart_by,
        ignore=(part.told_apart_by, "position", "title"),
    )
    return PartChange(
        name=name,
        label=capfirst(str(part._meta.verbose_name_plural)),
        rows=tuple(_row_change(part, row) for row in rows if row.kind != Kind.KEPT),
        kept=tuple(str(row.row["title"]) for row in rows if row.kind == Kind.KEPT),
    )


def _rows(edition: Any, name: str) -> Iterator[Any]:
    rows = getattr(edition, name)
    related = [f.name for f in rows.model._meta.concrete_fields if f.is_relation and f.name != "edition"]
    yield from rows.select_related(*related) if related else rows.all()


def _row(part: Any) -> dict[str, str]:
    """Return a row as people read it, with its title and what tells it from others."""
    names = [f.name for f in part._meta.concrete_fields if f.name not in {"id", "edition"}]
    known = {"title": str(part), part.told_apart_by: str(getattr(part, part.told_apart_by))}
    return {name: shown(part, name) for name in names} | known


def _row_change(part: Any, row: Row) -> RowChange:
    """Return a row with its changed fields; of a new or removed one, all that it says."""
    return RowChange(
        kind=row.kind,
        title=str(row.row["title"]),
        moved=row.moved,
        fields=tuple(
            FieldChange(name=name, label=_label(part, name), is_changed=True, pieces=_pieces(runs))
            for name, runs in row.fields.items()
        ),
    )


# The page


def compare_url(new: Any, old: Any = None) -> str:
    """Return the address of the comparison of an edition with another, by default the live one."""
    opts = new.document._meta
    view = f"admin:{opts.app_label}_{opts.model_name}_compare"
    before = f"old={old.number}&" if old else ""
    return f"{reverse(view, args=[new.document_id])}?{before}new={new.number}"


class ComparePages(Base):
    """Gives each document a page that compares two of its editions, chosen by their numbers."""

    edition_model: Any

    def get_urls(self) -> list[URLPattern]:
        info = self.opts.app_label, self.opts.model_name
        compare = path(
            "<path:object_id>/compare/",
            self.admin_site.admin_view(self.compare_view),
            name="{}_{}_compare".format(*info),
        )
        return [compare, *super().get_urls()]

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what differs between ``old`` and ``new``; the live edition and the newest by default."""
        document: Any = self.get_object(request, unquote(object_id))
        if document is None:
            raise Http404
        if not self.has_view_or_change_permission(request, document):
            raise PermissionDenied
        editions = self._editions(document)
        old, new, is_unknown = chosen(editions, request.GET.get("old", ""), request.GET.get("new", ""))
        whole = self._whole(old, new)
        old, new = (whole.get(edition.pk) if edition else None for edition in (old, new))
        context = self.admin_site.each_context(request) | {
            "title": gettext("Compare editions"),
            "subtitle": with_words(str(editions[0]) if editions else "", request.clinic.words),  # type: ignore[attr-defined]
            "opts": self.opts,
            "document": document,
            "document_url": reverse(
                f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[document.pk]
            ),
            "choices": [{"edition": e, "standing": Standing(e.standing).label} for e in editions],
            "old": old,
            "new": new,
            "sides": [self._side(request, edition) for edition in (old, new) if edition],
            "is_unknown": is_unknown,
            "comparison": compared(old, new, partial(self.told, request)) if old and new else None,
        }
        status = 404 if is_unknown else 200
        return TemplateResponse(request, "admin/desk/compare.html", context, status=status)

    def told(self, request: HttpRequest, edition: Any) -> dict[str, str]:
        """Return in words what an edition chose, by the name of the field; rooms know their own."""
        return {}

    def _editions(self, document: Any) -> list[Any]:
        """Return the editions of a document, the newest first, without their texts."""
        editions = self.edition_model.objects.filter(document=document).with_standing()
        return list(editions.only("number", "title", "document", "state", "live_from").order_by("-number"))

    def _whole(self, *editions: Any) -> dict[Any, Any]:
        """Return editions by their keys, with their texts and all that they point to."""
        model = self.edition_model
        related = [field.name for field in model._meta.concrete_fields if field.is_relation]
        found: dict[Any, Any] = (
            model.objects.with_standing()
            .select_related(*related)
            .in_bulk([edition.pk for edition in editions if edition])
        )
        return found

    def _side(self, request: HttpRequest, edition: Any) -> dict[str, Any]:
        """Return what stands above one side: the edition, where it stands, and what can be made of it."""
        opts = edition._meta
        name = f"admin:{opts.app_label}_{opts.model_name}"
        acts = [act for act in ACTS if act.name in {"restore", "edit"}]
        act = next((act for act in acts if act.is_open_to(request.user, edition)), None)
        return {
            "edition": edition,
            "standing": Standing(edition.standing).label,
            "url": reverse(f"{name}_change", args=[edition.pk]),
            "act": act,
            "act_url": reverse(f"{name}_act", args=[edition.pk, act.name]) if act else "",
        }


def chosen(editions: Sequence[Any], old: str, new: str) -> tuple[Any, Any, bool]:
    """Return the two editions of these numbers, and whether a number is none of this document.

    Without a number: the newest edition, and the live one or else the one before the newest.
    """
    numbers = {str(edition.number): edition for edition in editions}
    old, new = old.strip(), new.strip()
    is_unknown = any(number and number not in numbers for number in (old, new))
    if is_unknown or len(editions) < 2:
        return None, None, is_unknown
    newer = numbers[new] if new else editions[0]
    others = [edition for edition in editions if edition is not newer]
    live = [edition for edition in others if edition.standing == Standing.LIVE]
    earlier = [edition for edition in others if edition.number < newer.number]
    return numbers[old] if old else (live or earlier or others)[0], newer, False
