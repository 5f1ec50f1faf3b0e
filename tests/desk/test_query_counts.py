"""How often the staff pages of texts ask the database: a few times, and as often in a large library."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from education.editorial.comments import say
from education.urgency.levels import Level
from tests.desk.staff import admin_url, signed_in
from tests.factories import (
    make_article,
    make_care_card,
    make_checklist,
    make_clinic,
    make_glossary,
    make_person,
    make_region_page,
    make_source,
)

pytestmark = pytest.mark.django_db

# The most that each page may ask, by role without a superuser's shortcuts. What the checks have to know
# (links, cards, sources) is asked where somebody has to decide, and nowhere else.
PAGES = {
    "draft": ("Writer", "draft", "change", (), 14),
    "live": ("Writer", "live", "change", (), 11),
    "document": ("Writer", "live", "document", (), 10),
    "submit": ("Writer", "draft", "act", ("submit",), 13),
    "assign": ("Writer", "draft", "act", ("assign",), 9),
    "approve": ("Reviewer", "in-review", "act", ("approve",), 16),
    "send back": ("Reviewer", "in-review", "act", ("send-back",), 9),
    "publish": ("Publisher", "approved", "act", ("publish",), 15),
    "sign": ("Reviewer", "live", "act", ("sign",), 11),
    "edit": ("Writer", "live", "act", ("edit",), 9),
    "retire": ("Publisher", "live", "act", ("retire",), 10),
}
KINDS = {
    "article": lambda standing: make_article(
        standing, body="[Words](page:glossary#spasm), [a plan](page:checklists/plan).", sources=3
    ),
    "care card": lambda standing: make_care_card(standing, region="neck", level=Level.BOOK_SOON),
    "home-care plan": lambda standing: make_checklist(standing, steps=4),
    "region page": lambda standing: make_region_page(standing, region="neck"),
    "glossary": lambda standing: make_glossary(standing, language="es", terms=("espasmo", "nervio")),
}


@pytest.fixture(autouse=True)
def library():
    make_clinic(languages=["en", "es"])
    make_glossary()
    make_checklist(slug="plan")


def asked(client, url):
    client.get(url)  # what Django remembers about its tables is not counted
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def address(edition, page, more):
    return admin_url(edition.document) if page == "document" else admin_url(edition, page, *more)


def fill_the_library():
    """Add texts, people and sources, so that whatever is asked once for each of them shows."""
    for _time in range(2):
        make_person()
        make_source()
        make_article()
        make_checklist("draft")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_a_few_times_and_no_more_often_in_a_larger_library(name, kind):
    role, standing, page, more, most = PAGES[name]
    edition = KINDS[kind](standing)
    client = signed_in(make_person(roles=(role,)).user)
    url = address(edition, page, more)
    before = asked(client, url)
    assert before <= most
    fill_the_library()
    assert asked(client, url) == before


@pytest.mark.parametrize("rows", [1, 12])
def test_a_draft_asks_as_often_with_many_steps_and_sources_as_with_few(rows):
    few = make_checklist("draft", steps=1)
    many = make_checklist("draft", steps=rows)
    client = signed_in(make_person(roles=("Writer",)).user)
    assert asked(client, admin_url(many)) == asked(client, admin_url(few))


def test_a_page_asks_as_often_with_many_comments_as_with_none():
    edition, person = make_article("draft"), make_person()
    client = signed_in(make_person(roles=("Writer",)).user)
    before = asked(client, admin_url(edition))
    for number in range(5):
        say(edition, person, f"Shorter, please: {number}.")
    assert asked(client, admin_url(edition)) == before


def test_links_to_many_pages_of_all_kinds_are_looked_up_at_once():
    few = make_article("draft", body="[Words](page:glossary#spasm)")
    links = " ".join(f"[{n}](page:articles/{make_article().document.slug})" for n in range(6))
    many = make_article("draft", body=f"[Words](page:glossary#spasm) [Plan](page:checklists/plan) {links}")
    client = signed_in(make_person(roles=("Writer",)).user)
    assert asked(client, admin_url(many)) == asked(client, admin_url(few))
