"""What holds for every page of the public side, of a clinic that is set up and of one that is not yet."""

import re
import shutil
from collections import Counter
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from education.articles.models import ArticleEdition
from education.library.files import STARTER
from education.library.loading import load
from tests.pages import HOST, Page, faults, name_clinic, visit, walk, words_of

MOST_QUERIES = 3


def is_list_of(page: Page) -> bool:
    """Whether the page is a choice from a list, at the same path as the whole list."""
    return "?" in page.path


# Each page by itself


def test_every_page_that_a_link_leads_to_answers(public_pages):
    lost = {page.path for page in public_pages if page.status != 200}
    assert not faults(public_pages, lambda page: lost & {urldefrag(link).url for link in page.links})


def test_error_pages_have_the_status_they_speak_of(trouble_pages):
    assert not faults(trouble_pages, lambda page: page.status != int(page.clinic[:3]) and page.status)


def test_every_page_has_one_main_heading(every_page):
    assert not faults(every_page, lambda page: len(page.all("h1")) != 1)


def test_every_page_has_a_title(every_page):
    assert not faults(every_page, lambda page: not page.title)


def test_no_two_pages_have_the_same_title(public_pages):
    titles = Counter((page.clinic, page.title) for page in public_pages if not is_list_of(page))
    assert [title for title, count in titles.items() if count > 1] == []


def test_every_public_page_has_a_description(public_pages):
    def undescribed(page: Page) -> bool:
        found = page.all("meta", name="description")
        return len(found) != 1 or len(found[0].get("content", "")) < 30

    assert not faults(public_pages, undescribed)


def test_every_page_has_one_main_landmark(every_page):
    assert not faults(every_page, lambda page: len(page.all("main")) != 1)


def test_every_page_says_its_language(every_page):
    assert not faults(every_page, lambda page: page.document.get("lang") != "en")


def test_every_page_can_be_zoomed(every_page):
    def fixed(page: Page) -> bool:
        content = [element.get("content", "") for element in page.all("meta", name="viewport")]
        return len(content) != 1 or re.search(r"user-scalable|maximum-scale", content[0]) is not None

    assert not faults(every_page, fixed)


def test_every_page_is_valid_html(every_page):
    assert not faults(every_page, lambda page: page.html_errors)


def test_no_id_stands_twice_on_a_page(every_page):
    assert not faults(every_page, lambda page: [i for i, n in Counter(page.ids).items() if n > 1])


def test_every_name_of_an_element_is_the_id_of_one(every_page):
    attributes = ("for", "form", "aria-labelledby", "aria-describedby", "aria-controls", "headers")

    def unknown(page: Page) -> list[str]:
        named = {
            name
            for element in page.elements
            for attribute in attributes
            for name in element.get(attribute, "").split()
        }
        return sorted(named - set(page.ids))

    assert not faults(every_page, unknown)


def test_every_link_to_a_part_of_a_page_finds_it(every_page):
    ids = {(page.clinic, page.path): set(page.ids) for page in every_page}

    def lost(page: Page) -> list[str]:
        parts = [(urldefrag(link).url, unquote(urldefrag(link).fragment)) for link in page.links]
        return [
            f"{path}#{part}"
            for path, part in parts
            if part and (page.clinic, path) in ids and part not in ids[page.clinic, path]
        ]

    assert not faults(every_page, lost)


def test_no_page_holds_a_script_or_style_of_its_own(every_page):
    def inline(page: Page) -> list[str]:
        found = [element.tag for element in page.all("style")]
        found += ["script" for element in page.all("script") if not element.get("src")]
        for element in page.elements:
            found += [name for name in element.attrib if name == "style" or name.startswith("on")]
            found += [value for value in element.attrib.values() if value.lower().startswith("javascript:")]
        return found

    assert not faults(every_page, inline)


def test_no_page_names_a_file_of_another_host(every_page):
    loads = {
        "link": "href", "script": "src", "img": "src", "form": "action", "iframe": "src",
        "source": "src", "video": "src", "audio": "src", "object": "data", "embed": "src",
        "input": "src", "button": "formaction",
    }  # fmt: skip

    def foreign(page: Page) -> list[str]:
        found = []
        for element in page.all(*loads):
            address = urljoin(f"http://{HOST}/", element.get(loads[element.tag], ""))
            if urlsplit(address).netloc != HOST or element.get("srcset"):
                found.append(address)
        return found

    assert not faults(every_page, foreign)


# What patients need on each page


def test_every_page_of_a_clinic_links_its_emergency_number(every_page):
    # A request that reaches no clinic, or not the database, cannot know the number.
    named = [page for page in every_page if "named" in page.clinic and page.status not in {400, 500}]

    assert not faults(named, lambda page: not page.all("a", href="tel:911"))


def test_the_page_for_a_broken_site_still_tells_whom_to_call(trouble_pages):
    broken = [page for page in trouble_pages if page.status == 500]

    assert not faults(broken, lambda page: "emergency number" not in page.main)


def test_no_page_shows_two_care_cards_of_a_level(every_page):
    def doubled(page: Page) -> list[str]:
        shown = Counter(card.get("class", "").split()[-1] for card in page.with_class("care-card"))
        return [level for level, count in shown.items() if count > 1]

    assert not faults(every_page, doubled)


