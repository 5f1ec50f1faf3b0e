"""The checker in Chromium: with and without scripts, by keyboard, on paper, and for every eye."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from education.checker.screens import NONE
from education.urgency.levels import Level
from tests.checker.patient import CHECK, LEVELS, START, Group, choose, serving, stories

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("checker in a browser")]

by_slug = pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
WIDTHS = (320, 1280)
LIGHTS = (
    {"color_scheme": "light", "forced_colors": "none", "reduced_motion": "reduce"},
    {"color_scheme": "dark", "forced_colors": "none", "reduced_motion": "reduce"},
    {"color_scheme": "light", "forced_colors": "active", "reduced_motion": "reduce"},
)
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}
# Links and buttons smaller than a fingertip, save links inside a sentence.
TOO_SMALL = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), summary')]
  .filter(e => e.offsetParent && !e.closest('p, li, address, .u-hidden') && !e.matches('.skip-link'))
  .map(e => { const r = e.getBoundingClientRect(), l = (e.labels?.[0] ?? e).getBoundingClientRect();
    return [e.outerHTML.slice(0, 80), Math.max(r.width, l.width), Math.max(r.height, l.height)]; })
  .filter(([, w, h]) => w > 1 && (w < 24 || h < 24))"""
UNGROUPED = """() => [...document.querySelectorAll('input[type=radio], input[type=checkbox]')]
  .filter(e => e.closest('fieldset')?.firstElementChild?.tagName !== 'LEGEND').map(e => e.name)"""
LOST_LINKS = """() => [...document.querySelectorAll('.error-summary a')].map(a => a.hash.slice(1))
  .filter(id => !document.getElementById(id)?.matches('input, select, textarea'))"""
KEPT = """async () => [Object.keys(localStorage), Object.keys(sessionStorage), document.cookie,
  (await indexedDB.databases()).length, (await caches.keys()).length, location.search, location.hash]"""
IN_SIGHT = """() => { const e = document.activeElement, r = (e.labels?.[0] ?? e).getBoundingClientRect();
  return r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth; }"""
COLORS = """() => [...document.querySelectorAll('main *')].filter(e => e.offsetParent)
  .flatMap(e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor])
  .filter(c => { const [r, g, b, a] = c.match(/[\\d.]+/g).map(Number);
    return a !== 0 && !(r === g && g === b); })"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site in two languages, of which one has the questions."""
    with serving(tmp_path_factory.mktemp("site"), {"languages": ["en", "es"]}) as found:
        yield found.root


@pytest.fixture
def context(browser, site):
    context = browser.new_context(viewport={"width": 360, "height": 740}, base_url=site)
    yield context
    context.close()


@pytest.fixture
def page(context):
    return context.new_page()


@pytest.fixture
def plain(browser, site):
    """A page in a browser without scripts."""
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 740}, base_url=site
    )
    yield context.new_page()
    context.close()


def press(page: Page, button) -> None:
    """Press a button that sends a form, and wait for what comes of it."""
    with page.expect_event("load"):
        button.click()


def begin(page: Page) -> None:
    page.goto(START)
    press(page, page.get_by_role("button", name="Start the questions"))


def groups(page: Page) -> list[Group]:
    boxes = "main input[type=radio], main input[type=checkbox]"
    values: dict[tuple[str, str], list[str]] = {}
    for name, kind, value in page.eval_on_selector_all(
        boxes, "all => all.map(e => [e.name, e.type, e.value])"
    ):
        values.setdefault((name, kind), []).append(value)
    return [Group(name=name, kind=kind, values=tuple(found)) for (name, kind), found in values.items()]


def box(page: Page, name: str, value: str):
    return page.locator(f'main input[name="{name}"][value="{value}"]')


def fill(page: Page, answer_to) -> None:
    for group in groups(page):
        for value in choose(group, answer_to):
            box(page, group.name, value).check()


