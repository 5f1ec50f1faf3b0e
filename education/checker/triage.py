"""Weigh answers: the level with its reasons, and the next screen. Rules only raise."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from education.checker.conditions import (
    NOT_ASKED,
    PENDING,
    UNANSWERED,
    YES,
    Answers,
    Truth,
    grounds,
    truth,
    undecided,
)
from education.checker.parts import SPEAKER, Advice, Protocol, Question, Rule
from education.checker.patterns import Hint, hints_of, telling
from education.urgency.levels import Level


class Standing(Enum):
    """What the answers make of a rule."""

    HOLDS = "holds"
    PRESUMED = "presumed"  # holds until what softens it is known
    IN_DOUBT = "in doubt"  # a 'not sure' keeps it open
    OPEN = "open"
    NOT = "does not hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A rule, how it stands, and the level it gives so far."""

    rule: Rule
    standing: Standing
    level: Level | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why the level is what it is, in the patient's words; ``signs`` are the ticks behind a combination."""

    id: str
    level: Level
    because: str
    signs: tuple[str, ...]
    in_doubt: bool
    sources: tuple[str, ...]
    decision: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The result, its reasons most urgent first.

    ``is_finished`` is False while the level rests on what was left out.
    """

    level: Level
    reasons: tuple[Reason, ...]
    hints: tuple[Hint, ...]
    advice: tuple[Advice, ...]
    offers: tuple[Question, ...]  # one-button answers that may change this result
    open_questions: tuple[str, ...]
    is_finished: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighed:
    answers: Answers
    verdicts: tuple[Verdict, ...]
    level: Level
    floor: Level  # the level if every presumption turns out harmless


def assess(protocol: Protocol, answers: Answers) -> Assessment:
    """Return the level of the answers and every reason behind it.

    The level is that of the most urgent rule that holds, and self-care when none does. While a question of
    the first tier is open that could raise it, the level is at least advice today (evidence 0.3.5).
    """
    weighed = _weigh(protocol, answers)
    open_questions = _open(protocol, weighed)
    unfinished = any(question.tier <= 1 for question in open_questions)
    level = max(weighed.level, Level.URGENT_TODAY) if unfinished else weighed.level
    reasons = tuple(_reasons(protocol, weighed))
    if level > weighed.level:
        reasons = (_unfinished_reason(protocol, answers), *reasons)
    return Assessment(
        level=level,
        reasons=reasons,
        hints=() if level.is_emergency or unfinished else hints_of(protocol, weighed.answers),
        advice=tuple(_advice(protocol, weighed)),
        offers=tuple(_offers(protocol, weighed, level)),
        open_questions=tuple(question.id for question in open_questions),
        is_finished=not unfinished or level.is_emergency,
    )


def explain(protocol: Protocol, answers: Answers) -> tuple[Verdict, ...]:
    """Return how every rule stands, in the order of the file."""
    return _weigh(protocol, answers).verdicts


def wanted(protocol: Protocol, answers: Answers) -> tuple[Question, ...]:
    """Return the questions to ask now, in the order of their screens; none when the result stands.

    An emergency ends the questions, save those that could prove it harmless. Before that, a question is
    wanted while its answer can still change the level, or the patterns shown with it.
    """
    weighed = _weigh(protocol, answers)
    ids = _clearing(protocol, weighed)
    if not weighed.level.is_emergency:
        ids |= _deciding(protocol, weighed)
    asked = [q for q in _askable(protocol, weighed.answers, ids) if answers.get(q.id) in (None, PENDING)]
    places = list(protocol.screens)
    return tuple(sorted(asked, key=lambda question: places.index(question.screen)))


def concerning(protocol: Protocol, answers: Answers) -> tuple[Question, ...]:
    """Return the questions that may be asked of this person, whatever has been answered."""
    return tuple(_askable(protocol, settle(protocol, answers), frozenset(protocol.questions)))


def settle(protocol: Protocol, answers: Answers) -> Answers:
    """Return the answers, with 'not asked' for every question that does not concern this person."""
    settled = dict(answers)
    for question in protocol.asking_order:
        if (
            question.ask
            and settled.get(question.id) in UNANSWERED
            and truth(question.ask, settled) is Truth.NO
        ):
            settled[question.id] = NOT_ASKED
    return settled


def _weigh(protocol: Protocol, answers: Answers) -> _Weighed:
    settled = settle(protocol, answers)
    first = [_verdict(rule, settled) for rule in protocol.rules if rule.follows is None]
    level = _level(verdict.level for verdict in first)
    floor = _level(verdict.level for verdict in first if verdict.standing is not Standing.PRESUMED)
    following = sorted((rule for rule in protocol.rules if rule.follows), key=lambda rule: rule.follows or 0)
    for rule in following:
        verdict = _verdict(rule, settled)
        if rule.follows and level < rule.follows:
            verdict = Verdict(rule=rule, standing=Standing.NOT, level=None)
        if verdict.level and rule.follows:
            level = max(level, verdict.level)
            floor = max(floor, verdict.level) if floor >= rule.follows else floor
        first.append(verdict)
    return _Weighed(answers=settled, verdicts=tuple(first), level=level, floor=floor)


def _level(levels: Iterator[Level | None]) -> Level:
    return max((level for level in levels if level), default=Level.SELF_CARE)


def _verdict(rule: Rule, answers: Answers) -> Verdict:
    standing, level = _standing(rule, answers)
    return Verdict(rule=rule, standing=standing, level=level)


def _standing(rule: Rule, answers: Answers) -> tuple[Standing, Level | None]:
    holds = truth(rule.when, answers)
    softened = truth(rule.unless, answers) if rule.unless else Truth.NO
    if holds is Truth.NO or softened is Truth.YES:
        return Standing.NOT, None
    # With what is missing set aside, only a 'not sure' can leave the condition open.
    in_doubt = holds is Truth.UNKNOWN and truth(rule.when, answers, missing=Truth.NO) is Truth.UNKNOWN
    if holds is Truth.UNKNOWN and not (in_doubt and rule.doubt):
        return Standing.OPEN, None
    level = rule.doubt if in_doubt else rule.level
    if softened is Truth.UNKNOWN:
        return Standing.PRESUMED, level
    return (Standing.IN_DOUBT if in_doubt else Standing.HOLDS), level


def _softening(weighed: _Weighed) -> frozenset[str]:
    """The questions that could prove the current level too high."""
    presumed = (
        verdict.rule.unless
        for verdict in weighed.verdicts
        if verdict.standing is Standing.PRESUMED and verdict.level and verdict.level > weighed.floor
    )
    return frozenset().union(*(undecided(unless, weighed.answers) for unless in presumed if unless))


def _clearing(protocol: Protocol, weighed: _Weighed) -> frozenset[str]:
    """The softening questions, and what their screens would ask next if the level fell.

    So no screen has to come twice.
    """
    softening = _softening(weighed)
    if not softening:
        return softening
    screens = {protocol.questions[id].screen for id in softening}
    company = _raising(protocol, weighed, weighed.floor)
    return softening | {id for id in company if protocol.questions[id].screen in screens - {""}}


def _raising(protocol: Protocol, weighed: _Weighed, level: Level) -> frozenset[str]:
    """The questions that could still raise the level above this one.

    What could soften the same rule comes along when it stands on the same screen.
    """
    found: frozenset[str] = frozenset()
    for verdict in weighed.verdicts:
        rule = verdict.rule
        if rule.level > level and verdict.standing is not Standing.NOT:
            raising = undecided(rule.when, weighed.answers)
            softening = undecided(rule.unless, weighed.answers) if rule.unless and raising else frozenset()
            screens = {protocol.questions[id].screen for id in raising}
            found |= raising | {id for id in softening if protocol.questions[id].screen in screens}
    return found


def _deciding(protocol: Protocol, weighed: _Weighed) -> frozenset[str]:
    ids = (
        frozenset({SPEAKER}) | _raising(protocol, weighed, weighed.level) | telling(protocol, weighed.answers)
    )
    while more := _gates(protocol, weighed.answers, ids) - ids:
        ids |= more
    return ids


def _gates(protocol: Protocol, answers: Answers, ids: frozenset[str]) -> frozenset[str]:
    """The questions that decide whether these are asked at all."""
    asks = (protocol.questions[id].ask for id in ids)
    return frozenset().union(*(undecided(ask, answers) for ask in asks if ask))


def _askable(protocol: Protocol, answers: Answers, ids: frozenset[str]) -> list[Question]:
    questions = (
        question for question in protocol.questions.values() if question.id in ids and not question.offer
    )
    return [q for q in questions if q.ask is None or truth(q.ask, answers, missing=Truth.NO) is not Truth.NO]


def _open(protocol: Protocol, weighed: _Weighed) -> list[Question]:
    """What was left out and could still raise the level."""
    if weighed.level.is_emergency:
        return []
    ids = _raising(protocol, weighed, weighed.level)
    while more := _gates(protocol, weighed.answers, ids) - ids:
        ids |= more
    return _askable(protocol, weighed.answers, ids)


def _reasons(protocol: Protocol, weighed: _Weighed) -> Iterator[Reason]:
    """One reason for each id at its highest level, most urgent first."""
    best: dict[str, Verdict] = {}
    for verdict in weighed.verdicts:
        known = best.get(verdict.rule.id)
        if verdict.level and (known is None or not known.level or verdict.level > known.level):
            best[verdict.rule.id] = verdict
    for verdict in sorted(best.values(), key=lambda verdict: -(verdict.level or 0)):
        if verdict.level:
            yield _reason(protocol, verdict, verdict.level, weighed.answers)


def _reason(protocol: Protocol, verdict: Verdict, level: Level, answers: Answers) -> Reason:
    rule, who = verdict.rule, answers.get(SPEAKER)
    in_doubt = truth(rule.when, answers) is Truth.UNKNOWN
    because = rule.because.read_by(who)
    if in_doubt and rule.id in protocol.questions:
        label = protocol.questions[rule.id].label.read_by(who)
        because = protocol.phrases["not_sure_about"].read_by(who).format(label=label)
    return Reason(
        id=rule.id,
        level=level,
        because=because,
        signs=tuple(_signs(protocol, rule, answers)),
        in_doubt=in_doubt,
        sources=rule.sources,
        decision=rule.decision,
    )


def _signs(protocol: Protocol, rule: Rule, answers: Answers) -> Iterator[str]:
    """The labels of the signs that make a rule of several hold."""
    for id in grounds(rule.when, answers):
        question = protocol.questions[id]
        if question.is_sign and id != rule.id and answers.get(id) == YES:
            yield question.label.read_by(answers.get(SPEAKER))


def _unfinished_reason(protocol: Protocol, answers: Answers) -> Reason:
    return Reason(
        id="unfinished",
        level=Level.URGENT_TODAY,
        because=protocol.phrases["unfinished"].read_by(answers.get(SPEAKER)),
        signs=(),
        in_doubt=False,
        sources=(),
        decision=True,
    )


def _advice(protocol: Protocol, weighed: _Weighed) -> Iterator[Advice]:
    """The situations of an emergency result, those of its own level first."""
    if not weighed.level.is_emergency:
        return
    verdicts = sorted(weighed.verdicts, key=lambda verdict: -(verdict.level or 0))
    given = [verdict.rule.advice for verdict in verdicts if verdict.level and verdict.level.is_emergency]
    for id in dict.fromkeys(given):
        if id:
            yield protocol.advice[id]


def _offers(protocol: Protocol, weighed: _Weighed, level: Level) -> Iterator[Question]:
    """The buttons of a result: what was left unsaid and could change it."""
    answers = weighed.answers
    offers = (q for q in protocol.questions.values() if q.offer and q.id not in answers)
    for question in offers:
        fits = question.ask is None or truth(question.ask, answers, missing=Truth.NO) is Truth.YES
        if fits and question.follows == level and _changes(protocol, {**answers, question.id: YES}, level):
            yield question


def _changes(protocol: Protocol, answers: Answers, level: Level) -> bool:
    """True when these answers give another level, or open a question that could."""
    return _weigh(protocol, answers).level != level or bool(wanted(protocol, answers))
