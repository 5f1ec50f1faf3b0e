from dataclasses import replace

import pytest

from education.checker.conditions import NO, PENDING, SKIPPED, UNSURE, YES
from education.checker.screens import (
    NONE,
    ScreenError,
    answer_rows,
    keep_known,
    next_screen,
    read_choices,
    read_ticks,
    reopen,
    screens_left,
    skip,
)
from education.checker.triage import Standing, assess, explain
from education.urgency.levels import Level

ADULT = {"who": "me", "age": "40-49", "region": "low-back", "when": "days", "start": "strain"}


def run(protocol, said, so_far=ADULT):
    """Answer every screen with what is said, and no to the rest; return the answers and the screens."""
    answers, screens = dict(so_far), []
    while screen := next_screen(protocol, answers):
        screens.append(screen.id)
        answers |= {
            question.id: said.get(question.id, NO if NO in values(question) else question.options[0].value)
            for question in screen.questions
        }
    return answers, screens


def values(question):
    return {option.value for option in question.options}


def ids(screen):
    return {question.id for question in screen.questions}


def test_nothing_answered_is_never_better_than_advice_today(protocol):
    assessment = assess(protocol, {})
    assert assessment.level is Level.URGENT_TODAY
    assert not assessment.is_finished
    assert assessment.reasons[0].id == "unfinished"


def test_who_and_where_come_first_then_the_emergencies_of_heart_and_brain(protocol):
    first = next_screen(protocol, {})
    assert (first.id, first.is_ticks) == ("about", False)
    assert ids(first) == {"who", "age", "region", "when", "start"}
    assert next_screen(protocol, ADULT).id == "now"


def test_an_emergency_ends_the_questions(protocol):
    assert next_screen(protocol, {**ADULT, "heart-chest": YES}) is None


def test_a_doubt_about_the_bladder_ends_the_questions_too(protocol):
    answers = {**ADULT, "ces-cannot-pee": UNSURE}
    assert next_screen(protocol, answers) is None
    assert assess(protocol, answers).level is Level.EMERGENCY_GO
    assert assess(protocol, answers).reasons[0].in_doubt


def test_the_look_alike_is_asked_once_before_an_emergency_that_can_wait(protocol):
    answers = {**ADULT, "when": "over-3-months", "ces-both-legs-pain": YES}
    assert assess(protocol, answers).level is Level.EMERGENCY_GO
    assert next_screen(protocol, answers | dict.fromkeys(BLADDER, NO)).id in {"legs", "saddle"}


BLADDER = (
    "ces-cannot-pee",
    "ces-pee-leak",
    "ces-poo-leak",
    "ces-hard-to-start",
    "ces-weak-stream",
    "ces-no-urge",
    "ces-no-flow-feeling",
    "ces-cannot-stop-pee",
    "ces-no-bowel-feeling",
    "ces-urgency",
)


def test_both_legs_since_today_are_an_emergency_without_another_question(protocol):
    answers = {**ADULT, "when": "today", "ces-both-legs-pain": YES}
    assert next_screen(protocol, answers) is None


@pytest.mark.parametrize("answer", [YES, UNSURE, SKIPPED])
def test_the_look_alike_counts_only_when_positively_known(protocol, answer):
    foot_drop = {**ADULT, "weak-foot-drop": YES, "weak-getting-worse": NO, "foot-drop-old": answer}
    expected = Level.URGENT_TODAY if answer == YES else Level.EMERGENCY_GO
    assert assess(protocol, foot_drop).level is expected


def test_questions_of_other_regions_are_not_asked(protocol):
    _, screens = run(protocol, {})
    assert "upper-body" not in screens
    _, screens = run(protocol, {}, {**ADULT, "region": "neck"})
    assert "bladder" not in screens


def test_the_short_way_in_opens_the_bladder_list_for_the_neck(protocol):
    _, screens = run(protocol, {"ces-gate": UNSURE}, {**ADULT, "region": "neck"})
    assert {"bladder", "saddle"} <= set(screens)


