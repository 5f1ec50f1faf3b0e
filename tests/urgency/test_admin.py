"""A care card: emergency text, which two people answer for."""

from datetime import date

import pytest
from django.utils import timezone

from education.editorial.states import State
from education.urgency.levels import Level
from education.urgency.models import CareCard, CareCardEdition
from tests.desk.staff import act, admin_url, faults_on, form_on, publish, save, signed_in, told
from tests.factories import make_admin, make_care_card, make_clinic, make_starter

pytestmark = pytest.mark.django_db


@pytest.fixture
def first():
    return signed_in(make_admin(name="Cleo Clinician"))


@pytest.fixture
def second():
    return signed_in(make_admin(name="Cory Colleague"))


def test_an_emergency_card_goes_live_after_the_second_approval(first, second, client):
    card = make_care_card("in-review", items="you cannot pee at all")
    assert "a second person must approve it too" in told(act(first, card, "approve"))[0]
    assert "A colleague must approve it too" in act(first, card, "approve").content.decode()
    assert not CareCardEdition.objects.in_force().exists()
    assert told(act(second, card, "approve")) == ["Approved by you. Now it has to be published."]
    assert not CareCardEdition.objects.in_force().exists()
    publish(second, card)
    card.refresh_from_db()
    assert (card.reviewed_by.name, card.second_reviewer.name) == ("Cleo Clinician", "Cory Colleague")
    assert CareCardEdition.objects.in_force().get() == card


def test_the_reviews_of_both_are_void_when_the_card_is_sent_back(first, second):
    card = make_care_card("in-review")
    act(first, card, "approve")
    assert told(act(second, card, "send-back", comment="A sign is missing.")) == [
        "Sent back. Its writer finds your comment on top of the draft."
    ]
    card.refresh_from_db()
    assert (card.state, card.reviewed_by) == (State.DRAFT, None)
    assert "A sign is missing." in first.get(admin_url(card)).content.decode()


def test_sending_back_without_a_word_is_refused(first):
    card = make_care_card("in-review")
    assert faults_on(act(first, card, "send-back", comment="")) == [
        "What should change? Say what should change, so that the writer knows."
    ]


def test_starter_text_of_an_emergency_is_signed_by_two(first, second):
    card = make_starter(make_care_card)
    assert "a second person must sign it too" in told(act(first, card, "sign"))[0]
    card.refresh_from_db()
    assert card.is_starter_unreviewed
    assert "Cleo Clinician" in first.get(admin_url(card)).content.decode()
    assert "The next review is due on" in told(act(second, card, "sign"))[0]
    card.refresh_from_db()
    assert not card.is_starter_unreviewed


def test_a_clinic_of_one_person_signs_alone(first):
    make_clinic(works_alone=True)
    card = make_care_card("in-review")
    assert told(act(first, card, "approve")) == ["Approved by you. Now it has to be published."]
    publish(first, card)
    assert CareCardEdition.objects.in_force().get() == card


def test_region_and_level_make_the_address_and_are_fixed(first):
    page = first.get("/admin/urgency/carecard/add/")
    sent = form_on(page) | {"title": "Go now if:", "region": "neck", "level": "4", "_save": "1"}
    first.post("/admin/urgency/carecard/add/", sent)
    card = CareCard.objects.get()
    assert card.slug == "neck-emergency-go"
    again = first.post("/admin/urgency/carecard/add/", sent)
    there = f'There is a card for this region and level already. <a href="{admin_url(card)}">Open it.</a>'
    assert again.content.decode().count(there) == 1
    assert CareCard.objects.count() == 1
    save(first, card, region="shoulder")
    card.refresh_from_db()
    assert card.region == "neck"


@pytest.mark.slow
def test_every_starter_card_can_be_edited_and_sent_to_review(library, first):
    for live in CareCardEdition.objects.in_force():
        act(first, live, "edit")
        draft = CareCardEdition.objects.get(document=live.document_id, state=State.DRAFT)
        assert faults_on(save(first, draft, press="_act")) == []
        assert told(act(first, draft, "submit")) == ["Sent to review. Reviewers find it on their desk."]
        draft.refresh_from_db()
        assert (draft.items, draft.after) == (live.items, live.after)


@pytest.mark.parametrize("level", list(Level))
def test_the_next_review_is_proposed_in_half_a_year_for_emergencies(first, level):
    page = first.get(admin_url(make_care_card("in-review", level=level), "act", "approve"))
    due = date.fromisoformat(form_on(page)["review_due_on"])
    months = (due - timezone.localdate()).days / 30.4
    assert round(months) == (6 if level.is_emergency else 24)
