"""What must hold for any answers whatever, tried on random ones."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from education.checker.conditions import NO, PENDING, SKIPPED, UNSURE, YES, Truth, truth
from education.checker.protocol import load_protocol
from education.checker.screens import next_screen, read_choices, read_ticks, skip
from education.checker.triage import assess, settle
from education.urgency.levels import Level
from tests.checker.conftest import FOLDER

PROTOCOL = load_protocol(FOLDER, "en")
EMERGENCY_SIGNS = sorted(
    rule.id for rule in PROTOCOL.rules if rule.id in PROTOCOL.questions and rule.level.is_emergency
)
FEW = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def some_answers(seed: int, share: float) -> dict[str, str]:
    """Answers to a share of the questions, mostly 'no' as in life."""
    chance = random.Random(seed)
    answers = {}
    for question in PROTOCOL.questions.values():
        if chance.random() < share:
            marks = (NO, NO, SKIPPED, PENDING) if question.is_sign else (SKIPPED,)
            answers[question.id] = chance.choice(question.options + marks)
    return answers


answers_strategy = st.builds(some_answers, st.integers(0, 10**9), st.sampled_from((0.05, 0.3, 0.7, 1.0)))


@FEW
@given(answers=answers_strategy, sign=st.sampled_from(EMERGENCY_SIGNS))
def test_adding_an_emergency_answer_never_lowers_the_level(answers, sign):
    assert assess(PROTOCOL, {**answers, sign: YES}).level >= assess(PROTOCOL, answers).level


@pytest.mark.slow
@FEW
@given(answers=answers_strategy, sign=st.sampled_from(EMERGENCY_SIGNS))
def test_not_sure_and_not_answered_never_count_as_no(answers, sign):
    without = {id: value for id, value in answers.items() if id != sign}
    cleared = assess(PROTOCOL, {**without, sign: NO}).level
    for unclear in ({**without, sign: UNSURE}, {**without, sign: SKIPPED}, without):
        assert assess(PROTOCOL, unclear).level >= cleared


@FEW
@given(answers=answers_strategy)
def test_the_level_is_never_below_a_rule_that_holds(answers):
    settled = settle(PROTOCOL, answers)
    level = assess(PROTOCOL, answers).level
    for rule in PROTOCOL.rules:
        softened = rule.unless is not None and truth(rule.unless, settled) is Truth.YES
        if rule.follows is None and truth(rule.when, settled) is Truth.YES and not softened:
            assert level >= rule.level, rule.id


@pytest.mark.slow
@FEW
@given(answers=answers_strategy, seed=st.integers())
def test_the_order_of_answers_does_not_matter(answers, seed):
    shuffled = list(answers.items())
    random.Random(seed).shuffle(shuffled)
    assert assess(PROTOCOL, dict(shuffled)) == assess(PROTOCOL, answers)
    assert next_screen(PROTOCOL, dict(shuffled)) == next_screen(PROTOCOL, answers)


@pytest.mark.slow
@FEW
@given(seed=st.integers())
def test_every_run_ends_with_every_question_asked_once(seed):
    chance = random.Random(seed)
    answers, asked = {}, []
    while screen := next_screen(PROTOCOL, answers):
        ids = [question.id for question in screen.questions]
        asked += [] if screen.is_follow_up else ids
        answers |= anything(screen, chance)
    assert len(asked) == len(set(asked))


def anything(screen, chance):
    if chance.random() < 0.1:
        return skip(screen)
    if screen.is_ticks:
        ticks = {question.id for question in screen.questions if chance.random() < 0.05}
        return read_ticks(screen, ticks | ({UNSURE} if chance.random() < 0.2 else set()) or {"none"})
    return read_choices(screen, {q.id: chance.choice(q.options).value for q in screen.questions})


WELL = {question.id: NO for question in PROTOCOL.questions.values() if question.is_sign}
WELL |= {"who": "me", "age": "18-39", "region": "several", "when": "days", "start": "posture"}


def test_a_person_with_nothing_to_report_may_care_for_themself():
    assert assess(PROTOCOL, WELL).level is Level.SELF_CARE


@pytest.mark.parametrize("sign", EMERGENCY_SIGNS)
def test_an_emergency_sign_that_is_not_sure_means_advice_today_at_least(sign):
    level = assess(PROTOCOL, {**WELL, sign: UNSURE}).level
    assert level >= Level.URGENT_TODAY
    if sign.startswith(("ces-", "heart-", "aorta-", "lung-")):
        assert level >= assess(PROTOCOL, {**WELL, sign: YES}).level