def test_every_care_card_says_its_level_in_its_heading(every_page):
    def wordless(page: Page) -> bool:
        return any(
            not re.match(r"(Emergency|Urgent|Not urgent|Care at home):", words_of(title))
            for title in page.with_class("care-card__title")
        )

    assert not faults(every_page, wordless)


def test_nothing_in_an_emergency_card_leads_away_but_the_phone(every_page):
    def leads_away(page: Page) -> list[str]:
        cards = [*page.with_class("care-card--emergency-call"), *page.with_class("care-card--emergency-go")]
        links = [link.get("href", "") for card in cards for link in card.iter("a")]
        return [link for link in links if not link.startswith("tel:")]

    assert not faults(every_page, leads_away)


def test_every_starter_text_says_that_the_clinic_has_not_reviewed_it(public_pages):
    texts = [
        page
        for page in public_pages
        if re.fullmatch(r"/(articles|spine|checklists)/[a-z-]+/(sheet/)?|/glossary/|/emergency/", page.path)
    ]

    assert not faults(texts, lambda page: "not yet reviewed by this clinic" not in page.main)


def test_every_group_of_answers_stands_in_a_fieldset_that_begins_with_its_legend(every_page):
    def ungrouped(page: Page) -> list[str]:
        names = Counter(
            (element.get("type"), element.get("name"))
            for element in page.all("input")
            if element.get("type") in {"radio", "checkbox"}
        )
        grouped = {
            (element.get("type"), element.get("name"))
            for fieldset in page.all("fieldset")
            if len(fieldset) and fieldset[0].tag == "legend" and words_of(fieldset[0])
            for element in fieldset.iter("input")
        }
        return [str(name) for kind, name in names if names[kind, name] > 1 and (kind, name) not in grouped]

    assert not faults(every_page, ungrouped)


def test_every_table_has_a_caption_and_headings(every_page):
    def bare(page: Page) -> list[str]:
        found = []
        for table in page.all("table"):
            scopes = {element.get("scope") for element in table.iter("th")}
            if not [words_of(caption) for caption in table.iter("caption")] or scopes != {"col", "row"}:
                found.append(words_of(table)[:60])
        return found

    assert not faults(every_page, bare)


def test_no_link_says_only_to_click(every_page):
    empty = re.compile(r"(click )?here|read more|more|link|this page", re.IGNORECASE)

    assert not faults(
        every_page, lambda page: [a.get("href") for a in page.all("a") if empty.fullmatch(words_of(a))]
    )


# The site as a whole


def test_the_sitemap_lists_the_pages_that_links_lead_to(public_pages, sitemap_paths):
    pages = [page for page in public_pages if page.clinic == "named" and not is_list_of(page)]

    assert {page.path for page in pages if not page.is_unlisted} ^ sitemap_paths == set()


def test_robots_may_read_everything_but_staff_pages_and_previews(client, db):
    lines = client.get("/robots.txt").content.decode().splitlines()

    closed = [line for line in lines if line.startswith("Disallow")]
    assert closed == ["Disallow: /admin/", "Disallow: /preview/"]
    assert f"Sitemap: http://{HOST}/sitemap.xml" in lines


def test_a_weakness_can_be_reported(client, db):
    lines = client.get("/.well-known/security.txt").content.decode().splitlines()
    fields = dict(line.split(": ", 1) for line in lines if line)

    assert fields["Contact"]
    assert fields["Expires"] > f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.slow
def test_without_a_checker_no_page_asks_questions(client, library):
    name_clinic(checker_mode="off")

    asking = faults(
        walk(client), lambda page: any("/checker/" in f.get("action", "") for f in page.all("form"))
    )
    assert asking == []


def test_only_developers_see_the_components(client, db):
    assert client.get("/components/").status_code == 404


# Speed


def test_every_public_page_needs_three_queries_at_most(public_pages):
    assert not faults(public_pages, lambda page: page.queries > MOST_QUERIES and page.queries)


@pytest.fixture
def crowded_library(tmp_path):
    """The starter library with 42 more articles."""
    folder = tmp_path / "starter"
    shutil.copytree(STARTER, folder)
    articles = folder / "en" / "articles"
    original = (articles / "sciatica.md").read_text()
    for number in range(42):
        (articles / f"copy-{number}.md").write_text(original)
    return folder


@pytest.mark.slow
def test_pages_need_no_more_queries_with_fifty_articles(client, db, crowded_library, public_pages):
    before = {page.path: page.queries for page in public_pages if page.clinic == "new"}
    load(crowded_library)
    assert ArticleEdition.objects.in_force().count() == 50

    now = [visit(client, path) for path in before]

    assert not faults(now, lambda page: page.queries != before[page.path] and page.queries)


@pytest.fixture(scope="module")
def sitemap_paths(machine_pages):
    tree = ElementTree.fromstring(machine_pages["/sitemap.xml"].text)
    places = [element.text or "" for element in tree.iter() if element.tag.endswith("}loc")]
    return {urlsplit(place).path for place in places}
