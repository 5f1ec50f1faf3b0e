"""One record for each region and level; every page that shows it reads that record."""

import pytest

from education.urgency.levels import Level
from tests.factories import (
    approve,
    make_article,
    make_care_card,
    make_clinic,
    make_person,
    make_region_page,
)

pytestmark = pytest.mark.django_db


def test_a_changed_card_changes_every_page(client):
    make_clinic()
    make_region_page(region="neck")
    make_article(slug="stiff-neck", regions="neck")
    card = make_care_card(region="neck", items="Old sign")
    newer = card.new_draft(make_person())
    newer.items = "New sign. Call {emergency}."
    newer.save()
    newer.submit(card.author)
    approve(newer)
    for path in ("/articles/stiff-neck/", "/spine/neck/"):
        page = client.get(path).content.decode()
        assert "New sign. Call 911." in page, path
        assert "Old sign" not in page, path


def test_cards_stand_with_the_most_urgent_first(client):
    make_region_page(region="neck")
    for level in Level:
        make_care_card(region="neck", level=level, title=f"Card {level.value}")
    page = client.get("/spine/neck/").content.decode()
    places = [page.index(f"Card {level.value}") for level in sorted(Level, reverse=True)]
    assert places == sorted(places)


def test_a_card_in_review_is_not_shown(client):
    make_region_page(region="neck")
    make_care_card("in-review", region="neck", items="Not yet approved")
    assert "Not yet approved" not in client.get("/spine/neck/").content.decode()


def test_the_emergency_page_shows_the_cards_of_any_region(client):
    make_care_card(region="any", items="A sign for everybody")
    assert "A sign for everybody" in client.get("/emergency/").content.decode()
