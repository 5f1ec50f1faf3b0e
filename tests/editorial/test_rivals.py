"""Two people at once, and a process that dies in the middle: see rivals.py."""

import json
import subprocess
import sys

import pytest
from django.db import connection

# They share what the scenes found.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("rivals")]


@pytest.fixture(scope="module")
def played(own_site, tmp_path_factory):
    """What each scene found, played once."""
    with own_site(tmp_path_factory.mktemp("rivals")) as variables:
        done = subprocess.run(
            [sys.executable, "-m", "tests.editorial.rivals"],
            env=variables, capture_output=True, text=True, timeout=600,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_of_several_who_approve_at_once_one_succeeds(played):
    for results in played["approve_at_once"]:
        assert results.count("done") == 1
        assert all("Load its page again" in said for said in results if said != "done")


def test_of_several_who_edit_at_once_one_starts_the_draft(played):
    for results in played["edit_at_once"]:
        assert results.count("done") == 1
        assert all("There is a draft already" in said for said in results if said != "done")


def test_one_person_in_several_tabs_is_still_one_person(played):
    for card in played["one_person_approves_twice_at_once"]:
        assert card["results"].count("done") == 1
        assert (card["state"], card["second"]) == ("in-review", None)


def test_a_late_save_never_changes_what_was_approved(played):
    for case in played["save_against_submit"]:
        published, wrote = case["results"]
        assert published == "done"
        assert case["state"] == "approved"
        assert case["title"].startswith("Written late") == (wrote == "done")


def test_of_two_who_set_the_site_up_at_once_one_becomes_administrator(played):
    found = played["set_up_at_once"]
    assert (found["administrators"], found["users"]) == (1, 1)
    assert found["statuses"].count(302) >= 1
    assert set(found["statuses"]) <= {302, 410}


def test_a_kill_in_the_middle_of_publishing_leaves_one_edition_live(played):
    found = played["kill"]
    assert all(case["live"] == 1 and case["whole"] for case in found)
    assert all(case["drafts"] <= 1 for case in found)
    asked = {case["integrity"] for case in found if "integrity" in case}
    assert asked == ({"ok"} if connection.vendor == "sqlite" else set())
    assert found[-1]["editions"] > found[0]["editions"]
