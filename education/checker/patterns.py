"""Patterns: what the answers share some features with. For education, and never beside an emergency."""

from dataclasses import dataclass

from education.checker.conditions import Answers, Truth, truth, undecided
from education.checker.parts import SPEAKER, Feature, Pattern, Protocol

MOST_HINTS = 3  # evidence section 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A pattern that the answers share some features with, and the features that do not fit."""

    id: str
    title: str
    fits: tuple[str, ...]
    against: tuple[str, ...]
    sources: tuple[str, ...]


def hints_of(protocol: Protocol, answers: Answers) -> tuple[Hint, ...]:
    """Return at most three patterns with enough features that fit, the best first."""
    hints = [_hint(pattern, answers) for pattern in _about(protocol, answers)]
    return tuple(
        sorted(filter(None, hints), key=lambda hint: len(hint.against) - len(hint.fits))[:MOST_HINTS]
    )


def telling(protocol: Protocol, answers: Answers) -> frozenset[str]:
    """Return the facts that tell one pattern from another, and the telling signs on the same screens."""
    features = [f for pattern in _about(protocol, answers) for f in pattern.toward + pattern.away]
    ids = frozenset[str]().union(*(undecided(feature.when, answers) for feature in features))
    questions = [protocol.questions[id] for id in ids]
    screens = {question.screen for question in questions if question.tier == 0}
    return frozenset(question.id for question in questions if question.screen in screens)


def _about(protocol: Protocol, answers: Answers) -> list[Pattern]:
    """The patterns of this person's region and story."""
    return [p for p in protocol.patterns if p.ask is None or truth(p.ask, answers) is Truth.YES]


def _hint(pattern: Pattern, answers: Answers) -> Hint | None:
    fits = _holding(pattern.toward, answers)
    if len(fits) < pattern.needs:
        return None
    return Hint(
        id=pattern.id,
        title=pattern.title.read_by(answers.get(SPEAKER)),
        fits=fits,
        against=_holding(pattern.away, answers),
        sources=pattern.sources,
    )


def _holding(features: tuple[Feature, ...], answers: Answers) -> tuple[str, ...]:
    who = answers.get(SPEAKER)
    return tuple(f.words.read_by(who) for f in features if truth(f.when, answers) is Truth.YES)
