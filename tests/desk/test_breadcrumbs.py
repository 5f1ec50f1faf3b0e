"""Above each staff page stands the way to it, in the words of the menu: no room of the program is named."""

import html5lib
import pytest
from django.urls import reverse

from tests.desk.staff import admin_url, signed_in
from tests.factories import make_admin, make_article, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return signed_in(make_admin(name="Ada Admin"))


def way_to(page):
    tree = html5lib.parse(page.content.decode(), namespaceHTMLElements=False)
    way = next(part for part in tree.iter("div") if part.get("class") == "breadcrumbs")
    return [step.strip() for step in " ".join("".join(way.itertext()).split()).split("›")]


def test_a_list_stands_below_home(staff):
    assert way_to(staff.get(reverse("admin:auth_user_changelist"))) == ["Home", "Accounts"]
    assert way_to(staff.get(reverse("admin:editorial_person_changelist"))) == ["Home", "People"]
    assert way_to(staff.get(reverse("admin:articles_article_changelist"))) == ["Home", "Articles"]


def test_a_thing_stands_below_its_list(staff):
    person = make_person("Cleo Clinician")
    there = ["Home", "People", "Cleo Clinician, DPT"]
    assert way_to(staff.get(admin_url(person))) == there
    assert way_to(staff.get(admin_url(person, "delete"))) == [*there, "Delete"]
    assert way_to(staff.get(reverse("admin:editorial_person_add"))) == ["Home", "People", "Add person"]


def test_what_is_deleted_together_stands_below_its_list(staff):
    sent = {"action": "delete_selected", "_selected_action": [make_person().pk]}
    page = staff.post(reverse("admin:editorial_person_changelist"), sent)
    assert way_to(page) == ["Home", "People", "Delete multiple objects"]


def test_a_draft_of_a_document_keeps_its_own_way(staff):
    assert way_to(staff.get(admin_url(make_article("draft", title="Walking")))) == [
        "Home", "Walking", "Edition 1",
    ]  # fmt: skip
