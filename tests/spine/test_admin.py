"""A region's page, as staff start it."""

import html

import pytest

from education.spine.models import RegionPage
from tests.desk.staff import form_on, signed_in
from tests.factories import make_admin, make_region_page

pytestmark = pytest.mark.django_db

ADD = "/admin/spine/regionpage/add/"


@pytest.fixture
def staff():
    return signed_in(make_admin(name="Wren Writer"))


def test_a_region_is_chosen_by_its_name_and_makes_the_address(staff):
    page = staff.get(ADD)
    assert '<option value="upper-back">Upper and middle back</option>' in page.content.decode()
    staff.post(ADD, form_on(page) | {"title": "Your upper back", "slug": "upper-back", "_save": "1"})
    assert RegionPage.objects.get().slug == "upper-back"


def test_without_a_region_it_asks_for_one(staff):
    answer = staff.post(ADD, form_on(staff.get(ADD)) | {"title": "Neck", "slug": "", "_save": "1"})
    assert "Choose the region." in answer.content.decode()
    assert not RegionPage.objects.exists()


def test_a_region_has_one_page_in_each_language(staff):
    make_region_page(region="neck")
    answer = staff.post(ADD, form_on(staff.get(ADD)) | {"title": "Neck", "slug": "neck", "_save": "1"})
    assert "Another page has this address in this language." in html.unescape(answer.content.decode())
