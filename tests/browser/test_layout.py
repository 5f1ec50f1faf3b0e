"""Pages fit the screen, read without scripts, and print."""

import pytest

from tests.pages import KINDS

pytestmark = pytest.mark.browser

TOO_WIDE = """() => {
  const limit = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= limit) return [];
  return [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > limit + 1)
    .map((e) => e.outerHTML.slice(0, 100)).slice(0, 5);
}"""
# What a reader may set for themselves (WCAG 1.4.12).
SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""

MOVING = """() => [...document.querySelectorAll('*')].filter((e) => {
  const style = getComputedStyle(e);
  return [style.transitionDuration, style.animationDuration].some((times) => times.split(',')
    .some((time) => parseFloat(time) * (time.includes('ms') ? 1 : 1000) > 1));
}).map((e) => e.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_never_wider_than_the_screen(reader, kind, width):
    page = reader(KINDS[kind])
    page.set_viewport_size({"width": width, "height": 700})

    assert page.evaluate(TOO_WIDE) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_fits_the_screen_with_a_readers_own_spacing(reader, kind):
    page = reader(KINDS[kind])
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate(SPACING)
    wide = page.evaluate(TOO_WIDE)
    page.evaluate("() => { document.adoptedStyleSheets = []; }")

    assert wide == []


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_moves_for_a_reader_who_asked_for_that(reader, kind):
    page = reader(KINDS[kind], reduced_motion="reduce")

    assert page.evaluate(MOVING) == []


# Without scripts

# The words of the page that a reader does not see, apart from what a script, a click or paper shows.
UNSEEN = """() => {
  const plain = (text) => text.toLowerCase().replace(/\\s+/g, ' ').trim();
  const main = document.querySelector('main'), seen = plain(main.innerText), unseen = [];
  const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = plain(texts.currentNode.data), around = texts.currentNode.parentElement;
    const later = around.closest('[hidden], svg, option, .print-header, .checklist-step__days, details');
    if (text && !seen.includes(text) && (!later || (later.matches('details') && around.closest('summary'))))
      unseen.push(text);
  }
  return unseen;
}"""


@pytest.mark.parametrize("kind", KINDS)
def test_without_scripts_every_word_can_be_read(reader, kind):
    page = reader(KINDS[kind], java_script_enabled=False)

    assert page.evaluate(UNSEEN) == []


@pytest.mark.parametrize("kind", KINDS)
def test_without_scripts_no_button_stands_idle(reader, kind):
    page = reader(KINDS[kind], java_script_enabled=False)

    assert page.locator("button[type=button]:visible").all_inner_texts() == []


# On paper

PRINTED = ["article", "region", "plan", "emergency"]


@pytest.fixture
def paper(reader):
    def printed(kind, **media):
        page = reader(KINDS[kind])
        page.emulate_media(media="print", **media)
        return page

    return printed


@pytest.mark.parametrize("kind", PRINTED)
def test_paper_has_no_navigation(paper, kind):
    page = paper(kind)

    assert page.locator("nav:visible, button:visible, .skip-link:visible").count() == 0


@pytest.mark.parametrize("kind", PRINTED)
def test_paper_names_the_clinic(paper, kind):
    shown = " ".join(paper(kind).locator(".print-header:visible").all_inner_texts())

    assert "Harbor Back Clinic" in shown


@pytest.mark.parametrize("kind", PRINTED)
def test_paper_shows_when_to_get_help(paper, kind):
    page = paper(kind)

    assert page.locator(".care-card:visible").count() == page.locator(".care-card").count() > 0


@pytest.mark.parametrize("kind", PRINTED)
def test_paper_is_black_on_white_also_for_a_reader_of_dark_pages(paper, kind):
    page = paper(kind, color_scheme="dark")
    colors = page.evaluate(
        "() => ['color', 'backgroundColor'].map((name) => getComputedStyle(document.body)[name])"
    )

    assert colors[0] == "rgb(0, 0, 0)"
    assert colors[1] in {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}


def test_a_plan_on_paper_has_a_box_to_tick_for_each_step(paper):
    page = paper("plan")

    assert page.locator(".checklist-step__days:visible li").count() >= page.locator(".checklist-step").count()
