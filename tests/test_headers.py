"""What every answer says besides its text: who may keep it, what a browser may do with it."""

import json
import os
import subprocess
import sys

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection
from django.test import Client

from tests.pages import faults, name_clinic, page_of, visit

SHORT = 10 * 60  # seconds: a changed care card must reach patients soon
OWN = {"'self'", "'none'"}


def directives(policy: str) -> dict[str, set[str]]:
    """Return the sources of each directive of a Content-Security-Policy."""
    found = {}
    for part in filter(None, (part.split() for part in policy.split(";"))):
        found[part[0]] = set(part[1:])
    return found


def cache_control(page) -> dict[str, str]:
    parts = (part.strip().partition("=") for part in page.headers.get("cache-control", "").split(","))
    return {name: value for name, _, value in parts if name}


@pytest.fixture
def staff(db):
    """A browser in which an administrator is signed in."""
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("ada", "ada@harbor.example", "long enough"))
    return client


@pytest.fixture(scope="module")
def staff_pages(walked_site):
    return walked_site["staff"]


@pytest.fixture(scope="module")
def all_kinds(every_page, machine_pages, staff_pages):
    return [*every_page, *machine_pages.values(), *staff_pages]


def test_staff_pages_can_be_opened(staff_pages):
    assert not faults(staff_pages, lambda page: page.status != 200 and page.status)


# What a browser may do


def test_nothing_may_be_loaded_unless_the_policy_allows_it(all_kinds):
    def default(page):
        return directives(page.headers["content-security-policy"]).get("default-src") != {"'none'"}

    assert not faults(all_kinds, default)


def test_the_policy_allows_this_site_only(all_kinds):
    def foreign(page):
        policy = directives(page.headers["content-security-policy"])
        return sorted(set().union(*policy.values()) - OWN)

    assert not faults(all_kinds, foreign)


@pytest.mark.parametrize("directive", ["base-uri", "frame-ancestors", "object-src"])
def test_the_policy_forbids(all_kinds, directive):
    assert not faults(
        all_kinds,
        lambda page: directives(page.headers["content-security-policy"]).get(directive) != {"'none'"},
    )


def test_forms_are_sent_to_this_site_only(all_kinds):
    assert not faults(
        all_kinds,
        lambda page: directives(page.headers["content-security-policy"]).get("form-action") != {"'self'"},
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ],
)
def test_every_answer_has_the_header(all_kinds, name, value):
    assert not faults(all_kinds, lambda page: page.headers.get(name) != value)


@pytest.mark.parametrize("power", ["camera", "geolocation", "microphone", "payment"])
def test_every_answer_gives_up(all_kinds, power):
    assert not faults(all_kinds, lambda page: f"{power}=()" not in page.headers.get("permissions-policy", ""))


# Public pages are the same for everybody


def test_no_public_page_sets_a_cookie(every_page):
    assert not faults(every_page, lambda page: sorted(page.cookies))


def test_no_public_page_differs_by_cookie(every_page):
    assert not faults(every_page, lambda page: "cookie" in page.headers.get("vary", "").lower())


def test_a_signed_in_colleague_gets_the_same_page_as_a_patient(staff, client, library):
    name_clinic()
    paths = ["/", "/articles/sciatica/", "/checklists/low-back-first-days/", "/spine/neck/"]

    assert [visit(staff, path).text for path in paths] == [visit(client, path).text for path in paths]


def test_any_proxy_may_keep_a_public_page_for_a_short_time(public_pages):
    def unkept(page):
        control = cache_control(page)
        return "public" not in control or not 0 < int(control.get("max-age", 0)) <= SHORT

    pages = [page for page in public_pages if not page.path.startswith("/checker/")]
    assert not faults(pages, unkept)


def test_the_machines_pages_may_be_kept_too(machine_pages):
    pages = [machine_pages["/robots.txt"], machine_pages["/sitemap.xml"]]

    assert not faults(pages, lambda page: "public" not in cache_control(page))


def test_an_error_page_is_not_kept_by_proxies(trouble_pages):
    assert not faults(trouble_pages, lambda page: {"public", "immutable"} & cache_control(page).keys())


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_page_that_has_not_changed_is_not_sent_again(client, db, encoding):
    first = client.get("/privacy/", headers={"accept-encoding": encoding})

    again = client.get(
        "/privacy/", headers={"accept-encoding": encoding, "if-none-match": first.headers["ETag"]}
    )

    assert (again.status_code, again.content) == (304, b"")
    assert "public" in again.headers["Cache-Control"]


