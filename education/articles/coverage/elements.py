"""What five pages of others offer their readers, element by element, and what is done with each.

Read from ``elements.toml``, which is proved whole when it is loaded. Plain Python, no Django.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("elements.toml")
ID = re.compile(r"^00[0-4]-\d\d$")
# Pages that are always there, and documents by their address, as links in articles spell them.
PLACES = (
    "about", "article-page", "checker", "contact", "every-page", "explorer", "library", "privacy", "staff",
)  # fmt: skip
DOCUMENT = re.compile(r"^(checklists/|spine/|care-cards/|glossary#)[a-z0-9-]+$")


def _(text: str) -> str:
    """Mark a text for translation and return it unchanged."""
    return text


class Kind(StrEnum):
    SYSTEM = "system"
    FEATURE = "feature"
    CONTENT = "content"
    CLAIM = "claim"
    SAFETY = "safety"
    PROMOTION = "promotion"

    @property
    def label(self) -> str:
        """The kind in English, to be translated where it is shown."""
        return _KINDS[self]


class Use(StrEnum):
    """What is done with an element here."""

    KEEP = "keep"
    CORRECT = "correct"
    SAFETY = "safety"
    DROP = "drop"

    @property
    def label(self) -> str:
        """What is done, in English, to be translated where it is shown."""
        return _USES[self]


_KINDS = {
    Kind.SYSTEM: _("part of the site"),
    Kind.FEATURE: _("part of a page"),
    Kind.CONTENT: _("content"),
    Kind.CLAIM: _("claim"),
    Kind.SAFETY: _("safety"),
    Kind.PROMOTION: _("advert"),
}

_USES = {
    Use.KEEP: _("Keep"),
    Use.CORRECT: _("Correct"),
    Use.SAFETY: _("Never in their words"),
    Use.DROP: _("Leave out"),
}

# The five pages, by the first part of an element's id.
ORIGINS = {
    "000": _("An article: spasms and pinched nerves, how they differ and where they come from"),
    "001": _("A physiotherapist's site: spasms of the back"),
    "002": _("A spine clinic: what causes back spasms"),
    "003": _("A quick guide: spasms of back and shoulder"),
    "004": _("A directory of doctors: back spasm"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """Something that one of the five pages offers; ``pages`` answer it beside the articles that name it."""

    id: str
    kind: Kind
    element: str  # in one line
    use: Use
    why: str = ""  # the correction, or what keeping it takes
    pages: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        return self.id.partition("-")[0]

    @property
    def is_wanted(self) -> bool:
        """Whether something has to answer it."""
        return self.use is not Use.DROP


class ElementsError(ValueError):
    """The list of elements has a fault; the message names the element and says what is wrong."""


@cache
def elements() -> dict[str, Element]:
    """Return every element by id, in the order of the file."""
    return parse_elements(FILE.read_text(encoding="utf-8"))


def parse_elements(text: str) -> dict[str, Element]:
    """Return the elements of a list in TOML by id; raise ``ElementsError`` at its first fault."""
    found: dict[str, Element] = {}
    for row in tomllib.loads(text)["element"]:
        element = _element(row)
        if element.id in found:
            raise ElementsError(f"{element.id} is listed twice.")
        found[element.id] = element
    return found


def _element(row: Mapping[str, Any]) -> Element:
    id = str(row.get("id"))
    if not ID.match(id):
        raise ElementsError(f"{id} is not an id like 001-04.")
    try:
        given = {"kind": Kind(row["kind"]), "use": Use(row["use"]), "pages": tuple(row.get("pages", ()))}
        element = Element(**{**row, **given})
    except (KeyError, TypeError, ValueError) as error:
        raise ElementsError(f"{id}: {error}.") from error
    if element.use is not Use.KEEP and not element.why:
        raise ElementsError(f"{id}: say why it is not kept as it is.")
    for page in element.pages:
        if page not in PLACES and not DOCUMENT.match(page):
            raise ElementsError(f"{id}: there is no page {page}.")
    return element


def in_order(ids: Iterable[str]) -> str:
    """Return ids of elements as the text of a field: each once, in their order, a space between.

    Raises ``ValueError`` naming the ids that are no element.
    """
    given = set(ids)
    if unknown := sorted(given - set(elements())):
        raise ValueError(", ".join(unknown))
    return " ".join(id for id in elements() if id in given)
