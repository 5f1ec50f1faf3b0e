"""Choosing where a text appears in a browser: by keyboard, and with a large library."""

import pytest
from playwright.sync_api import expect

from education.articles import forms
from tests.browser.test_admin import SIZES, staff, whole
from tests.desk.staff import admin_url
from tests.factories import make_admin, make_article, make_checklist, make_clinic

__all__ = ["staff"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(staff):
    make_clinic()
    return staff(make_admin(name="Wren Writer"))


def saved(page):
    page.locator(".save-bar").get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.get_by_text("Saved. Patients see nothing of it yet.")).to_be_visible()


def test_regions_and_related_articles_are_chosen_by_keyboard(page):
    make_article(slug="heat", title="Heat or cold")
    edition = make_article("draft", regions="")
    page.goto(admin_url(edition))
    page.get_by_label("Main region").focus()
    page.keyboard.type("Low")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_role("group", name="Related articles").get_by_label("Heat or cold").press("Space")
    saved(page)
    edition.refresh_from_db()
    assert (edition.regions, edition.related) == ("low-back neck", "heat")


@pytest.mark.parametrize("size", SIZES)
def test_in_a_large_library_articles_are_found_while_one_types(staff, monkeypatch, size):
    monkeypatch.setattr(forms, "MOST", 1)
    make_clinic()
    for slug, title in (("heat", "Heat or cold"), ("sleep", "Sleeping well"), ("ice", "Cold packs")):
        make_article(slug=slug, title=title)
        make_checklist(slug=f"plan-{slug}", title=f"{title}: the plan")
    edition = make_article("draft", related="sleep")
    page = staff(make_admin(name="Wren Writer"), size)
    page.goto(admin_url(edition))
    related = page.get_by_role("group", name="Related articles")
    related.get_by_label("Find an article by words of its title").fill("cold")
    expect(related.get_by_role("status")).to_have_text("2 found. They stand in the list above.")
    related.get_by_label("Heat or cold").press("Space")
    related.get_by_label("Find an article by words of its title").fill("zebra")
    expect(related.get_by_role("status")).to_have_text("Nothing has all of these words.")
    expect(related.get_by_role("checkbox")).to_have_count(2)  # what is ticked stays
    page.get_by_label("Find a plan by words of its title").fill("packs")
    page.get_by_label("Find a plan by words of its title").press("Enter")
    page.get_by_label("Matching checklist").select_option("Cold packs: the plan")
    whole(page, f"choosing-{size}")
    saved(page)
    edition.refresh_from_db()
    assert (edition.related, edition.checklist) == ("sleep heat", "plan-ice")


def test_the_drawing_of_a_step_is_shown_as_soon_as_it_is_chosen(page):
    page.goto(admin_url(make_checklist("draft", steps=1)))
    page.get_by_text("Change it").click()
    step = page.get_by_role("group", name="Step 1")
    before = step.locator(".drawing__shown").inner_html()
    step.get_by_label("Drawing").select_option("Pelvic tilt")
    expect(step.locator(".drawing__shown svg")).to_be_visible()
    page.wait_for_function(
        "(before) => document.querySelector('.drawing__shown').innerHTML !== before", arg=before
    )
    step.get_by_label("Drawing").select_option("No drawing")
    expect(step.locator(".drawing__shown")).to_be_hidden()
