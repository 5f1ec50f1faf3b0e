"""Links to other sites are tried by a command, and by nothing else."""

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import call_command

from education.editorial.models import OutsideLink
from education.editorial.outside import is_public, try_address
from tests.factories import make_article, make_source


def anybody(_address):
    return True


class Shelf(BaseHTTPRequestHandler):
    """Answers by the first part of the path: a status, a place to go to, or trouble."""

    protocol_version = "HTTP/1.1"
    asked: list = []

    def do_HEAD(self):
        self.asked.append(("HEAD", self.path, self.headers["User-Agent"], self.headers["Host"]))
        self.answer()

    def do_GET(self):
        self.asked.append(("GET", self.path, self.headers["User-Agent"], self.headers["Host"]))
        self.answer()

    def answer(self):
        first, _slash, rest = self.path.strip("/").partition("/")
        if first == "hangs-up" and self.command == "HEAD":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif first == "slow":
            self.drip()
        elif first == "to":
            self.reply(302, Location=rest.replace("_", "/"))
        elif first == "round":
            self.reply(301, Location="/round/")
        elif first == "only-get":
            self.reply(404 if self.command == "HEAD" else 200)
        else:
            self.reply(int(first))

    def reply(self, status, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "2000000")  # nobody waits for it
        self.end_headers()

    def drip(self):
        try:
            for letter in b"HTTP/1.1 200 OK" * 10:
                self.wfile.write(bytes([letter]))
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            self.close_connection = True

    def log_message(self, *_args):
        """Say nothing."""


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    server.daemon_threads = True
    Shelf.asked = []
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("status", [200, 204, 401, 403, 405, 429])
def test_a_page_that_answers_works_also_if_it_does_not_answer_us(site, status):
    assert try_address(f"{site}/{status}/", allowed=anybody).works


@pytest.mark.parametrize(
    ("status", "problem"), [(404, "no such page"), (410, "no such page"), (500, "a fault"), (503, "a fault")]
)
def test_a_dead_link_is_told_in_words(site, status, problem):
    outcome = try_address(f"{site}/{status}/", allowed=anybody)

    assert (outcome.works, problem in outcome.problem) == (False, True)


def test_the_head_is_asked_for_first_and_nothing_more_if_it_comes(site):
    try_address(f"{site}/200/a b?q=ü#part", allowed=anybody)

    assert Shelf.asked == [
        ("HEAD", "/200/a%20b?q=%C3%BC", "SpasmGuide link check", site.removeprefix("http://"))
    ]


@pytest.mark.parametrize("page", ["only-get", "hangs-up/200"])
def test_a_site_that_does_not_know_head_is_asked_for_the_page(site, page):
    try_address(f"{site}/{page}", allowed=anybody)

    assert [asked[0] for asked in Shelf.asked] == ["HEAD", "GET"]


def test_a_redirect_is_followed(site):
    assert try_address(f"{site}/to/_to__404", allowed=anybody).problem
    assert try_address(f"{site}/to/_to__200", allowed=anybody).works


def test_a_redirect_without_end_is_given_up(site):
    assert "without end" in try_address(f"{site}/round/", allowed=anybody).problem


def test_a_site_that_speaks_slower_and_slower_is_given_up(site):
    began = time.monotonic()
    outcome = try_address(f"{site}/slow/", allowed=anybody, seconds=0.4)

    assert not outcome.works
    assert time.monotonic() - began < 4


def test_a_site_where_nobody_answers_is_dead():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        outcome = try_address(f"http://127.0.0.1:{nobody.getsockname()[1]}/", allowed=anybody)

    assert "not answer" in outcome.problem


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "224.0.0.1", "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0",
        "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1",
        "2001:0:53aa:64c:0:fffe:80ff:fffe",
    ],
)  # fmt: skip
def test_a_private_address_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_a_public_address_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0", "017700000001"],
)
def test_the_own_machine_is_never_asked(site, host):
    outcome = try_address(f"http://{host}:{site.rpartition(':')[2]}/200/")

    assert "private network" in outcome.problem
    assert Shelf.asked == []


def test_a_redirect_into_a_private_network_is_not_followed(site):
    tried = []

    def only_the_first(address):
        tried.append(address)
        return len(tried) == 1

    assert "private network" in try_address(f"{site}/to/_200_", allowed=only_the_first).problem
    assert [asked[1] for asked in Shelf.asked] == ["/to/_200_"]


def test_a_name_that_leads_home_and_abroad_is_not_asked(monkeypatch, site):
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 0)) for ip in ("8.8.8.8", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: both)

    assert "private network" in try_address(f"http://example.org:{site.rpartition(':')[2]}/200/").problem


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/", "file:///etc/passwd", "javascript:alert(1)", "//example.org", "http://", "https:///x",
        "http://user:secret@127.0.0.1/", "http://[::1", "http://127.0.0.1:99999/", "", "gopher://127.0.0.1:70/_x",
        f"http://{'a' * 300}.example/",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_not_tried(url):
    assert "not a web address" in try_address(url, allowed=anybody).problem


def test_a_redirect_to_another_kind_of_address_is_not_followed(site):
    assert "not a web address" in try_address(f"{site}/to/file:___etc_passwd", allowed=anybody).problem


# The command


def tried():
    return {link.url: (link.works, link.problem) for link in OutsideLink.objects.all()}


@pytest.fixture
def check(db):
    def run(**options):
        call_command("check_links", pause=0, allowed=anybody, **options)

    return run


def test_the_links_of_live_texts_and_of_drafts_are_tried(site, check, capsys):
    make_article(more_help=f"[One]({site}/200/live)", title="Live")
    make_article("draft", more_help=f"[Two]({site}/404/draft)")
    check()

    assert {url.removeprefix(site): works for url, (works, _problem) in tried().items() if site in url} == {
        "/200/live": True,
        "/404/draft": False,
    }
    assert "no such page" in capsys.readouterr().out


def test_the_links_of_retired_texts_are_not_tried(site, check):
    make_article("retired", more_help=f"[One]({site}/200/)")
    check()

    assert f"{site}/200/" not in tried()


def test_the_addresses_of_sources_are_tried(site, check):
    make_source(url=f"{site}/410/")
    check()

    assert not tried()[f"{site}/410/"][0]


def test_a_link_that_works_again_is_no_longer_dead(site, check):
    source = make_source(url=f"{site}/200/")
    OutsideLink.objects.create(url=source.url, works=False, problem="Gone.", checked_at="2026-01-01T00:00Z")
    check()

    assert tried()[source.url] == (True, "")


def test_a_link_that_no_text_has_any_more_is_forgotten(check):
    OutsideLink.objects.create(url="https://old.example/", works=False, checked_at="2026-01-01T00:00Z")
    check()

    assert tried() == {}


def test_requests_to_one_site_keep_their_distance(site, db):
    make_source(url=f"{site}/200/a")
    make_source(url=f"{site}/200/b")
    began = time.monotonic()
    call_command("check_links", pause=0.5, allowed=anybody)

    assert time.monotonic() - began >= 0.5


def test_the_command_asks_no_private_address_by_itself(site, db):
    make_source(url=f"{site}/200/")
    call_command("check_links", pause=0)

    assert Shelf.asked == []
    assert "private network" in tried()[f"{site}/200/"][1]
