"""One site in several languages: the clinic's first at the start, each other one behind its code."""

import shutil
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.test import Client

from education.library.files import STARTER
from education.library.loading import MODELS, load
from tests.pages import Page, faults, name_clinic, visit, walk, words_of

ONLY_ENGLISH = "/articles/heat-and-cold/"
ONLY_SPANISH = "/articles/solo-en-espanol/"
UNTRANSLATED = {ONLY_SPANISH, f"/es{ONLY_ENGLISH}"}  # where a switch of language could lead


def load_both_languages(folder: Path) -> None:
    """Load the starter library in two languages; one article is in English only, one in Spanish only.

    What stands in the Spanish documents does not matter here, so their words are the English ones.
    """
    load()
    shutil.copytree(STARTER / "en", folder / "es")
    shutil.copy(STARTER / "sources.toml", folder)
    articles = folder / "es" / "articles"
    shutil.copy(articles / "sciatica.md", articles / "solo-en-espanol.md")
    (articles / "sciatica.md").rename(articles / "ciatica.md")
    (articles / "heat-and-cold.md").unlink()
    load(folder)
    for document_model, _edition_model in MODELS.values():
        originals = {document.slug: document for document in document_model.objects.filter(language="en")}
        for document in document_model.objects.filter(language="es"):
            document.original = originals.get("sciatica" if document.slug == "ciatica" else document.slug)
            document.save()


@pytest.fixture(scope="module")
def sites(tmp_path_factory, rolled_back):
    """The pages of clinics with the same library in both languages, by the languages they show."""
    found: dict[str, dict[str, Page]] = {}
    with rolled_back():
        load_both_languages(tmp_path_factory.mktemp("library"))
        clinic = name_clinic()
        for languages in ("en", "en es", "es en"):
            clinic.languages = languages.split()
            clinic.save()
            starts = ["/", *(f"/{language}/" for language in languages.split()[1:])]
            if languages == "en es":
                pages = walk(Client(), *starts, *UNTRANSLATED)
            else:
                paths = [*starts, "/es/", "/es/privacy/", "/articles/sciatica/", "/articles/ciatica/"]
                pages = [visit(Client(), path) for path in (*paths, "/en/articles/sciatica/")]
            pages.append(visit(Client(), "/sitemap.xml"))
            found[languages] = {page.path: page for page in pages}
    return found


@pytest.fixture(scope="module")
def both(sites):
    return [page for page in sites["en es"].values() if page.path != "/sitemap.xml"]


@pytest.fixture(scope="module")
def spanish(both):
    return [page for page in both if page.path.startswith("/es/")]


def alternates(page: Page) -> dict[str, str]:
    """Return the paths of the page in its languages, as it tells them to search engines."""
    return {
        link.get("hreflang", ""): urlsplit(link.get("href", "")).path
        for link in page.all("link", rel="alternate")
        if link.get("hreflang") != "x-default"
    }


def switches(page: Page) -> list[ElementTree.Element]:
    """Return the links that stand around the page and lead to another language."""
    inside = {link for element in page.all("main") for link in element.iter("a")}
    return [link for link in page.all("a") if link.get("hreflang") and link not in inside]


# Switched off


@pytest.mark.parametrize("path", ["/es/", "/es/privacy/"])
def test_a_language_that_is_switched_off_is_not_there(sites, path):
    assert sites["en"][path].status == 404


def test_a_site_in_one_language_offers_no_other(sites):
    page = sites["en"]["/articles/sciatica/"]

    assert (alternates(page), switches(page)) == ({}, [])


# Switched on


def test_links_lead_to_the_same_pages_in_both_languages(both):
    answered = {page.path for page in both if page.status == 200 and "?" not in page.path}
    spanish = {path.removeprefix("/es") for path in answered if path.startswith("/es/")}
    english = {path for path in answered if not path.startswith("/es/")}

    assert spanish ^ english == {"/articles/sciatica/", "/articles/ciatica/", ONLY_ENGLISH, ONLY_SPANISH}


def test_no_other_page_is_lost_in_a_language(both):
    assert {page.path for page in both if page.status != 200} == UNTRANSLATED


def test_pages_say_the_language_of_their_path(both):
    def wrong(page: Page) -> bool:
        language = "es" if page.path.startswith("/es/") else "en"
        return (page.document.get("lang"), page.headers["content-language"]) != (language, language)

    assert not faults(both, wrong)


