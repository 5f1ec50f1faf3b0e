"""The simulator: what it shows, what it passes over, and what it does not keep."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from education.staff.models import OpenSession as Session
from tests.checker.rulebook import HOME
from tests.pages import page_of


def test_the_simulator_shows_the_level_and_the_rules_that_fired(client, clinician):
    response = client.post(HOME + "simulator/", {"region": "low-back", "ces-wipe": "yes"})
    page = page_of(response, HOME)
    assert "Result: Go to an emergency department now" in page.main
    assert "ces-wipe Go to an emergency department now holds until what softens it is known" in page.main


def test_the_simulator_names_the_next_screen(client, clinician):
    page = page_of(client.post(HOME + "simulator/", {"region": "low-back"}), HOME)
    assert "Next screen:" in page.main


def test_a_test_case_fills_in_the_simulator(client, clinician):
    page = page_of(client.post(HOME + "simulator/", {"fill": "1", "example": "1"}), HOME)
    assert "Result: Go to an emergency department now" in page.main


@pytest.mark.parametrize(
    "sent",
    [
        {"ces-wipe": "perhaps"},
        {"nothing": "yes"},
        {"fill": "1", "example": "9" * 5000},
        {"example": "-1"},
        {},
    ],
)
def test_the_simulator_passes_over_what_it_does_not_know(client, clinician, sent):
    page = page_of(client.post(HOME + "simulator/", sent), HOME)
    assert page.status == 200
    assert "Choose at least one answer." in page.main


def test_the_simulator_stores_and_logs_nothing(client, clinician, caplog):
    before = {session.pk: session.session_data for session in Session.objects.all()}
    with CaptureQueriesContext(connection) as queries:
        response = client.post(HOME + "simulator/", {"region": "neck", "inf-fever": "yes"})
    assert not [one for one in queries if not one["sql"].startswith("SELECT")]
    assert {session.pk: session.session_data for session in Session.objects.all()} == before
    assert "no-store" in response.headers["Cache-Control"]
    assert "inf-fever" not in caplog.text
