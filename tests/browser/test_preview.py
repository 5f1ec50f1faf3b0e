"""Previews in a browser: the looks are those of the real page, and comments are written beside the text."""

import re

import pytest
from playwright.sync_api import expect

from education.desk.preview_links import make_link
from education.editorial.comments import say, thread
from education.staff.models import OpenSession
from tests.browser.test_accessibility import violations
from tests.browser.test_admin import SIZES, shot, staff, whole  # noqa: F401
from tests.desk.staff import admin_url
from tests.factories import (
    PASSWORD,
    make_admin,
    make_article,
    make_care_card,
    make_clinic,
    make_glossary,
    make_person,
    make_region_page,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 360, "height": 720}
PAPER = {"width": 680, "height": 1123}  # A4 between its margins, in CSS pixels
STYLES = """
() => [...document.querySelectorAll('main *, header *, footer *, .help-strip *')].map((element) => {
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const seen = ['display', 'color', 'backgroundColor', 'fontSize', 'lineHeight', 'borderTopColor',
    'borderTopWidth', 'paddingTop', 'marginTop', 'maxInlineSize', 'position', 'fill', 'stroke'];
  return [element.tagName, element.className.toString(), Math.round(box.width), Math.round(box.height),
    ...seen.map((name) => style[name])].join(' | ');
})
"""


@pytest.fixture
def article():
    make_clinic(accent="#884400")
    make_region_page()
    make_care_card()
    make_glossary()
    return make_article(slug="spasm", title="Muscle spasm in the low back")


@pytest.fixture
def wren():
    return make_admin(name="Wren Writer", is_clinician=False)


def styles(page):
    page.evaluate("document.fonts.ready")
    return page.evaluate(STYLES)


@pytest.mark.parametrize(
    ("look", "size", "real"),
    [
        ("light", PHONE, {"color_scheme": "light"}),
        ("dark", PHONE, {"color_scheme": "dark"}),
        ("light", SIZES["screen"], {"color_scheme": "light"}),
        ("print", PAPER, {"media": "print", "color_scheme": "dark"}),
    ],
    ids=["phone", "dark", "screen", "paper"],
)
def test_each_look_is_that_of_the_real_page(look, size, real, staff, wren, article):  # noqa: F811
    page = staff(wren)
    page.set_viewport_size(size)
    page.emulate_media(color_scheme="light" if look == "dark" else "dark")  # what the screen itself says
    page.goto(f"{admin_url(article, 'preview')}{look}/articles/spasm/")
    shot(page, f"preview-{look}-{size['width']}")
    seen = styles(page)
    assert page.evaluate("window.blocked") == []

    page.emulate_media(**real)
    page.goto("/articles/spasm/")
    assert len(seen) > 100
    assert [pair for pair in zip(seen, styles(page), strict=True) if pair[0] != pair[1]] == []


def test_the_page_of_previews(staff, wren, article):  # noqa: F811
    draft = article.new_draft(wren.person)
    page = staff(wren)
    page.goto(admin_url(draft, "preview"))
    for frame in page.locator("iframe").all():
        frame.scroll_into_view_if_needed()
        expect(frame.content_frame.locator(".preview-banner")).to_contain_text("Preview: edition 2, draft.")
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, 0)")
    whole(page, "preview-screen")
    for frame in page.frames[1:]:
        assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), frame.url
    dark = page.frame_locator("iframe[title='Preview: Phone in the dark']")
    dark.get_by_role("link", name="Articles", exact=True).first.click()
    expect(dark.get_by_role("heading", level=1)).to_have_text("Articles")
    assert page.url.endswith("/preview/")
    page.set_viewport_size(PHONE)
    page.wait_for_load_state("networkidle")
    whole(page, "preview-phone")


def test_what_is_typed_is_saved_and_previewed_by_one_button(staff, wren, article):  # noqa: F811
    page = staff(wren)
    page.goto(admin_url(article.new_draft(wren.person)))
    page.get_by_label("Summary:").fill("Typed a moment ago.")
    page.get_by_role("button", name="Save and preview").click()
    phone = page.frame_locator("iframe[title='Preview: Phone']")
    expect(phone.locator(".summary")).to_have_text("Typed a moment ago.")
    page.wait_for_load_state("networkidle")  # nothing is asked of a database that is taken down


