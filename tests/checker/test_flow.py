"""The flow of each place of pain: what is asked, in which order, and where it leads."""

import tomllib

import pytest

from education.checker.flow import flow, places
from tests.checker.conftest import FOLDER
from tests.checker.rulebook import PROTOCOL

PLACES = sorted(places(PROTOCOL))


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