def test_links_stay_within_the_language(spanish):
    def leaves(page: Page) -> list[str]:
        links = [link.get("href", "") for link in page.all("a") if link.get("hreflang") is None]
        return [link for link in links if link.startswith("/") and not link.startswith("/es/")]

    assert not faults(spanish, leaves)


def test_forms_stay_within_the_language(spanish):
    def leaves(page: Page) -> list[str]:
        actions = [form.get("action", "") for form in page.all("form")]
        return [action for action in actions if action and not action.startswith("/es/")]

    assert not faults(spanish, leaves)


def test_every_page_can_be_switched_to_the_other_language(both):
    def unswitchable(page: Page) -> bool:
        other = "en" if page.path.startswith("/es/") else "es"
        return other not in {link.get("hreflang") for link in switches(page)}

    assert not faults(both, unswitchable)


def test_a_switch_names_its_language_in_that_language(both):
    def mute(page: Page) -> list[str]:
        names = {"en": "english", "es": "español"}
        return [
            words_of(link)
            for link in switches(page)
            if link.get("lang") != link.get("hreflang")
            or words_of(link).lower() != names[link.get("hreflang", "")]
        ]

    assert not faults(both, mute)


def test_a_switch_leads_to_the_same_page(sites):
    page = sites["en es"]["/articles/sciatica/"]

    assert {link.get("href") for link in switches(page)} == {"/es/articles/ciatica/"}


def test_translations_name_each_other(sites, both):
    def one_sided(page: Page) -> list[str]:
        own = alternates(page)
        if set(own) != {"en", "es"} or page.path not in own.values():
            return [f"names {own}"]
        return [path for path in own.values() if alternates(sites["en es"][path]) != own]

    only_one = UNTRANSLATED | {ONLY_ENGLISH, f"/es{ONLY_SPANISH}"}
    assert not faults([page for page in both if page.path not in only_one], one_sided)


def test_a_page_in_one_language_names_no_translation(sites):
    pages = [sites["en es"][path] for path in (ONLY_ENGLISH, f"/es{ONLY_SPANISH}")]

    assert [alternates(page) for page in pages] == [{}, {}]


def test_the_full_address_of_a_page_is_that_of_its_language(spanish):
    def misplaced(page: Page) -> bool:
        found = [urlsplit(link.get("href", "")).path for link in page.all("link", rel="canonical")]
        return found != [urlsplit(page.path).path]

    assert not faults([page for page in spanish if page.status == 200], misplaced)


@pytest.mark.parametrize(
    ("path", "language", "elsewhere"),
    [(f"/es{ONLY_ENGLISH}", "en", ONLY_ENGLISH), (ONLY_SPANISH, "es", f"/es{ONLY_SPANISH}")],
)
def test_a_page_without_translation_leads_to_its_own_language(sites, path, language, elsewhere):
    page = sites["en es"][path]
    marked = [
        (link.get("href"), link.get("lang"))
        for link in page.all("main")[0].iter("a")
        if link.get("hreflang") == language
    ]

    assert (page.status, marked) == (404, [(elsewhere, language)])


def test_the_sitemap_lists_the_pages_of_both_languages(sites, both):
    tree = ElementTree.fromstring(sites["en es"]["/sitemap.xml"].text)
    listed = {urlsplit(e.text or "").path for e in tree.iter() if e.tag.endswith("}loc")}

    pages = [page for page in both if page.status == 200 and "?" not in page.path]
    assert listed ^ {page.path for page in pages if not page.is_unlisted} == set()


def test_the_language_of_the_browser_changes_nothing(client, db):
    name_clinic(languages=["en", "es"])

    assert visit(client, "/", headers={"accept-language": "es"}).document.get("lang") == "en"


# Spanish first


@pytest.mark.parametrize(
    ("path", "language"),
    [("/", "es"), ("/articles/ciatica/", "es"), ("/en/", "en"), ("/en/articles/sciatica/", "en")],
)
def test_the_first_language_of_a_clinic_stands_at_the_start(sites, path, language):
    page = sites["es en"][path]

    assert (page.status, page.document.get("lang")) == (200, language)


def test_the_first_language_has_no_second_address(sites):
    assert sites["es en"]["/es/"].status == 404
