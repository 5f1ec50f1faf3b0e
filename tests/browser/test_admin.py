"""The staff pages in a browser: an article's life by mouse and by keyboard, on a screen and on a phone."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from education.articles.models import ArticleEdition
from education.clinic.models import SetupLink
from education.editorial.states import State
from tests.browser.test_accessibility import violations
from tests.desk.staff import admin_url
from tests.factories import (
    PASSWORD,
    make_admin,
    make_article,
    make_care_card,
    make_checklist,
    make_clinic,
    make_glossary,
    make_person,
    make_region_page,
    make_source,
    make_topic,
    picture_file,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = {"screen": {"width": 1280, "height": 900}, "phone": {"width": 400, "height": 800}}
WATCH = """
window.blocked = [];
document.addEventListener('securitypolicyviolation', (e) => window.blocked.push(
  `${e.effectiveDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`
));
"""
# Where to look at the pages that the tests see: SCREENSHOTS=/some/folder bin/test
SCREENSHOTS = os.environ.get("SCREENSHOTS")


@pytest.fixture
def staff(browser, live_server):
    """Open the admin as somebody who is signed in; no script may fail."""
    contexts, troubles = [], []

    def open_as(user=None, size="screen", **options):
        context = browser.new_context(
            base_url=live_server.url, viewport=SIZES[size], reduced_motion="reduce", **options
        )
        context.add_init_script(WATCH)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        if user:
            page.goto("/admin/")
            page.get_by_label("Username").fill(user.username)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in", exact=True).click()
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert troubles == []


def shot(page, name):
    if SCREENSHOTS:
        # A hidden caret would take an inline style, which our policy blocks.
        page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png", full_page=True, caret="initial")


def whole(page, name):
    """Look at a page: nothing that axe finds, nothing that runs out of the window."""
    assert page.evaluate("window.blocked") == [], name
    shot(page, name)
    assert violations(page) == [], name
    page.evaluate("window.blocked = []")  # axe tries styles of its own
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), name


@pytest.mark.parametrize("size", SIZES)
def test_an_article_by_mouse(staff, size, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    make_clinic()
    make_topic()
    make_care_card(region="any")
    source = make_source(title="Low back pain and sciatica in over 16s")
    page = staff(make_admin(name="Wren Writer", is_clinician=False), size)
    whole(page, f"{size}-1-index")

    page.goto("/admin/articles/picture/add/")
    upload = tmp_path / "knees.png"
    upload.write_bytes(picture_file(size=(300, 200)).read())
    page.get_by_label("Picture:").set_input_files(upload)
    page.get_by_label("What it shows").fill("Two knees under a blanket")
    page.get_by_label("Made by, and licence").fill("own work")
    page.get_by_role("button", name="Save and continue editing").click()
    line = page.locator(".picture-line").inner_text()
    whole(page, f"{size}-2-picture")

    page.goto("/admin/articles/article/add/")
    page.get_by_label("Title:").fill("Neck spasm at night")
    whole(page, f"{size}-3-new-article")
    page.locator("#id_slug").focus()
    expect(page.locator("#id_slug")).to_have_value("neck-spasm-at-night")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Edition 1: draft")).to_be_visible()
    whole(page, f"{size}-4-draft")

    page.get_by_label("Summary:").fill("Why your neck hurts at night.")
    page.get_by_label("Body:").fill(f"## What it is\n\nA muscle that tightens.\n\n{line}")
    page.get_by_role("button", name="Save and send to review").click()
    missing = "Key points: Write this part: articles of the kind 'condition' need it."
    expect(page.get_by_role("alert")).to_contain_text(missing)
    whole(page, f"{size}-5-missing")
    page.get_by_role("link", name="Key points").click()
    expect(page.get_by_label("Key points:")).to_be_in_viewport()
    expect(page.get_by_label("Body:")).to_have_value(f"## What it is\n\nA muscle that tightens.\n\n{line}")

    page.get_by_label("Key points:").fill("Most ease in days.\nKeep moving.\nKnow the signs.")
    page.get_by_label("Kind:").select_option("explainer")
    page.get_by_label("Questions to ask:").fill("- When can I work?")
    links = "- [Who we are](page:clinic)\n- [All plans](page:checklists)\n- [All articles](page:articles)"
    page.get_by_label("More help:").fill(links)
    page.locator("#citations-0 .select2-selection").click()
    page.locator(".select2-search__field").fill("sciatica")
    page.get_by_role("option", name="over 16s").click()
    page.locator("#id_citations-0-supports").fill("Spasms ease by themselves.")
    shot(page, f"{size}-6-filled")
    page.get_by_role("button", name="Save and send to review").click()
    whole(page, f"{size}-7-send")
    page.get_by_role("button", name="Send to review").click()
    expect(page.get_by_text("Sent to review.")).to_be_visible()
    whole(page, f"{size}-8-in-review")
    assert ArticleEdition.objects.get().citations.get().source == source

    page = staff(make_admin(name="Cleo Clinician"), size)
    page.goto(admin_url(ArticleEdition.objects.get()))
    page.get_by_role("link", name="Approve", exact=True).click()
    page.get_by_label("Next review due on").fill("2020-01-01")
    page.get_by_role("button", name="Approve").click()
    expect(page).to_have_title("Error: Neck spasm at night | Approve | SpasmGuide")
    whole(page, f"{size}-9-approve-error")
    page.get_by_label("Next review due on").fill("2028-11-01")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved by you.")).to_be_visible()
    whole(page, f"{size}-10-publish")
    for reason in page.get_by_label("Why may this stay?").all():
        reason.fill("Our readers know this.")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published. Patients see it now.")).to_be_visible()
    whole(page, f"{size}-11-live")
    page.get_by_role("link", name="See it on the site").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Neck spasm at night")
    expect(page.get_by_role("img", name="Two knees under a blanket")).to_be_attached()


def focus(page, control, limit=200):
    """Press Tab until a control has the focus, as somebody without a mouse does."""
    page.evaluate("document.activeElement.blur()")
    for _ in range(limit):
        page.keyboard.press("Tab")
        if control.evaluate("e => e === document.activeElement"):
            outline = control.evaluate(
                "e => { const s = getComputedStyle(e); return s.outlineStyle !== 'none'"
                " || s.boxShadow !== 'none' || s.textDecoration !== 'none'; }"
            )
            assert outline or control.evaluate("e => e.matches('input, textarea, select')")
            return
    pytest.fail(f"Tab does not reach {control}")


def test_an_article_by_keyboard_alone(staff):
    make_clinic()
    edition = make_article("draft")
    writer = staff(make_admin(name="Wren Writer", is_clinician=False))
    writer.goto(admin_url(edition))
    body = writer.get_by_label("Body:")
    focus(writer, body)
    writer.keyboard.press("Control+End")
    writer.keyboard.type("\n\nTyped without a mouse.")
    focus(writer, writer.get_by_role("button", name="Save and send to review"))
    writer.keyboard.press("Enter")
    writer.wait_for_url("**/act/submit/")
    focus(writer, writer.get_by_role("button", name="Send to review"))
    writer.keyboard.press("Enter")
    expect(writer.get_by_text("Sent to review.")).to_be_visible()

    reviewer = staff(make_admin(name="Cleo Clinician"))
    reviewer.goto(admin_url(edition))
    focus(reviewer, reviewer.get_by_role("link", name="Approve", exact=True))
    reviewer.keyboard.press("Enter")
    reviewer.wait_for_url("**/act/approve/")
    focus(reviewer, reviewer.get_by_role("button", name="Approve"))
    reviewer.keyboard.press("Enter")
    expect(reviewer.get_by_text("Approved by you.")).to_be_visible()
    for reason in reviewer.get_by_label("Why may this stay?").all():
        focus(reviewer, reason)
        reviewer.keyboard.type("Our readers know this.")
    focus(reviewer, reviewer.get_by_role("button", name="Publish"))
    reviewer.keyboard.press("Enter")
    expect(reviewer.get_by_text("Published. Patients see it now.")).to_be_visible()
    focus(reviewer, reviewer.get_by_role("link", name="Edit", exact=True))
    reviewer.keyboard.press("Enter")
    reviewer.wait_for_url("**/act/edit/")
    focus(reviewer, reviewer.get_by_role("button", name="Edit"))
    reviewer.keyboard.press("Enter")
    expect(reviewer.get_by_text("This is a new draft.")).to_be_visible()
    first, second = ArticleEdition.objects.order_by("number")
    assert first.body.endswith("Typed without a mouse.")
    assert (first.state, second.state) == (State.APPROVED, State.DRAFT)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_every_page_of_ours_is_whole(staff, size, dark):
    make_clinic()
    page = staff(make_admin(name="Cleo Clinician"), size, color_scheme="dark" if dark else "light")
    makers = (make_article, make_care_card, make_checklist, make_glossary, make_region_page)
    live = [make() for make in makers]
    waiting = make_care_card("in-review", region="neck")
    draft = make_checklist("draft", steps=1)
    sent_back = make_article("in-review")
    sent_back.send_back(make_person(), "One sign is missing.\nSay it shorter.")
    paths = {
        "index": "/admin/",
        "clinic": "/admin/clinic/clinic/1/change/",
        "people": "/admin/editorial/person/",
        "person": admin_url(make_person()),
        "sources": "/admin/editorial/source/",
        "pictures": "/admin/articles/picture/",
        "topics": "/admin/articles/topic/",
        "card-to-approve": admin_url(waiting, "act", "approve"),
        "card-in-review": admin_url(waiting),
        "card-new": "/admin/urgency/carecard/add/",
        "checklist-draft": admin_url(draft),
        "sent-back": admin_url(sent_back),
        "retire": admin_url(live[0], "act", "retire"),
        "sign": admin_url(live[1], "act", "sign"),
        "send-back": admin_url(waiting, "act", "send-back"),
        "delete": admin_url(draft, "delete"),
        "history": admin_url(live[0], "history"),
        "password": "/admin/password_change/",
    }
    for edition in live:
        name = edition.document._meta.model_name
        paths[f"{name}-list"] = f"/admin/{edition._meta.app_label}/{name}/"
        paths[f"{name}-document"] = admin_url(edition.document)
        paths[f"{name}-live"] = admin_url(edition)
    for name, path in paths.items():
        response = page.goto(path)
        assert response.status == 200, path
        whole(page, f"{size}-{'dark' if dark else 'light'}-{name}")


SMALL = """() => [...document.querySelectorAll(
    '.edition-bar :is(a, button, summary), .act :is(a, input:not([type=hidden]))'
  )].map((e) => [e.outerHTML.slice(0, 120), e.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24).map(([html]) => html)"""


def test_what_is_pressed_in_the_acts_is_large_enough(staff):
    make_clinic()
    page = staff(make_admin(name="Cleo Clinician"), "phone")
    edition = make_article()
    for path in (admin_url(edition), admin_url(edition, "act", "sign"), admin_url(make_article("draft"))):
        page.goto(path)
        assert page.evaluate(SMALL) == []


ALONE = """() => [...document.querySelectorAll('.desk-lately a, .desk-block__add a')].filter((link) => {
  const next = link.nextSibling;
  if (!next || !/^[.,]/.test(next.data || '')) return false;
  const mark = document.createRange();
  mark.setStart(next, 0);
  mark.setEnd(next, 1);
  return mark.getBoundingClientRect().top > [...link.getClientRects()].at(-1).bottom - 4;
}).map((link) => link.textContent)"""


def test_no_mark_behind_a_link_on_the_desk_stands_alone_on_a_line(staff):
    make_clinic()
    for length in range(36, 44):
        make_article("approved", title=("Sleeping with a sore back " * 2)[:length].strip())
    page = staff(make_admin(name="Cleo Clinician"), "phone")
    for width in range(320, 400, 4):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(ALONE) == [], width


def test_wide_tables_are_cards_on_a_phone(staff):
    make_clinic()
    page = staff(make_admin(name="Cleo Clinician"), "phone")
    page.set_viewport_size({"width": 360, "height": 740})
    for path, region in (
        (admin_url(make_article().document), "Editions"),
        ("/admin/staff/entry/", "Entries"),
    ):
        page.goto(path)
        table = page.get_by_role("region", name=region)
        assert table.evaluate("e => e.scrollWidth <= e.clientWidth"), path
        whole(page, f"phone-cards-{region}")


SHOUTED = """() => [...document.querySelectorAll('a, button, input[type=submit], h2, th')]
  .filter((e) => getComputedStyle(e).textTransform === 'uppercase').map((e) => e.outerHTML.slice(0, 90))"""


def test_nothing_that_is_pressed_or_heads_a_part_is_shouted(staff):
    make_clinic()
    user = make_admin(name="Cleo Clinician")
    page = staff(user)
    add, account = "/admin/articles/article/add/", admin_url(user)
    for path in (
        add,
        account,
        "/admin/auth/user/",
        "/admin/articles/article/",
        admin_url(make_article().document),
    ):
        page.goto(path)
        assert page.evaluate(SHOUTED) == [], path


def test_fields_for_names_are_as_wide_as_their_neighbors(staff):
    make_clinic()
    user = make_admin(name="Cleo Clinician")
    page = staff(user)
    page.goto(admin_url(user))
    widths = {
        page.locator(f"#id_{name}").bounding_box()["width"] for name in ("first_name", "username", "email")
    }
    assert len(widths) == 1


@pytest.mark.parametrize("size", SIZES)
def test_the_site_is_set_up_in_a_browser(staff, size):
    page = staff(size=size)
    page.goto(SetupLink.renew())
    shot(page, f"{size}-set-up")
    page.get_by_label("Your name").fill("Dana Ortiz")
    page.get_by_label("Name of the clinic").fill("Harbor Back Clinic")
    page.get_by_role("button", name="Make my site").click()
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    shot(page, f"{size}-set-up-errors")
    assert violations(page) == []
    page.evaluate("window.blocked = []")
    summary.get_by_role("link", name="Choose a password.").click()
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    expect(page.get_by_label("Your name")).to_have_value("Dana Ortiz")
    page.get_by_label("Username").fill("dana")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_label("Phone").fill("+1 555 010 0200")
    page.get_by_label("Off: no symptom checker").check()
    page.get_by_role("button", name="Make my site").click()
    expect(page.get_by_text("Your site is ready.")).to_be_visible()
    shot(page, f"{size}-set-up-done")
