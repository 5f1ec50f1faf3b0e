"""What a form sent, as names and texts: its fields, and its rows by their place."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.forms import BoundField, CheckboxInput, MultiWidget
from django.http import QueryDict

Row = dict[str, list[str]]  # the last part of a name ("action") -> what was sent

MOST_ROWS = 1000
CHOOSE = "choose-"  # before the name of what two people left in two ways: a choice between them
PUT_BACK = "_put_back"  # show the words of an earlier visit in the form again, without saving them
# What belongs to a form itself, and not to what somebody filled in.
OWN = re.compile(rf"(_FORMS|-id|-edition|-DELETE|-position|__prefix__.*)$|^(initial-|{CHOOSE}|_)")
OWN_NAMES = {"csrfmiddlewaretoken", "revision", "seen", "copy", "back"}


def rows_in(post: QueryDict, prefix: str) -> list[Row]:
    """Return the rows that were sent under a prefix, in their order; an unused one at the end included."""
    total = _number(post.get(f"{prefix}-TOTAL_FORMS"))
    name = re.compile(rf"^{re.escape(prefix)}-(\d+)-(\w+)$")
    rows: dict[int, Row] = {}
    for key, values in post.lists():
        if (found := name.match(key)) and int(found[1]) < total:
            rows.setdefault(int(found[1]), {})[found[2]] = [str(value) for value in values]
    return [rows[place] for place in sorted(rows)]


def with_rows(post: QueryDict, prefix: str, rows: Iterable[Row]) -> None:
    """Replace the rows under a prefix; those that have an id come first, as Django wants them."""
    for key in [key for key in post if re.match(rf"^{re.escape(prefix)}-\d+-", key)]:
        del post[key]
    ordered = sorted(rows, key=lambda row: not id_of(row))
    for place, row in enumerate(ordered):
        for name, values in row.items():
            post.setlist(f"{prefix}-{place}-{name}", values)
    post[f"{prefix}-TOTAL_FORMS"] = str(len(ordered))
    post[f"{prefix}-INITIAL_FORMS"] = str(sum(1 for row in ordered if id_of(row)))


def id_of(row: Mapping[str, list[str]]) -> str:
    return (row.get("id") or [""])[0]


def is_removed(row: Mapping[str, list[str]]) -> bool:
    return bool((row.get("DELETE") or [""])[0])


def as_sent(bound: BoundField) -> dict[str, list[str]]:
    """Return what a browser would send of a field as it stands, by name."""
    widget, value = bound.field.widget, bound.value()
    if isinstance(widget, MultiWidget):
        values: Any = value if isinstance(value, list) else widget.decompress(value)
        return {
            name: _texts(each.format_value(item))
            for name, each, item in zip(_names(bound), widget.widgets, values, strict=True)
        }
    if isinstance(widget, CheckboxInput):
        return {bound.html_name: ["on"] if widget.check_test(value) else []}
    return {bound.html_name: _texts(widget.format_value(value))}


def sent_of(post: QueryDict, bound: BoundField) -> dict[str, list[str]]:
    """Return what was sent of a field, by name."""
    return {name: [str(value) for value in post.getlist(name)] for name in _names(bound)}


def _names(bound: BoundField) -> list[str]:
    """Return the names under which a field is sent: more than one for several widgets in a row."""
    widget: Any = bound.field.widget
    if isinstance(widget, MultiWidget):
        return [f"{bound.html_name}{suffix}" for suffix in widget.widgets_names]  # type: ignore[attr-defined]
    return [bound.html_name]


def plain(values: Iterable[str]) -> str:
    """Return what was sent as one text to compare: line ends of one kind, nothing around it."""
    return "\n".join(value.replace("\r\n", "\n").strip() for value in values).strip()


def filled_in(post: QueryDict) -> Iterator[tuple[str, list[str]]]:
    """Yield the names and texts of what somebody filled in, without the form's own machinery."""
    for name, values in post.lists():
        texts = [str(value) for value in values]
        if not OWN.search(name) and name not in OWN_NAMES and plain(texts):
            yield name, texts


def _texts(value: Any) -> list[str]:
    if value is None or value is False:
        return []
    if isinstance(value, list | tuple):
        return [str(item) for item in value if item is not None]
    return [str(value)]


def _number(text: str | None) -> int:
    return min(int(text), MOST_ROWS) if text and text.isdecimal() and len(text) < 6 else 0
