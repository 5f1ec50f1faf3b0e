"""How understandable a text is, and how well it helps to act: the PEMAT for printable materials.

Read from ``pemat.toml``. Plain Python, no Django.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("pemat.toml")
FLOOR = 70  # percent: what most studies with the tool ask for; its makers set none


def _(text: str) -> str:
    """Mark a text for translation and return it unchanged."""
    return text


class Scale(StrEnum):
    UNDERSTANDABILITY = "understandability"
    ACTIONABILITY = "actionability"

    @property
    def label(self) -> str:
        """What the scale measures, in English, to be translated where it is shown."""
        return _SCALES[self]


class Answer(StrEnum):
    AGREE = "agree"
    DISAGREE = "disagree"
    SKIP = "n/a"


_SCALES = {
    Scale.UNDERSTANDABILITY: _("Can readers understand it?"),
    Scale.ACTIONABILITY: _("Can readers act on it?"),
}

Answers = Mapping[int, Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A statement to agree with; ``skip`` says when it does not apply, and is empty if it always does."""

    number: int  # of the original
    says: str
    lift: str  # what to do when it does not hold
    skip: str = ""

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The answers that it takes."""
        return tuple(Answer) if self.skip else (Answer.AGREE, Answer.DISAGREE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Items about one thing."""

    scale: Scale
    title: str
    items: tuple[Item, ...]


@cache
def groups() -> tuple[Group, ...]:
    """Return all groups in the order of the original; raise ``KeyError`` when the file lacks something."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(
        Group(scale=Scale(row["scale"]), title=row["title"], items=tuple(_items(row["item"])))
        for row in table["group"]
    )


def _items(rows: list[dict[str, Any]]) -> Iterator[Item]:
    for row in rows:
        yield Item(number=row["number"], says=row["says"], lift=row["lift"], skip=row.get("skip", ""))


def items(scale: Scale | None = None) -> tuple[Item, ...]:
    """Return the items of a scale (of both, if none is given), in the order of the original."""
    return tuple(item for group in groups() if scale is None or group.scale is scale for item in group.items)


def score(answers: Answers, scale: Scale) -> int | None:
    """Return the share of the applicable items that were agreed with, as a whole percent.

    Items that do not apply count neither way. Returns ``None`` when no item applies. Raises
    ``ValueError`` for an item without an answer, or with one that it does not take.

    Source: PEMAT user's guide, AHRQ 14-0002-EF, step 6: points divided by possible points, times 100.
    """
    given = [_answer(answers, item) for item in items(scale)]
    counted = [answer for answer in given if answer is not Answer.SKIP]
    if not counted:
        return None
    agreed = counted.count(Answer.AGREE)
    return (200 * agreed + len(counted)) // (2 * len(counted))  # rounded to the nearest, halves up


def _answer(answers: Answers, item: Item) -> Answer:
    answer = answers.get(item.number)
    if answer not in item.answers:
        raise ValueError(f"Item {item.number}: {answer} is not an answer to it.")
    return answer


def to_lift(answers: Answers, scale: Scale) -> tuple[Item, ...]:
    """Return the items that were not agreed with: each of them would lift the score."""
    return tuple(item for item in items(scale) if answers.get(item.number) is Answer.DISAGREE)