def proceed(page: Page) -> None:
    press(page, page.get_by_role("button", name="Continue", exact=True))


def answer(page: Page, answer_to) -> None:
    fill(page, answer_to)
    proceed(page)


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def run(page: Page, level: Level) -> None:
    """Go from the start to the result of a level."""
    begin(page)
    for _screen in range(60):
        if not groups(page):
            break
        answer(page, stories()[level].answer_to)
    show = page.get_by_role("button", name="Show my result")
    if show.count():
        press(page, show.first)
    assert page.locator(f".result-card--{level.slug}").count(), page.locator("main").inner_text()[:600]


def to_ticks(page: Page, number: int = 1) -> None:
    """Answer until a tick-list is shown: the first, or one after it."""
    begin(page)
    while True:
        if groups(page)[0].kind == "checkbox":
            number -= 1
            if not number:
                return
        answer(page, stories()[Level.SELF_CARE].answer_to)


# Without scripts


@by_slug
def test_without_scripts_a_run_ends_with_the_result_of_its_level(plain, level):
    run(plain, level)


def test_without_scripts_mistakes_are_shown_and_linked(plain):
    to_ticks(plain)
    proceed(plain)

    expect(plain).to_have_title(re.compile("^Error:"))
    plain.locator(".error-summary a").first.click()
    assert plain.url.endswith("#" + groups_first_id(plain))


def groups_first_id(page):
    return page.locator("main input[type=checkbox]").first.get_attribute("id")


def test_without_scripts_no_button_is_shown_that_needs_one(plain):
    run(plain, Level.SELF_CARE)

    expect(plain.get_by_role("button", name="Copy")).to_have_count(0)
    expect(plain.get_by_role("button", name="Print this page")).to_have_count(0)


# By keyboard


def focused(page, what):
    return page.evaluate(f"() => document.activeElement.{what}")


def enter(page) -> None:
    with page.expect_event("load"):
        page.keyboard.press("Enter")


def tab_to(page, is_there) -> None:
    for _key in range(80):
        if is_there():
            return
        page.keyboard.press("Tab")
    raise AssertionError("never reached by keyboard")


def test_a_whole_run_can_be_done_by_keyboard(page):
    story = stories()[Level.URGENT_TODAY]
    page.goto(START)
    tab_to(page, lambda: focused(page, "innerText") == "Start the questions")
    enter(page)
    for _screen in range(60):
        if not groups(page):
            break
        for group in groups(page):
            tab_to(page, lambda name=group.name: focused(page, "name") == name)
            for value in choose(group, story.answer_to):
                if group.kind == "checkbox":
                    tab_to(page, lambda value=value: focused(page, "value") == value)
                    page.keyboard.press("Space")
                    continue
                page.keyboard.press("Space")
                while focused(page, "value") != value:
                    page.keyboard.press("ArrowDown")
        enter(page)
    tab_to(page, lambda: focused(page, "name") == "result")
    enter(page)
    expect(page.locator(".result-card--urgent-today")).to_be_visible()


def test_enter_on_a_later_screen_goes_on_and_not_back(page):
    to_ticks(page)
    first = heading(page)
    box(page, groups(page)[0].name, NONE).check()
    enter(page)

    expect(page.locator("h1")).not_to_have_text(first)
    expect(page).not_to_have_title(re.compile("First, a few facts"))


def test_every_stop_of_the_tab_key_is_seen(page):
    to_ticks(page)
    page.keyboard.press("Tab")
    for _key in range(30):
        assert page.evaluate(IN_SIGHT), focused(page, "outerHTML")
        page.keyboard.press("Tab")


# Mistakes, with scripts


def test_after_a_mistake_the_focus_is_in_the_summary(page):
    to_ticks(page)
    proceed(page)

    expect(page.locator(".error-summary")).to_be_focused()


def test_the_link_of_a_mistake_leads_to_the_first_choice(page):
    begin(page)
    proceed(page)
    page.locator(".error-summary a").last.click()

    expect(box(page, groups(page)[-1].name, groups(page)[-1].values[0])).to_be_focused()


