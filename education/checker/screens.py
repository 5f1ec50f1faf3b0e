"""Screens: what a form shows next, and how its raw values become answers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import ceil

from education.checker.conditions import NO, PENDING, SKIPPED, UNSURE, YES, Answers
from education.checker.parts import SPEAKER, Protocol, Question, ScreenPlan
from education.checker.triage import concerning, wanted

NONE = "none"  # 'No, none of these'; stands alone
MOST_TICKS = 13  # a longer list is shown in equal parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One possible answer, with its words."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question in the words of the person who reads it."""

    id: str
    label: str
    why: str
    help: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One screen: a tick-list, or choices of one answer each.

    ``is_follow_up`` marks the choices that clear up 'not sure about some of these'.
    """

    id: str
    is_ticks: bool
    is_follow_up: bool
    title: str
    hint: str
    questions: tuple[Asked, ...]
    none: Option
    unsure: Option


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One answer to read again, and the screen where it can be changed."""

    screen: str
    title: str
    question: str
    label: str
    value: str
    answer: str


class ScreenError(ValueError):
    """Raw values that are no answers. ``code``: nothing, none-and-more, unknown or unanswered."""

    def __init__(self, code: str, question: str = "") -> None:
        super().__init__(f"{code} {question}".strip())
        self.code, self.question = code, question


def next_screen(protocol: Protocol, answers: Answers) -> Screen | None:
    """Return the screen to show now, or None when the result stands.

    'Not sure about some of these' is cleared up first, and asks only about what was left unticked.
    """
    questions = wanted(protocol, answers)
    pending = [question for question in questions if answers.get(question.id) == PENDING]
    if chosen := pending or questions:
        plan = protocol.screens[chosen[0].screen]
        on_it = [question for question in chosen if question.screen == plan.id]
        return _screen(protocol, plan, _part(on_it), answers.get(SPEAKER), is_follow_up=bool(pending))
    return None


def _part(questions: list[Question]) -> list[Question]:
    """The first of the equal parts of a long list."""
    parts = ceil(len(questions) / MOST_TICKS)
    return questions[: ceil(len(questions) / parts)]


def reopen(protocol: Protocol, id: str, answers: Answers) -> Screen | None:
    """Return a screen with every question on it that concerns this person, to change an answer."""
    plan = protocol.screens.get(id)
    questions = [question for question in concerning(protocol, answers) if question.screen == id]
    return _screen(protocol, plan, questions, answers.get(SPEAKER)) if plan and questions else None


def read_ticks(screen: Screen, ticked: Collection[str]) -> Answers:
    """Return the answers of a tick-list.

    Ticked is yes. The rest is no, or waits for the follow-up screen when 'not sure about some' is ticked too.
    Raises ``ScreenError`` for no tick at all, an unknown one, or 'none of these' beside another.
    """
    ids = {question.id for question in screen.questions}
    if not ticked:
        raise ScreenError("nothing")
    if strangers := set(ticked) - ids - {NONE, UNSURE}:
        raise ScreenError("unknown", min(strangers))
    if NONE in ticked and len(set(ticked)) > 1:
        raise ScreenError("none-and-more")
    rest = PENDING if UNSURE in ticked else NO
    return {id: YES if id in ticked else rest for id in ids}


def read_choices(screen: Screen, chosen: Mapping[str, str]) -> Answers:
    """Return the answers of a screen of choices; raise ``ScreenError`` for a missing or unknown one."""
    for question in screen.questions:
        if not chosen.get(question.id):
            raise ScreenError("unanswered", question.id)
        if chosen[question.id] not in {option.value for option in question.options}:
            raise ScreenError("unknown", question.id)
    return {question.id: chosen[question.id] for question in screen.questions}


def skip(screen: Screen) -> Answers:
    """Return the answers of a screen that the person leaves out."""
    return {question.id: SKIPPED for question in screen.questions}


def keep_known(protocol: Protocol, answers: Mapping[str, str]) -> Answers:
    """Return the answers that this version of the protocol still understands."""
    marks = {SKIPPED, PENDING}
    return {
        id: value
        for id, value in answers.items()
        if id in protocol.questions and (value in protocol.questions[id].options or value in marks)
    }


def screens_left(protocol: Protocol, answers: Answers) -> int:
    """Return how many screens are left if nothing more is ticked: what honest progress can promise."""
    count, so_far = 0, dict(answers)
    while screen := next_screen(protocol, so_far):
        count += 1
        so_far |= {question.id: _harmless(protocol.questions[question.id]) for question in screen.questions}
    return count


def answer_rows(protocol: Protocol, answers: Answers) -> tuple[AnswerRow, ...]:
    """Return every answer given, in the order of the screens, in words."""
    who = answers.get(SPEAKER)
    given = (protocol.questions[id] for id in protocol.questions if answers.get(id) not in (None, PENDING))
    places = [*protocol.screens, ""]
    return tuple(
        _row(protocol, q, answers[q.id], who) for q in sorted(given, key=lambda q: places.index(q.screen))
    )


def _row(protocol: Protocol, question: Question, value: str, who: str | None) -> AnswerRow:
    words = {option.value: option.label for option in _options(protocol, question, who)}
    return AnswerRow(
        screen=question.screen,
        title=protocol.screens[question.screen].title.read_by(who) if question.screen else "",
        question=question.id,
        label=question.label.read_by(who),
        value=value,
        answer=words.get(value) or protocol.phrases["skipped"].read_by(who),
    )


def _harmless(question: Question) -> str:
    return NO if NO in question.options else question.options[0]


def _screen(
    protocol: Protocol,
    plan: ScreenPlan,
    questions: list[Question],
    who: str | None,
    *,
    is_follow_up: bool = False,
) -> Screen:
    phrase = protocol.phrases
    return Screen(
        id=plan.id,
        is_ticks=plan.is_ticks and not is_follow_up,
        is_follow_up=is_follow_up,
        title=(phrase["follow_up"] if is_follow_up else plan.title).read_by(who),
        hint="" if is_follow_up or not plan.hint else plan.hint.read_by(who),
        questions=tuple(_asked(protocol, question, who) for question in questions),
        none=Option(value=NONE, label=plan.none.read_by(who)),
        unsure=Option(value=UNSURE, label=phrase["unsure_about_some"].read_by(who)),
    )


def _asked(protocol: Protocol, question: Question, who: str | None) -> Asked:
    return Asked(
        id=question.id,
        label=question.label.read_by(who),
        why=question.why.read_by(who) if question.why else "",
        help=question.help.read_by(who) if question.help else "",
        options=_options(protocol, question, who),
    )


def _options(protocol: Protocol, question: Question, who: str | None) -> tuple[Option, ...]:
    words = protocol.phrases if question.is_sign else question.option_labels
    return tuple(Option(value=value, label=words[value].read_by(who)) for value in question.options)
