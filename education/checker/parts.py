"""What a protocol is made of: questions, screens, rules, patterns and their words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from graphlib import TopologicalSorter

from education.checker.conditions import SIGN_VALUES, Condition, questions_in
from education.urgency.levels import Level

SPEAKER, SOMEONE_ELSE = "who", "someone-else"  # the question that decides nothing but the words


class ProtocolError(Exception):
    """A protocol is not whole; the message names the file, the id and the mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words for the person who reads, and for somebody who answers for another person."""

    me: str
    other: str

    def read_by(self, who: str | None) -> str:
        return self.other if who == SOMEONE_ELSE else self.me


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. A sign is answered yes, no or not sure; any other has options of its own."""

    id: str
    screen: str
    tier: int  # 0 fact, 1 everybody, 2 second screen, 3 in context
    options: tuple[str, ...]
    ask: Condition | None  # asked of everybody when None
    offer: bool  # never on a screen: a button on the result
    follows: Level | None  # an offer shows on results of this level
    sources: tuple[str, ...]
    decision: bool  # a design decision that waits for a clinician's signature
    label: Text
    because: Text
    why: Text | None
    help: Text | None
    option_labels: Mapping[str, Text]

    @property
    def is_sign(self) -> bool:
        return self.options == SIGN_VALUES


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A condition that raises the level to ``level``, unless another is positively known to hold."""

    id: str
    level: Level
    when: Condition
    unless: Condition | None
    doubt: Level | None  # the level while only a 'not sure' keeps the condition open
    follows: Level | None  # holds only on top of this level
    advice: str | None
    sources: tuple[str, ...]
    decision: bool
    because: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenPlan:
    """A screen as written: a tick-list, or one or more choices."""

    id: str
    is_ticks: bool
    title: Text
    hint: Text | None
    none: Text
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """What speaks for or against a pattern, with its words."""

    when: Condition
    words: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A pattern for education: shown when enough features fit."""

    id: str
    ask: Condition | None
    needs: int
    toward: tuple[Feature, ...]
    away: tuple[Feature, ...]
    sources: tuple[str, ...]
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What an emergency result of one situation adds."""

    id: str
    title: str
    steps: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """Everything ``assess`` needs, in the order of the files."""

    version: str
    checked_on: date
    language: str
    questions: Mapping[str, Question]
    screens: Mapping[str, ScreenPlan]
    facts: Mapping[str, Condition]
    rules: tuple[Rule, ...]
    patterns: tuple[Pattern, ...]
    advice: Mapping[str, Advice]
    phrases: Mapping[str, Text]

    @cached_property
    def asking_order(self) -> tuple[Question, ...]:
        """The questions, each after those that decide whether it is asked."""
        needs = {q.id: questions_in(q.ask) if q.ask else frozenset[str]() for q in self.questions.values()}
        return tuple(self.questions[id] for id in TopologicalSorter(needs).static_order())
