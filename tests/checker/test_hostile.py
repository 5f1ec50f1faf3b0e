"""What the checker does with forms that nobody's browser would send: a clear page, and never a fault."""

import json
import logging
import random
from urllib.parse import quote_from_bytes, urlencode

import pytest
from django.conf import settings
from django.core import signing
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.test.client import BOUNDARY, MULTIPART_CONTENT
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from education.checker.forms import SALT, Trail
from education.checker.protocol import load_protocol
from tests.checker.conftest import FOLDER
from tests.checker.patient import CHECK, START, Anybody, patient_of, stories
from tests.pages import page_of

FORM = "application/x-www-form-urlencoded"
CANARY = "canaria-7261"
POSTS = 10_000
ODD_CHARSETS = (
    "utf-16", "utf-7", "latin-1", "hex", "base64", "zlib", "rot13", "idna", "punycode", "unicode_escape",
    "raw_unicode_escape", "undefined", "mbcs", "no-such", "",
)  # fmt: skip
ODD_TYPES = (
    "", "text/plain", "application/json", "application/xml", "multipart/form-data", "multipart/mixed",
    "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "b" * 300,
    "application/octet-stream", f"{FORM}; charset", "x", "/", ";", "multipart/form-data; boundary=é",
)  # fmt: skip


@pytest.fixture(scope="module")
def known():
    return load_protocol(FOLDER, "en")


def genuine_trails(protocol, count=40):
    """Return what honest forms carry at some point of a run."""
    found = []
    for seed in range(count):
        anybody, chance = Anybody(seed, protocol, share=0.1), random.Random(seed)
        ids = chance.sample(list(protocol.questions), chance.randrange(len(protocol.questions)))
        trail = Trail(
            version=protocol.version,
            answers={id: anybody(id) for id in ids},
            screen=chance.choice(["", *protocol.screens]),
            seen=tuple(chance.sample(list(protocol.screens), chance.randrange(6))),
            is_change=chance.random() < 0.2,
        )
        found.append(trail.sealed())
    return found


class Attacker:
    """Makes posts that are wrong in every way that comes to mind; the same ones for the same seed."""

    def __init__(self, protocol, seed):
        self.chance, self.protocol = random.Random(seed), protocol
        self.trails = genuine_trails(protocol)
        self.names = [
            *protocol.questions, *protocol.screens, "go", "back", "change", "offer", "result", "review",
            "same", "region", "csrfmiddlewaretoken", "__proto__", "trail", "", "\x00", CANARY,
        ]  # fmt: skip
        options = {option for question in protocol.questions.values() for option in question.options}
        self.values = [
            *options, *protocol.screens, *protocol.questions, "none", "unsure", "skipped", "pending", "1", "",
            CANARY, "<script>", "{{ x }}", "\x00", "é😀\u202e", "%s%n", "../..", "null", "[]", "a" * 5000,
        ]  # fmt: skip

    def trail(self):
        """Return bytes that want to be a trail."""
        chance, genuine = self.chance, self.chance.choice(self.trails)
        row = ["1.0.0", {"age": CANARY, "region": "neck"}, "about", [], False]
        odd_rows = [row[:3], "x", 1, None, {}, [[]] * 5, [1, [1], {}, 2, []]]
        spoiled = bytearray(genuine.encode())
        spoiled[chance.randrange(len(spoiled))] ^= 1 << chance.randrange(8)
        return chance.choice([
            genuine[: chance.randrange(len(genuine))].encode(),
            genuine[chance.randrange(1, len(genuine)) :].encode(),
            bytes(spoiled),
            genuine.encode() + b"=" * chance.randrange(1, 4),
            signing.dumps(row, salt="another", compress=True).encode(),
            signing.dumps(row, key="another key", salt=SALT).encode(),
            signing.dumps(chance.choice(odd_rows), salt=SALT).encode(),
            b"\xff\xfe" + genuine.encode(),
            b"\xed\xa0\x80",
            b"\x00",
            b"",
            b":" * chance.randrange(1, 9),
            CANARY.encode() * chance.randrange(1, 2000),
            json.dumps(row).encode(),
        ])  # fmt: skip

    def fields(self):
        """Return names and values, as bytes; some twice, some unknown."""
        chance = self.chance
        found = [
            (chance.choice(self.names).encode(), chance.choice(self.values).encode("utf-8", "surrogatepass"))
            for _number in range(chance.randrange(6))
        ]
        if chance.random() < 0.2:
            found.append((b"age", b"\xff\xfe\xed\xa0\x80"))
        return found

    def post(self):
        """Return a body and its content type."""
        chance, roll = self.chance, self.chance.random()
        fields = self.fields()
        if roll < 0.08:  # honest trail, odd answers
            fields.append((b"trail", chance.choice(self.trails).encode()))
        elif roll > 0.11:
            fields.append((b"trail", self.trail()))
            fields = [(name, value) for name, value in fields if name != b"trail"] + fields[-1:]
        chance.shuffle(fields)
        body = b"&".join(
            quote_from_bytes(name).encode() + b"=" + quote_from_bytes(value).encode()
            for name, value in fields
        )
        roll = chance.random()
        if roll < 0.6:
            return body, FORM
        if roll < 0.7:
            return body, f"{FORM}; charset={chance.choice(ODD_CHARSETS)}"
        if roll < 0.8:
            return body + chance.choice([b"&&&=", b"%", b"%zz=%", b";", b"\xff" * 40, b"&a" * 300]), FORM
        parts = multipart(fields)
        if roll < 0.9:
            cut = chance.randrange(len(parts) + 1)
            return parts[:cut] + chance.choice([b"", b"\xff\x00", parts[:cut]]), MULTIPART_CONTENT
        return chance.choice([parts, body]), chance.choice([
            *ODD_TYPES, *(f"{MULTIPART_CONTENT}; charset={charset}" for charset in ODD_CHARSETS)
        ])  # fmt: skip


