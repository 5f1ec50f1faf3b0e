"""What a patient meets of the home-care plans."""

import pytest

from tests.factories import make_checklist

pytestmark = pytest.mark.django_db


def test_a_plan_shows_its_steps_with_their_dose_and_its_rules(client):
    make_checklist(slug="low-back", steps=2)
    page = client.get("/checklists/low-back/").content.decode()
    assert page.count("Roll your knees from side to side") >= 2
    assert "Your leg goes numb." in page
    assert "People with a fever." in page
    assert page.index("Your leg goes numb.") < page.index("Roll your knees")


@pytest.mark.parametrize(("standing", "status"), [("draft", 404), ("scheduled", 404), ("retired", 410)])
def test_a_plan_that_is_not_live_is_not_shown(client, standing, status):
    make_checklist(standing, slug="low-back")
    assert client.get("/checklists/low-back/").status_code == status
    assert "low-back/" not in client.get("/checklists/").content.decode().partition("<main")[2]
