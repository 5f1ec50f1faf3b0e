"""What the safety file is made of: hazards, results of test cases, changes of the rules."""

from dataclasses import replace
from pathlib import Path

from education.checker.safety import load_hazards, outcomes, rule_changes, tally
from education.urgency.levels import Level
from tests.checker.conftest import FOLDER
from tests.checker.rulebook import PROTOCOL

ROOT = Path(__file__).parents[2]


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