def multipart(fields):
    lines = []
    for name, value in fields:
        lines += [
            b"--" + BOUNDARY.encode(),
            b'Content-Disposition: form-data; name="' + name + b'"',
            b"",
            value,
        ]
    return b"\r\n".join([*lines, b"--" + BOUNDARY.encode() + b"--", b""])


def faults_of(response):
    """Return what is wrong with an answer to a hostile post."""
    text, wrong = response.content.decode(), []
    if response.status_code not in {200, 302, 400}:
        wrong.append(response.status_code)
    if response.status_code == 302 and response.headers["Location"] != START:
        wrong.append(response.headers["Location"])
    if response.status_code != 302 and (text.count("<h1") != 1 or "help-strip" not in text):
        wrong.append("not a page of the site")
    if response.status_code == 400 and "We cannot read this form" not in text:
        wrong.append("no clear page")
    if "no-store" not in response.headers.get("Cache-Control", ""):
        wrong.append("may be kept")
    if response.cookies or "Set-Cookie" in response.headers:
        wrong.append("sets a cookie")
    if CANARY in text or CANARY in str(response.headers):
        wrong.append("says again what was sent")
    return wrong


@pytest.mark.slow
def test_ten_thousand_malformed_posts_never_break_the_site(client, clinic, known, caplog, monkeypatch):
    # Progress in words looks ahead through all screens: too slow to be asked for so often.
    monkeypatch.setattr("education.checker.views.screens_left", lambda *_args: 1)
    caplog.set_level(logging.INFO)
    attacker, wrong = Attacker(known, seed=20261120), []
    for _number in range(POSTS):
        body, content_type = attacker.post()
        found = faults_of(client.generic("POST", CHECK, body, content_type=content_type))
        if found:
            wrong.append((found, body[:200], content_type))

    assert wrong == []
    logged = {record.getMessage() for record in caplog.records}
    assert logged <= {f"Bad Request: {CHECK}"}


@pytest.mark.slow
@effort(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(["trail", "region", "change", "offer", "back", "same", "about", "age", "now"]),
    value=st.text(max_size=60),
    more=st.dictionaries(st.text(max_size=12), st.lists(st.text(max_size=20), max_size=3), max_size=4),
)
def test_any_text_in_any_field_is_answered(client, clinic, name, value, more):
    body = urlencode({**more, name: value}, doseq=True, errors="surrogatepass")

    assert faults_of(client.generic("POST", CHECK, body, content_type=FORM)) == []


@pytest.mark.slow
@effort(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=st.binary(max_size=300), content_type=st.sampled_from([FORM, MULTIPART_CONTENT, *ODD_TYPES]))
def test_any_bytes_are_answered(client, clinic, body, content_type):
    assert faults_of(client.generic("POST", CHECK, body, content_type=content_type)) == []


# One by one, so that each has its name


@pytest.fixture
def midway(client, clinic):
    """Somebody at the first tick-list."""
    patient = patient_of(client, stories()[min(stories())])
    patient.start()
    patient.answer()
    return patient


def is_refused(response):
    return response.status_code == 400 and faults_of(response) == []


@pytest.mark.slow
@pytest.mark.parametrize("charset", ODD_CHARSETS)
@pytest.mark.parametrize("kind", [FORM, MULTIPART_CONTENT])
def test_an_odd_charset_is_answered(client, clinic, kind, charset):
    body = multipart([(b"trail", b"\\ud800+2AA-")]) if kind == MULTIPART_CONTENT else b"trail=%5Cud800"

    assert faults_of(client.generic("POST", CHECK, body, content_type=f"{kind}; charset={charset}")) == []


def test_a_field_of_a_megabyte_is_refused(client, clinic):
    assert is_refused(client.generic("POST", CHECK, b"trail=" + b"a" * 2**20, content_type=FORM))


def test_a_megabyte_in_parts_is_refused(client, clinic):
    body = multipart([(b"trail", b"a" * 2**20)])

    assert is_refused(client.generic("POST", CHECK, body, content_type=MULTIPART_CONTENT))


