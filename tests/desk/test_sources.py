"""The staff page of a source: its key is made from what is known of it."""

import pytest
from django.urls import reverse

from education.editorial.models import Source
from tests.desk.staff import save, signed_in
from tests.factories import make_admin, make_source

pytestmark = pytest.mark.django_db

WORDS = {"authors": "Finucane L, Downie A", "title": "Framework for red flags", "year": "2020", "slug": ""}


@pytest.fixture
def staff():
    return signed_in(make_admin(name="Wren Writer"))


def add(staff, query="", **facts):
    answer = staff.post(reverse("admin:editorial_source_add") + query, WORDS | facts)
    assert answer.status_code in {200, 302}
    return answer


def keys():
    return list(Source.objects.order_by("pk").values_list("slug", flat=True))


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        ({}, "finucane-l-2020"),
        ({"year": ""}, "finucane-l"),
        ({"authors": "日本整形外科学会"}, "source-2020"),
        ({"authors": "National Institute for Health and Care Excellence"},
         "national-institute-for-health-and-care-e-2020"),
        ({"slug": "red-flags"}, "red-flags"),
    ],
)  # fmt: skip
def test_a_source_gets_a_key_from_authors_and_year_unless_one_is_given(staff, facts, key):
    add(staff, **facts)
    assert keys() == [key]


def test_each_key_is_another_one(staff):
    for _time in range(3):
        add(staff)
    assert keys() == ["finucane-l-2020", "finucane-l-2020-2", "finucane-l-2020-3"]


def test_a_source_added_in_a_window_of_its_own_needs_no_key(staff):
    answer = add(staff, "?_popup=1", _popup="1")
    assert keys() == ["finucane-l-2020"]
    assert "popup_response" in str(answer.templates[0].name)


def test_a_key_that_is_taken_away_stays(staff):
    source = make_source(slug="nice-ng59")
    save(staff, source, slug="", title="Corrected")
    source.refresh_from_db()
    assert (source.slug, source.title) == ("nice-ng59", "Corrected")


def test_what_is_missing_is_asked_for_and_the_key_is_not(staff):
    page = add(staff, authors="")
    assert set(page.context["adminform"].form.errors) == {"authors"}
    assert keys() == []
