"""Conditions, rules and questions in words that a clinician reads. Plain Python, no Django."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from education.checker.conditions import NO, YES, Answers, Condition, Count, Fact, Not, Said, Truth, truth
from education.checker.parts import Protocol, Question, Rule

RANGE_FROM = 3  # so many neighboring options are written as a range


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A condition as a nested list: a line, and what hangs below it. ``fact`` is the name of a named one."""

    text: str
    parts: tuple["Outline", ...] = ()
    fact: str = ""


def outline(protocol: Protocol, condition: Condition, *, opened: bool = False) -> Outline:
    """Return a condition as a nested list; ``opened`` writes out what named conditions stand for."""
    match condition:
        case Said():
            return Outline(text=_said(protocol, condition))
        case Fact(name=name, part=part):
            below = (outline(protocol, part, opened=True),) if opened else ()
            return Outline(text=f"{name}, which is:" if opened else name, parts=below, fact=name)
        case Not(part=Said() as said) if set(said.values) >= {YES}:
            return Outline(text=f"“{protocol.questions[said.question].label.me}”: no")
        case Not(part=part):
            return Outline(text="this does not hold:", parts=(outline(protocol, part, opened=opened),))
        case Count(number=number, parts=parts):
            if len(parts) == 1:
                return outline(protocol, parts[0], opened=opened)
            return Outline(
                text=f"{_how_many(number, len(parts))}:",
                parts=tuple(outline(protocol, each, opened=opened) for each in parts),
            )


def lines_of(outline: Outline, depth: int = 0) -> Iterator[str]:
    """Yield the lines of an outline, each part indented below its head."""
    yield f"{'    ' * depth}- {outline.text}"
    for part in outline.parts:
        yield from lines_of(part, depth + 1)


def sentence(protocol: Protocol, condition: Condition) -> str:
    """Return a condition on one line; named conditions stand in square brackets."""
    match condition:
        case Said():
            return _said(protocol, condition)
        case Fact(name=name):
            return f"[{name}]"
        case Not(part=Said() as said) if set(said.values) >= {YES}:
            return f"“{protocol.questions[said.question].label.me}”: no"
        case Not(part=part):
            return f"NOT {_bracketed(protocol, part)}"
        case Count(number=number, parts=parts):
            if len(parts) == 1:
                return sentence(protocol, parts[0])
            lines = [_bracketed(protocol, part) for part in parts]
            if number in (1, len(parts)):
                return (" OR " if number == 1 else " AND ").join(lines)
            return f"{_how_many(number, len(parts))}: " + "; ".join(lines)


def simplified(condition: Condition, known: Answers) -> Condition | None:
    """Return what is left of a condition once these answers are known; ``None`` when they make it hold.

    A condition that they rule out is returned as it is: ask ``truth`` first.
    """
    found = truth(condition, known)
    if found is Truth.YES:
        return None
    if found is Truth.NO or not isinstance(condition, Count):
        return condition
    holding = [part for part in condition.parts if truth(part, known) is Truth.YES]
    left = [part for part in condition.parts if truth(part, known) is Truth.UNKNOWN]
    parts = tuple(rest for part in left if (rest := simplified(part, known)) is not None)
    return Count(number=condition.number - len(holding), parts=parts)


def named_conditions(protocol: Protocol) -> Mapping[str, Condition]:
    """Return the named conditions that rules and questions use, in the order of the protocol."""
    used: set[str] = set()
    for condition in _conditions(protocol):
        used |= set(_names(condition))
    return {name: part for name, part in protocol.facts.items() if name in used}


def rule_text(protocol: Protocol, rule: Rule) -> str:
    """Return everything that a rule says, line by line, with nothing left to look up."""
    lines = [f"{rule.id}: {rule.level.slug}", "when", *_opened(protocol, rule.when)]
    if rule.unless:
        lines += ["unless", *_opened(protocol, rule.unless)]
    if rule.follows:
        lines.append(f"only on top of {rule.follows.slug}")
    lines.append(f"in doubt: {rule.doubt.slug if rule.doubt else 'no level'}")
    lines.append(f"the person reads: {rule.because.me}")
    lines.append(f"sources: {', '.join(rule.sources) or 'none'}")
    return "\n".join(lines)


def question_text(protocol: Protocol, question: Question) -> str:
    """Return everything that a question says, line by line."""
    lines = [f"{question.id}: “{question.label.me}”"]
    if not question.is_sign:
        lines.append("answers: " + "; ".join(words.me for words in question.option_labels.values()))
    if question.ask:
        lines += ["asked if", *_opened(protocol, question.ask)]
    if question.help:
        lines.append(f"help: {question.help.me}")
    lines.append(f"sources: {', '.join(question.sources) or 'none'}")
    return "\n".join(lines)


def _opened(protocol: Protocol, condition: Condition) -> Iterator[str]:
    return lines_of(outline(protocol, condition, opened=True))


def _how_many(number: int, parts: int) -> str:
    if number == parts:
        return "all of these"
    return "any of these" if number == 1 else f"at least {number} of these"


def _bracketed(protocol: Protocol, condition: Condition) -> str:
    text = sentence(protocol, condition)
    return f"({text})" if isinstance(condition, Count) and len(condition.parts) > 1 else text


def _said(protocol: Protocol, said: Said) -> str:
    question = protocol.questions[said.question]
    if question.is_sign:
        answers = {YES: "", NO: ": no"}
        if set(said.values) == {YES}:
            return f"“{question.label.me}”"
        ending = answers.get(said.values[0]) if len(said.values) == 1 else ": yes or not sure"
        return f"“{question.label.me}”{ending or ': not sure'}"
    return f"“{question.label.me}”: {_choices(question, said.values)}"


def _choices(question: Question, values: tuple[str, ...]) -> str:
    """Name the chosen options, neighbors as a range."""
    labels = {value: words.me for value, words in question.option_labels.items()}
    places = sorted(question.options.index(value) for value in values)
    runs: list[list[int]] = []
    for place in places:
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    names: list[str] = []
    for run in runs:
        ends = [labels[question.options[place]] for place in run]
        names += [f"{ends[0]} … {ends[-1]}"] if len(ends) >= RANGE_FROM else ends
    return " / ".join(names)


def _conditions(protocol: Protocol) -> Iterator[Condition]:
    for rule in protocol.rules:
        yield rule.when
        if rule.unless:
            yield rule.unless
    for question in protocol.questions.values():
        if question.ask:
            yield question.ask


def _names(condition: Condition) -> Iterator[str]:
    match condition:
        case Fact(name=name, part=part):
            yield name
            yield from _names(part)
        case Not(part=part):
            yield from _names(part)
        case Count(parts=parts):
            for part in parts:
                yield from _names(part)
