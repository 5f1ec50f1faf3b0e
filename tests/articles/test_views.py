"""What a patient meets in the library."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import (
    approve,
    make_article,
    make_clinic,
    make_glossary,
    make_overdue,
    make_person,
    make_topic,
    rewrite,
)

pytestmark = pytest.mark.django_db


def test_an_article_shows_its_people_dates_and_sources(client, library):
    edition = make_article(slug="back")
    page = client.get("/articles/back/").content.decode()
    assert edition.reviewed_by.name in page
    assert edition.citations.get().source.title in page
    assert "Keep warm." in page


@pytest.mark.parametrize("standing", ["draft", "in-review", "scheduled"])
def test_what_is_not_live_is_not_found(client, standing):
    make_article(standing, slug="back")
    assert client.get("/articles/back/").status_code == 404
    assert "back" not in client.get("/sitemap.xml").content.decode()


def test_what_is_retired_is_gone(client):
    make_article("retired", slug="back")
    assert client.get("/articles/back/").status_code == 410


def test_a_page_whose_review_is_overdue_says_so(client):
    edition = make_article(slug="back")
    assert "overdue" not in client.get("/articles/back/").content.decode()
    make_overdue(edition)
    assert "overdue" in client.get("/articles/back/").content.decode()


def test_an_edition_takes_over_at_its_moment(client):
    edition = make_article(slug="back", body="Old words.")
    newer = edition.new_draft(make_person())
    newer.body = "New words."
    newer.save()
    newer.submit(edition.author)
    approve(newer, live_from=timezone.now() + timedelta(days=1))
    assert "Old words." in client.get("/articles/back/").content.decode()
    rewrite(newer, live_from=timezone.now())
    assert "New words." in client.get("/articles/back/").content.decode()


def test_the_clinics_own_words_stand_in_the_text(client):
    make_clinic()
    make_article(slug="back", body="Call {emergency}, or {clinic} at {clinic_phone}.")
    page = client.get("/articles/back/").content.decode()
    assert "Call 911, or Harbor Back Clinic at +1 555 010 0200." in page


def test_an_article_in_another_language_only_is_pointed_to(client):
    make_clinic(languages=["en", "es"])
    make_article(slug="espalda", language="es", topic=make_topic(language="es"), title="La espalda")
    answer = client.get("/articles/espalda/")
    assert answer.status_code == 404
    assert "/es/articles/espalda/" in answer.content.decode()
    assert client.get("/es/articles/espalda/").status_code == 200


def test_the_library_narrows_by_region_and_kind(client):
    make_article(title="About the low back", regions="low-back")
    make_article(title="About the neck", regions="neck", kind="exercise")
    make_article(title="About the body", regions="", kind="explainer")

    def titles(query):
        page = client.get(f"/articles/{query}").content.decode()
        return {name for name in ("low back", "neck", "body") if f"About the {name}" in page}

    assert titles("") == {"low back", "neck", "body"}
    assert titles("?region=neck") == {"neck", "body"}
    assert titles("?kind=exercise") == {"neck"}
    assert titles("?region=knee&kind=nonsense") == {"low back", "neck", "body"}


def test_the_glossary_is_sorted_by_letter(client):
    make_glossary(terms=("zinc", "Nerve", "ache"))
    page = client.get("/glossary/").content.decode()
    assert page.index('id="ache"') < page.index('id="Nerve"') < page.index('id="zinc"')


@pytest.mark.parametrize("number", [2, 12])
def test_an_article_takes_three_queries_whatever_it_holds(client, django_assert_max_num_queries, number):
    for place in range(number):
        make_article(slug=f"back-{place}", sources=number)
    client.get("/articles/back-0/")
    with django_assert_max_num_queries(3):
        client.get("/articles/back-0/")


@pytest.mark.parametrize("path", ["/articles/", "/articles/neighbor/", "/spine/neck/"])
def test_the_clinics_own_words_stand_on_every_card_of_an_article(client, library, path):
    make_clinic(name="Harbor Clinic")
    make_article(slug="back", regions="neck", position=0, summary="Read this, or ask {clinic}.")
    make_article(slug="neighbor", related="back")
    page = client.get(path).content.decode()
    assert "Read this, or ask Harbor Clinic." in page
    assert "{clinic}" not in page
