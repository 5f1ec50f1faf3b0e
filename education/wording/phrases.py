"""Find phrases of a list in a text, whatever their endings. Plain Python.

A phrase is written as its words, in lower case. ``*`` stands for any ending, ``/`` for one word or another,
``#`` for a number, ``...`` for up to five words between, ``..`` for up to two, and ``<name>`` for any phrase
of that name in the table ``[same]`` of the list. A word in ``[ ]`` is what is meant; the others only stand
around it.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

LISTS = Path(__file__).parent / "words"

SPACE = r"[\s\-]+"
BETWEEN = r"[\s\-,;:()'\"“”‘’/]+"
PLACE = "place"  # of what is meant, in the pattern of a phrase
GAPS = {
    "...": rf"(?:{BETWEEN}[\w'’]+){{0,5}}?{BETWEEN}",
    "..": rf"(?:{BETWEEN}[\w'’]+){{0,2}}?{BETWEEN}",
}


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """One phrase. ``stems`` are what a text must contain for it, one of each group: quicker than looking."""

    pattern: re.Pattern[str]
    stems: tuple[tuple[str, ...], ...]

    def spans(self, lowered: str) -> Iterator[tuple[int, int]]:
        if all(any(stem in lowered for stem in group) for group in self.stems):
            group = PLACE if PLACE in self.pattern.groupindex else 0
            yield from (found.span(group) for found in self.pattern.finditer(lowered))


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Phrases that are treated alike: what to write instead, and why.

    ``better`` is advice for them all; ``ways`` are words that fit in the place of one of them.
    ``is_fear`` marks words that scare, ``is_term`` those of doctors, which a text may teach once in brackets.
    Nothing is said where one of ``unless`` stands around it.
    """

    phrases: tuple[Phrase, ...]
    better: str = ""
    ways: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    why: str = ""
    is_fear: bool = False
    is_term: bool = False
    unless: tuple[Phrase, ...] = ()

    def spans(self, lowered: str) -> list[tuple[int, int]]:
        """Return where its phrases stand in a text in lower case."""
        found = {span for phrase in self.phrases for span in phrase.spans(lowered)}
        if not found:
            return []
        allowed = [span for phrase in self.unless for span in phrase.spans(lowered)]
        return sorted(span for span in found if not is_within(span, allowed))

    def ways_for(self, typed: str) -> tuple[str, ...]:
        """Return what can be written in the place of one of its words; nothing where marks stand within."""
        return self.ways.get(one_space(lowered(typed)), ())


@dataclass(frozen=True, kw_only=True)
class Lists:
    """The lists of a language: words to avoid, matters of style, emergency signs, claims, typed numbers."""

    avoid: tuple[Entry, ...]
    style: tuple[Entry, ...]
    sign: tuple[Entry, ...]
    claim: tuple[Entry, ...]
    number: tuple[Entry, ...]
    teaching: tuple[Phrase, ...]  # what stands before a doctor's word that a text teaches
    capitals: frozenset[str]  # words that are written in capitals


def is_within(span: tuple[int, int], spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in spans)


def lowered(text: str) -> str:
    """Return a text in lower case, every character in its place."""
    plain = text.lower()
    if len(plain) == len(text):
        return plain
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)


def one_space(words: str) -> str:
    """Return words in the spelling in which they are looked up, whatever stands between them."""
    return re.sub(SPACE, " ", words).replace("’", "'")


@cache
def lists_of(language: str) -> Lists | None:
    """Return the lists of a language such as ``en`` or ``es-mx``; ``None`` where there are none."""
    path = LISTS / f"{language[:2]}.toml"
    return read_lists(path) if re.fullmatch(r"[a-z]{2}", language[:2]) and path.exists() else None


def read_lists(path: Path) -> Lists:
    """Return the lists of a file; raise ``ValueError`` that names what is wrong in it."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    same = table.pop("same", {})
    try:
        lists = Lists(
            **{
                name: tuple(_entry(row, same) for row in table.pop(name, []))
                for name in ("avoid", "style", "sign", "claim", "number")
            },
            teaching=tuple(phrase(text, same) for text in table.pop("teaching", [])),
            capitals=frozenset(table.pop("capitals", [])),
        )
    except (KeyError, TypeError) as error:
        message = f"{path.name}: not understood: {error}"
        raise ValueError(message) from error
    if table:
        message = f"{path.name}: nobody reads {', '.join(sorted(table))}."
        raise ValueError(message)
    return lists


def _entry(row: Mapping[str, Any], same: Mapping[str, list[str]]) -> Entry:
    known = {"words", "better", "write", "why", "fear", "term", "unless"}
    if unknown := row.keys() - known:
        raise KeyError(min(unknown))
    write = row.get("write", {})
    if many := [word for word in write if re.search(r"[*/#<\[]|\.\.", word)]:
        raise KeyError(many[0])
    words = row.get("words", []) if write else row["words"]
    return Entry(
        phrases=tuple(phrase(text, same) for text in [*words, *write]),
        better=row.get("better", ""),
        ways={one_space(word): tuple(ways) for word, ways in write.items()},
        why=row.get("why", ""),
        is_fear=row.get("fear", False),
        is_term=row.get("term", False),
        unless=tuple(phrase(text, same) for text in row.get("unless", [])),
    )


def phrase(text: str, same: Mapping[str, list[str]] | None = None) -> Phrase:
    """Return a phrase as it is found; raise ``KeyError`` for an unknown ``<name>``."""
    pieces: list[str] = []
    stems: list[tuple[str, ...]] = []
    joint = ""
    for word in text.split():
        if word in GAPS:
            joint = GAPS[word]
            continue
        opening = f"(?P<{PLACE}>" if word.startswith("[") else "(?:"
        options = same_words(word.strip("[]"), same or {})
        pieces.append(joint + opening + "|".join(_regex(option) for option in options) + ")")
        stems.append(tuple(_stem(option) for option in options))
        joint = SPACE
    return Phrase(
        pattern=re.compile(r"(?<![\w])" + "".join(pieces) + r"(?!\w)"),
        stems=tuple(group for group in stems if all(group)),
    )


def same_words(word: str, same: Mapping[str, list[str]]) -> list[str]:
    return list(same[word[1:-1]]) if word.startswith("<") else word.split("/")


def _regex(option: str) -> str:
    words = (
        re.escape(word).replace(r"\*", r"\w*").replace(r"\#", r"\d+(?:[.,]\d+)*") for word in option.split()
    )
    return SPACE.join(words).replace("'", "['’]")


def _stem(option: str) -> str:
    """Return letters that a text has whenever it has this, or ``""``."""
    return max(re.split(r"[*#'\s]+", option), key=len)
