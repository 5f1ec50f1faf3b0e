"""Acts, comparisons and late reviews in a browser: whole on every screen, and done by keyboard alone."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from education.articles.models import ArticleEdition
from tests.browser.test_accessibility import violations
from tests.browser.test_admin import SIZES, shot, staff, whole
from tests.checker.patient import make_clinic
from tests.desk.staff import admin_url
from tests.factories import (
    approve_only,
    make_admin,
    make_article,
    make_care_card,
    make_checklist,
    make_overdue,
    make_person,
    make_region_page,
    make_step,
    rewrite,
)

__all__ = ["staff"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


HARD = (
    "## What it is\n\nA muscle that pulls tight all by itself can hurt you for some days after you lift, "
    "or twist, or sit in a car for a long time on your way home."
)


def long_ago():
    return timezone.localdate() - timedelta(days=400)


@pytest.fixture
def clinic():
    return make_clinic()


@pytest.fixture
def cleo(clinic):
    return make_admin(name="Cleo Clinician")


def newer(edition, **words):
    """Return a draft with other words, sent to review."""
    draft = edition.new_draft(make_person("Wren Writer"))
    for name, text in words.items():
        setattr(draft, name, text)
    draft.save()
    return draft


def pages_of(cleo):
    """Return the addresses of pages in all the states in which staff meet them."""
    live = make_article(slug="back")
    make_overdue(live)
    draft = newer(live, title="A cramp in the back", body="## What it is\n\nA muscle that pulls by itself.")
    draft.submit(make_person())
    plan = make_checklist(steps=4)
    make_overdue(plan, long_ago())
    other = newer(plan, goal="Move with less pain.")
    other.steps.first().delete()
    make_step(other, 7, action="Lie on your side")
    card = make_care_card("in-review")
    own = make_article("in-review", author=cleo.person)
    document = admin_url(live.document).removesuffix("change/")
    return {
        "approve": admin_url(draft, "act", "approve"),
        "not-by-yourself": admin_url(own, "act", "approve"),
        "publish": admin_url(make_article("approved", body=HARD), "act", "publish"),
        "send-back": admin_url(draft, "act", "send-back"),
        "assign": admin_url(draft, "act", "assign"),
        "missing": admin_url(make_article("draft", key_points=""), "act", "submit"),
        "sign-late": admin_url(plan, "act", "sign"),
        "second-draft": admin_url(live, "act", "edit"),
        "retire": admin_url(live, "act", "retire"),
        "card": admin_url(card, "act", "approve"),
        "compare": f"{document}compare/",
        "compare-steps": admin_url(plan.document).replace("change/", "compare/"),
        "compare-nothing": admin_url(card.document).replace("change/", "compare/"),
        "document": admin_url(live.document),
        "plan": admin_url(plan.document),
        "source": admin_url(live.citations.get().source),
        "person": admin_url(live.reviewed_by),
        "kept": admin_url(live.reviewed_by, "delete"),
    }


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_every_page_of_an_act_is_whole(staff, cleo, size, dark):
    page = staff(cleo, size, color_scheme="dark" if dark else "light")
    for name, path in pages_of(cleo).items():
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
        whole(page, f"act-{name}-{size}-{'dark' if dark else 'light'}")


def test_a_review_without_a_change_takes_two_clicks(staff, cleo):
    edition = make_article()
    make_overdue(edition)
    page = staff(cleo)
    page.goto(admin_url(edition.document))
    page.get_by_role("link", name="Sign: reviewed, no change").click()
    page.get_by_role("button", name="I checked the sources too").click()
    expect(page.get_by_text("Signed. The next review is due on")).to_be_visible()
    edition.refresh_from_db()
    assert edition.reviewed_on == edition.evidence_checked_on == timezone.localdate()


def test_enter_never_claims_that_the_sources_were_checked(staff, cleo):
    edition = make_article()
    make_overdue(edition)
    page = staff(cleo)
    page.goto(admin_url(edition, "act", "sign"))
    page.get_by_label("Next review due on").press("Enter")
    expect(page.get_by_text("Signed. The next review is due on")).to_be_visible()
    edition.refresh_from_db()
    assert edition.evidence_checked_on is None


def test_an_article_is_published_by_keyboard_alone_after_a_mistake(staff, cleo):
    edition = make_article("approved")
    page = staff(cleo)
    page.goto(admin_url(edition, "act", "publish"))
    reasons = page.locator("textarea[name^=reason_]")
    for number in range(reasons.count()):
        reasons.nth(number).focus()
        page.keyboard.type(f"Reason {number}: our readers know this.")
    page.get_by_label("At:", exact=True).focus()
    page.keyboard.type("0930AM")
    page.keyboard.press("Enter")
    link = page.get_by_role("alert").get_by_role("link", name="Choose the day too")
    link.focus()
    whole(page, "act-publish-error")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Goes live on")).to_be_focused()
    for number in range(reasons.count()):
        expect(reasons.nth(number)).to_have_value(f"Reason {number}: our readers know this.")
    expect(page.get_by_label("At:", exact=True)).to_have_value("09:30")
    page.get_by_label("At:", exact=True).fill("")
    page.get_by_role("button", name="Publish").press("Enter")
    expect(page.get_by_text("Published. Patients see it now.")).to_be_visible()
    assert ArticleEdition.objects.in_force().get() == edition


def test_two_editions_are_chosen_compared_and_the_older_one_restored(staff, cleo):
    first = make_article(summary="A spasm is a cramp.")
    second = newer(first, summary="A spasm is a pull.")
    second.submit(make_person())
    approve_only(second)
    rewrite(second, live_from=timezone.now())
    page = staff(cleo)
    page.goto(admin_url(first.document))
    page.get_by_role("radio", name="Compare from edition 1").check()
    page.get_by_role("button", name="Compare the two editions").click()
    expect(page.locator("#field-summary ~ div del")).to_have_text("removed: cramp")
    expect(page.locator("#field-summary ~ div ins")).to_have_text("added: pull")
    page.get_by_role("link", name=re.compile(r"Restore ?: Edition 1")).click()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("This is a new draft with the older words.")).to_be_visible()
    assert ArticleEdition.objects.get(number=3).summary == "A spasm is a cramp."


@pytest.mark.parametrize("look", ["light", "dark", "print"])
def test_what_patients_see_of_late_reviews_is_whole(staff, clinic, look):
    make_region_page()
    make_overdue(make_care_card(), long_ago())
    make_overdue(make_care_card(region="any"), long_ago())
    make_overdue(make_checklist(slug="plan"), long_ago())
    make_overdue(make_article(slug="late"))
    make_overdue(make_article(slug="moves", kind="exercise"), long_ago())
    options = {"color_scheme": "dark"} if look == "dark" else {}
    page = staff(None, "phone", **options)
    if look == "print":
        page.emulate_media(media="print")
    for path in ("/checklists/plan/", "/checklists/plan/sheet/", "/articles/late/", "/articles/moves/",
                 "/spine/low-back/", "/emergency/", "/checker/"):  # fmt: skip
        page.goto(path)
        shot(page, f"late{path.replace('/', '-')}{look}")
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), path
