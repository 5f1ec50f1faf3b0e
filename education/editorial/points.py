"""Lists in text fields: one item on a line."""

import re
from collections.abc import Iterable

LIST_MARK = re.compile(r"^(?:[-*•]|\d{1,2}[.)])\s+")


def lines(text: str) -> list[str]:
    """Return the lines of a text field that holds a list, without blank ones."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def points(text: str) -> list[str]:
    """Return the lines of a list as patients read them: a mark that staff wrote before one is left out."""
    return [LIST_MARK.sub("", line) for line in lines(text)]


def text_of(items: Iterable[str]) -> str:
    """Return a list as the text of a field, one item on a line."""
    return "\n".join(items)
