import ast
import re
import tomllib
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
import textstat

from education.spine import anatomy
from education.spine.anatomy import NERVE_LEVELS, VERTEBRAE, Kind, Region

ROOT = Path(__file__).resolve().parents[2]
WORDS_TO_AVOID = re.compile(
    r"trapped|crushed|strangled|slipped|ruptured|damage|degenerat|radiat|radiculopathy|cauda equina|"
    r"urinat|bowel|incontinen|lumbar|cervical|thoracic|abnormal|chronic|acute|collapsed|worn",
    re.IGNORECASE,
)


def nerve_level(nerve):
    return next(level for level in NERVE_LEVELS if level.id == nerve)


def words_for_patients():
    for level in NERVE_LEVELS:
        yield from filter(
            None, [level.disc_words, level.pain, level.numb, level.weak, level.reflex, level.note]
        )
        yield from (alarm.sign for alarm in level.alarms)
    yield from (region.label for region in Region)


def test_the_spine_has_seven_twelve_and_five_bones_then_sacrum_and_coccyx():
    ids = [bone.id for bone in VERTEBRAE]
    assert ids == [
        *(f"C{n}" for n in range(1, 8)),
        *(f"T{n}" for n in range(1, 13)),
        *(f"L{n}" for n in range(1, 6)),
        "sacrum",
        "coccyx",
    ]


@pytest.mark.parametrize(
    ("region", "kinds"),
    [
        (Region.NECK, {Kind.CERVICAL}),
        (Region.UPPER_BACK, {Kind.THORACIC}),
        (Region.LOW_BACK, {Kind.LUMBAR, Kind.SACRUM, Kind.COCCYX}),
        (Region.SHOULDER, set()),
    ],
)
def test_a_region_holds_the_bones_of_its_kinds(region, kinds):
    assert {bone.kind for bone in anatomy.vertebrae(region)} == kinds


def test_facts_cannot_be_changed_by_accident():
    with pytest.raises(FrozenInstanceError):
        VERTEBRAE[0].name = "other"


def test_a_bone_is_found_by_its_id():
    assert anatomy.vertebra("L4").region is Region.LOW_BACK


def test_an_unknown_bone_is_an_error():
    with pytest.raises(KeyError):
        anatomy.vertebra("C8")


def test_nerve_levels_run_from_the_top_down():
    assert [level.id for level in NERVE_LEVELS] == [
        *("C5", "C6", "C7", "C8", "T1", "T2-T12"),
        *("L1", "L2", "L3", "L4", "L5", "S1", "S2-S5"),
    ]


@pytest.mark.parametrize("region", Region)
def test_every_region_has_nerve_levels(region):
    assert anatomy.nerve_levels(region)


def test_the_neck_page_shows_the_nerves_of_the_arm():
    assert [level.id for level in anatomy.nerve_levels(Region.NECK)] == ["C5", "C6", "C7", "C8", "T1"]


def test_a_nerve_belongs_first_to_the_region_in_which_it_leaves_the_spine():
    assert nerve_level("T1").region is Region.UPPER_BACK


@pytest.mark.parametrize("level", [level for level in NERVE_LEVELS if level.disc], ids=lambda level: level.id)
def test_a_disc_lies_between_two_neighbors(level):
    order = [bone.id for bone in VERTEBRAE]
    above, below = level.disc
    assert order.index(below) == order.index(above) + 1


def test_neck_nerves_leave_above_the_bone_of_their_number_and_low_back_nerves_below():
    assert nerve_level("C6").disc == ("C5", "C6")
    assert nerve_level("C8").disc == ("C7", "T1")
    assert nerve_level("L5").disc == ("L4", "L5")


def test_the_saddle_area_always_says_go_to_an_emergency_department():
    assert {alarm.level for alarm in nerve_level("S2-S5").alarms} == {"emergency-go"}


def test_a_droopy_eyelid_always_says_call():
    assert {alarm.level for alarm in nerve_level("T1").alarms} == {"emergency-call"}


def test_alarms_use_the_slugs_of_the_action_levels():
    slugs = {"emergency-call", "emergency-go", "urgent-today", "book-soon", "self-care"}
    assert {alarm.level for level in NERVE_LEVELS for alarm in level.alarms} <= slugs


def test_every_level_and_every_alarm_names_a_source():
    assert all(level.sources for level in NERVE_LEVELS)
    assert all(alarm.sources for level in NERVE_LEVELS for alarm in level.alarms)


def test_every_source_is_in_the_starter_library():
    listed = tomllib.loads((ROOT / "education/library/starter/sources.toml").read_text(encoding="utf-8"))
    known = {source["id"] for source in listed["source"]}
    cited = {id for level in NERVE_LEVELS for id in level.sources}
    cited |= {id for level in NERVE_LEVELS for alarm in level.alarms for id in alarm.sources}
    assert cited <= known


def test_the_words_are_plain_and_calm():
    assert [words for words in words_for_patients() if WORDS_TO_AVOID.search(words)] == []


@pytest.mark.slow
def test_the_words_read_at_grade_six_or_lower():
    text = " ".join(words.rstrip(".") + "." for words in words_for_patients())
    assert textstat.flesch_kincaid_grade(text) <= 6


def test_no_sentence_is_longer_than_twenty_words():
    sentences = [sentence for words in words_for_patients() for sentence in words.split(". ")]
    assert max(len(sentence.split()) for sentence in sentences) <= 20


def test_the_file_imports_no_django():
    tree = ast.parse(Path(anatomy.__file__).read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {"collections.abc", "dataclasses", "enum"}
