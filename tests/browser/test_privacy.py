"""What travels between a patient's browser and the site: little, and to nobody else."""

from urllib.parse import urlsplit

import pytest

from tests.pages import KINDS

# They share what a visit to every page found.
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("visits")]

MOST_REQUESTS = 5
MOST_BYTES = 45 * 1024


@pytest.fixture(scope="module")
def visit_to_every_page(browser, site):
    """One patient opens every public page: what their browser asked for, complained of and kept."""
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in site.paths:
        page.goto(path)
    kept = context.storage_state(indexed_db=True)
    names = page.evaluate("() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    context.close()
    return {"asked": asked, "complaints": complaints, "kept": kept, "names": names}


def test_no_page_asks_another_host(visit_to_every_page, site):
    hosts = {urlsplit(url).netloc for url in visit_to_every_page["asked"]}

    assert hosts == {urlsplit(site.url).netloc}


def test_no_page_leaves_anything_in_the_browser(visit_to_every_page):
    assert visit_to_every_page["kept"] == {"cookies": [], "origins": []}
    assert visit_to_every_page["names"] == []


def test_no_page_breaks_its_own_rules_or_scripts(visit_to_every_page):
    assert visit_to_every_page["complaints"] == []


@pytest.mark.parametrize("place", ["self-care", "emergency"])
def test_the_checker_leaves_no_answer_in_the_address_or_the_browser(checker, site, place):
    page = checker(place)

    assert page.url == f"{site.url}/checker/check/"
    assert page.context.storage_state(indexed_db=True) == {"cookies": [], "origins": []}


@pytest.fixture(scope="module")
def first_visit(browser, site):
    """Return for each kind of page what a browser asks for that has never been here, and its bytes."""

    def visit(path):
        context = browser.new_context(base_url=site.url)
        page = context.new_page()
        protocol = context.new_cdp_session(page)
        asked, received = [], []
        protocol.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
        protocol.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
        protocol.send("Network.enable")
        page.goto(path, wait_until="networkidle")
        context.close()
        return asked, sum(received)

    return {kind: visit(path) for kind, path in KINDS.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_a_first_visit_needs_few_requests(first_visit, kind):
    asked, _received = first_visit[kind]

    assert len(asked) <= MOST_REQUESTS, asked


@pytest.mark.parametrize("kind", KINDS)
def test_a_first_visit_is_light(first_visit, kind):
    _asked, received = first_visit[kind]

    assert received <= MOST_BYTES
