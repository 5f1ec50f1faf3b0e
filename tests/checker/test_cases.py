"""The worked examples beside the protocol; each rule must be missed by at least one when it is changed."""

from dataclasses import replace
from functools import cache

import pytest

from education.checker.cases import load_cases, walk
from education.checker.protocol import load_protocol
from education.checker.triage import Standing, assess, explain
from education.urgency.levels import Level
from tests.checker.conftest import FOLDER

pytestmark = pytest.mark.xdist_group("cases")  # they share what walking the stories found

PROTOCOL = load_protocol(FOLDER, "en")
CASES = load_cases(FOLDER)
STORIES = [f"{case.source}: {case.story}" for case in CASES]


@cache
def walked(number):
    return walk(PROTOCOL, CASES[number])


def passes(protocol, number):
    case = CASES[number]
    assessment = assess(protocol, {**walked(number).answers, **case.answers})
    foremost = {reason.id for reason in assessment.reasons if reason.level == assessment.level}
    return assessment.level == case.level and set(case.because) <= foremost


@pytest.mark.parametrize("number", range(len(CASES)), ids=STORIES)
def test_a_worked_example_gets_its_level_and_reasons(number):
    assert passes(PROTOCOL, number)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(CASES)), ids=STORIES)
def test_a_person_who_answers_screen_by_screen_gets_that_level(number):
    found, expected = walked(number).assessment.level, CASES[number].level
    # An emergency ends the questions, so a call can be found as a go.
    assert found == expected or (found.is_emergency and expected.is_emergency)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(CASES)), ids=STORIES)
def test_everything_a_story_tells_is_asked_unless_the_level_is_settled(number):
    walk_ = walked(number)
    if not walk_.assessment.level.is_emergency:
        untold = set(CASES[number].answers) - set(walk_.answers)
        assert all(level_without(number, id) == CASES[number].level for id in untold)


def level_without(number, id):
    answers = {**walked(number).answers, **CASES[number].answers}
    return assess(PROTOCOL, {**answers, id: "no"}).level


def test_no_story_is_told_twice():
    assert len(STORIES) == len(set(STORIES))


@pytest.mark.slow
def test_half_of_the_stories_need_ten_screens_or_fewer():
    lengths = sorted(len(walked(number).screens) for number in range(len(CASES)))
    assert lengths[len(lengths) // 2] <= 10
    assert lengths[-1] <= 20


@pytest.mark.parametrize("region", PROTOCOL.questions["region"].options)
@pytest.mark.parametrize("age", ["18-39", "75+"])
def test_a_harmless_run_is_ten_screens_or_fewer_in_one_region(region, age):
    answers = {"region": region, "age": age}
    case = replace(CASES[0], answers=answers, skips=())
    run = walk(PROTOCOL, case)
    assert run.assessment.level == Level.SELF_CARE
    assert len(run.screens) <= (10 if region != "several" else 14)


@cache
def cases_of_rules():
    """The cases in which each rule has a say, by the rule's place in the protocol."""
    found = {place: [] for place in range(len(PROTOCOL.rules))}
    places = {id(rule): place for place, rule in enumerate(PROTOCOL.rules)}
    for number, case in enumerate(CASES):
        for verdict in explain(PROTOCOL, {**walked(number).answers, **case.answers}):
            if verdict.standing not in (Standing.NOT, Standing.OPEN):
                found[places[id(verdict.rule)]].append(number)
    return found


def with_rule(place, *rules):
    return replace(PROTOCOL, rules=(*PROTOCOL.rules[:place], *rules, *PROTOCOL.rules[place + 1 :]))


def name_of(place):
    return f"{PROTOCOL.rules[place].id}-{PROTOCOL.rules[place].level.slug}"


@pytest.mark.slow
@pytest.mark.parametrize("place", range(len(PROTOCOL.rules)), ids=name_of)
def test_dropping_or_lowering_a_rule_breaks_a_worked_example(place):
    rule = PROTOCOL.rules[place]
    lower = Level(max(rule.level - 1, Level.SELF_CARE))
    doubt = min(lower, rule.doubt) if rule.doubt else None
    for mutant in (with_rule(place), with_rule(place, replace(rule, level=lower, doubt=doubt))):
        assert any(not passes(mutant, number) for number in cases_of_rules()[place])
