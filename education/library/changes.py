"""What differs between the words of a document here and those that come in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from education.library.files import StarterText
from education.library.front import DATES
from education.library.loading import MODELS
from education.wording.compare import Kind, Row, Run, compare_rows, compare_texts

AROUND = 8  # words shown before and after a change


@dataclass(frozen=True, kw_only=True)
class Change:
    """A field, a step, a source or a word of the glossary that differs, by its name for staff."""

    label: str
    runs: tuple[Run, ...]


def changed_labels(before: StarterText, after: StarterText) -> list[str]:
    """Return the names of what differs, without looking at the words one by one."""
    labels = [label for label, old, new in _fields(before, after) if old != new]
    return labels + [label for label, _key, old, new in _lists(before, after) if list(old) != list(new)]


def changes(before: StarterText, after: StarterText) -> list[Change]:
    """Return what differs, in the order in which a patient reads it; the days of writing do not count."""
    found = [
        Change(label=label, runs=tuple(shortened(compare_texts(old, new))))
        for label, old, new in _fields(before, after)
        if old != new
    ]
    for label, key, old, new in _lists(before, after):
        rows = compare_rows(old, new, key)
        found += [_of_row(label, row) for row in rows if row.kind != Kind.KEPT]
    return found


def _fields(before: StarterText, after: StarterText) -> Iterator[tuple[str, str, str]]:
    """Yield each field by its name, with its words here and its words to come."""
    if after.topic:
        yield _("Topic"), before.topic, after.topic
    for field in MODELS[after.kind][1]._meta.concrete_fields:
        old, new = (str(text.edition.get(field.name, "")) for text in (before, after))
        if field.name not in DATES and (old or new):
            yield capfirst(str(field.verbose_name)), old, new


Rows = Iterable[Mapping[str, Any]]


def _lists(before: StarterText, after: StarterText) -> Iterator[tuple[str, str, Rows, Rows]]:
    """Yield each list by its name, with the key of its rows, the rows here and those to come."""
    yield _("Sources"), "id", before.sources, after.sources
    yield _("Steps"), "key", before.steps, after.steps
    yield _("Words of the glossary"), "slug", _sorted(before.terms), _sorted(after.terms)


def _sorted(terms: Rows) -> list[Mapping[str, Any]]:
    return sorted(terms, key=lambda term: str(term["slug"]))


def _of_row(label: str, row: Row) -> Change:
    name = row.row.get("action") or row.row.get("term") or row.key
    if row.kind in {Kind.ADDED, Kind.REMOVED}:
        said = [str(v) for k, v in row.row.items() if v != "" and k not in {"id", "key", "slug", "position"}]
        runs: Iterable[Run] = [Run(row.kind, " / ".join(said))]
    elif row.fields:
        runs = [run for changed in row.fields.values() for run in (*shortened(changed), Run(Kind.KEPT, " "))]
    else:
        runs = [Run(Kind.KEPT, _("It stands in another place."))]
    return Change(label=f"{label}: {name}", runs=tuple(runs))


def shortened(runs: Iterable[Run]) -> Iterator[Run]:
    """Yield runs, with no more of what stays than is needed to find the place."""
    rows = list(runs)
    for place, run in enumerate(rows):
        words = run.text.split(" ")
        if run.kind != Kind.KEPT or len(words) <= 2 * AROUND + 2:
            yield run
            continue
        head = words[:AROUND] if place else []
        tail = words[-AROUND:] if place < len(rows) - 1 else []
        yield Run(Kind.KEPT, " ".join([*head, "…", *tail]))
