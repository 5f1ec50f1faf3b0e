"""What becomes of an answer: it is nowhere once the page has been sent."""

import logging
import re
import sqlite3
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client

from tests.checker.patient import CHECK, START, Anybody, Patient, serving

CANARY = "canaria-4711-pain"
SPOILED = ("region", "trail", "note", "age", "change", "offer")


def curious_run(client, seed, protocol):
    """Answer at random, and leave the canary in every place that takes text on the way."""
    patient = Patient(client, Anybody(seed, protocol))
    patient.start(region=CANARY, note=CANARY)
    for _screen in range(60):
        if not patient.is_asked:
            break
        patient.answer(note=CANARY, **{f"{CANARY}-{seed}": CANARY})
    if patient.page.all("button", name="result"):
        patient.press("result", note=CANARY)
    assert patient.has_result
    for name in SPOILED:
        patient.client.post(CHECK, {"trail": patient.sent[-1].get("trail", ""), name: CANARY})
    return patient


def rows_of_every_table():
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = sorted(map(repr, cursor.fetchall()))
        return found


def files_of(folder):
    return {path: path.read_bytes() for path in sorted(Path(folder).rglob("*")) if path.is_file()}


def traces_of(patient):
    """Return what would give a run away: the canary, and the form in which answers travel."""
    return {CANARY, *(sent["trail"] for sent in patient.sent if sent.get("trail"))}


@pytest.mark.parametrize("runs", [3, pytest.param(200, marks=pytest.mark.slow)])
def test_after_runs_no_answer_is_kept_anywhere(clinic, protocol, runs, caplog, capfd, monkeypatch):
    # Progress in words looks ahead through all screens: too slow to be asked for so often.
    monkeypatch.setattr("education.checker.views.screens_left", lambda *_args: 1)
    caplog.set_level(logging.DEBUG)
    client = Client()
    rows, files = rows_of_every_table(), files_of(settings.DATA_DIR)
    caplog.clear()

    patients = [curious_run(client, seed, protocol) for seed in range(runs)]

    assert rows_of_every_table() == rows
    assert files_of(settings.DATA_DIR) == files
    assert not client.cookies
    assert not getattr(caches["default"], "_cache", None)
    logged = "\n".join(
        f"{record.getMessage()} {record.exc_info or ''}"
        for record in caplog.records
        if record.name != "django.db.backends"  # queries, which the rows above answer for
    )
    printed = "".join(capfd.readouterr())
    traces = set().union(*map(traces_of, patients))
    assert not [trace for trace in traces if trace in logged or trace in printed]


def test_no_query_holds_an_answer(clinic, protocol, django_assert_max_num_queries):
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        patient = curious_run(Client(), 1, protocol)

    sql = " ".join(query["sql"] for query in queries)
    assert not [trace for trace in traces_of(patient) if trace in sql]
    assert not [word for word in ("INSERT", "UPDATE", "DELETE") if re.search(rf"\b{word}\b", sql)]


def test_no_page_of_a_run_sets_a_cookie_or_may_be_kept(clinic, protocol):
    for page in curious_run(Client(), 2, protocol).seen:
        assert not page.cookies
        assert "no-store" in page.headers["cache-control"]


def test_every_form_of_the_checker_is_posted_to_an_address_that_says_nothing(clinic, protocol):
    patient = curious_run(Client(), 3, protocol)
    actions = {(form.get("method"), form.get("action")) for page in patient.seen for form in page.all("form")}

    assert actions == {("post", CHECK)}


def test_no_link_of_a_result_says_what_was_answered(clinic, protocol):
    patient = curious_run(Client(), 4, protocol)

    assert not [link for page in patient.seen for link in page.links if "?" in link]


@pytest.mark.parametrize(
    ("method", "path", "data"),
    [
        ("get", START, None),
        ("head", START, None),
        ("get", CHECK, None),
        ("post", START, {"age": CANARY}),
        ("put", CHECK, {"age": CANARY}),
        ("post", CHECK, {"trail": CANARY}),
        ("post", CHECK, {"back": "1"}),
        ("post", CHECK, {"review": "1"}),
        ("post", CHECK, {}),
    ],
)
def test_nothing_the_checker_answers_may_be_kept(client, clinic, method, path, data):
    response = getattr(client, method)(path, data)

    assert "no-store" in response.headers["Cache-Control"]
    assert CANARY not in response.headers.get("Location", "")
    assert CANARY.encode() not in response.content


def test_a_page_of_the_checker_has_no_mark_by_which_it_could_be_known_again(client, clinic):
    assert "ETag" not in client.post(CHECK).headers


# The same on a real server, with its own log and its own disk


class Http:
    """As much of Django's test client as a patient needs, over a connection."""

    def __init__(self, root):
        self.root = root
        self.opener = urllib.request.build_opener(NoRedirects)

    def post(self, path, data):
        request = urllib.request.Request(self.root + path, urlencode(data, doseq=True).encode())
        try:
            with self.opener.open(request, timeout=30) as answer:
                return self._response(answer, answer.read())
        except urllib.error.HTTPError as answer:
            with answer:
                return self._response(answer, answer.read())

    def _response(self, answer, content):
        return SimpleNamespace(status_code=answer.status, content=content, headers=answer.headers, cookies={})


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


@pytest.fixture
def server(tmp_path):
    with serving(tmp_path, LOG_LEVEL="DEBUG") as site:
        yield site


def dump(data):
    with sqlite3.connect(f"file:{data}/db.sqlite3?mode=ro", uri=True) as database:
        return sorted(database.iterdump())


@pytest.mark.slow
def test_a_real_server_keeps_no_answer_in_its_log_or_on_its_disk(server, protocol):
    before = dump(server.data)
    client = Http(server.root)

    patients = [curious_run(client, seed, protocol) for seed in range(20)]
    urllib.request.urlopen(f"{server.root}{START}?age={CANARY}", timeout=30).close()

    said = server.said.read_text()
    assert CHECK in said  # the log is the one we think
    assert dump(server.data) == before
    traces = set().union(*map(traces_of, patients))
    kept = [
        path for path, content in files_of(server.data).items() if any(t.encode() in content for t in traces)
    ]
    assert kept == []
    assert not [trace for trace in traces if trace in said]
    assert "?" not in said