def test_a_harmless_run_is_short_and_ends_in_self_care(protocol):
    answers, screens = run(protocol, {"local-ache": YES})
    assert assess(protocol, answers).level is Level.SELF_CARE
    assert len(screens) <= 10


def test_a_screen_that_changes_nothing_is_not_shown(protocol):
    harmless, _ = run(protocol, {})
    urgent, _ = run(protocol, {"inf-fever": YES})
    assert "sev-worse" in harmless
    assert "sev-worse" not in urgent


def test_none_of_these_is_no_to_all_shown(protocol):
    screen = next_screen(protocol, ADULT)
    assert read_ticks(screen, [NONE]) == dict.fromkeys(ids(screen), NO)


def test_not_sure_about_some_asks_again_about_the_unticked_ones(protocol):
    screen = next_screen(protocol, {**ADULT, "region": "neck"})
    answers = {**ADULT, "region": "neck", **read_ticks(screen, [UNSURE])}
    follow_up = next_screen(protocol, answers)
    assert follow_up.is_follow_up
    assert not follow_up.is_ticks
    assert ids(follow_up) == ids(screen)
    assert values(follow_up.questions[0]) == {YES, NO, UNSURE}
    answered = read_choices(follow_up, dict.fromkeys(ids(follow_up), NO))
    assert next_screen(protocol, {**answers, **answered}).id == "upper-body"


def test_a_tick_beside_not_sure_is_a_yes(protocol):
    screen = next_screen(protocol, ADULT)
    answers = read_ticks(screen, ["stroke-face", UNSURE])
    assert answers["stroke-face"] == YES
    assert answers["heart-chest"] == PENDING


@pytest.mark.parametrize(
    ("ticked", "code"),
    [
        ([], "nothing"),
        ([NONE, "heart-chest"], "none-and-more"),
        ([NONE, UNSURE], "none-and-more"),
        (["x"], "unknown"),
    ],
)
def test_ticks_that_are_no_answer_say_so(protocol, ticked, code):
    with pytest.raises(ScreenError) as raised:
        read_ticks(next_screen(protocol, ADULT), ticked)
    assert raised.value.code == code


@pytest.mark.parametrize(("chosen", "code"), [({}, "unanswered"), ({"who": "nobody"}, "unknown")])
def test_choices_that_are_no_answer_name_the_question(protocol, chosen, code):
    with pytest.raises(ScreenError) as raised:
        read_choices(next_screen(protocol, {}), chosen)
    assert (raised.value.code, raised.value.question) == (code, "who")


def test_a_list_left_out_means_advice_today_and_says_what_is_open(protocol):
    screen = reopen(protocol, "saddle", ADULT)
    answers, screens = run(protocol, {}, {**ADULT, **skip(screen)})
    assessment = assess(protocol, answers)
    assert "saddle" not in screens
    assert assessment.level is Level.URGENT_TODAY
    assert "ces-wipe" in assessment.open_questions


def test_a_screen_can_be_opened_again_with_everything_on_it(protocol):
    answers, _ = run(protocol, {})
    assert {"ces-wipe", "ces-both-legs-pain"} <= ids(reopen(protocol, "saddle", answers))
    assert reopen(protocol, "pregnancy", answers) is None
    assert reopen(protocol, "nowhere", answers) is None


def test_answers_are_listed_in_the_order_of_the_screens(protocol):
    answers, _ = run(protocol, {"time-often": YES})
    rows = answer_rows(protocol, answers)
    assert rows[0].question == "who"
    assert [row.answer for row in rows if row.question == "time-often"] == ["Yes"]
    assert [row.answer for row in rows if row.question == "region"] == ["Low back or buttock"]


def test_old_and_strange_answers_are_dropped(protocol):
    answers = {"age": "40-49", "region": "elbow", "inf-fever": YES, "gone": YES, "inf-shaking": PENDING}
    assert keep_known(protocol, answers) == {"age": "40-49", "inf-fever": YES, "inf-shaking": PENDING}


