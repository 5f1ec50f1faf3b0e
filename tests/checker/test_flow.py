"""The drawing of the flow, the words in which conditions are read, and what the safety file is made of."""

import tomllib
from dataclasses import replace
from pathlib import Path
from shutil import copy
from xml.etree import ElementTree

import pytest

from education.checker.conditions import Count, Fact, Not, Said
from education.checker.decisions import load_decisions, marked
from education.checker.flow import LANES, WIDTH, drawing, flow, places
from education.checker.parts import ProtocolError
from education.checker.protocol import load_protocol
from education.checker.safety import load_hazards, outcomes, rule_changes, tally
from education.checker.sentences import (
    Outline,
    lines_of,
    named_conditions,
    outline,
    rule_text,
    sentence,
    simplified,
)
from education.urgency.levels import Level
from tests.checker.conftest import FOLDER

PROTOCOL = load_protocol(FOLDER, "en")
PLACES = sorted(places(PROTOCOL))
ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"

FEVER = Said(question="inf-fever", values=("yes",))
SHAKING = Said(question="inf-shaking", values=("yes",))
NECK = Said(question="region", values=("neck",))


def words(id):
    return PROTOCOL.questions[id].label.me


def svg_of(place):
    return ElementTree.fromstring(drawing(flow(PROTOCOL, place), version="9.9").whole())


# Words


def test_a_condition_reads_as_a_sentence():
    condition = Count(number=2, parts=(FEVER, Count(number=1, parts=(SHAKING, Not(part=FEVER)))))
    fever, shaking = words("inf-fever"), words("inf-shaking")
    assert sentence(PROTOCOL, condition) == f"“{fever}” AND (“{shaking}” OR “{fever}”: no)"


def test_a_sentence_says_when_a_doubt_counts_as_yes():
    maybe = Said(question="inf-fever", values=("yes", "unsure"))
    assert sentence(PROTOCOL, maybe).endswith(": yes or not sure")


def test_a_named_condition_goes_by_its_name_until_it_is_opened():
    hot = Fact(name="hot", part=FEVER)
    assert sentence(PROTOCOL, hot) == "[hot]"
    assert outline(PROTOCOL, hot).fact == "hot"
    opened = list(lines_of(outline(PROTOCOL, hot, opened=True)))
    assert opened == ["- hot, which is:", f"    - “{words('inf-fever')}”"]


def test_neighboring_options_read_as_a_range():
    ages = Said(question="age", values=PROTOCOL.questions["age"].options[-4:])
    labels = PROTOCOL.questions["age"].option_labels
    first, last = (labels[ages.values[place]].me for place in (0, -1))
    assert sentence(PROTOCOL, ages).endswith(f": {first} … {last}")


def test_a_count_says_how_many():
    some = Count(number=2, parts=(FEVER, SHAKING, NECK))
    assert outline(PROTOCOL, some).text == "at least 2 of these:"
    assert sentence(PROTOCOL, some).startswith("at least 2 of these: ")


def test_what_is_known_drops_out_of_a_condition():
    both = Count(number=2, parts=(NECK, FEVER))
    assert simplified(both, {"region": "neck"}) == Count(number=1, parts=(FEVER,))
    assert simplified(NECK, {"region": "neck"}) is None


def test_every_named_condition_in_use_can_be_looked_up():
    used = {name for rule in PROTOCOL.rules for name in names(outline(PROTOCOL, rule.when))}
    assert used <= set(named_conditions(PROTOCOL))


def names(found: Outline):
    return {found.fact} - {""} | {name for part in found.parts for name in names(part)}


def test_the_text_of_a_rule_leaves_nothing_to_look_up():
    for rule in PROTOCOL.rules:
        assert "[" not in rule_text(PROTOCOL, rule)


# The flow


@pytest.mark.parametrize("place", PLACES)
def test_a_flow_holds_every_screen_and_rule_of_its_place(place):
    found = flow(PROTOCOL, place)
    assert [screen.id for screen in found.screens] == [id for id in PROTOCOL.screens if id in ids(found)]
    assert all(screen.questions for screen in found.screens)


def ids(found):
    return {screen.id for screen in found.screens}


def test_all_places_together_show_every_question_and_rule():
    flows = [flow(PROTOCOL, place) for place in PLACES]
    asked = {q.id for found in flows for screen in found.screens for q in screen.questions}
    offered = {offer.id for found in flows for offer in found.offers}
    ruled = {rule.id for found in flows for rule in found.rules}
    assert asked | offered == set(PROTOCOL.questions)
    assert ruled == {rule.id for rule in PROTOCOL.rules} - set(PROTOCOL.questions)


def test_a_question_of_other_regions_is_not_in_the_flow_of_a_place():
    rows = tomllib.loads((FOLDER / "protocol.toml").read_text())["question"]
    elsewhere = {row["id"] for row in rows if "shoulder" not in row.get("regions", ["shoulder"])}
    asked = {q.id for screen in flow(PROTOCOL, "shoulder").screens for q in screen.questions}
    assert elsewhere
    assert not elsewhere & asked


def test_a_screen_comes_after_those_that_open_it():
    for place in PLACES:
        seen = set()
        for screen in flow(PROTOCOL, place).screens:
            assert set(screen.gates) <= seen
            seen.add(screen.id)


def test_an_unknown_place_has_no_flow():
    with pytest.raises(KeyError):
        flow(PROTOCOL, "knee")


# The drawing


