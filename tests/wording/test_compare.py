"""Two editions side by side, as changed words and changed rows."""

import random
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from education.wording import compare
from education.wording.compare import Kind, compare_rows, compare_texts, is_changed

WORDS = [
    "pain",
    "the",
    "the",
    "a",
    "back",
    "\n",
    "\r\n",
    " ",
    "- ",
    "{emergency}",
    ".",
    ",",
    "**",
    "e",
    "ñ",
    "2.5",
]
TEXTS = st.one_of(st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join), st.text(max_size=60))


def sides(runs):
    """Return the old and the new text that runs add up to."""
    old = "".join(run.text for run in runs if run.kind != Kind.ADDED)
    new = "".join(run.text for run in runs if run.kind != Kind.REMOVED)
    return old, new


def shown(runs):
    """Return runs as a writer would mark them by hand."""
    marks = {Kind.KEPT: "{}", Kind.REMOVED: "[-{}-]", Kind.ADDED: "[+{}+]"}
    return "".join(marks[run.kind].format(run.text) for run in runs)


@settings(max_examples=400, deadline=None)
@given(TEXTS, TEXTS)
def test_the_runs_add_up_to_both_texts(old, new):
    assert sides(compare_texts(old, new)) == (old, new)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join), TEXTS, st.integers(0, 6))
def test_the_runs_add_up_to_both_texts_also_where_they_are_compared_in_parts(old, new, small):
    normal, compare.SMALL = compare.SMALL, small
    try:
        assert sides(compare_texts(old, new)) == (old, new)
    finally:
        compare.SMALL = normal


@given(TEXTS)
def test_a_text_is_the_same_as_itself(text):
    assert not is_changed(compare_texts(text, text))


@given(TEXTS, TEXTS)
def test_no_two_runs_of_one_kind_stand_side_by_side(old, new):
    kinds = [run.kind for run in compare_texts(old, new)]

    assert all(first != second for first, second in pairwise(kinds))


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("Rest for a day.", "Rest for two days.", "Rest for [-a day-][+two days+]."),
        ("Keep warm.", "Keep warm. Walk.", "Keep warm.[+ Walk.+]"),
        ("Keep warm. Walk.", "Keep warm.", "Keep warm.[- Walk.-]"),
        ("one\ntwo", "one two", "one[-\n-][+ +]two"),
        ("", "All new.", "[+All new.+]"),
        ("Call {emergency} now", "Call {advice} now", "Call [-{emergency} -][+{advice} +]now"),
        ("2.5 mg", "25 mg", "[-2.5 -][+25 +]mg"),
    ],
)
def test_changes_are_told_word_by_word(old, new, changes):
    assert shown(compare_texts(old, new)) == changes


def test_a_line_that_is_added_is_one_run():
    runs = compare_texts("- heat\n- rest\n", "- heat\n- walk a little\n- rest\n")

    assert [run.text for run in runs if run.kind == Kind.ADDED] == ["walk a little\n- "]


def test_a_rewritten_sentence_does_not_fall_into_crumbs():
    old = "Application of heat can result in the reduction of all discomfort experienced."
    new = "Warm packs ease pain for most people, and the best time is before the evening walk."

    assert len(compare_texts(old, new)) <= 3


def words(count, choice, seed=1):
    return " ".join(random.Random(seed).choices(choice, k=count))


VOCABULARY = [f"word{number}" for number in range(2000)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (words(10_000, VOCABULARY), words(10_000, VOCABULARY, seed=2)),
        (words(10_000, ["pain"]), words(9_000, ["pain"])),
        (words(10_000, ["a", "b", "c"]), words(10_000, ["a", "b", "c"], seed=2)),
        ("pain " * 10_000, "rest " * 10_000),
    ],
    ids=["other words in the same tongue", "one word", "three words", "nothing in common"],
)
def test_ten_thousand_words_take_a_moment(old, new):
    start = perf_counter()
    runs = compare_texts(old, new)

    assert perf_counter() - start < 5
    assert sides(runs) == (old, new)


def test_a_long_text_with_few_changes_keeps_all_the_rest():
    old = words(10_000, VOCABULARY).split()
    new = [*old[:3000], "new", *old[3000:7000], *old[7001:]]
    runs = compare_texts(" ".join(old), " ".join(new))

    assert [run.text.strip() for run in runs if run.kind != Kind.KEPT] == ["new", old[7000]]


# Rows


def row(key, **fields):
    return {"key": key, "action": f"Do {key}", **fields}


def became(old, new, **options):
    return [(found.key, found.kind.value) for found in compare_rows(old, new, **options)]


def test_rows_that_stay_are_kept():
    assert became([row("a"), row("b")], [row("a"), row("b")]) == [("a", "kept"), ("b", "kept")]


def test_an_added_row_does_not_move_the_others():
    old, new = [row("a"), row("b")], [row("x"), row("a"), row("b")]

    assert became(old, new) == [("x", "added"), ("a", "kept"), ("b", "kept")]


def test_a_removed_row_stands_where_it_was():
    old, new = [row("a"), row("b"), row("c")], [row("a"), row("c")]

    assert became(old, new) == [("a", "kept"), ("b", "removed"), ("c", "kept")]


def test_a_row_that_changes_places_is_moved_and_no_other():
    old, new = [row("a"), row("b"), row("c")], [row("c"), row("a"), row("b")]

    assert became(old, new) == [("c", "moved"), ("a", "kept"), ("b", "kept")]


def test_a_changed_row_tells_its_changed_fields_word_by_word():
    [found] = compare_rows([row("a", repeats=5, why=None)], [row("a", repeats=10, why="It helps.")])

    assert found.kind == Kind.CHANGED
    assert {name: shown(runs) for name, runs in found.fields.items()} == {
        "repeats": "[-5-][+10+]",
        "why": "[+It helps.+]",
    }


def test_a_row_can_be_changed_and_moved():
    old, new = [row("a"), row("b"), row("c")], [row("c", how="Slowly."), row("a"), row("b")]

    first = compare_rows(old, new)[0]

    assert (first.kind, first.moved) == (Kind.CHANGED, True)


def test_places_and_ids_are_not_changes():
    assert became([row("a", id=1, position=10)], [row("a", id=7, position=20)]) == [("a", "kept")]


def test_two_rows_of_one_source_are_two_rows():
    old = [{"slug": "nice", "supports": "Heat."}, {"slug": "nice", "supports": "Rest."}]

    assert became(old, old[:1], key="slug") == [("nice", "kept"), ("nice", "removed")]


@settings(deadline=None)
@given(st.lists(st.sampled_from("abcdef")), st.lists(st.sampled_from("abcdef")))
def test_each_row_of_both_lists_appears_once(old, new):
    found = compare_rows([row(key) for key in old], [row(key) for key in new])
    kinds = [each.kind for each in found]

    assert [each.key for each in found if each.kind != Kind.REMOVED] == new
    assert len(found) - kinds.count(Kind.ADDED) == len(old)
