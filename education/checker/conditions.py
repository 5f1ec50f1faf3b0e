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

    def truth(self, answers: Answers, missing: Truth) -> Truth:
        answer = answers.get(self.question)
        if answer in self.values:
            return Truth.YES
        if answer in UNANSWERED:
            return missing
        return Truth.UNKNOWN if answer == UNSURE else Truth.NO


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """At least this many of the parts hold: all of them, any of them, or some number."""

    number: int
    parts: tuple["Condition", ...]

    def truth(self, answers: Answers, missing: Truth) -> Truth:
        """Stop as soon as enough parts hold, or too few are left that could."""
        wanted, spare = self.number, len(self.parts) - self.number
        for part in self.parts:
            found = part.truth(answers, missing)
            if found is Truth.YES:
                wanted -= 1
                if not wanted:
                    return Truth.YES
            elif found is Truth.NO:
                spare -= 1
                if spare < 0:
                    return Truth.NO
        return Truth.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The part does not hold."""

    part: "Condition"

    def truth(self, answers: Answers, missing: Truth) -> Truth:
        return _OPPOSITE[self.part.truth(answers, missing)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A condition with a name, so that rules read like sentences."""

    name: str
    part: "Condition"

    def truth(self, answers: Answers, missing: Truth) -> Truth:
        return self.part.truth(answers, missing)


Condition = Said | Count | Not | Fact
_OPPOSITE = {Truth.YES: Truth.NO, Truth.UNKNOWN: Truth.UNKNOWN, Truth.NO: Truth.YES}


class ConditionError(ValueError):
    """A condition cannot be read; the message says what to mend."""


def truth(condition: Condition, answers: Answers, *, missing: Truth = Truth.UNKNOWN) -> Truth:
    """Return what the answers say about a condition; ``missing`` is the truth of what nobody answered."""
    return condition.truth(answers, missing)


def questions_in(condition: Condition) -> frozenset[str]:
    """Return the ids of every question a condition reads."""
    return frozenset(leaf.question for leaf in _leaves(condition))


def grounds(condition: Condition, answers: Answers) -> tuple[str, ...]:
    """Return the questions whose answers make a condition hold, in its order; none while it does not."""
    if truth(condition, answers) is not Truth.YES:
        return ()
    match condition:
        case Said(question=question):
            return (question,)
        case Count(parts=parts):
            return tuple(dict.fromkeys(id for part in parts for id in grounds(part, answers)))
        case Fact(part=part):
            return grounds(part, answers)
        case Not():
            return ()


def undecided(condition: Condition, answers: Answers) -> frozenset[str]:
    """Return the unanswered questions that can still decide a condition; none once it is decided."""
    return _looked_up(condition, answers)[1]


def _looked_up(condition: Condition, answers: Answers) -> tuple[Truth, frozenset[str]]:
    """The truth of a condition and, while it is unknown, what was left unanswered."""
    if isinstance(condition, Said):
        found = condition.truth(answers, Truth.UNKNOWN)
        is_open = found is Truth.UNKNOWN and answers.get(condition.question) in UNANSWERED
        return found, frozenset({condition.question}) if is_open else _NOTHING
    if isinstance(condition, Fact):
        return _looked_up(condition.part, answers)
    if isinstance(condition, Not):
        found, left = _looked_up(condition.part, answers)
        return _OPPOSITE[found], left
    found = condition.truth(answers, Truth.UNKNOWN)
    if found is not Truth.UNKNOWN:
        return found, _NOTHING
    return found, _NOTHING.union(*(_looked_up(part, answers)[1] for part in condition.parts))


_NOTHING: frozenset[str] = frozenset()


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
