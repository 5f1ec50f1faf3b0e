"""Read the table of a file of the library field by field, so that nothing wrong gets past."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from education.editorial.points import lines, text_of

FENCE = "+++\n"
HEADING = re.compile(r"^# +(.+)$", re.MULTILINE)  # the title of a part
GUARDED = re.compile(r"^\\(\\*# )", re.MULTILINE)  # a line of a part that would be taken for its title

DATES = ("written_on", "evidence_checked_on")


class StarterError(Exception):
    """A file of the library is wrong; the message names it and says what to do."""


def text_in(name: str, content: bytes) -> str:
    """Return the text of a file in UTF-8, with one kind of line end."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StarterError(f"{name}: {_('cannot be read: it is not written in UTF-8.')}") from error
    if "\0" in text:
        raise StarterError(f"{name}: {_('cannot be read: it is not a text.')}")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def table_in(name: str, text: str) -> dict[str, Any]:
    """Return the table that a TOML text makes."""
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise StarterError(f"{name}: {_('cannot be read: it is nested too deeply.')}") from error
    except ValueError as error:  # also numbers that are too long, and days that no calendar has
        raise StarterError(f"{name}: {_('cannot be read:')} {error}") from error


def front_in(name: str, text: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the TOML between the ``+++`` lines, and the parts by their level-1 heading.

    A line of a part that looks like the title of one stands in the file with a backslash before it.
    """
    head, fence, body = text.removeprefix(FENCE).partition(f"\n{FENCE}")
    if not text.startswith(FENCE) or not fence:
        raise StarterError(f"{name}: {_('begin with TOML between two lines of +++.')}")
    table = table_in(name, head)
    before, *pieces = HEADING.split(body)
    if before.strip():
        raise StarterError(f"{name}: {_('text before the first part is not shown anywhere.')}")
    parts: dict[str, str] = {}
    for title, piece in zip(pieces[::2], pieces[1::2], strict=True):
        if title.strip() in parts:
            fault = _("the part %(title)r stands twice.") % {"title": title.strip()}
            raise StarterError(f"{name}: {fault}")
        parts[title.strip()] = GUARDED.sub(r"\1", piece).strip()
    return table, parts


class Front:
    """The table of a file, read field by field, so that a missing or unknown field is a fault.

    ``is_finished`` says whether the text must be complete, or may be a draft.
    """

    def __init__(self, name: str, table: Mapping[str, Any], is_finished: bool = True) -> None:
        self.name, self.table, self.read = name, dict(table), set[str]()
        self.is_finished = is_finished

    def fault(self, message: str) -> StarterError:
        return StarterError(f"{self.name}: {message}")

    def take(self, key: str, kind: type, default: Any = None) -> Any:
        self.read.add(key)
        value = self.table.get(key, default)
        if value is None:
            raise self.fault(_("write a value for %(key)s.") % {"key": key})
        if type(value) is not kind:  # not a moment for a day, nor true for 1
            said = {"key": key, "kind": called(kind)}
            raise self.fault(_("%(key)s must be written as %(kind)s.") % said)
        return self.text(key, value) if isinstance(value, str) else value

    def text(self, key: str, value: Any) -> str:
        """Return a text without the space around it, with one kind of line end."""
        if not isinstance(value, str):
            raise self.fault(_("%(key)s must be a list of texts.") % {"key": key})
        if "\0" in value:
            raise self.fault(_("%(key)s holds a character that no text has.") % {"key": key})
        return value.replace("\r\n", "\n").replace("\r", "\n").strip()

    def one_of(self, key: str, known: Sequence[str]) -> str:
        value = str(self.take(key, str))
        if value not in known:
            said = {"key": key, "value": value, "known": ", ".join(known)}
            raise self.fault(_("%(key)s is %(value)r; use one of %(known)s.") % said)
        return value

    def texts(self, key: str, default: list[str] | None = None) -> list[str]:
        return [self.text(key, item) for item in self.take(key, list, default)]

    def lines(self, key: str, default: list[str] | None = None) -> str:
        """Return a list as the text of a field, one item on a line."""
        return text_of(lines(text_of(self.texts(key, default))))

    def words(self, key: str, default: list[str] | None = None) -> str:
        """Return a list of single words as the text of a field, with spaces between them."""
        found = self.texts(key, default)
        for word in found:
            if word.split() != [word]:
                said = {"key": key, "word": word}
                raise self.fault(_("%(key)s holds %(word)r, which is not one word.") % said)
        return " ".join(found)

    def rows(self, key: str, label: str, default: list[Any] | None = None) -> "Iterator[tuple[int, Front]]":
        """Yield the tables of a list with their places, from 1; each must be finished by the caller."""
        for place, row in enumerate(self.take(key, list, default), 1):
            if not isinstance(row, dict):
                raise self.fault(_("write each %(key)s as a table: [[%(key)s]].") % {"key": key})
            yield place, Front(f"{self.name}: {label} {place}", row, self.is_finished)

    def dates(self) -> dict[str, Any]:
        """Return when the text was written and its sources were checked."""
        if not self.is_finished and "evidence_checked_on" not in self.table:
            return {"written_on": self.take("written_on", date)}
        return {key: self.take(key, date) for key in DATES}

    def title(self) -> str:
        title = str(self.take("title", str))
        if len(title) > 60:
            raise self.fault(_("the title has more than 60 characters."))
        return title

    def common(self) -> dict[str, Any]:
        """Return title, summary and the dates."""
        return {"title": self.title(), "summary": self.take("summary", str)} | self.dates()

    def sources(self) -> tuple[dict[str, str], ...]:
        """Return the sources in their order: ``id``, ``supports``."""
        found = []
        for _place, row in self.rows("sources", _("source"), None if self.is_finished else []):
            found.append({"id": row.take("id", str), "supports": row.take("supports", str)})
            row.finish()
        if not found and self.is_finished:
            raise self.fault(_("name at least one source."))
        return tuple(found)

    def finish(self) -> None:
        if unknown := sorted(self.table.keys() - self.read):
            raise self.fault(_("nobody reads %(keys)s.") % {"keys": ", ".join(unknown)})


def called(kind: type) -> str:
    """Return what a kind of value is called in a fault."""
    names = {
        str: _("a text in quotes"),
        int: _("a whole number"),
        list: _("a list in square brackets"),
        date: _("a day like 2026-12-31"),
        bool: _("true or false"),
    }
    return names[kind]