def test_too_many_fields_are_refused(client, clinic):
    body = b"&".join(b"f%d=1" % number for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))

    assert is_refused(client.generic("POST", CHECK, body, content_type=FORM))


@pytest.mark.parametrize("handler", [MemoryFileUploadHandler, TemporaryFileUploadHandler])
def test_a_file_is_let_go(client, clinic, monkeypatch, handler):
    def never(*_args, **_kwargs):
        raise AssertionError("a file was kept")

    monkeypatch.setattr(handler, "new_file", never)
    head = b'Content-Disposition: form-data; name="age"; filename="x.txt"\r\nContent-Type: text/plain'
    body = b"\r\n".join(
        [b"--" + BOUNDARY.encode(), head, b"", CANARY.encode(), b"--" + BOUNDARY.encode() + b"--", b""]
    )

    response = client.generic("POST", CHECK, body, content_type=MULTIPART_CONTENT)
    assert (response.status_code, faults_of(response)) == (200, [])


class BrokenOff:
    """A connection that is lost while the form is on its way."""

    def read(self, *_size):
        raise OSError("connection lost")

    readline = read


def test_a_form_that_breaks_off_is_refused(client, clinic):
    response = client.generic(
        "POST", CHECK, b"trail=x", content_type=FORM, **{"wsgi.input": BrokenOff(), "CONTENT_LENGTH": "7"}
    )

    assert is_refused(response)


@pytest.mark.parametrize("length", ["-1", "x", "99999999999999999999", "1e3", ""])
def test_an_odd_length_is_answered(client, clinic, length):
    response = client.generic("POST", CHECK, b"trail=x", content_type=FORM, CONTENT_LENGTH=length)

    assert faults_of(response) == []


def test_a_form_of_another_purpose_is_refused(client, clinic):
    trail = signing.dumps(["1.0.0", {}, "", [], False], salt="another.purpose", compress=True)

    assert is_refused(client.post(CHECK, {"trail": trail}))


@pytest.mark.parametrize("cut", [1, 5, 30])
def test_a_shortened_form_is_refused(midway, client, cut):
    assert is_refused(client.post(CHECK, {"trail": midway.trail[:-cut]}))


def test_a_changed_form_is_refused(midway, client):
    assert is_refused(client.post(CHECK, {"trail": midway.trail.replace(midway.trail[3], "_", 1) + "x"}))


def test_a_form_sent_again_shows_the_same_step(midway, client):
    responses = [client.post(CHECK, {"trail": midway.trail}) for _time in range(2)]

    assert [page_of(response, CHECK).title for response in responses] == [f"Error: {midway.page.title}"] * 2


def test_unknown_fields_change_nothing(midway):
    expected = midway.answer().title
    trail = midway.sent[-1]["trail"]
    midway.post({**midway.sent[-1], "trail": trail, "admin": "1", "level": "self-care", "answers": "{}"})

    assert midway.page.title == expected


@pytest.mark.parametrize("name", ["change", "offer"])
def test_an_unknown_thing_to_change_shows_the_same_step(midway, name):
    title = midway.page.title
    midway.press(name, "no-such-thing")

    assert midway.page.title.endswith(title)


def test_an_offer_that_was_not_made_is_not_taken(midway, known):
    offers = [question.id for question in known.questions.values() if question.offer]
    for offer in offers:
        page = midway.press("offer", offer)
        assert page.status == 200
        assert offer not in Trail.opened(midway.trail, known).answers


def test_several_answers_to_one_question_show_the_same_step_or_count_once(client, clinic, known):
    patient = patient_of(client, stories()[min(stories())])
    patient.start()
    patient.post({"trail": patient.trail, **patient.chosen(), "age": ["18-39", "75+"]})

    assert Trail.opened(patient.trail, known).answers.get("age") in {None, "75+"}


def test_a_result_asked_for_too_early_never_calms(client, clinic):
    patient = patient_of(client, stories()[min(stories())])
    patient.start()
    patient.press("result")

    assert patient.level == "urgent-today"
    assert "Some questions are not answered" in patient.page.main
    assert patient.page.all("button", name="go_on")
    patient.press("go_on")
    assert patient.is_asked


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("path", [START, CHECK])
def test_other_methods_are_refused(client, clinic, method, path):
    response = client.generic(method, path, b"trail=x", content_type=FORM)

    assert response.status_code == 405
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("path", [START, CHECK])
@pytest.mark.parametrize("query", [f"age={CANARY}", "trail=x&result=1", "%00", "a=%FF%FE", "a" * 4000])
def test_what_stands_in_the_address_is_not_read(client, clinic, path, query):
    plain, asked = client.get(path), client.get(f"{path}?{query}")

    assert (asked.status_code, asked.content) == (plain.status_code, plain.content)
    assert "no-store" in asked.headers["Cache-Control"]
