"""Two people on one draft: what each of them wrote, side by side, and what becomes of it.

The form carries the revision it was made from, and a digest of each field and row as it was then. So the
page can tell what only a colleague changed (theirs is proposed), what both changed (mine is proposed), and
what only I changed (nothing to ask).
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.forms import BoundField, ModelChoiceField
from django.http import QueryDict
from django.utils.translation import gettext

from education.desk.choosing import names_of
from education.desk.posted import (
    CHOOSE,
    Row,
    as_sent,
    id_of,
    is_removed,
    plain,
    rows_in,
    sent_of,
    with_rows,
)  # fmt: skip
from education.wording.compare import Kind, Run, compare_texts

MINE, THEIRS = "mine", "theirs"
Sent = dict[str, list[str]]  # name -> what a field sends under it


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A field or a row that two people left in two ways; ``name`` is that of the choice between them."""

    name: str
    label: str
    mine: str
    theirs: str
    proposed: str
    bound: BoundField | None = None  # the field to go on writing in, where there is one
    offered: str = ""  # digest of mine beside a proposed theirs: who writes on in mine may mean to keep it

    @property
    def is_of_both(self) -> bool:
        return self.proposed == MINE

    @property
    def sides(self) -> tuple[list[Run], list[Run]]:
        """My words and theirs as runs; what is not kept stands on this side only."""
        runs = compare_texts(self.mine, self.theirs)
        mine = [run for run in runs if run.kind != Kind.ADDED]
        return mine, [run for run in runs if run.kind != Kind.REMOVED]


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The rows of one kind: their form, and those that are stored, by id."""

    prefix: str
    called: str
    form: Callable[..., Any]
    stored: dict[str, Any] = field(default_factory=dict)

    def bound(self, row: Any) -> list[BoundField]:
        form = self.form(instance=row, prefix=self.prefix)
        return [form[name] for name in form.fields if name not in {"id", "edition", "DELETE"}]

    def as_row(self, row: Any) -> Row:
        """Return a stored row as the form would send it untouched."""
        sent: Row = {"id": [str(row.pk)], "edition": [str(row.edition_id)]}
        for bound in self.bound(row):
            for name, values in as_sent(bound).items():
                sent[name.removeprefix(f"{self.prefix}-")] = values
        return sent


# What somebody saw


def seen(form: Any, kinds: list[Rows]) -> str:
    """Return the digests of all fields and rows of an unbound form, for a hidden field."""
    fields = {name: _digest(as_sent(form[name])) for name in form.fields}
    rows = {kind.prefix: {pk: _digest(kind.as_row(row)) for pk, row in kind.stored.items()} for kind in kinds}
    return json.dumps({"fields": fields, "rows": rows}, separators=(",", ":"))


@dataclass(frozen=True)
class Seen:
    fields: dict[str, str]
    rows: dict[str, dict[str, str]]

    @classmethod
    def read(cls, text: str) -> "Seen":
        """Return what a form says it was made from; nothing when it is missing or broken."""
        try:
            whole = json.loads(text)
            rows = {str(kind): dict(digests) for kind, digests in dict(whole["rows"]).items()}
            return cls(dict(whole["fields"]), rows)
        except (ValueError, TypeError, KeyError, RecursionError):
            return cls({}, {})


def _digest(sent: dict[str, list[str]]) -> str:
    told = {name: text for name, values in sent.items() if (text := plain(values)) and name != "words"}
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]


# What differs


def differences(post: QueryDict, form: Any, kinds: list[Rows]) -> list[Difference]:
    """Return what a colleague saved otherwise than it was sent now; empty when nobody would lose a word.

    ``form`` is bound to what was sent and stands on the stored edition.
    """
    before = Seen.read(post.get("seen", ""))
    found = list(_of_fields(post, form, before))
    for kind in kinds:
        found += _of_rows(post, kind, before.rows.get(kind.prefix))
    return found


def _of_fields(post: QueryDict, form: Any, before: Seen) -> Iterator[Difference]:
    unbound = type(form)(instance=form.instance)
    for name in form.fields:
        mine, theirs = sent_of(post, form[name]), as_sent(unbound[name])
        if _digest(mine) == _digest(theirs):
            continue
        was = before.fields.get(name)
        if was == _digest(theirs):
            continue  # only I changed it
        yield _of_field(form[name], mine, theirs, THEIRS if was == _digest(mine) else MINE)


def _of_field(bound: BoundField, mine: Sent, theirs: Sent, proposed: str) -> Difference:
    return Difference(
        name=f"{CHOOSE}{bound.name}",
        label=str(bound.label),
        mine=shown(bound.field, mine),
        theirs=shown(bound.field, theirs),
        proposed=proposed,
        bound=bound,
        offered=_digest(mine) if proposed == THEIRS else "",
    )


def _of_rows(post: QueryDict, kind: Rows, before: dict[str, str] | None) -> Iterator[Difference]:
    mine = {id_of(row): row for row in rows_in(post, kind.prefix) if id_of(row)}
    for pk, row in mine.items():
        theirs = kind.as_row(kind.stored[pk]) if pk in kind.stored else None
        was = (before or {}).get(pk)
        if difference := _of_row(kind, pk, row, theirs, was):
            yield difference
    for pk, stored in kind.stored.items():
        if pk not in mine and (before is None or pk not in before):
            yield _difference(kind, pk, None, kind.as_row(stored), THEIRS)


def _of_row(kind: Rows, pk: str, mine: Row, theirs: Row | None, was: str | None) -> Difference | None:
    gone, mine_digest = is_removed(mine), _digest({k: v for k, v in mine.items() if k != "DELETE"})
    if theirs is None:
        proposed = THEIRS if gone or was == mine_digest else MINE
        return None if gone else _difference(kind, pk, mine, None, proposed)
    theirs_digest = _digest(theirs)
    if was == theirs_digest or (mine_digest == theirs_digest and not gone):
        return None
    proposed = THEIRS if was == mine_digest and not gone else MINE
    return _difference(kind, pk, None if gone else mine, theirs, proposed)


def _difference(kind: Rows, pk: str, mine: Row | None, theirs: Row | None, proposed: str) -> Difference:
    return Difference(
        name=f"{CHOOSE}{kind.prefix}-{pk}",
        label=_title(kind, pk, mine or theirs or {}),
        mine=_told(kind, mine, theirs),
        theirs=_told(kind, theirs, mine),
        proposed=proposed,
    )


def _title(kind: Rows, pk: str, row: Row) -> str:
    """Return how the page calls a row: by what is stored, or by the first words in it."""
    words = str(kind.stored[pk]) if pk in kind.stored else next(iter(_told(kind, row, None).splitlines()), "")
    return f"{kind.called}: {words}"


def _told(kind: Rows, row: Row | None, other: Row | None) -> str:
    """Return a row in words; of two rows that both stand, only what differs and the first line."""
    if row is None:
        return gettext("(not there)")
    told = []
    for bound in kind.bound(None):
        names = {name.removeprefix(f"{kind.prefix}-"): None for name in as_sent(bound)}
        text = shown(bound.field, {name: row.get(name, []) for name in names})
        same = other is not None and all(plain(row.get(n, [])) == plain(other.get(n, [])) for n in names)
        if text and not same:
            told.append(f"{bound.label}: {text}")
    return "\n".join(told) or gettext("(empty)")


def shown(form_field: Any, sent: dict[str, list[str]]) -> str:
    """Return what was sent of a field as people read it: the names of choices, not their keys."""
    values = [value for each in sent.values() for value in each if value]
    if isinstance(form_field, ModelChoiceField):
        keys = [value for value in values if value.isdecimal() and len(value) < 19]
        things: Any = form_field.queryset
        return "\n".join(str(thing) for thing in things.filter(pk__in=keys))
    if choices := getattr(form_field.widget, "choices", None):
        names = names_of(choices)
        return "\n".join(dict.fromkeys(str(names.get(value, value)) for value in values))
    return "\n".join(values).replace("\r\n", "\n")


# What becomes of it


def is_resolution(post: QueryDict) -> bool:
    return any(name.startswith(CHOOSE) for name in post)


def in_doubt(post: QueryDict, form: Any) -> list[Difference]:
    """Return where theirs stayed chosen as proposed, but mine was written on since, as without a script.

    ``form`` is bound to what was sent and stands on the stored edition.
    """
    unbound = type(form)(instance=form.instance)
    return [
        _of_field(form[name], sent_of(post, form[name]), as_sent(unbound[name]), MINE)
        for name in form.fields
        if _is_in_doubt(post, form[name])
    ]


def _is_in_doubt(post: QueryDict, bound: BoundField) -> bool:
    name = f"{CHOOSE}{bound.name}"
    offered = post.get(f"{name}-offered")
    return post.get(name) == THEIRS and offered not in {None, _digest(sent_of(post, bound))}


def resolved(post: QueryDict, form: Any, kinds: list[Rows]) -> QueryDict:
    """Return what was sent with the choices carried out, where they are in no doubt.

    ``form`` is the unbound one of what is stored.
    """
    whole = post.copy()
    for name in form.fields:
        if post.get(f"{CHOOSE}{name}") == THEIRS and not _is_in_doubt(post, form[name]):
            for key, values in as_sent(form[name]).items():
                whole.setlist(key, values)
    for kind in kinds:
        with_rows(whole, kind.prefix, _kept_rows(post, kind))
    for name in [name for name in whole if name.startswith(CHOOSE)]:
        del whole[name]
    return whole


def _kept_rows(post: QueryDict, kind: Rows) -> Iterator[Row]:
    def choice(pk: str) -> str | None:
        return post.get(f"{CHOOSE}{kind.prefix}-{pk}")

    known = set()
    for row in rows_in(post, kind.prefix):
        pk = id_of(row)
        known.add(pk)
        if not pk:
            yield row
        elif pk not in kind.stored:
            if choice(pk) != THEIRS and not is_removed(row):
                yield row | {"id": [""]}  # a colleague removed it: mine comes back as a new one
        elif choice(pk) == THEIRS:
            yield kind.as_row(kind.stored[pk])
        else:
            yield row
    for pk, stored in kind.stored.items():
        if pk not in known:
            added = kind.as_row(stored)
            yield added | {"DELETE": ["on"]} if choice(pk) == MINE else added


def of_copy(post: QueryDict, copies: dict[str, dict[str, str]]) -> QueryDict:
    """Return what was sent for a copy of the edition: each row as that of its copy, or as a new one.

    ``copies`` holds, by the prefix of the rows, the ids of the copies by the ids of the rows.
    """
    whole = post.copy()
    for prefix, ids in copies.items():
        rows = [row | {"id": [ids.get(id_of(row), "")], "edition": [""]} for row in rows_in(post, prefix)]
        with_rows(whole, prefix, [row for row in rows if id_of(row) or not is_removed(row)])
    return whole
