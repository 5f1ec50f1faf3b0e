"""Everybody can use every kind of page: WCAG 2.2 A and AA, best practice, and what axe does not see."""

from itertools import product

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.pages import KINDS

pytestmark = pytest.mark.browser

PHONE = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 800}
LOOKS = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced colors": {"color_scheme": "light", "forced_colors": "active"},
}
AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},  # axe leaves it off by itself
    "resultTypes": ["violations"],
}


def violations(page):
    page.wait_for_load_state()  # text is there before the styles are, which axe judges
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("options => axe.run(options)", AXE_OPTIONS)["violations"]
    return [(rule["id"], node["target"], node["failureSummary"]) for rule in found for node in rule["nodes"]]


def path_of(kind, site):
    return site.set_up if kind == "set-up" else KINDS[kind]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("kind", [*KINDS, "set-up"])
def test_axe_finds_nothing(reader, site, kind, size, look):
    page = reader(path_of(kind, site))
    page.set_viewport_size(size)
    page.emulate_media(**LOOKS[look])

    assert violations(page) == []


@pytest.mark.parametrize("place", ["facts", "errors", "signs", "review", "self-care", "emergency"])
def test_axe_finds_nothing_in_the_checker(checker, place):
    page, found = checker(place), {}
    for size, look in product([PHONE, DESKTOP], LOOKS):
        page.set_viewport_size(size)
        page.emulate_media(**LOOKS[look])
        found[size["width"], look] = violations(page)

    assert {variant: wrong for variant, wrong in found.items() if wrong} == {}


# WCAG 2.5.8: 24 pixels each way, or nothing else to press within 12 pixels of the middle. A link inside a
# sentence is as high as its line; a label and a card belong to what they are pressed for.
CROWDED_TARGETS = """() => {
  const inSentence = (e) => e.matches('a') && getComputedStyle(e).display === 'inline' &&
    [...e.parentElement.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
  const box = (e) => {
    const covering = getComputedStyle(e, '::after').position === 'absolute' && e.offsetParent;
    const parts = [e, ...(e.labels || []), ...(covering ? [covering] : [])];
    const boxes = parts.map((part) => part.getBoundingClientRect());
    return boxes.sort((a, b) => b.width * b.height - a.width * a.height)[0];
  };
  const small = (r) => r.width < 24 || r.height < 24;
  const middle = (r) => [r.left + r.width / 2, r.top + r.height / 2];
  const apart = (r, other) => {
    const [x, y] = middle(r), [u, v] = middle(other);
    if (small(other)) return Math.hypot(x - u, y - v) >= 24;
    const across = Math.max(other.left - x, 0, x - other.right);
    const down = Math.max(other.top - y, 0, y - other.bottom);
    return Math.hypot(across, down) >= 12;
  };
  const all = [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary'
  )].filter((e) => e.checkVisibility({visibilityProperty: true}) && !e.matches('.skip-link'))
    .map((e) => [e, box(e)]);
  return all.filter(([e, r]) => !inSentence(e) && small(r) &&
    all.some(([o, other]) => o !== e && !inSentence(o) && !apart(r, other)))
    .map(([e, r]) => [e.outerHTML.slice(0, 120), r.width, r.height]);
}"""


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("kind", [*KINDS, "set-up"])
def test_whatever_can_be_pressed_is_large_enough_for_a_finger(reader, site, kind, size):
    page = reader(path_of(kind, site))
    page.set_viewport_size(size)

    assert page.evaluate(CROWDED_TARGETS) == []


# The keyboard

CONTROLS = """() => {
  window.controls = [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex="-1"])'
  )].filter((e) => !e.disabled && e.checkVisibility({visibilityProperty: true}))
    // Among choices of one name the keyboard stops once: at the chosen or the first.
    .filter((e, _, all) => e.type !== 'radio' ||
      e === (all.find((o) => o.name === e.name && o.checked) || all.find((o) => o.name === e.name)));
  document.activeElement.blur();
  getSelection().removeAllRanges();
  scrollTo(0, 0);
  return window.controls.length;
}"""
# Where the focus is: its place in the order of the page, and what is wrong with how it shows.
FOCUSED = """() => {
  const e = document.activeElement, faults = [];
  const boxes = [...e.getClientRects()];
  const shown = boxes.find((r) => r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth);
  if (!shown) faults.push('outside the window');
  else {
    const x = Math.min(Math.max(shown.left + shown.width / 2, 0), innerWidth - 1);
    const y = Math.min(Math.max(shown.top + Math.min(shown.height, innerHeight) / 2, 0), innerHeight - 1);
    const top = document.elementFromPoint(x, y);
    if (top && !e.contains(top) && !top.contains(e) && ![...(e.labels || [])].some((l) => l.contains(top)))
      faults.push('covered by ' + top.outerHTML.slice(0, 60));
  }
  // A card shows the ring around itself, a row around its label.
  const bearers = [e, ...(e.labels || []), e.parentElement, e.closest('li, article, .door')].filter(Boolean);
  const ring = bearers.some((b) => ['', '::before', '::after'].some((part) => {
    const s = getComputedStyle(b, part);
    return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2;
  }));
  if (!ring) faults.push('no ring');
  return [window.controls.indexOf(e), faults.map((f) => e.outerHTML.slice(0, 80) + ': ' + f)];
}"""


@pytest.mark.parametrize("kind", [*KINDS, "set-up"])
def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(reader, site, kind):
    page = reader(path_of(kind, site))
    page.set_viewport_size(PHONE)
    count = page.evaluate(CONTROLS)
    places, faults = [], []
    for _ in range(count):
        page.keyboard.press("Tab")
        place, wrong = page.evaluate(FOCUSED)
        places.append(place)
        faults += wrong

    assert (places, faults) == (list(range(count)), [])


@pytest.mark.parametrize("kind", [*KINDS, "set-up"])
def test_the_first_tab_offers_to_skip_to_the_page(reader, site, kind):
    page = reader(path_of(kind, site))
    page.evaluate(CONTROLS)
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")

    assert page.evaluate("() => document.activeElement.id") == "main"


@pytest.fixture
def form_with_errors(reader, site):
    """The form of the first start, sent empty."""
    page = reader(site.set_up)
    with page.expect_navigation():
        page.locator("main form button").last.click()
    return page


def test_errors_of_a_form_lead_to_its_fields(form_with_errors):
    targets = form_with_errors.eval_on_selector_all(
        ".error-summary a",
        "links => links.map((a) => document.querySelector(a.getAttribute('href'))"
        "?.matches('input, select, textarea'))",
    )

    assert targets
    assert all(targets)


def test_a_form_with_errors_says_so_first(form_with_errors):
    assert form_with_errors.title().startswith("Error:")
    assert form_with_errors.evaluate("() => document.activeElement.closest('.error-summary') !== null")


def test_axe_finds_nothing_on_a_form_with_errors(form_with_errors):
    assert violations(form_with_errors) == []
