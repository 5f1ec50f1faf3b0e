"""Writing in a browser: toolbar, hints, preview, pictures, and words that survive whatever happens."""

import re

import pytest
from playwright.sync_api import expect

from education.articles.models import ArticleEdition, Picture
from tests.browser.test_admin import SIZES, focus, staff, whole
from tests.desk.staff import admin_url
from tests.factories import (
    make_admin,
    make_article,
    make_checklist,
    make_clinic,
    make_glossary,
    make_source,
    picture_file,
)

__all__ = ["staff"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def edition():
    make_clinic()
    return make_article("draft", body="Keep moving.")


def body_of(page):
    return page.get_by_label("Body:")


def saved(page):
    page.locator(".save-bar").get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. Patients see nothing of it yet.")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_form_is_whole(staff, edition, size, dark):
    page = staff(make_admin(name="Wren Writer"), size, color_scheme="dark" if dark else "light")
    empty = make_article("draft", sources=0)
    for draft in (edition, empty, make_checklist("draft"), make_glossary("draft")):
        page.goto(admin_url(draft))
        page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
        whole(page, f"editor-{draft._meta.model_name}-{size}-{'dark' if dark else 'light'}")


def test_the_toolbar_by_keyboard_alone(staff, edition):
    page = staff(make_admin(name="Wren Writer"))
    page.goto(admin_url(edition))
    bold = page.get_by_role("toolbar", name="Marks for: Body").get_by_role("button", name="Bold")
    body_of(page).focus()
    page.keyboard.press("Control+End")
    page.keyboard.press("Shift+Tab")
    expect(bold).to_be_focused()
    page.keyboard.press("Enter")
    expect(body_of(page)).to_be_focused()
    page.keyboard.type("every day")
    expect(body_of(page)).to_have_value("Keep moving.**every day**")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(body_of(page)).to_have_value("## Keep moving.**every day**")
    page.keyboard.press("Control+z")
    expect(body_of(page)).to_have_value("Keep moving.**every day**")
    page.keyboard.press("Tab")
    expect(body_of(page)).not_to_be_focused()


def test_a_link_to_our_page_is_chosen_from_the_list(staff, edition):
    make_article(title="Sciatica", slug="sciatica")
    page = staff(make_admin(name="Wren Writer"))
    page.goto(admin_url(edition))
    body_of(page).focus()
    page.keyboard.press("Control+End")
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog", name="Link to one of our pages")
    expect(dialog).to_be_visible()
    page.keyboard.type("scia")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("1 found")).to_be_visible()
    whole(page, "editor-pages")
    dialog.get_by_role("button", name="Sciatica").press("Enter")
    expect(body_of(page)).to_have_value("Keep moving. [Sciatica](page:articles/sciatica)")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(body_of(page)).to_be_focused()


def test_an_outside_link_asks_for_a_whole_address(staff, edition):
    page = staff(make_admin(name="Wren Writer"))
    page.goto(admin_url(edition))
    bar = page.get_by_role("toolbar", name="Marks for: Body")
    bar.get_by_role("button", name="Link to another site").click()
    dialog = page.get_by_role("dialog", name="Link to another site")
    dialog.get_by_label("Words of the link").fill("The NHS")
    dialog.get_by_label("Its address").fill("nhs")
    dialog.get_by_role("button", name="Put it in").click()
    expect(dialog.get_by_role("alert")).to_have_text("Write the whole address, starting with https://")
    whole(page, "editor-outside")
    dialog.get_by_label("Its address").fill("www.nhs.uk")
    dialog.get_by_role("button", name="Put it in").click()
    expect(body_of(page)).to_have_value(re.compile(re.escape("[The NHS](https://www.nhs.uk)")))


