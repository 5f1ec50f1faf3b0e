"""The site as a clinic serves it, on a port of this machine, and the browser that looks at it."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds for the first start: database, library, static files

NAME_THE_CLINIC = "import django; django.setup(); from tests.pages import name_clinic; name_clinic()"


@dataclass(frozen=True)
class Site:
    url: str
    set_up: str  # the path of the page of the first start
    paths: tuple[str, ...]  # every public page


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """A clinic's site with the starter library, as ``bin/serve`` starts it."""
    data = tmp_path_factory.mktemp("data")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "DATA_DIR": str(data),
        "DATABASE_URL": f"sqlite:///{data}/db.sqlite3",
        "SITE_URL": url,
        "WEB_WORKERS": "1",
    }
    command = [sys.executable, "-m", "spasmguide.serve", "--host", "127.0.0.1", "--port", str(port)]
    log = data / "log"
    with log.open("w") as output:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_for(f"{url}/healthz", server, log)
            subprocess.run([sys.executable, "-c", NAME_THE_CLINIC], cwd=ROOT, env=environment, check=True)
            with urlopen(f"{url}/sitemap.xml") as answer:
                tree = ElementTree.fromstring(answer.read())
            places = [element.text or "" for element in tree.iter() if element.tag.endswith("}loc")]
            set_up = re.search(r"/admin/set-up/\S+", log.read_text())
            yield Site(
                url=url,
                set_up=set_up[0] if set_up else "",
                paths=tuple(place.removeprefix(url) for place in places),
            )
        finally:
            server.terminate()
            server.wait(30)


def wait_for(url, server, log):
    for _ in range(PATIENCE * 10):
        try:
            urlopen(url).close()
        except URLError:
            if server.poll() is not None:
                break
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"The site did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def reader(browser, site):
    """A patient's browser on this site; call it with a path and what differs from an ordinary one.

    Motion is off, so that no test looks at a color half way between two others.
    """
    tabs = {}

    def open_page(path, **options):
        options = {"reduced_motion": "reduce", **options}
        key = json.dumps(options, sort_keys=True)
        if key not in tabs:
            tabs[key] = browser.new_context(base_url=site.url, **options).new_page()
        tab = tabs[key]
        tab.emulate_media(media="screen", color_scheme="light", forced_colors="none")
        if tab.url != site.url + path:
            tab.goto(path)
        return tab

    yield open_page
    for tab in tabs.values():
        tab.context.close()


CALM = ("no", "none", "18-39")  # what somebody answers who has no warning sign
MOST_SCREENS = 30


@pytest.fixture
def checker(reader):
    """Go through the symptom checker to one of its pages, like a patient.

    The pages: ``facts`` (the first questions), ``errors`` (those, sent empty), ``signs`` (the next ones),
    ``review`` (the answers so far), ``self-care`` and ``emergency`` (results).
    """

    def press(tab, button):
        with tab.expect_navigation():
            tab.locator(button).last.click()

    def fill_in(tab, is_calm):
        for group in tab.locator("#checker fieldset:not(:has(fieldset))").all():
            values = [choice.get_attribute("value") for choice in group.locator("input").all()]
            calm = [value for value in CALM if is_calm and value in values]
            if values:
                group.locator(f"input[value='{(calm or values)[0]}']").check()

    def go_to(place):
        tab = reader("/about/")
        tab.context.clear_cookies()  # staff pages that were read before leave theirs
        tab.goto("/checker/")
        press(tab, "main form button")
        if place == "facts":
            return tab
        if place == "errors":
            press(tab, "#checker button, #checker [type=submit]")
            return tab
        fill_in(tab, is_calm=True)
        press(tab, "#checker button, #checker [type=submit]")
        if place == "signs":
            return tab
        for _ in range(MOST_SCREENS):
            fill_in(tab, is_calm=place != "emergency")
            is_review = not tab.locator("#checker fieldset").count()
            if tab.locator(".result-card").count() or (place == "review" and is_review):
                break
            press(tab, "#checker button, #checker [type=submit]")
        return tab

    return go_to
