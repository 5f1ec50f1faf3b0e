"""Worked examples: a story, its answers and the level it must get, walked screen by screen."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from education.checker.conditions import NO, SKIPPED, Answers
from education.checker.parts import Protocol
from education.checker.screens import next_screen
from education.checker.triage import Assessment, assess
from education.urgency.levels import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One person. What ``answers`` leaves unsaid is 'no', or the default of ``cases.toml`` for a choice."""

    story: str
    answers: Answers
    defaults: Answers
    level: Level
    because: tuple[str, ...]
    skips: tuple[str, ...]
    source: str

    def answer_to(self, question: str) -> str:
        if question in self.skips:
            return SKIPPED
        return self.answers.get(question) or self.defaults.get(question) or NO


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What a person saw and said, and the result."""

    screens: tuple[str, ...]
    answers: Answers
    assessment: Assessment


def load_cases(folder: Path) -> tuple[Case, ...]:
    """Return the worked examples in a folder; raise ``KeyError`` or ``ValueError`` for a broken one."""
    tables = tomllib.loads((folder / "cases.toml").read_text(encoding="utf-8"))
    return tuple(
        Case(
            story=row["story"],
            answers=row["answers"],
            defaults=tables["defaults"],
            level=Level.from_slug(row["level"]),
            because=tuple(row["because"]),
            skips=tuple(row.get("skips", ())),
            source=row["source"],
        )
        for row in tables["case"]
    )


def walk(protocol: Protocol, case: Case) -> Walk:
    """Answer every screen as the person of the case would, also the buttons of the result."""
    answers: dict[str, str] = {}
    screens = list(_screens(protocol, case, answers))
    while offered := _taken(case, assess(protocol, answers), answers):
        answers |= offered
        screens += _screens(protocol, case, answers)
    return Walk(screens=tuple(screens), answers=answers, assessment=assess(protocol, answers))


def _screens(protocol: Protocol, case: Case, answers: dict[str, str]) -> Iterator[str]:
    while screen := next_screen(protocol, answers):
        answers |= {question.id: case.answer_to(question.id) for question in screen.questions}
        yield screen.id


def _taken(case: Case, assessment: Assessment, answers: Mapping[str, str]) -> Answers:
    offered = (offer.id for offer in assessment.offers)
    return {id: case.answers[id] for id in offered if id in case.answers and id not in answers}
