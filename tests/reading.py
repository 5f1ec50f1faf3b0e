"""How easily a text reads, measured as the content guide says: Flesch-Kincaid and SMOG by textstat 0.7.8.

Headings, captions, sources and "say:" guides are left out. Each list item, step and table cell ends with
a full stop, and so does a line with a colon before a list. Local facts are those of a clinic in the US.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

import html5lib
import textstat

from education.clinic.models import Clinic
from education.clinic.words import with_words
from education.editorial.markup import to_html
from education.editorial.rows import lines
from education.library.files import ARTICLE_PARTS, REGION_PARTS, StarterText

PARTS = [*ARTICLE_PARTS.values(), *REGION_PARTS.values()]


@dataclass(frozen=True)
class Block:
    """A paragraph, a list item, a step or a table cell, ending with a full stop."""

    text: str
    is_step: bool = False

    @property
    def sentences(self) -> list[str]:
        return re.split(r"(?<=[.!?])\s+", self.text)


def blocks_of(text: StarterText) -> list[Block]:
    """Return what a patient reads of a document, in order."""
    words = Clinic(name="Harbor Clinic", country_code="US", phone="+1 555 010 0200").words
    found = []
    for piece, is_step in _pieces(text):
        plain = " ".join(re.sub(r"\(say:[^)]*\)", "", with_words(piece, words)).split())
        if plain:
            ended = re.sub(r":$", ".", plain)
            found.append(Block(ended if ended[-1] in ".!?" else f"{ended}.", is_step))
    return found


def _pieces(text: StarterText) -> Iterator[tuple[str, bool]]:
    edition = text.edition
    is_card = text.kind == "care-cards"
    for name in ("summary", "lead_in", "goal"):
        yield edition.get(name, ""), is_card
    for name in ("key_points", "items", "not_for", "stop_rules"):
        for line in lines(edition.get(name, "")):
            yield line, is_card
    for name in ("after", "safety_net"):
        for line in lines(edition.get(name, "")):
            yield line, is_card
    for name in PARTS:
        yield from _prose(edition.get(name, ""))
    for step in text.steps:
        for name in ("action", "how", "why", "feel", "easier", "harder"):
            yield step[name], True
        for name in ("not_for", "stop"):
            for line in lines(step[name]):
                yield line, True
    for term in text.terms:
        yield term["meaning"], False


def _prose(markdown: str) -> Iterator[tuple[str, bool]]:
    document = html5lib.parse(to_html(markdown), namespaceHTMLElements=False)
    yield from _read(document, is_step=False)


def _read(element: ElementTree.Element, is_step: bool) -> Iterator[tuple[str, bool]]:
    if element.tag in {"p", "li", "td", "th"}:
        if element.get("scope") != "col":
            yield " ".join("".join(element.itertext()).split()), is_step
        return
    for inner in element:
        yield from _read(inner, is_step or element.tag == "ol")


def words_in(sentence: str) -> list[str]:
    return re.findall(r"[\w'’°-]*\w[\w'’°-]*", sentence)


def grade(blocks: list[Block]) -> tuple[float, float]:
    """Return the Flesch-Kincaid grade and the SMOG index of a text."""
    whole = " ".join(block.text for block in blocks)
    return textstat.flesch_kincaid_grade(whole), textstat.smog_index(whole)
