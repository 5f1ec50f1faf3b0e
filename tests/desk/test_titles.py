"""Titles in the lists of staff read as patients read them: with the clinic's own words put in."""

import html

import pytest
from django.urls import reverse

from education.articles.models import ArticleEdition
from education.urgency.levels import Level
from tests.desk.staff import admin_url, signed_in, told
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


# Many care cards share a title


@pytest.mark.parametrize(
    ("page", "more"),
    [
        ("change", ()), ("delete", ()), ("act", ("submit",)), ("act", ("assign",)), ("comments", ()),
        ("preview", ()), ("links", ()),
    ],
)  # fmt: skip
def test_a_page_about_a_card_names_its_region(staff, page, more):
    make_clinic(phone="555 0199")
    draft = make_care_card("draft", region="neck", level=Level.EMERGENCY_GO, title=TITLE)
    assert "Call 555 0199 if: (neck)" in shown(staff.get(admin_url(draft, page, *more)))


@pytest.mark.parametrize("page", ["change", "compare"])
def test_a_page_about_all_editions_of_a_card_names_its_region(staff, card, page):
    assert "Call 555 0199 if: (neck)" in shown(staff.get(admin_url(card.document, page)))


@pytest.mark.parametrize("name", ["approve", "publish"])
def test_who_approves_or_publishes_a_card_reads_its_region(staff, name):
    make_clinic(phone="555 0199")
    standing = "in-review" if name == "approve" else "approved"
    waiting = make_care_card(standing, region="shoulder", level=Level.URGENT_TODAY, title=TITLE)
    page = shown(staff.get(admin_url(waiting, "act", name)))
    assert page.count("Call 555 0199 if: (shoulder)") >= 2  # the heading and the way back


def test_what_was_done_to_a_card_is_told_with_its_region(staff, card):
    assert "Call 555 0199 if: (neck)" in shown(staff.get(reverse("admin:index")))
    assert "Call 555 0199 if: (neck)" in shown(staff.get(reverse("admin:staff_entry_changelist")))


def test_a_card_in_another_language_is_named_with_it():
    spanish = make_care_card(region="neck", title="Llame ahora si:", language="es")
    assert str(spanish) == "Llame ahora si: (neck, Spanish)"


def test_patients_read_the_title_of_a_card_alone(client, card):
    page = shown(client.get(card.document.get_absolute_url().partition("#")[0]))
    assert "(neck)" not in page


# Two documents of one title


def begin(staff, kind, **said):
    return staff.post(reverse(f"admin:{kind}_add"), {"language": "en"} | said, follow=True)


def test_whoever_begins_a_text_with_the_title_of_a_live_one_is_told_of_it(staff):
    make_clinic(phone="555 0199")
    there = make_article(title="When to call {clinic_phone}")
    page = begin(staff, "articles_article", title="when to call {clinic_phone}", slug="again")
    said = told(page)
    assert len(said) == 2
    assert f'<a href="{admin_url(there.document)}">When to call 555 0199</a>' in said[1]
    assert ArticleEdition.objects.filter(document__slug="again").exists()


@pytest.mark.parametrize(
    "other",
    [
        {"title": "Walking"}, {"title": "Sleeping", "standing": "draft"},
        {"title": "Sleeping", "language": "es"},
    ],
)  # fmt: skip
def test_other_titles_drafts_and_other_languages_are_not_told_of(staff, other):
    make_article(**other)
    assert len(told(begin(staff, "articles_article", title="Sleeping", slug="again"))) == 1


def test_cards_of_other_regions_may_share_a_title(staff, card):
    said = {"title": TITLE, "level": Level.URGENT_TODAY.value}
    assert len(told(begin(staff, "urgency_carecard", region="shoulder", **said))) == 1
    said["level"] = Level.EMERGENCY_GO.value
    assert "(neck)" in told(begin(staff, "urgency_carecard", region="neck", **said))[1]