@pytest.mark.parametrize("place", PLACES)
def test_a_drawing_says_everything_that_its_list_says(place):
    found = flow(PROTOCOL, place)
    drawn = " ".join("".join(text.itertext()) for text in svg_of(place).iter(f"{SVG}text"))
    squeezed = drawn.replace("• ", "").replace(" ", "")
    for screen in found.screens:
        assert screen.title.replace(" ", "") in squeezed
        for question in screen.questions:
            assert f"{question.label}({question.id})".replace(" ", "") in squeezed
            assert question.asked_if.replace(" ", "") in squeezed
    for rule in found.rules:
        assert rule.when.replace(" ", "") in squeezed


def test_every_level_is_an_end_point_with_its_name():
    drawn = ["".join(text.itertext()) for text in svg_of("neck").iter(f"{SVG}text")]
    for level in LANES:
        assert any(text.endswith(f": {level.label}") for text in drawn)


def test_nothing_is_drawn_outside_the_paper():
    for mark in svg_of("several").iter():
        for name in ("x", "x1", "x2", "cx"):
            assert 0 <= float(mark.get(name, 0)) <= WIDTH
        if mark.tag == f"{SVG}rect":
            assert float(mark.get("x", 0)) + float(mark.get("width", 0)) <= WIDTH


def test_strips_follow_each_other_without_a_gap_and_fit_on_a_page():
    made = drawing(flow(PROTOCOL, "low-back"))
    bottoms = [strip.top + strip.height for strip in made.strips]
    assert [strip.top for strip in made.strips[1:]] == pytest.approx(bottoms[:-1])
    assert max(strip.height for strip in made.strips) < 900


def test_the_drawing_needs_no_style_that_our_policy_refuses():
    made = drawing(flow(PROTOCOL, "low-back"))
    for svg in (*made.svgs(), made.whole()):
        assert "style" not in svg.replace("font-style", "")
        ElementTree.fromstring(svg)


def test_words_in_a_drawing_are_escaped():
    found = flow(PROTOCOL, "neck")
    first = replace(found.screens[0], title="<b>& more")
    svg = drawing(replace(found, screens=(first, *found.screens[1:]))).whole()
    assert "&lt;b&gt;&amp; more" in svg


# Decisions, hazards, cases, history


def test_every_choice_marked_in_the_rules_awaits_a_signature():
    named = {id for decision in load_decisions(FOLDER, PROTOCOL) for id in decision.rules}
    assert set(marked(PROTOCOL)) <= named


def test_the_digest_of_a_decision_changes_with_a_rule_behind_it():
    rules = tuple(
        replace(rule, level=Level.EMERGENCY_CALL) if rule.id == "R17" else rule for rule in PROTOCOL.rules
    )
    before = {one.id: one.digest for one in load_decisions(FOLDER, PROTOCOL)}
    after = {one.id: one.digest for one in load_decisions(FOLDER, replace(PROTOCOL, rules=rules))}
    assert {id for id in before if before[id] != after[id]} == {"weak-signs-together"}


def test_the_digest_of_a_decision_changes_with_a_named_condition_behind_it():
    decision = next(one for one in load_decisions(FOLDER, PROTOCOL) if one.id == "both-legs-walking")
    assert "walking-legs, which is:" in decision.text


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('rules = ["R17"]', 'rules = ["R99"]', r"weak-signs-together: names the unknown \['R99'\]"),
        ('id = "left-out"', 'id = "not-sure"', "not-sure: stands twice"),
    ],
)
def test_a_faulty_decision_is_named_with_its_mend(tmp_path, old, new, fault):
    copy(FOLDER / "decisions.toml", tmp_path)
    path = tmp_path / "decisions.toml"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(ProtocolError, match=fault):
        load_decisions(tmp_path, PROTOCOL)


def test_every_hazard_has_controls_and_tests_that_exist():
    for hazard in load_hazards(FOLDER):
        assert hazard.controls, hazard.id
        assert hazard.remains, hazard.id
        for path in hazard.tested_in:
            assert (ROOT / path).exists(), f"{hazard.id}: {path}"


def test_the_tally_counts_levels_that_are_too_low_and_too_high():
    run = outcomes(PROTOCOL, FOLDER)[:2]
    low = replace(run[0], level=Level.SELF_CARE)
    high = replace(run[1], case=replace(run[1].case, level=Level.BOOK_SOON), level=Level.EMERGENCY_CALL)
    rows = {row.expected: row for row in tally([low, high])}
    assert (rows[low.case.level].under, rows[low.case.level].over) == (1, 0)
    assert (rows[Level.BOOK_SOON].under, rows[Level.BOOK_SOON].over) == (0, 1)
    assert not low.passes


def test_the_cases_run_live_get_what_they_must():
    assert [one.case.story for one in outcomes(PROTOCOL, FOLDER) if not one.passes] == []


def test_changes_of_rules_are_read_from_the_change_log():
    text = (
        "# What changed\n\n## 1.1.0, 2027-02-01\n\n**Added**\n\n- A page.\n\n**Rules**\n\n- `ces-wipe`: now\n"
        "  asked first.\n- R5: one risk more.\n\n## 1.0.0, 2026-11-20\n\n**Added**\n\n- All.\n"
    )
    newest, first = rule_changes(text)
    assert (newest.version, newest.date) == ("1.1.0", "2027-02-01")
    assert newest.changes == ("ces-wipe: now asked first.", "R5: one risk more.")
    assert first.changes == ()
