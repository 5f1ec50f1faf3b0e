"""The public site from outside: every page that its links lead to, and what stands in it."""

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

import html5lib

HOST = "testserver"
# What a patient does not reach by a link: the staff pages, files, and the list of pages itself.
NOT_PAGES = ("/admin/", "/static/", "/media/")

CLINIC = {
    "pk": 1,
    "name": "Harbor Back Clinic",
    "country_code": "US",
    "phone": "+1 555 010 0200",
    "out_of_hours_phone": "+1 555 010 0299",
    "email": "desk@harbor.example",
    "website": "https://harbor.example/",
    "address": "1 Quay Street\nHarbor",
    "hours": "Monday to Friday, 8 to 5\nSaturday, 9 to 12",
    "accent": "#5a2a6b",
    "units": "us",
    "time_zone": "UTC",  # see tests/factories.py
    "funding": "The clinic pays for this site.",
}


def name_clinic(**facts: Any) -> Any:
    """Make the clinic, with what differs from an ordinary one; it may use the full checker."""
    from education.clinic.models import Clinic

    clinic = Clinic(**CLINIC | facts)
    clinic.accept_intended_use("Ada Osei", date(2026, 11, 20))
    clinic.save()
    return clinic


@dataclass(frozen=True, kw_only=True, repr=False)
class Page:
    """One answer of the site."""

    path: str
    status: int
    text: str
    headers: Mapping[str, str]
    cookies: SimpleCookie = field(default_factory=SimpleCookie)
    queries: int = 0
    clinic: str = ""  # which clinic's site it is part of, where there are several

    def __repr__(self) -> str:
        return f"{self.path} ({self.clinic})" if self.clinic else self.path

    @cached_property
    def _parsed(self) -> tuple[ElementTree.Element, list[str]]:
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        document = parser.parse(self.text)
        return document, [f"line {place[0]}: {code} {about}" for place, code, about in parser.errors]

    @property
    def document(self) -> ElementTree.Element:
        return self._parsed[0]

    @property
    def html_errors(self) -> list[str]:
        return self._parsed[1]

    @cached_property
    def elements(self) -> list[ElementTree.Element]:
        return [element for element in self.document.iter() if isinstance(element.tag, str)]

    def all(self, *tags: str, **attributes: str) -> list[ElementTree.Element]:
        """Return the elements of these tags (of all, when none is named) with these attributes."""
        return [
            element
            for element in self.elements
            if (not tags or element.tag in tags)
            and all(element.get(name.rstrip("_")) == value for name, value in attributes.items())
        ]

    def with_class(self, name: str) -> list[ElementTree.Element]:
        return [element for element in self.elements if name in element.get("class", "").split()]

    @cached_property
    def ids(self) -> list[str]:
        return [element.get("id", "") for element in self.elements if element.get("id") is not None]

    @cached_property
    def title(self) -> str:
        return words_of(self.all("title")[0]) if self.all("title") else ""

    @cached_property
    def main(self) -> str:
        """The words of the page itself, without what stands around every page."""
        return " ".join(words_of(element) for element in self.all("main"))

    @property
    def is_unlisted(self) -> bool:
        """Whether it asks search engines to leave it out."""
        return any("noindex" in meta.get("content", "") for meta in self.all("meta", name="robots"))

    @cached_property
    def links(self) -> list[str]:
        """The pages of this site that it leads to, as paths, with the part after ``#``."""
        found = []
        for element in self.all("a"):
            target = urlsplit(urljoin(f"http://{HOST}{self.path}", element.get("href", "")))
            if target.scheme == "http" and target.netloc == HOST:
                found.append(target._replace(scheme="", netloc="").geturl())
        return [link for link in found if not link.startswith(NOT_PAGES)]


