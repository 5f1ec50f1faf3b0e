"""The staff pages about the rules: who sees them, and how they are sent."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.checker.rulebook import HOME, allow, get

PATHS = (
    "", "questions/", "flow/", "flow/neck/", "cases/", "history/", "simulator/", "decisions/",
    "decisions/cough/", "intended-use/", "safety-file/",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_is_sent_to_sign_in(client, db, path):
    response = client.get(HOME + path)
    assert response.status_code == 302
    assert response.url.startswith("/admin/login/")


@pytest.mark.parametrize("path", PATHS)
def test_staff_without_the_permission_are_refused(client, staff, path):
    assert client.get(HOME + path).status_code == 403


def test_one_permission_opens_the_pages_and_shows_them_on_the_index(client, staff):
    allow(staff, "view_protocol")
    assert client.get(HOME).status_code == 200
    assert HOME in client.get("/admin/").text


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_sound_html_without_inline_style_or_script(client, clinician, path):
    page = get(client, path)
    assert page.status == 200
    assert page.html_errors == []
    assert len(page.ids) == len(set(page.ids))
    assert not [e for e in page.elements if e.get("style") or (e.tag == "script" and not e.get("src"))]
    assert "<style" not in page.text


@pytest.mark.parametrize("path", PATHS)
def test_no_page_is_kept_by_a_cache(client, clinician, path):
    assert "no-store" in client.get(HOME + path).headers["Cache-Control"]


def test_pages_need_few_queries(client, clinician):
    for path in PATHS:
        with CaptureQueriesContext(connection) as queries:
            client.get(HOME + path)
        assert len(queries) <= 8, path


@pytest.mark.parametrize("path", ["flow/knee/", "flow/knee.svg", "decisions/nothing/"])
def test_what_does_not_exist_is_not_found(client, clinician, path):
    assert client.get(HOME + path).status_code == 404
