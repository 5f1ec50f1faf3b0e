"""The desk and the list of all texts in a browser: whole on every screen, by keyboard, without scripts."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.test_admin import SIZES, staff, whole
from tests.factories import (
    make_admin,
    make_article,
    make_care_card,
    make_checklist,
    make_clinic,
    make_overdue,
    make_person,
    make_starter,
)

__all__ = ["staff"]
REVIEW_CARD = re.compile(r"Review\s*: Go now if:")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cleo():
    make_clinic(languages=["en", "es"])
    return make_admin(name="Cleo Clinician")


@pytest.fixture
def busy(cleo):
    writer = make_person("Wren Writer", is_clinician=False)
    for number in range(7):
        make_article("in-review", title=f"Sleeping well, part {number}", author=writer)
    make_care_card("in-review", title="Go now if:", author=writer)
    make_article("draft", title="A draft of mine", author=cleo.person)
    make_article("scheduled", title="Back to work")
    make_overdue(make_checklist(title="Low back: days 3 to 14"), timezone.localdate() - timedelta(days=400))
    make_overdue(make_article(title="Desk work"), timezone.localdate() - timedelta(days=4))
    return cleo


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_desk_and_its_lists_are_whole(staff, busy, size, dark):
    look = "dark" if dark else "light"
    page = staff(busy, size, color_scheme=look)
    for name, path in {
        "full": "/admin/",
        "all": "/admin/texts/",
        "list": "/admin/texts/?show=to-review&kind=article",
        "nothing": "/admin/texts/?q=unheard-of",
        "one-kind": "/admin/articles/article/?standing=live",
    }.items():
        page.goto(path)
        whole(page, f"desk-{name}-{size}-{look}")


@pytest.mark.parametrize("size", SIZES)
def test_the_desk_of_the_first_day_is_whole(staff, size):
    make_starter()
    page = staff(make_admin(), size)
    expect(page.get_by_role("heading", name="Welcome. Four steps, and your site is ready")).to_be_visible()
    whole(page, f"desk-first-day-{size}")


def test_from_the_desk_to_a_review_by_keyboard(staff, busy):
    page = staff(busy)
    page.get_by_role("link", name=REVIEW_CARD).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Edition 1: in review")).to_be_visible()


def test_a_count_leads_to_its_list_without_scripts(staff, busy):
    page = staff(busy, java_script_enabled=False)
    page.get_by_role("link", name="Waiting for your review 8").click()
    expect(page.get_by_role("status")).to_have_text("8 texts")
    page.get_by_text("More filters").click()
    page.get_by_label("Kind").select_option("carecard")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("status")).to_have_text("1 text")


def test_a_text_is_found_from_the_desk(staff, busy):
    page = staff(busy)
    page.get_by_label("Find a text").fill("desk work")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("1 text")
    page.get_by_role("link", name="Desk work").click()
    expect(page.get_by_role("heading", name="Edition 1: live")).to_be_visible()


def test_the_desk_prints_what_waits_and_no_buttons(staff, busy):
    page = staff(busy)
    expect(page.get_by_role("link", name=REVIEW_CARD)).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Waiting for your review 8")).to_be_visible()
    expect(page.get_by_role("button", name="Search")).to_be_hidden()
    expect(page.get_by_role("link", name=REVIEW_CARD)).to_be_hidden()