def test_a_picture_is_uploaded_from_within_the_article(staff, edition, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    upload = tmp_path / "knees.png"
    upload.write_bytes(picture_file(size=(300, 200)).read())
    page = staff(make_admin(name="Wren Writer"), "phone")
    page.goto(admin_url(edition))
    bar = page.get_by_role("toolbar", name="Marks for: Body")
    bar.get_by_role("button", name="Picture").click()
    dialog = page.get_by_role("dialog", name="Put in a picture")
    dialog.get_by_label("Picture:").set_input_files(upload)
    dialog.get_by_label("Made by, and licence").fill("own work")
    dialog.get_by_role("button", name="Upload the picture").click()
    expect(dialog.get_by_text("Say what the picture shows")).to_be_visible()
    whole(page, "editor-picture")
    dialog.get_by_label("What it shows").fill("Two knees under a blanket")
    dialog.get_by_role("button", name="Upload the picture").click()
    dialog.get_by_role("button", name="Two knees under a blanket").click()
    expect(body_of(page)).to_have_value(f"Keep moving.\n\n{Picture.objects.get().markdown}\n")
    saved(page)
    page.get_by_role("button", name="Preview Body").click()
    expect(page.get_by_role("img", name="Two knees under a blanket")).to_be_visible()


def test_the_preview_of_a_field_is_what_patients_see(staff, edition):
    page = staff(make_admin(name="Wren Writer"))
    page.goto(admin_url(edition))
    body_of(page).fill("## What it is\n\nCall {emergency} **now**.")
    page.get_by_role("button", name="Preview Body").click()
    region = page.get_by_role("region", name="Preview: Body")
    expect(region.get_by_role("heading", name="What it is")).to_be_visible()
    expect(region).to_contain_text("Call 911 now.")
    whole(page, "editor-preview")
    edition.refresh_from_db()
    assert edition.body == "Keep moving."


def test_hints_come_while_one_types_and_better_words_are_put_in(staff, edition):
    page = staff(make_admin(name="Wren Writer"))
    page.goto(admin_url(edition))
    body_of(page).fill("Use a modality 🦴. Ask for physiotherapy.")
    hints = page.locator('[data-hints-for="body"]')
    expect(hints.locator("summary")).to_contain_text("hint", timeout=15_000)
    hints.locator("summary").press("Enter")
    whole(page, "editor-hints")
    hints.get_by_role("button", name="Write ‘physical therapy’").press("Enter")
    expect(body_of(page)).to_have_value("Use a modality 🦴. Ask for physical therapy.")
    body_of(page).press("Control+z")
    expect(body_of(page)).to_have_value("Use a modality 🦴. Ask for physiotherapy.")


def test_rows_are_added_moved_and_removed_by_buttons(staff):
    make_clinic()
    plan = make_checklist("draft", steps=2)
    plan.steps.filter(key="step-2").update(action="Walk around the house")
    page = staff(make_admin(name="Wren Writer"), "phone")
    page.goto(admin_url(plan))
    page.get_by_role("button", name="Move up Step 2").press("Enter")
    expect(page.locator("#steps-group > [data-said]")).to_contain_text("is now number 1 of 2")
    page.get_by_role("button", name="Add a step").press("Enter")
    fresh = page.get_by_role("group", name="Step 3")
    fresh.get_by_label("Phase").select_option("after")
    fresh.get_by_label("Action").fill("Use a heat pack")
    page.get_by_role("button", name="Remove Step 2").press("Enter")
    saved(page)
    assert [step.action for step in plan.steps.all()] == ["Walk around the house", "Use a heat pack"]


def test_a_source_is_found_and_added_by_its_list(staff):
    make_clinic()
    edition = make_article("draft", sources=1)
    source = make_source(title="A second one about heat")
    page = staff(make_admin(name="Wren Writer"))
    page.goto(admin_url(edition))
    page.get_by_role("button", name="Add a source").click()
    page.locator("#citations-1 .select2-selection").click()
    page.locator(".select2-search__field").fill("second one about")
    page.get_by_role("option", name="A second one about heat").click()
    page.locator("#id_citations-1-supports").fill("Heat helps.")
    saved(page)
    assert edition.citations.last().source == source


# Nothing is lost


def typed(page, edition, words):
    page.goto(admin_url(edition))
    body_of(page).fill(words)
    expect(page.get_by_text("Not saved yet. A copy is kept on this device.")).to_be_visible()


def stored(edition):
    return ArticleEdition.objects.values_list("body", flat=True).get(pk=edition.pk)


def sign_in_again(page, user):
    from tests.factories import PASSWORD

    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def test_an_expired_session_leads_to_signing_in_and_back_to_the_words(staff, edition):
    user = make_admin(name="Wren Writer")
    page = staff(user)
    typed(page, edition, "Words that took an hour.")
    page.context.clear_cookies()
    page.locator(".save-bar").get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/login/**")
    sign_in_again(page, user)
    page.wait_for_url(f"**{admin_url(edition)}")
    expect(page.get_by_role("heading", name="You have words that were not saved")).to_be_visible()
    whole(page, "editor-offer")
    page.get_by_role("button", name="Put them back").click()
    expect(body_of(page)).to_have_value("Words that took an hour.")
    assert stored(edition) == "Keep moving."
    saved(page)
    assert stored(edition) == "Words that took an hour."
    expect(page.get_by_role("heading", name="You have words that were not saved")).to_be_hidden()
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('spasmguide.words'))") == []


def test_a_closed_tab_loses_nothing_and_old_words_can_be_thrown_away(staff, edition):
    page = staff(make_admin(name="Wren Writer"))
    typed(page, edition, "Words of a closed tab.")
    other = page.context.new_page()
    page.close()
    other.goto(admin_url(edition))
    other.get_by_role("button", name="Throw them away").click()
    other.reload()
    expect(other.get_by_role("heading", name="You have words that were not saved")).to_be_hidden()
    expect(body_of(other)).to_have_value("Keep moving.")


def test_without_a_connection_the_page_stays_and_says_so(staff, edition):
    page = staff(make_admin(name="Wren Writer"))
    typed(page, edition, "Written on a train.")
    page.context.set_offline(True)
    page.locator(".save-bar").get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert").get_by_text("There is no connection.")).to_be_visible()
    expect(body_of(page)).to_have_value("Written on a train.")
    page.context.set_offline(False)
    saved(page)
    assert stored(edition) == "Written on a train."


def test_two_people_on_one_draft_see_both_versions(staff, edition):
    wren, sam = staff(make_admin(name="Wren Writer")), staff(make_admin(name="Sam Scribe"))
    for page in (wren, sam):
        page.goto(admin_url(edition))
    body_of(sam).fill("What Sam says.")
    saved(sam)
    body_of(wren).fill("What Wren says.")
    wren.locator(".save-bar").get_by_role("button", name="Save", exact=True).click()
    expect(wren.get_by_role("heading", name="Two people wrote at the same time")).to_be_visible()
    expect(wren.get_by_text("What Sam says.")).to_be_visible()
    expect(wren.get_by_label("Body, my words")).to_have_value("What Wren says.")
    whole(wren, "editor-conflict")
    focus(wren, wren.get_by_role("button", name="Save what I chose"))
    wren.keyboard.press("Enter")
    expect(wren.get_by_text("Saved. Patients see nothing of it yet.")).to_be_visible()
    assert stored(edition) == "What Wren says."
    expect(wren.get_by_role("heading", name="You have words that were not saved")).to_be_hidden()


def test_signing_out_forgets_the_words_on_the_device(staff, edition):
    page = staff(make_admin(name="Wren Writer"))
    typed(page, edition, "Half a thought.")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/logout/")
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('spasmguide.words'))") == []


def test_leaving_with_unsaved_words_asks_first(staff, edition):
    page = staff(make_admin(name="Wren Writer"))
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.goto(admin_url(edition))
    page.get_by_role("link", name="All editions").click()
    page.wait_for_url(f"**{admin_url(edition.document)}")
    page.goto(admin_url(edition))
    assert asked == []
    body_of(page).press_sequentially("Half a thought.")
    page.get_by_role("link", name="All editions").click()
    assert asked == ["beforeunload"]


def test_the_button_to_save_stays_under_the_mouse_when_a_field_is_left(staff, edition):
    page = staff(make_admin(name="Wren Writer"))
    page.goto(admin_url(edition))
    page.get_by_label("What changed:").press_sequentially("A word.")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    button = page.locator(".save-bar").get_by_role("button", name="Save", exact=True)
    page.wait_for_timeout(1000)  # until the bar says what is not saved
    before = button.bounding_box()
    page.mouse.move(before["x"] + 10, before["y"] + before["height"] - 4)
    page.mouse.down()
    page.wait_for_timeout(100)
    assert button.bounding_box() == before
    page.mouse.up()
    expect(page.get_by_text("Saved. Patients see nothing of it yet.")).to_be_visible()


# Without JavaScript


def test_without_a_script_everything_can_be_written(staff):
    make_clinic()
    edition = make_article("draft", body="Use physiotherapy.", sources=0)
    source = make_source(title="About heat and its use")
    page = staff(make_admin(name="Wren Writer"), "phone", java_script_enabled=False)
    page.goto(admin_url(edition))
    expect(page.get_by_role("toolbar")).to_have_count(0)
    page.locator('[data-hints-for="body"] summary').click()
    expect(page.locator('[data-hints-for="body"]')).to_contain_text("Better: physical therapy.")
    page.get_by_label("Claim").fill("Heat helps.")
    page.get_by_label("Or find it by its words").fill("heat use")
    page.locator(".save-bar").get_by_role("button", name="Save", exact=True).click()
    assert edition.citations.get().source == source
    with page.context.expect_page() as opened:
        page.locator(".field-body").get_by_role("button", name="Preview").click()
    expect(opened.value.get_by_text("Use physiotherapy.")).to_be_visible()
