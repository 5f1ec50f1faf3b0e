"""What the clinical safety file gathers: hazards, results of test cases, changes. Plain Python, no Django."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from education.checker.cases import Case, load_cases
from education.checker.conditions import NOT_ASKED, Answers, Truth, truth
from education.checker.parts import Protocol
from education.checker.triage import Reason, assess
from education.urgency.levels import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """What could go wrong, by what, with which effect; what is done about it, and what remains."""

    id: str
    hazard: str
    cause: str
    effect: str
    controls: tuple[str, ...]
    tested_in: tuple[str, ...]
    remains: str


def load_hazards(folder: Path) -> tuple[Hazard, ...]:
    """Return the hazard log of a protocol's folder; raise ``TypeError`` for a field that nobody knows."""
    rows = tomllib.loads((folder / "hazards.toml").read_text(encoding="utf-8"))["hazard"]
    lists = ("controls", "tested_in")
    return tuple(Hazard(**row | {name: tuple(row[name]) for name in lists}) for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A test case with what the rules make of the whole story."""

    number: int
    case: Case
    level: Level
    reasons: tuple[Reason, ...]

    @property
    def because(self) -> tuple[str, ...]:
        """The rules behind the level."""
        return tuple(reason.id for reason in self.reasons if reason.level == self.level)

    @property
    def passes(self) -> bool:
        return self.level == self.case.level and set(self.case.because) <= set(self.because)


def outcomes(protocol: Protocol, folder: Path) -> tuple[Outcome, ...]:
    """Run every test case of a folder: all questions that concern its person, answered."""
    found = []
    for number, case in enumerate(load_cases(folder), start=1):
        assessment = assess(protocol, told(protocol, case))
        found.append(Outcome(number=number, case=case, level=assessment.level, reasons=assessment.reasons))
    return tuple(found)


def told(protocol: Protocol, case: Case) -> Answers:
    """Return the answers of somebody who tells the whole story of a case."""
    answers: dict[str, str] = {}
    for question in protocol.asking_order:
        if question.offer:
            if question.id in case.answers:
                answers[question.id] = case.answers[question.id]
        elif question.ask and truth(question.ask, answers, missing=Truth.NO) is Truth.NO:
            answers[question.id] = NOT_ASKED
        else:
            answers[question.id] = case.answer_to(question.id)
    return answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The cases that ought to get a level, by the level they got, most urgent first."""

    expected: Level
    got: tuple[int, ...]
    under: int
    over: int

    @property
    def total(self) -> int:
        return sum(self.got)


URGENT_FIRST = tuple(sorted(Level, reverse=True))


def tally(outcomes: Iterable[Outcome]) -> tuple[Tally, ...]:
    """Return the matrix of expected and given levels, most urgent first."""
    counts = Counter((outcome.case.level, outcome.level) for outcome in outcomes)
    return tuple(
        Tally(
            expected=expected,
            got=tuple(counts[expected, got] for got in URGENT_FIRST),
            under=sum(counts[expected, got] for got in Level if got < expected),
            over=sum(counts[expected, got] for got in Level if got > expected),
        )
        for expected in URGENT_FIRST
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """The changes of rules in one release, each in one sentence or more."""

    version: str
    date: str  # ISO, or "" while it is not out
    changes: tuple[str, ...]


def rule_changes(changelog: str) -> tuple[Release, ...]:
    """Return what stands under 'Rules' in each release of a change log, newest first."""
    return tuple(_releases(changelog))


def _releases(changelog: str) -> Iterator[Release]:
    for section in re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        version, _, date = heading.partition(",")
        rules = re.search(r"^\*\*Rules\*\*\s*\n(.*?)(?=^\*\*|\Z)", body, flags=re.MULTILINE | re.DOTALL)
        items = re.findall(r"^- (.*?)(?=^- |\Z)", rules[1] if rules else "", flags=re.MULTILINE | re.DOTALL)
        changes = tuple(" ".join(item.replace("`", "").split()) for item in items)
        yield Release(version=version.strip(), date=date.strip(), changes=changes)