def test_a_page_opened_by_itself_has_nothing_that_axe_finds(staff, wren, article):  # noqa: F811
    page = staff(wren)
    for look in ("light", "dark", "large"):
        page.goto(f"{admin_url(article, 'preview')}{look}/articles/spasm/")
        assert violations(page) == [], look


def test_a_comment_is_added_without_losing_what_is_typed_elsewhere(staff, wren, article):  # noqa: F811
    draft = article.new_draft(wren.person)
    say(draft, make_person("Cleo Clinician"), "Say hours, not days.", "how_long")
    page = staff(wren)
    page.goto(admin_url(draft))
    page.get_by_label("Summary:").fill("Typed, and not saved yet.")
    page.get_by_text("Write a comment", exact=True).click()
    page.get_by_label("What is it about?").select_option("Body")
    page.get_by_label("Your comment").fill("I will look it up.")
    shot(page, "comments-screen")
    page.get_by_role("button", name="Add the comment").click()
    expect(page.locator(".comments__told")).to_have_text("Your comment is kept.")
    expect(page.locator("#comments-title")).to_be_focused()
    expect(page.locator(".comments__one")).to_have_count(2)
    expect(page.locator("a[href='#comments']")).to_have_text("2 open comments")
    expect(page.get_by_label("Summary:")).to_have_value("Typed, and not saved yet.")

    page.get_by_role("button", name=re.compile("Mark as settled ?: Say hours")).click()
    expect(page.locator(".comments__told")).to_have_text("Settled. The comment is kept.")
    expect(page.locator("a[href='#comments']")).to_have_text("1 open comment")
    expect(page.get_by_label("Summary:")).to_have_value("Typed, and not saved yet.")
    page.get_by_text("Write a comment", exact=True).click()
    page.get_by_role("button", name="Add the comment").click()
    expect(page.get_by_role("link", name="Write your comment.")).to_be_focused()
    assert [one.text for one in thread(draft)] == ["Say hours, not days.", "I will look it up."]


def test_a_comment_that_was_not_sent_is_not_lost(staff, wren, article):  # noqa: F811
    draft = article.new_draft(wren.person)
    say(draft, make_person("Cleo Clinician"), "Say hours, not days.", "how_long")
    page = staff(wren)
    page.goto(admin_url(draft))
    page.get_by_text("Write a comment", exact=True).click()
    comment = page.get_by_label("Your comment")
    comment.fill("Half a thought.")
    page.get_by_role("button", name=re.compile("Mark as settled")).click()
    expect(page.locator(".comments__told")).to_have_text("Settled. The comment is kept.")
    expect(comment).to_have_value("Half a thought.")
    page.locator(".save-bar").get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. Patients see nothing of it yet.")).to_be_visible()
    expect(comment).to_have_value("Half a thought.")
    page.get_by_role("button", name="Add the comment").click()
    expect(page.locator(".comments__told")).to_have_text("Your comment is kept.")
    page.reload()
    page.get_by_text("Write a comment", exact=True).click()
    expect(comment).to_have_value("")


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_double_click_says_it_once(has_scripts, staff, wren, article):  # noqa: F811
    page = staff(wren, java_script_enabled=has_scripts)
    page.goto(admin_url(article))
    page.get_by_text("Write a comment", exact=True).click()
    page.get_by_label("Your comment").fill("Say hours, not days.")
    sent = []
    page.on("request", lambda request: sent.append(request.method == "POST"))
    page.get_by_role("button", name="Add the comment").dblclick()
    expect(page.locator(".comments__one")).to_contain_text("Say hours, not days.")
    page.wait_for_load_state("networkidle")
    assert [one.text for one in thread(article)] == ["Say hours, not days."]
    assert not has_scripts or sum(sent) == 1


def test_a_comment_is_sent_once_somebody_who_was_signed_out_is_back(staff, wren, article):  # noqa: F811
    page = staff(wren)
    page.goto(admin_url(article))
    page.get_by_text("Write a comment", exact=True).click()
    page.get_by_label("Your comment").fill("Say hours, not days.")
    OpenSession.objects.all().delete()
    page.get_by_role("button", name="Add the comment").click()
    expect(page.locator(".comments__told")).to_contain_text("Sign in again in another window")
    sign_in_again(page.context.new_page(), wren)
    page.get_by_role("button", name="Add the comment").click()
    expect(page.locator(".comments__told")).to_have_text("Your comment is kept.")
    assert [one.text for one in thread(article)] == ["Say hours, not days."]


