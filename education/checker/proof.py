"""Prove a protocol whole: everything known, everything reachable, everything sourced."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError
from pathlib import Path

from education.checker.conditions import NOT_ASKED, YES, Condition, Count, Fact, Not, Said, questions_in
from education.checker.parts import SPEAKER, Protocol, ProtocolError, Question, Rule
from education.urgency.levels import Level


def prove(protocol: Protocol, path: Path) -> None:
    """Raise ``ProtocolError`` for the first fault, with the file, the id and the mend."""
    for id, fault in _faults(protocol):
        raise ProtocolError(f"{path}: {id}: {fault}")


def _faults(protocol: Protocol) -> Iterator[tuple[str, str]]:
    try:
        order = protocol.asking_order
    except CycleError as error:
        yield str(error.args[1][0]), "is asked only when its own answer is known; break the circle of ask_if."
        return
    for question in order:
        yield from _faults_of_question(protocol, question)
    for screen in protocol.screens.values():
        if not screen.questions:
            yield screen.id, "has no question; give it one or remove the screen."
        signs = [protocol.questions[id].is_sign for id in screen.questions]
        if screen.is_ticks and not all(signs):
            yield screen.id, "is a tick-list with a question that is no sign; make its kind choices."
    for rule in protocol.rules:
        yield from _faults_of_rule(protocol, rule)
    for level in Level:
        if level is not Level.SELF_CARE and all(rule.level is not level for rule in protocol.rules):
            yield level.slug, "is a level that no rule reaches; add a rule."
    used = {rule.advice for rule in protocol.rules}
    for advice in protocol.advice.values():
        if advice.id not in used:
            yield advice.id, "is advice that no rule gives; use it or remove it."
    for pattern in protocol.patterns:
        if not pattern.sources or not 0 < pattern.needs <= len(pattern.toward):
            yield pattern.id, "needs a source and between one and all of its features."


def _faults_of_question(protocol: Protocol, question: Question) -> Iterator[tuple[str, str]]:
    if not question.offer and question.screen not in protocol.screens:
        yield question.id, f"stands on the unknown screen {question.screen!r}; correct it."
    if not question.sources and not question.decision:
        yield question.id, "has no source; add sources, or decision = true."
    if not reachable(protocol, Said(question=question.id, values=question.options)):
        yield question.id, "can never be asked; correct its regions or ask_if."
    if not question.offer and not any(question.id in ids for ids in _readers(protocol)):
        yield question.id, "changes nothing; give it a level, use it in a rule or remove it."


def _readers(protocol: Protocol) -> Iterator[frozenset[str]]:
    """The questions read by each rule, ask_if and pattern; the speaker is read by the words."""
    yield frozenset({SPEAKER})
    for rule in protocol.rules:
        yield questions_in(rule.when)
        if rule.unless:
            yield questions_in(rule.unless)
    for question in protocol.questions.values():
        if question.ask:
            yield questions_in(question.ask)
    for pattern in protocol.patterns:
        for feature in pattern.toward + pattern.away:
            yield questions_in(feature.when)


def _faults_of_rule(protocol: Protocol, rule: Rule) -> Iterator[tuple[str, str]]:
    if not rule.sources and not rule.decision:
        yield rule.id, "has no source; add sources, or decision = true."
    if rule.advice and rule.advice not in protocol.advice:
        yield rule.id, f"gives the unknown advice {rule.advice!r}; correct it."
    if rule.doubt and rule.doubt > rule.level:
        yield rule.id, "is more urgent in doubt than when it holds; lower unsure."
    if rule.follows and rule.follows >= rule.level:
        yield rule.id, "would lower the level it follows; raise its level."
    condition = Count(number=2, parts=(rule.when, Not(part=rule.unless))) if rule.unless else rule.when
    if not reachable(protocol, condition):
        yield rule.id, "can never hold; correct its condition."
    if rule.unless and not reachable(protocol, rule.unless):
        yield rule.id, "has an 'unless' that can never hold; correct it."


def reachable(protocol: Protocol, condition: Condition) -> bool:
    """True when some answers, each to a question that is then asked, make the condition hold."""
    return next(_answers_for(protocol, condition, True, {}), None) is not None


def _answers_for(
    protocol: Protocol, condition: Condition, wanted: bool, answers: Mapping[str, str]
) -> Iterator[Mapping[str, str]]:
    """Yield ways to extend the answers so that the condition holds, or is ruled out."""
    match condition:
        case Said(question=id, values=values):
            yield from _answer(protocol, protocol.questions[id], values, wanted, answers)
        case Not(part=part):
            yield from _answers_for(protocol, part, not wanted, answers)
        case Fact(part=part):
            yield from _answers_for(protocol, part, wanted, answers)
        case Count(number=number, parts=parts):
            needed = number if wanted else len(parts) - number + 1
            yield from _answers_for_some(protocol, needed, parts, wanted, answers)


def _answers_for_some(
    protocol: Protocol, needed: int, parts: tuple[Condition, ...], wanted: bool, answers: Mapping[str, str]
) -> Iterator[Mapping[str, str]]:
    if needed == 0:
        yield answers
    elif len(parts) >= needed:
        for extended in _answers_for(protocol, parts[0], wanted, answers):
            yield from _answers_for_some(protocol, needed - 1, parts[1:], wanted, extended)
        yield from _answers_for_some(protocol, needed, parts[1:], wanted, answers)


def _answer(
    protocol: Protocol, question: Question, values: tuple[str, ...], wanted: bool, answers: Mapping[str, str]
) -> Iterator[Mapping[str, str]]:
    if question.id in answers:
        if (answers[question.id] in values) is wanted:
            yield answers
        return
    for value in question.options:
        if (value in values) is wanted:
            extended = {**answers, question.id: value}
            yield from (
                _answers_for(protocol, question.ask, True, extended) if question.ask else iter((extended,))
            )
    if not wanted and YES in values:
        yield {**answers, question.id: NOT_ASKED}
