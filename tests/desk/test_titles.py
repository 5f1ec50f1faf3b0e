"""Titles in the lists of staff read as patients read them: with the clinic's own words put in."""

import html

import pytest
from django.urls import reverse

from education.urgency.levels import Level
from tests.desk.staff import admin_url, signed_in
from tests.factories import make_admin, make_article, make_care_card, make_clinic

pytestmark = pytest.mark.django_db

TITLE = "Call {clinic_phone} if:"


@pytest.fixture
def staff():
    return signed_in(make_admin(name="Cleo Clinician"))


@pytest.fixture
def card(staff):
    make_clinic(phone="555 0199")
    return make_care_card(region="neck", level=Level.URGENT_TODAY, title=TITLE)


def shown(answer):
    return html.unescape(answer.content.decode())


def pages(card):
    """Return pages that name the card in a list, by what they are."""
    return {
        "the desk": reverse("admin:index"),
        "all texts": reverse("admin:texts"),
        "care cards": reverse("admin:urgency_carecard_changelist"),
        "its editions": admin_url(card.document),
        "the pages of a source": admin_url(card.citations.first().source),
        "an act": admin_url(card, "act", "edit"),
        "its comments": admin_url(card, "comments"),
        "its ratings": admin_url(card, "pemat"),
        "what was done to it": admin_url(card.document, "history"),
        "the audit trail": reverse("admin:staff_entry_changelist"),
        "what to export": reverse("admin:library_exchange_choose") + "?kind=care-cards",
    }


@pytest.mark.parametrize("name", [
    "the desk", "all texts", "care cards", "its editions", "the pages of a source", "what was done to it",
    "the audit trail", "what to export", "an act", "its comments", "its ratings",
])  # fmt: skip
def test_a_list_shows_what_patients_read(staff, card, name):
    page = shown(staff.get(pages(card)[name], follow=True))
    assert "Call 555 0199 if:" in page
    assert TITLE not in page


def test_a_link_to_put_in_keeps_its_placeholder_and_is_called_what_patients_read(staff, card):
    make_article(slug="call", title="When to call {clinic_phone}")
    draft = make_article("draft")
    page = shown(staff.get(admin_url(draft, "insert", "pages")))
    assert ">When to call 555 0199</span>" in page
    assert "[When to call {clinic_phone}](page:articles/call)" in page