def test_none_of_these_clears_the_rest_and_is_cleared_by_it(page):
    to_ticks(page)
    group = groups(page)[0]
    sign, none = box(page, group.name, group.values[0]), box(page, group.name, NONE)
    sign.check()
    none.check()
    expect(sign).not_to_be_checked()
    sign.check()
    expect(none).not_to_be_checked()


# The browser's own buttons


def test_the_browsers_back_and_forward_show_the_screens_again(page):
    to_ticks(page, 3)
    third = heading(page)
    page.go_back()
    expect(page.locator("h1")).not_to_have_text(third)
    second = heading(page)
    page.go_back()
    expect(page.locator("h1")).not_to_have_text(second)
    page.go_forward()
    expect(page.locator("h1")).to_have_text(second)
    page.go_forward()
    expect(page.locator("h1")).to_have_text(third)


def test_the_browsers_back_keeps_what_was_ticked(page):
    to_ticks(page)
    group = groups(page)[0]
    answer(page, stories()[Level.SELF_CARE].answer_to)
    page.go_back()

    expect(box(page, group.name, NONE)).to_be_checked()


def test_after_the_browsers_back_the_run_goes_on(page):
    to_ticks(page, 2)
    title = heading(page)
    page.go_back()
    expect(page.locator("h1")).not_to_have_text(title)
    proceed(page)

    expect(page.locator("h1")).to_have_text(title)


def test_reload_shows_the_same_screen_with_its_ticks(page):
    to_ticks(page)
    title, group = heading(page), groups(page)[0]
    box(page, group.name, group.values[0]).check()
    page.reload()

    expect(page.locator("h1")).to_have_text(title)
    expect(box(page, group.name, group.values[0])).to_be_checked()


def test_from_a_page_that_the_result_leads_to_back_shows_the_result(page):
    run(page, Level.SELF_CARE)
    page.locator('main a[href^="/checklists/"]').first.click()
    page.wait_for_url("**/checklists/**")
    page.go_back()

    expect(page.locator(".result-card--self-care")).to_be_visible()


def test_without_scripts_back_ends_at_the_screen_before(plain):
    to_ticks(plain, 2)
    title = heading(plain)
    press(plain, plain.get_by_role("button", name="Back"))

    assert heading(plain) != title


def test_a_double_tap_on_continue_does_no_harm(page):
    begin(page)
    fill(page, stories()[Level.SELF_CARE].answer_to)
    page.get_by_role("button", name="Continue", exact=True).dblclick(no_wait_after=True)

    expect(page.locator("main input[type=checkbox]").first).to_be_visible()
    expect(page).not_to_have_title(re.compile("^Error:"))


# Languages


def test_the_other_language_takes_the_answers_along_and_back(page):
    to_ticks(page)
    title, group = heading(page), groups(page)[0]
    press(page, page.locator('button[lang="es"]'))
    expect(page.locator("html")).to_have_attribute("lang", "es")
    press(page, page.locator('button[lang="en"]'))

    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert (heading(page), groups(page)[0]) == (title, group)


# Nothing stays behind


@by_slug
def test_after_a_run_the_browser_holds_nothing(page, level):
    addresses = []
    page.on("request", lambda request: addresses.append(request.url))
    run(page, level)

    assert page.evaluate(KEPT) == [[], [], "", 0, 0, "", ""]
    assert page.context.cookies() == []
    paths = {re.sub(r"^http://[^/]+", "", address) for address in addresses}
    assert {path for path in paths if not path.startswith(("/static/", "/clinic/accent"))} <= {START, CHECK}


def test_a_run_breaks_no_rule_of_the_policy(page):
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    run(page, Level.SELF_CARE)

    assert said == []


# Copying


