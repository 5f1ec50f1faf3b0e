import pytest

from education.checker.conditions import (
    NO,
    NOT_ASKED,
    PENDING,
    SIGN_VALUES,
    SKIPPED,
    UNSURE,
    YES,
    ConditionError,
    Truth,
    parse,
    questions_in,
    truth,
    undecided,
)

OPTIONS = {
    "fever": SIGN_VALUES,
    "rash": SIGN_VALUES,
    "stiff": SIGN_VALUES,
    "age": ("child", "adult", "older"),
}


def read(raw):
    return parse(raw, OPTIONS, lambda name: None)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (YES, Truth.YES),
        (NO, Truth.NO),
        (NOT_ASKED, Truth.NO),
        (UNSURE, Truth.UNKNOWN),
        (SKIPPED, Truth.UNKNOWN),
        (PENDING, Truth.UNKNOWN),
    ],
)
def test_a_sign_is_ruled_out_only_by_a_plain_no(answer, expected):
    assert truth(read("fever"), {"fever": answer}) is expected


def test_a_missing_answer_is_unknown():
    assert truth(read("fever"), {}) is Truth.UNKNOWN


def test_a_missing_answer_can_be_set_aside_but_not_a_doubt():
    both = read({"any": ["fever", "rash"]})
    assert truth(both, {}, missing=Truth.NO) is Truth.NO
    assert truth(both, {"fever": UNSURE}, missing=Truth.NO) is Truth.UNKNOWN


def test_maybe_counts_a_doubt_as_yes():
    assert truth(read({"maybe": "fever"}), {"fever": UNSURE}) is Truth.YES


@pytest.mark.parametrize(
    ("raw", "answers", "expected"),
    [
        ({"all": ["fever", "rash"]}, {"fever": YES}, Truth.UNKNOWN),
        ({"all": ["fever", "rash"]}, {"fever": NO}, Truth.NO),
        ({"any": ["fever", "rash"]}, {"fever": YES}, Truth.YES),
        ({"any": ["fever", "rash"]}, {"fever": NO}, Truth.UNKNOWN),
        ({"not": "fever"}, {"fever": UNSURE}, Truth.UNKNOWN),
        ({"not": "fever"}, {"fever": NO}, Truth.YES),
        ({"count": 2, "of": ["fever", "rash", "stiff"]}, {"fever": YES, "rash": YES}, Truth.YES),
        ({"count": 2, "of": ["fever", "rash", "stiff"]}, {"fever": NO, "rash": NO}, Truth.NO),
        ({"is": {"age": ["child", "older"]}}, {"age": "older"}, Truth.YES),
        ({"at_least": {"age": "adult"}}, {"age": "child"}, Truth.NO),
        ({"at_least": {"age": "adult"}}, {"age": "older"}, Truth.YES),
    ],
)
def test_conditions_combine_three_truths(raw, answers, expected):
    assert truth(read(raw), answers) is expected


def test_only_questions_that_can_still_decide_are_undecided():
    condition = read({"all": ["fever", {"any": ["rash", "stiff"]}]})
    assert undecided(condition, {"fever": YES, "rash": NO}) == {"stiff"}
    assert undecided(condition, {"fever": NO}) == set()
    assert undecided(condition, {"fever": UNSURE, "rash": YES}) == set()
    assert questions_in(condition) == {"fever", "rash", "stiff"}


@pytest.mark.parametrize(
    "raw",
    [
        "unknown",
        "age",
        {"all": []},
        {"all": ["fever"], "any": ["rash"]},
        {"count": 3, "of": ["fever"]},
        {"is": {"age": ["ancient"]}},
        {"at_least": {"age": "ancient"}},
        {"maybe": "age"},
        {"sometimes": "fever"},
        7,
    ],
)
def test_an_unreadable_condition_says_what_to_mend(raw):
    with pytest.raises(ConditionError, match=r"correct the id|use"):
        read(raw)