def sign_in_again(other, person):
    other.goto("/admin/")
    other.get_by_label("Username").fill(person.username)
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in", exact=True).click()
    expect(other.get_by_role("button", name="Sign out")).to_be_visible()
    other.close()


def test_words_of_an_act_wait_for_whoever_was_signed_out(staff, wren):  # noqa: F811
    make_clinic()
    edition = make_article("in-review")
    page = staff(wren)
    page.goto(admin_url(edition, "act", "send-back"))
    page.get_by_label("What should change?").fill("Rewrite the second part.\n\nIt frightens people.")
    OpenSession.objects.all().delete()
    page.get_by_role("button", name="Send back to its writer").click()
    expect(page.get_by_label("What should change?")).to_have_value(
        "Rewrite the second part.\n\nIt frightens people."
    )
    whole(page, "screen-kept")
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Sign in, in a new tab").click()
    sign_in_again(popup.value, wren)
    page.get_by_role("button", name="I have signed in: send it now").click()
    page.get_by_role("button", name="Send again").click()  # the first came with the token of before
    expect(page.get_by_text("Sent back. Its writer finds your comment")).to_be_visible()
    edition.refresh_from_db()
    assert edition.comment.splitlines() == ["Rewrite the second part.", "", "It frightens people."]


def test_comments_without_scripts(staff, wren, article):  # noqa: F811
    page = staff(wren, java_script_enabled=False)
    page.goto(admin_url(article))
    page.get_by_text("Write a comment", exact=True).click()
    page.get_by_label("Your comment").fill("Well said.")
    page.get_by_role("button", name="Add the comment").click()
    expect(page.get_by_text("Your comment is kept.")).to_be_visible()
    expect(page.locator(".comments__one")).to_contain_text("Well said.")


@pytest.mark.parametrize("size", SIZES)
def test_the_pages_of_comments_and_links(size, staff, wren, article):  # noqa: F811
    draft = article.new_draft(wren.person)
    say(draft, make_person("Cleo Clinician"), "Say hours, not days.", "how_long")
    page = staff(wren, size)
    page.goto(admin_url(draft, "comments"))
    whole(page, f"{size}-comments")
    page.goto(admin_url(draft))
    page.get_by_role("link", name="Let somebody outside read it").click()
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_role("link", name="Write for whom the link is.")).to_be_visible()
    whole(page, f"{size}-links-error")
    page.get_by_label("For whom?").fill("Dr. Lee")
    page.get_by_role("button", name="Make the link").click()
    expect(page.locator("#new-link")).to_contain_text("/preview/")
    expect(page.get_by_role("button", name="Copy")).to_be_visible()
    whole(page, f"{size}-links")
    page.get_by_role("button", name=re.compile("Close this link ?: Dr. Lee")).click()
    expect(page.get_by_text("The link of Dr. Lee opens nothing any more")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_somebody_outside_reads_and_comments_on_a_phone(scripts, browser, live_server, wren, article):
    draft = article.new_draft(wren.person)
    path = make_link(draft, wren.person, "Dr. Lee", 7).removeprefix("http://testserver")
    context = browser.new_context(
        base_url=live_server.url, viewport=PHONE, reduced_motion="reduce", java_script_enabled=scripts
    )
    page = context.new_page()
    requested = []
    page.on("request", lambda request: requested.append((request.url, request.headers.get("referer", ""))))
    page.goto(path)
    page.get_by_role("link", name="Write a comment").click()
    page.get_by_role("button", name="Send the comment").click()
    expect(page.get_by_role("link", name="Write your comment.")).to_be_visible()
    if scripts:
        expect(page.locator(".error-summary")).to_be_focused()
        shot(page, "visitor-error")
        assert violations(page) == []
    page.get_by_label("Your name").fill("Ada Lee")
    page.get_by_label("What is it about?").select_option("How long it lasts")
    page.get_by_label("Your comment").fill("Hours, not days.")
    page.get_by_role("button", name="Send the comment").click()
    expect(page.get_by_text("Thank you. The clinic has your comment.")).to_be_visible()
    if scripts:
        shot(page, "visitor")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
    assert context.cookies() == []
    token = path.split("/")[2]
    assert all(token not in referrer for _url, referrer in requested)
    assert all(url.startswith(live_server.url) for url, _referrer in requested)
    (said,) = thread(draft)
    assert said.who == "Dr. Lee (outside)"
    assert "Ada Lee" in said.through
    context.close()
