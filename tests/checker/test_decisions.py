"""The choices that await a clinician's signature, and when a signature no longer holds."""

from dataclasses import replace
from shutil import copy

import pytest

from education.checker.decisions import load_decisions, marked
from education.checker.parts import ProtocolError
from education.urgency.levels import Level
from tests.checker.conftest import FOLDER
from tests.checker.rulebook import PROTOCOL


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
