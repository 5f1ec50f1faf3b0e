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


def test_what_has_to_be_mended_opens_by_itself_and_goes_when_it_is_mended(staff, edition):
    page = staff(make_admin(name="Wren Writer"))
    page.goto(admin_url(edition))
    hints, mark = page.locator('[data-hints-for="body"]'), page.locator('[data-mend-part="body"]')
    expect(mark).to_be_hidden()
    body_of(page).fill("Keep moving.\n\n![](figure:knee-rolls)")
    told = hints.get_by_text("needs words for people who cannot see it")
    expect(told).to_be_visible(timeout=15_000)
    expect(mark).to_be_visible()
    expect(page.locator('[data-missing-part="body"]')).to_be_hidden()
    expect(page.locator("[data-hints-said]")).to_contain_text("Body: 1 to mend")
    hints.locator("summary").click()
    body_of(page).fill("Keep moving. Just a little.\n\n![](figure:knee-rolls)")
    expect(hints.locator("summary")).to_contain_text("1 to mend, 1 hint", timeout=15_000)
    expect(told).to_be_hidden()
    body_of(page).fill("Keep moving.")
    expect(mark).to_be_hidden(timeout=15_000)


PICTURE_AND_LINK = "![](figure:knee-rolls)\n\nSee [it](page:articles/no)."
SERIOUS = f"Thoracic pain due to age. You cannot pee. Just rest.\n\n{PICTURE_AND_LINK}"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("java_script_enabled", [True, False], ids=["script", "plain"])
def test_what_is_serious_is_told_in_words_on_a_phone(staff, dark, java_script_enabled):
    make_clinic()
    draft = make_article("draft", body=SERIOUS)
    scheme = "dark" if dark else "light"
    page = staff(
        make_admin(name="Wren Writer"), "phone", color_scheme=scheme, java_script_enabled=java_script_enabled
    )
    page.goto(admin_url(draft))
    hints = page.locator('[data-hints-for="body"]')
    expect(hints.locator("summary")).to_contain_text("2 to mend, 1 emergency sign, 3 hints")
    expect(hints.get_by_text("needs words for people who cannot see it")).to_be_visible()
    page.locator(".parts summary").click()
    expect(page.locator('[data-mend-part="body"]')).to_be_visible()
    if java_script_enabled:
        whole(page, f"editor-serious-{scheme}")


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
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_an_expired_session_leads_to_signing_in_and_back_to_the_words(staff, edition):
    user = make_admin(name="Wren Writer")
    page = staff(user)
    typed(page, edition, "Words that took an hour.")
    page.context.clear_cookies()
    page.locator(".save-bar").get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/login/**")
    kept = page.get_by_text("Your words are kept on this device. Sign in, and you get them back.")
    expect(kept).to_be_visible()
    whole(page, "editor-signed-out")
    page.get_by_label("Username").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(kept).to_be_visible()
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


def test_the_sign_in_page_speaks_of_kept_words_only_where_some_wait(staff, edition):
    user = make_admin(name="Wren Writer")
    page = staff(user)
    typed(page, edition, "Words that are saved.")
    saved(page)
    page.context.clear_cookies()
    page.goto(admin_url(edition))
    expect(page.get_by_label("Username")).to_be_visible()
    expect(page.get_by_text("Your words are kept on this device.")).to_be_hidden()
    sign_in_again(page, user)
    typed(page, edition, "Words of one text.")
    page.context.clear_cookies()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(admin_url(make_article("draft")))
    expect(page.get_by_label("Username")).to_be_visible()
    expect(page.get_by_text("Your words are kept on this device.")).to_be_hidden()


def test_a_closed_tab_loses_nothing_and_old_words_can_be_thrown_away(staff, edition):
    page = staff(make_admin(name="Wren Writer"))
    typed(page, edition, "Words of a closed tab.")
    other = page.context.new_page()
    page.close()
    other.goto(admin_url(edition))
    throw = other.get_by_role("button", name="Throw them away")
    focus(other, throw)
    other.keyboard.press("Enter")
    sure = other.get_by_role("dialog", name="Throw these words away?")
    expect(sure.get_by_role("button", name="Keep them")).to_be_focused()
    whole(other, "editor-throw-away")
    other.keyboard.press("Enter")
    expect(sure).to_be_hidden()
    expect(throw).to_be_focused()
    other.reload()
    throw.click()
    sure.get_by_role("button", name="Throw them away").press("Enter")
    expect(other.get_by_text("The older words are thrown away.")).to_be_visible()
    other.reload()
    expect(other.get_by_role("heading", name="You have words that were not saved")).to_be_hidden()
    expect(body_of(other)).to_have_value("Keep moving.")


def test_one_can_look_at_kept_words_before_one_decides(staff):
    make_clinic()
    plan = make_checklist("draft", steps=1)
    page = staff(make_admin(name="Wren Writer"), "phone")
    page.goto(admin_url(plan))
    page.get_by_label("Summary:").fill("Kept.\n" + "Many words follow here. " * 40)
    page.get_by_role("button", name="Add a step").click()
    fresh = page.get_by_role("group", name="Step 2")
    fresh.get_by_label("Phase").select_option("after")
    fresh.get_by_label("Action").fill("Use a heat pack")
    expect(page.get_by_text("Not saved yet. A copy is kept on this device.")).to_be_visible()
    other = page.context.new_page()
    page.close()
    other.goto(admin_url(plan))
    summary = other.get_by_text("What is in them")
    summary.press("Enter")
    words = other.locator(".offer__words")
    assert words.locator("dt").all_inner_texts() == ["Summary", "Step 2: Phase", "Step 2: Action"]
    expect(words).to_contain_text("Use a heat pack")
    expect(words.locator("dd").nth(0)).to_contain_text("Kept.")
    expect(words.locator("dd").nth(0)).to_contain_text("…")
    whole(other, "editor-offer-words")


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


def colliding(staff, edition, **options):
    """Sam has changed the body; Wren only the title. Return Wren's page, which asks what to keep."""
    wren, sam = staff(make_admin(name="Wren Writer"), **options), staff(make_admin(name="Sam Scribe"))
    for page in (wren, sam):
        page.goto(admin_url(edition))
    body_of(sam).fill("What Sam says.")
    saved(sam)
    wren.get_by_label("Title:").fill("Wren's title")
    wren.locator(".save-bar").get_by_role("button", name="Save", exact=True).click()
    expect(wren.get_by_role("radio", name="Take theirs")).to_be_checked()
    return wren


def test_who_writes_under_keep_mine_keeps_it(staff, edition):
    wren = colliding(staff, edition)
    wren.get_by_label("Body, my words").fill("What both say.")
    expect(wren.get_by_role("radio", name="Keep mine")).to_be_checked()
    wren.get_by_role("button", name="Save what I chose").click()
    expect(wren.get_by_text("Saved. Patients see nothing of it yet.")).to_be_visible()
    assert stored(edition) == "What both say."


def test_who_writes_under_keep_mine_and_then_takes_theirs_gets_theirs(staff, edition):
    wren = colliding(staff, edition)
    wren.get_by_label("Body, my words").fill("What both say.")
    wren.get_by_role("radio", name="Take theirs").check()
    wren.get_by_role("button", name="Save what I chose").click()
    expect(wren.get_by_text("Saved. Patients see nothing of it yet.")).to_be_visible()
    assert stored(edition) == "What Sam says."


def test_signing_out_forgets_the_words_on_the_device(staff, edition):
    page = staff(make_admin(name="Wren Writer"))
    typed(page, edition, "Half a thought.")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Sign out").click()
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


PHONE = {"width": 360, "height": 740}
SCREEN = {"width": 1280, "height": 900}


def press(page, button, meanwhile=lambda: None):
    """Press a button as a hand does: down, a moment, and up at the same place."""
    box = button.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 3)
    page.mouse.down()
    page.wait_for_timeout(120)
    meanwhile()
    assert button.bounding_box() == box
    page.mouse.up()


@pytest.mark.parametrize("pause", [0, 50, 150, 300])
@pytest.mark.parametrize("place", ["top", "end"])
@pytest.mark.parametrize("size", [SCREEN, PHONE], ids=["screen", "phone"])
def test_who_presses_save_right_after_the_last_key_saves(staff, edition, size, place, pause):
    page = staff(make_admin(name="Wren Writer"))
    page.set_viewport_size(size)
    page.goto(admin_url(edition))
    field = page.get_by_label("Title:" if place == "top" else "What changed:")
    field.press("End")
    if place == "end":
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    field.press_sequentially("d")
    page.wait_for_timeout(pause)
    press(page, page.locator(".save-bar").get_by_role("button", name="Save", exact=True))
    expect(page.get_by_text("Saved. Patients see nothing of it yet.")).to_be_visible()


@pytest.mark.parametrize("size", [SCREEN, PHONE], ids=["screen", "phone"])
def test_the_bar_stays_where_it_is_whatever_it_says_and_whatever_grows_above_it(staff, edition, size):
    page = staff(make_admin(name="Wren Writer"))
    page.set_viewport_size(size)
    page.goto(admin_url(edition))
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    bar = page.locator(".save-bar")
    before = bar.bounding_box()
    page.context.set_offline(True)
    expect(page.get_by_role("alert").get_by_text("There is no connection.")).to_be_visible()
    assert bar.bounding_box() == before
    page.context.set_offline(False)
    button = bar.get_by_role("button", name="Save", exact=True)
    grow = "document.querySelector('.editor__form > .part').style.paddingBlockEnd = '2rem'"
    press(page, button, meanwhile=lambda: page.evaluate(grow))


@pytest.mark.parametrize("size", [SCREEN, PHONE], ids=["screen", "phone"])
def test_all_ways_on_from_words_that_came_too_late_are_of_one_height(staff, edition, size):
    page = staff(make_admin(name="Wren Writer"))
    page.set_viewport_size(size)
    page.goto(admin_url(edition))
    edition.submit(edition.author)
    page.locator(".save-bar").get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Download my words")).to_be_visible()
    ways = page.locator(".kept__ways .button").all()
    assert len(ways) >= 2
    assert len({way.bounding_box()["height"] for way in ways}) == 1


# On a phone


def test_on_a_phone_the_parts_are_folded_and_each_toolbar_is_one_row(staff, edition):
    page = staff(make_admin(name="Wren Writer"))
    page.goto(admin_url(edition))
    parts = page.locator(".parts__fold")
    expect(parts).to_have_attribute("open", "")
    page.set_viewport_size(PHONE)
    expect(parts).not_to_have_attribute("open", "")
    whole(page, "editor-phone")
    bar = page.get_by_role("toolbar", name="Marks for: Body")
    boxes = [button.bounding_box() for button in bar.get_by_role("button").all()]
    assert len({box["y"] for box in boxes}) == 1
    assert min(min(box["width"], box["height"]) for box in boxes) >= 24
    bar.get_by_role("button", name="Bold").focus()
    page.keyboard.press("End")
    last = bar.get_by_role("button", name="Local number or name")
    expect(last).to_be_focused()
    expect(last).to_be_in_viewport(ratio=1)


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
