"""What a writer is told about a place in a text. Plain Python, no Django."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

EXCERPT = 120  # characters


class Severity(StrEnum):
    """What a hint means once the text is to be published."""

    ERROR = "error"  # has to be mended
    WARNING = "warning"  # may stay for a written reason
    NOTE = "note"  # for the writer only


@dataclass(frozen=True, kw_only=True)
class Hint:
    """Something about the characters from ``start`` to ``end`` of a text as it was typed.

    ``text`` says what to do; it is an English sentence marked for translation, in which ``facts`` are put.
    ``better`` is what to write instead, or empty; ``ways`` are words that can be put right into the place.
    Lines are counted from 1.
    """

    code: str
    severity: Severity
    start: int  # characters, not UTF-16 units
    end: int
    line: int
    excerpt: str
    text: str
    facts: Mapping[str, object] = field(default_factory=dict)
    better: str = ""
    ways: tuple[str, ...] = ()

    def said(self, translate: Callable[[str], str] = str) -> str:
        """Return what to do, in the language into which ``translate`` turns it."""
        return translate(self.text) % self.facts if self.facts else translate(self.text)


def hint(
    text: str,
    code: str,
    severity: Severity,
    place: tuple[int, int],
    say: str,
    *,
    better: str = "",
    ways: tuple[str, ...] = (),
    facts: Mapping[str, object] | None = None,
) -> Hint:
    """Return a hint about a place in ``text``, with its line and what stands there."""
    start, end = place
    shown = " ".join(text[start:end].split())
    return Hint(
        code=code,
        severity=severity,
        start=start,
        end=end,
        line=line_of(text, start),
        excerpt=shown if len(shown) <= EXCERPT else f"{shown[: EXCERPT - 1]}…",
        text=say,
        facts=facts or {},
        better=better,
        ways=ways,
    )


def line_of(text: str, place: int) -> int:
    """Return the line, counted from 1, of a place in a text with line ends of any kind."""
    before = text[:place]
    return before.count("\n") + before.count("\r") - before.count("\r\n") + 1