def test_a_changed_page_is_sent_again(client, db):
    first = client.get("/clinic/")
    name_clinic()

    again = client.get("/clinic/", headers={"if-none-match": first.headers["ETag"]})

    assert again.status_code == 200


def test_pages_travel_compressed(client, db):
    response = client.get("/privacy/", headers={"accept-encoding": "gzip"})

    assert response.headers["Content-Encoding"] == "gzip"
    assert "accept-encoding" in response.headers["Vary"].lower()


def test_a_page_can_be_asked_for_its_headers_alone(client, db):
    response = client.head("/privacy/")

    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("path", ["/", "/articles/sciatica/", "/spine/neck/", "/glossary/", "/healthz"])
def test_a_page_that_takes_no_answers_refuses_them(client, db, path):
    assert client.post(path, {"pain": "yes"}).status_code == 405


# Staff pages are nobody else's


def test_no_proxy_may_keep_a_staff_page(staff_pages):
    def kept(page):
        control = cache_control(page)
        return "public" in control or not {"no-store", "private"} & control.keys()

    assert not faults(staff_pages, kept)


def test_the_session_of_staff_never_travels_to_a_public_page(settings):
    assert settings.SESSION_COOKIE_PATH == settings.CSRF_COOKIE_PATH == "/admin/"


PROBE = """
import json
import django

django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client

settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
call_command("migrate", verbosity=0)
secure = {"secure": True, "headers": {"host": "backs.example.org"}}
login = Client().get("/admin/login/", **secure)
plain = Client().get("/about/?from=mail", headers={"host": "backs.example.org"})
print(json.dumps({
    "hsts": login.headers.get("Strict-Transport-Security", ""),
    "cookies": [[c["secure"], c["httponly"], c["samesite"], c["path"]] for c in login.cookies.values()],
    "plain": [plain.status_code, plain.headers.get("Location")],
    "healthz": Client().get("/healthz", headers={"host": "backs.example.org"}).status_code,
    "canonical": 'rel="canonical" href="https://backs.example.org/about/"' in
        Client().get("/about/", **secure).content.decode(),
}))
"""


@pytest.fixture(scope="module")
def https_site():
    """What a site answers whose address begins with https."""
    environment = os.environ | {"SITE_URL": "https://backs.example.org", "DATABASE_URL": "sqlite://:memory:"}
    run = subprocess.run(
        [sys.executable, "-c", PROBE], env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.slow
def test_behind_https_browsers_keep_to_it_for_a_year(https_site):
    assert https_site["hsts"].startswith("max-age=31536000")


def test_behind_https_cookies_travel_encrypted_only(https_site):
    assert https_site["cookies"] == [[True, True, "Lax", "/admin/"]]


@pytest.mark.slow
def test_behind_https_a_plain_request_is_sent_to_the_same_page(https_site):
    assert https_site["plain"] == [301, "https://backs.example.org/about/?from=mail"]


def test_behind_https_the_monitor_may_ask_plainly(https_site):
    assert https_site["healthz"] == 200


def test_behind_https_pages_name_their_full_address(https_site):
    assert https_site["canonical"]


# When something is broken


def gone(*_call):
    raise OperationalError("the disk is gone")


def test_healthz_says_that_all_is_well(client, db):
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"alive": True, "database": True})


def test_healthz_says_that_the_database_is_broken(client, db):
    with connection.execute_wrapper(gone):
        response = client.get("/healthz")

    assert (response.status_code, response.json()) == (503, {"alive": True, "database": False})


def test_no_proxy_keeps_what_healthz_says(client, db):
    assert "no-store" in client.get("/healthz").headers["Cache-Control"]


def test_the_page_for_a_broken_site_needs_no_database():
    # Without the mark for the database every query of this test is an error.
    client = Client(raise_request_exception=False)

    page = page_of(client.get("/articles/"), "/articles/")

    assert (page.status, len(page.all("h1"))) == (500, 1)


def test_a_page_of_nobody_is_refused(client, db):
    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400