def test_progress_is_the_number_of_screens_that_are_left(protocol):
    _, screens = run(protocol, {})
    assert screens_left(protocol, ADULT) == len(screens)
    assert screens_left(protocol, {**ADULT, "heart-chest": YES}) == 0


def test_the_button_old_and_checked_is_the_only_way_down_for_a_numb_bottom(protocol):
    answers = {**ADULT, "ces-saddle-bottom": YES}
    assert [offer.id for offer in assess(protocol, answers).offers] == ["ces-old", "no-safe-ride"]
    answers["ces-old"] = YES
    assert assess(protocol, answers).level is Level.EMERGENCY_GO
    assert next_screen(protocol, answers).id == "old-signs"
    assert assess(protocol, {**answers, "ces-time": UNSURE, "ces-checked": YES}).level is Level.EMERGENCY_GO
    assert assess(protocol, {**answers, "ces-time": NO, "ces-checked": NO}).level is Level.EMERGENCY_GO
    settled = assess(protocol, {**answers, "ces-time": NO, "ces-checked": YES})
    assert "ces-settled" in {reason.id for reason in settled.reasons}


def test_no_button_is_offered_that_changes_nothing(protocol):
    answers = {**ADULT, "ces-saddle-bottom": YES, "inf-shaking": YES, "inf-fever": NO}
    assert [offer.id for offer in assess(protocol, answers).offers] == ["no-safe-ride"]


def test_reasons_are_in_the_patients_words_with_the_signs_behind_them(protocol):
    reason = assess(protocol, {**ADULT, "inf-fever": YES, "inf-inject": YES}).reasons[0]
    assert reason.id == "R5"
    assert reason.because.startswith("You said you have fever")
    assert reason.signs[1] == "You injected drugs in the last 3 months"


def test_a_doubt_is_named_as_a_doubt(protocol):
    reason = assess(protocol, {**ADULT, "weak-leg-gives-way": UNSURE}).reasons[-1]
    assert "not sure" in reason.because


def test_an_emergency_brings_its_advice_and_no_patterns(protocol):
    assessment = assess(protocol, {**ADULT, "ces-wipe": YES})
    assert [advice.id for advice in assessment.advice] == ["cauda-equina"]
    assert assessment.hints == ()


def test_patterns_are_shown_with_what_fits_and_what_does_not(protocol):
    answers, _ = run(protocol, {"leg-pain": YES, "numb-one-limb-steady": YES, "local-ache": YES})
    hint = next(hint for hint in assess(protocol, answers).hints if hint.id == "nerve-low-back")
    assert len(hint.fits) == 2
    assert hint.against == ("The sore spot stays in one place.",)


def test_at_most_three_patterns_are_shown(protocol):
    answers, _ = run(protocol, dict.fromkeys(("local-ache", "time-often", "leg-pain", "mind-cope"), YES))
    assert 1 <= len(assess(protocol, answers).hints) <= 3


def test_an_explanation_tells_how_every_rule_stands(protocol):
    verdicts = explain(protocol, {**ADULT, "inf-fever": YES})
    standings = {(verdict.rule.id, verdict.rule.level): verdict.standing for verdict in verdicts}
    assert len(verdicts) == len(protocol.rules)
    assert standings["inf-fever", Level.URGENT_TODAY] is Standing.HOLDS
    assert standings["R5", Level.EMERGENCY_GO] is Standing.OPEN
    assert standings["fx-big-accident", Level.EMERGENCY_CALL] is Standing.NOT


def test_a_rule_on_top_of_a_level_needs_that_level(protocol):
    answers, _ = run(protocol, {})
    assert assess(protocol, {**answers, "no-safe-ride": YES}).level is Level.SELF_CARE
    stuck = {**ADULT, "sev-severe": YES, "no-care-today": YES, "no-safe-ride": YES}
    assert assess(protocol, stuck).level is Level.EMERGENCY_CALL


def test_without_rules_every_answer_is_self_care(protocol):
    assert assess(replace(protocol, rules=()), ADULT).level is Level.SELF_CARE