def test_what_to_say_can_be_copied(context, page):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    run(page, Level.EMERGENCY_GO)
    page.get_by_role("button", name="Copy").first.click()

    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()").startswith("I used a symptom guide.")


def test_the_note_is_copied_line_by_line(context, page):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    run(page, Level.URGENT_TODAY)
    page.get_by_role("button", name="Copy").last.click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    lines = page.evaluate("() => navigator.clipboard.readText()").splitlines()

    assert lines[1].startswith("Advice given: ")
    assert all(": " in line for line in lines[1:])


# Every eye


def look_at(page: Page, name: str) -> list[str]:
    """Return what is wrong with the page at each width and in each light."""
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for light in LIGHTS:
            page.emulate_media(**light)
            where = f"{name} at {width} {light['color_scheme']} {light['forced_colors']}"
            found = Axe().run(page, options=AXE).response["violations"]
            wrong += [
                f"{where}: {one['id']} {[node['target'] for node in one['nodes']][:3]}" for one in found
            ]
        checks = {"too small": TOO_SMALL, "ungrouped": UNGROUPED, "lost links": LOST_LINKS}
        wrong += [
            f"{name} at {width}: {what} {page.evaluate(check)}"
            for what, check in checks.items()
            if page.evaluate(check)
        ]
        if page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{name} at {width}: scrolls sideways")
    page.emulate_media(color_scheme="light", forced_colors="none")
    page.set_viewport_size({"width": 360, "height": 740})
    return wrong


def test_every_kind_of_screen_is_accessible(page):
    page.goto(START)
    wrong = look_at(page, "start")
    begin(page)
    wrong += look_at(page, "choices")
    proceed(page)
    wrong += look_at(page, "choices with mistakes")
    to_ticks(page)
    wrong += look_at(page, "ticks")
    page.locator("details summary").first.click()
    proceed(page)
    wrong += look_at(page, "ticks with a mistake")
    box(page, groups(page)[0].name, "unsure").check()
    proceed(page)
    wrong += look_at(page, "follow-up")
    press(page, page.locator('button[lang="es"]'))
    wrong += look_at(page, "untranslated")
    page.goto(CHECK + "?again")
    wrong += look_at(page, "again")

    assert wrong == []


def test_the_list_of_answers_is_accessible(page):
    begin(page)
    while groups(page):
        answer(page, stories()[Level.SELF_CARE].answer_to)

    assert look_at(page, "answers") == []


@by_slug
def test_every_result_is_accessible(page, level):
    run(page, level)

    assert look_at(page, level.slug) == []


def test_the_page_for_a_broken_form_is_accessible(page):
    begin(page)
    page.evaluate("() => { document.querySelector('[name=trail]').value = 'broken'; }")
    fill(page, stories()[Level.SELF_CARE].answer_to)
    proceed(page)

    assert heading(page) == "We cannot read this form"
    assert look_at(page, "broken form") == []


# On paper


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@by_slug
def test_the_take_home_pack_fits_on_two_sheets(page, level, paper):
    run(page, level)
    sheets = len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format=paper)))

    assert 1 <= sheets <= (1 if level is Level.EMERGENCY_CALL else 2)


@pytest.mark.parametrize(
    "level", [level for level in LEVELS if not level.is_emergency], ids=lambda level: level.slug
)
def test_the_take_home_pack_has_the_signs_the_day_and_the_plan(page, level):
    run(page, level)
    page.emulate_media(media="print")

    expect(page.locator(".care-card--emergency-call")).to_be_visible()
    expect(page.locator(".care-card--emergency-go")).to_be_visible()
    expect(page.locator("main")).to_contain_text(
        re.compile(r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \w+ \d+")
    )
    if level <= Level.BOOK_SOON:
        expect(page.locator(".result__qr svg").first).to_be_visible()
        expect(page.locator(".result__address").first).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)


def test_paper_needs_no_color(page):
    run(page, Level.BOOK_SOON)
    page.emulate_media(media="print")
    assert page.evaluate(COLORS) == []
