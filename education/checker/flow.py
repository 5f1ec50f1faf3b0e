"""The flow of the checker for one place of pain: what is asked in which order, and where it leads.

Plain Python, no Django.
"""

from dataclasses import dataclass

from education.checker.conditions import Answers, Condition, Count, Truth, questions_in, truth
from education.checker.parts import Protocol, Question, Rule
from education.checker.sentences import sentence, simplified
from education.checker.triage import settle
from education.urgency.levels import Level

REGION = "region"


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The level that an answer leads to, and what would soften it."""

    level: Level
    unless: str = ""
    follows: Level | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowQuestion:
    """A question, when it is asked (``""``: whenever its screen is), and where a yes leads."""

    id: str
    label: str
    asked_if: str
    ends: tuple[End, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowScreen:
    """A screen in the order of asking; ``gates`` are the earlier screens whose answers open it.

    ``is_partly_asked``: it comes only when the condition of one of its questions holds.
    """

    id: str
    title: str
    asked_if: str
    is_partly_asked: bool
    gates: tuple[str, ...]
    questions: tuple[FlowQuestion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRule:
    """A rule that weighs several answers."""

    id: str
    when: str
    because: str
    end: End


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Everything that somebody with pain in this place may be asked."""

    place: str
    label: str
    screens: tuple[FlowScreen, ...]
    offers: tuple[FlowQuestion, ...]
    rules: tuple[FlowRule, ...]


def places(protocol: Protocol) -> dict[str, str]:
    """Return the places of pain by id, in words; each has a flow."""
    return {id: words.me for id, words in protocol.questions[REGION].option_labels.items()}


def flow(protocol: Protocol, place: str) -> Flow:
    """Return the flow for a place of pain; raise ``KeyError`` for an unknown one."""
    label = places(protocol)[place]
    known = settle(protocol, {REGION: place})
    concerning = {
        question.id
        for question in protocol.questions.values()
        if question.ask is None or truth(question.ask, known) is not Truth.NO
    }
    rules = [rule for rule in protocol.rules if truth(rule.when, known) is not Truth.NO]
    screens = (_screen(protocol, id, concerning, known, rules) for id in protocol.screens)
    offers = (q for q in protocol.questions.values() if q.offer and q.id in concerning)
    return Flow(
        place=place,
        label=label,
        screens=tuple(screen for screen in screens if screen.questions),
        offers=tuple(
            _question(protocol, offer, _together(protocol, _parts(_rest(offer, known))), rules)
            for offer in offers
        ),
        rules=tuple(_rule(protocol, rule, known) for rule in rules if rule.id not in protocol.questions),
    )


def _rest(question: Question, known: Answers) -> Condition | None:
    return simplified(question.ask, known) if question.ask else None


def _parts(condition: Condition | None) -> tuple[Condition, ...]:
    """What must hold together for a condition to hold."""
    match condition:
        case None:
            return ()
        case Count(number=number, parts=parts) if number == len(parts):
            return tuple(part for each in parts for part in _parts(each))
    return (condition,)


def _together(protocol: Protocol, parts: tuple[Condition, ...]) -> str:
    return sentence(protocol, Count(number=len(parts), parts=parts)) if parts else ""


def _screen(
    protocol: Protocol, id: str, concerning: set[str], known: Answers, rules: list[Rule]
) -> FlowScreen:
    plan = protocol.screens[id]
    asks = {q: _parts(_rest(protocol.questions[q], known)) for q in plan.questions if q in concerning}
    # What every question of a screen waits for is said once, at its head.
    first = next(iter(asks.values()), ())
    shared = tuple(part for part in first if all(part in parts for parts in asks.values()))
    own = {q: tuple(part for part in parts if part not in shared) for q, parts in asks.items()}
    return FlowScreen(
        id=id,
        title=plan.title.me,
        asked_if=_together(protocol, shared),
        is_partly_asked=all(asks.values()) and any(own.values()),
        gates=tuple(_gates(protocol, asks, id)),
        questions=tuple(
            _question(protocol, protocol.questions[q], _together(protocol, parts), rules)
            for q, parts in own.items()
        ),
    )


def _gates(protocol: Protocol, asks: dict[str, tuple[Condition, ...]], id: str) -> list[str]:
    """The earlier screens that decide about this one, in order; none when all see part of it."""
    if not all(asks.values()):
        return []
    read = {
        protocol.questions[q].screen for parts in asks.values() for part in parts for q in questions_in(part)
    }
    order = list(protocol.screens)
    return [screen for screen in order[: order.index(id)] if screen in read]


def _question(protocol: Protocol, question: Question, ask: str, rules: list[Rule]) -> FlowQuestion:
    ends = (_end(protocol, rule, {}) for rule in rules if rule.id == question.id)
    return FlowQuestion(id=question.id, label=question.label.me, asked_if=ask, ends=tuple(ends))


def _rule(protocol: Protocol, rule: Rule, known: Answers) -> FlowRule:
    rest = simplified(rule.when, known)
    when = sentence(protocol, rest) if rest else "always, for this place of pain"
    return FlowRule(id=rule.id, when=when, because=rule.because.me, end=_end(protocol, rule, known))


def _end(protocol: Protocol, rule: Rule, known: Answers) -> End:
    rest = simplified(rule.unless, known) if rule.unless else None
    return End(level=rule.level, unless=sentence(protocol, rest) if rest else "", follows=rule.follows)
