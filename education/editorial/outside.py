"""Try an address of another site: does it still answer? Plain Python, no Django.

Nothing of a page is read but its status. Only http and https are tried, and only at public addresses,
also after a redirect: an address in a text must not lead to machines of the clinic's own network. The name
is looked up once, and the connection goes to what was found, so that a second answer cannot lead elsewhere.
"""

import http.client
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Timer
from urllib.parse import quote, urljoin, urlsplit

Allowed = Callable[[str], bool]

MOST_REDIRECTS = 5
MOST_ADDRESSES = 3  # of one site, before it counts as silent
PORTS = {"http": 80, "https": 443}
IN_ADDRESSES = "/?%:@!$&'()*+,;=~-._[]"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
ANSWERS_OTHERS = frozenset({401, 403, 405, 429})  # there is a page, only not for a program
AGENT = "SpasmGuide link check"
CARRIERS = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))  # NAT64: carry an IPv4 address


def _(text: str) -> str:
    """Mark a text for translation and return it unchanged."""
    return text


NOT_WEB = _("It is not a web address.")
NOT_PUBLIC = _("It leads into a private network.")
NO_NAME = _("There is no site of this name.")
NO_ANSWER = _("It does not answer.")
TOO_SLOW = _("It did not answer in time.")
NO_CERTIFICATE = _("Its certificate is not valid.")
NO_PAGE = _("There is no such page any more.")
FAULTY = _("The site reports a fault.")
IN_CIRCLES = _("It leads from one address to the next without end.")


@dataclass(frozen=True)
class Outcome:
    """Whether an address works; ``problem`` is an English sentence, marked for translation."""

    works: bool
    problem: str = ""


class Unreachable(Exception):
    """An address that cannot be tried, or does not answer; its message is the problem."""


def is_public(address: str) -> bool:
    """Whether an IP address is that of a machine on the open internet."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        inner: IPv4Address | None = ip.ipv4_mapped or ip.sixtofour
        if inner is not None:
            return is_public(str(inner))
        if ip.teredo or any(ip in carrier for carrier in CARRIERS):
            return False
    return ip.is_global and not ip.is_multicast


def try_address(url: str, *, allowed: Allowed = is_public, seconds: float = 10) -> Outcome:
    """Return whether an address answers, as a browser would find it.

    ``allowed`` takes an IP address and says whether it may be asked; ``seconds`` is the patience for each
    of the few requests this takes.
    """
    try:
        for _redirect in range(MOST_REDIRECTS + 1):
            status, location = _answer(url, allowed, seconds)
            if status not in REDIRECTS or not location:
                return _outcome(status)
            url = urljoin(url, location)
    except Unreachable as problem:
        return Outcome(False, str(problem))
    return Outcome(False, IN_CIRCLES)


def _outcome(status: int) -> Outcome:
    if status < 400 or status in ANSWERS_OTHERS:
        return Outcome(True)
    return Outcome(False, FAULTY if status >= 500 else NO_PAGE)


@dataclass(frozen=True)
class Site:
    """Whom to ask, and for what: ``name`` in ASCII, ``addresses`` are IP addresses."""

    scheme: str
    name: str
    port: int
    path: str
    addresses: tuple[str, ...]

    @property
    def host(self) -> str:
        name = f"[{self.name}]" if ":" in self.name else self.name
        return name if self.port == PORTS[self.scheme] else f"{name}:{self.port}"


def _answer(url: str, allowed: Allowed, seconds: float) -> tuple[int, str]:
    """Return the status and the new address, if any; ask for the head first, for the page if need be."""
    site = _site(url, allowed)
    try:
        status, location = _request("HEAD", site, seconds)
        if status < 400:
            return status, location
    except Unreachable as problem:
        if str(problem) not in {NO_ANSWER, TOO_SLOW}:
            raise
    return _request("GET", site, seconds)


def _site(url: str, allowed: Allowed) -> Site:
    """Return whom an address names; raise ``Unreachable`` if it may not be asked."""
    try:
        parts = urlsplit(url.strip())
        usual = PORTS[parts.scheme]
        port = parts.port or usual
        name = (parts.hostname or "").encode("idna").decode()
    except (ValueError, KeyError) as error:
        raise Unreachable(NOT_WEB) from error
    if not name or parts.username is not None:
        raise Unreachable(NOT_WEB)
    query = f"?{quote(parts.query, safe=IN_ADDRESSES)}" if parts.query else ""
    path = quote(parts.path or "/", safe=IN_ADDRESSES) + query
    return Site(parts.scheme, name, port, path, _addresses(name, allowed))


def _addresses(name: str, allowed: Allowed) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unreachable(NO_NAME) from error
    addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses or not all(allowed(address) for address in addresses):
        raise Unreachable(NOT_PUBLIC)
    return addresses


def _request(method: str, site: Site, seconds: float) -> tuple[int, str]:
    headers = {"Host": site.host, "User-Agent": AGENT, "Accept": "text/html,*/*;q=0.8", "Connection": "close"}
    try:
        with _connected(site, seconds) as plug:
            connection = http.client.HTTPConnection(site.name)
            connection.sock = plug
            connection.request(method, site.path, headers=headers)
            with connection.getresponse() as response:
                return response.status, response.headers.get("Location") or ""
    except ssl.SSLCertVerificationError as error:
        raise Unreachable(NO_CERTIFICATE) from error
    except TimeoutError as error:
        raise Unreachable(TOO_SLOW) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(NO_ANSWER) from error


@contextmanager
def _connected(site: Site, seconds: float) -> Iterator[socket.socket]:
    """A connection that ends by itself after that time, however slowly the other side speaks."""
    plug = _first_to_answer(site, seconds)
    if site.scheme == "https":
        safely = ssl.create_default_context()
        plug = safely.wrap_socket(plug, server_hostname=site.name, do_handshake_on_connect=False)
    timer = Timer(seconds, _cut, [plug])
    timer.daemon = True
    timer.start()
    try:
        if isinstance(plug, ssl.SSLSocket):
            plug.do_handshake()
        yield plug
    finally:
        timer.cancel()
        plug.close()


def _cut(plug: socket.socket) -> None:
    with suppress(OSError):  # it has ended already
        plug.shutdown(socket.SHUT_RDWR)


def _first_to_answer(site: Site, seconds: float) -> socket.socket:
    problem = OSError()
    for address in site.addresses[:MOST_ADDRESSES]:
        try:
            return socket.create_connection((address, site.port), timeout=seconds)
        except OSError as error:
            problem = error
    raise problem
