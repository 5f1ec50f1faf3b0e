"""Conditions as data: read from TOML, weighed against answers with three truths.

An answer that is missing, or 'not sure', makes a condition UNKNOWN, never NO. In TOML a condition is

    "inf-fever"                                the sign was ticked, or the named fact holds
    { maybe = "ces-wipe" }                     the sign was ticked, or the person is not sure
    { is = { region = ["neck", "arm"] } }      the answer is one of these
    { at_least = { age = "65-74" } }           the answer stands here or later in its list
    { all = [...] }  { any = [...] }  { not = ... }  { count = 2, of = [...] }
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

YES, NO, UNSURE = "yes", "no", "unsure"
SKIPPED = "skipped"  # shown, and left out on purpose
PENDING = "pending"  # unticked on a list where the person is not sure about some
NOT_ASKED = "not-asked"  # does not concern this person
SIGN_VALUES = (YES, NO, UNSURE)
UNANSWERED = (None, SKIPPED, PENDING)

Answers = Mapping[str, str]


class Truth(IntEnum):
    """What is known about a condition."""

    NO = 0
    UNKNOWN = 1
    YES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The answer to a question is one of these values."""

    question: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """At least this many of the parts hold: all of them, any of them, or some number."""

    number: int
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The part does not hold."""

    part: "Condition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A condition with a name, so that rules read like sentences."""

    name: str
    part: "Condition"


Condition = Said | Count | Not | Fact


class ConditionError(ValueError):
    """A condition cannot be read; the message says what to mend."""


def truth(condition: Condition, answers: Answers, *, missing: Truth = Truth.UNKNOWN) -> Truth:
    """Return what the answers say about a condition; ``missing`` is the truth of what nobody answered."""
    match condition:
        case Said(question=question, values=values):
            return _said(answers.get(question), values, missing)
        case Count(number=number, parts=parts):
            truths = [truth(part, answers, missing=missing) for part in parts]
            if truths.count(Truth.YES) >= number:
                return Truth.YES
            return Truth.NO if len(truths) - truths.count(Truth.NO) < number else Truth.UNKNOWN
        case Not(part=part):
            return Truth(Truth.YES - truth(part, answers, missing=missing))
        case Fact(part=part):
            return truth(part, answers, missing=missing)


def _said(answer: str | None, values: tuple[str, ...], missing: Truth) -> Truth:
    if answer in values:
        return Truth.YES
    if answer in UNANSWERED:
        return missing
    return Truth.UNKNOWN if answer == UNSURE else Truth.NO


def questions_in(condition: Condition) -> frozenset[str]:
    """Return the ids of every question a condition reads."""
    return frozenset(leaf.question for leaf in _leaves(condition))


def undecided(condition: Condition, answers: Answers) -> frozenset[str]:
    """Return the unanswered questions that can still decide a condition; none once it is decided."""
    if truth(condition, answers) is not Truth.UNKNOWN:
        return frozenset()
    match condition:
        case Said(question=question):
            return frozenset({question}) if answers.get(question) in UNANSWERED else frozenset()
        case Count(parts=parts):
            return frozenset().union(*(undecided(part, answers) for part in parts))
        case Not(part=part) | Fact(part=part):
            return undecided(part, answers)


def _leaves(condition: Condition) -> Iterator[Said]:
    match condition:
        case Said():
            yield condition
        case Count(parts=parts):
            for part in parts:
                yield from _leaves(part)
        case Not(part=part) | Fact(part=part):
            yield from _leaves(part)


def parse(
    raw: object, options: Mapping[str, tuple[str, ...]], fact: Callable[[str], Condition | None]
) -> Condition:
    """Read a condition from TOML.

    ``options`` holds each question's possible answers; ``fact`` returns a named condition, or None.
    Raises ``ConditionError``, which says what to mend.
    """
    if isinstance(raw, str):
        named = fact(raw)
        return Fact(name=raw, part=named) if named is not None else _sign(raw, (YES,), options)
    match raw:
        case {"all": list(parts), **rest} if not rest and parts:
            read = tuple(parse(part, options, fact) for part in parts)
            return Count(number=len(read), parts=read)
        case {"any": list(parts), **rest} if not rest and parts:
            return Count(number=1, parts=tuple(parse(part, options, fact) for part in parts))
        case {"count": int(number), "of": list(parts), **rest} if not rest and 0 < number <= len(parts):
            return Count(number=number, parts=tuple(parse(part, options, fact) for part in parts))
        case {"not": part, **rest} if not rest:
            return Not(part=parse(part, options, fact))
        case {"maybe": str(question), **rest} if not rest:
            return _sign(question, (YES, UNSURE), options)
        case {"is": dict(pairs), **rest} if not rest and len(pairs) == 1:
            [(question, values)] = pairs.items()
            return Said(question=question, values=_known(question, values, options))
        case {"at_least": dict(pairs), **rest} if not rest and len(pairs) == 1:
            [(question, value)] = pairs.items()
            _known(question, [value], options)
            ordered = options[question]
            return Said(question=question, values=ordered[ordered.index(value) :])
    raise ConditionError(
        f"{raw!r} is no condition; use an id, all, any, count with of, not, maybe, is or at_least."
    )


def _sign(question: str, values: tuple[str, ...], options: Mapping[str, tuple[str, ...]]) -> Said:
    if options.get(question) != SIGN_VALUES:
        raise ConditionError(f"{question!r} is no sign and no fact; correct the id, or add it.")
    return Said(question=question, values=values)


def _known(question: str, values: list[str], options: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    strangers = [value for value in values if value not in options.get(question, ())]
    if strangers or not values:
        raise ConditionError(
            f"{question!r} has no answer {strangers}; use one of {options.get(question, ())}."
        )
    return tuple(values)