def words_of(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def visit(client: Any, path: str, clinic: str = "", **request: Any) -> Page:
    """Fetch a page and count its queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        response = client.get(path, **request)
    return page_of(response, path, len(queries), clinic)


def page_of(response: Any, path: str, queries: int = 0, clinic: str = "") -> Page:
    return Page(
        path=path,
        status=response.status_code,
        text=response.content.decode(),
        headers={name.lower(): value for name, value in response.headers.items()},
        cookies=copy.copy(response.cookies),
        queries=queries,
        clinic=clinic,
    )


def walk(client: Any, *starts: str, clinic: str = "") -> list[Page]:
    """Return every page that can be reached from these, each fetched once."""
    waiting, seen, pages = list(starts or ["/"]), set(), []
    while waiting:
        path = waiting.pop(0)
        if path not in seen:
            seen.add(path)
            page = visit(client, path, clinic)
            pages.append(page)
            waiting += [urldefrag(link).url for link in page.links]
    return pages


def faults(pages: list[Page], look: Callable[[Page], Any]) -> list[str]:
    """Return what ``look`` finds wrong, each with its page; an empty list when all is well.

    ``look`` returns one fault or several, or whether there is one.
    """
    found: list[str] = []
    for page in pages:
        wrong = look(page)
        if isinstance(wrong, list | set | tuple):
            found += [f"{page}: {one}" for one in wrong]
        elif wrong is not False and wrong is not None:
            found.append(f"{page}" if wrong is True else f"{page}: {wrong}")
    return found


def error_pages(client: Any, strict_client: Any, clinic: str = "") -> Iterator[Page]:
    """Yield one page for each way in which a request can go wrong."""
    from django.db import OperationalError, connection

    from education.articles.models import ArticleEdition
    from tests.factories import make_person

    def broken(*_call: Any) -> None:
        raise OperationalError("the disk is gone")

    yield visit(client, "/", f"400, {clinic}", HTTP_HOST="not a host")
    # A staff form that lost its token.
    refused = strict_client.post("/admin/login/", {"username": "somebody"})
    yield page_of(refused, "/admin/login/", clinic=f"403, {clinic}")
    yield visit(client, "/nothing-here/", f"404, {clinic}")
    edition = ArticleEdition.objects.in_force().first()
    edition.retire(make_person())
    yield visit(client, f"/articles/{edition.document.slug}/", f"410, {clinic}")
    yield visit(client, "/admin/set-up/no-such-link/", f"410, {clinic}")
    client.raise_request_exception = False
    with connection.execute_wrapper(broken):
        yield visit(client, "/", f"500, {clinic}")
    client.raise_request_exception = True


def staff_pages(visitor: Any, staff: Any) -> Iterator[Page]:
    """Yield a staff page of each kind: first start, sign in, desk, list, document, edition, password."""
    from django.contrib.auth import get_user_model

    from education.articles.models import ArticleEdition
    from education.clinic.models import SetupLink

    yield visit(visitor, SetupLink.renew())
    yield visit(visitor, "/admin/login/")
    staff.force_login(get_user_model().objects.create_superuser("ada", password="nobody signs in with it"))
    edition = ArticleEdition.objects.in_force().first()
    for path in (
        "",
        "texts/",
        "articles/article/",
        f"articles/article/{edition.document_id}/change/",
        f"articles/articleedition/{edition.pk}/change/",
        "password_change/",
    ):
        yield visit(staff, f"/admin/{path}")


# One page of each kind, for tests that take too long on every page.
KINDS = {
    "home": "/",
    "articles": "/articles/",
    "article": "/articles/sciatica/",
    "explorer": "/spine/",
    "region": "/spine/low-back/",
    "plans": "/checklists/",
    "plan": "/checklists/low-back-first-days/",
    "sheet": "/checklists/low-back-first-days/sheet/",
    "checker": "/checker/",
    "emergency": "/emergency/",
    "glossary": "/glossary/",
    "contact": "/clinic/",
    "about": "/about/",
    "privacy": "/privacy/",
    "accessibility": "/accessibility/",
    "lost": "/nothing-here/",
}
