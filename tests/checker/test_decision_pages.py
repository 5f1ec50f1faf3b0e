"""Decisions and the signatures under them: who signs, what is kept, and for how long it holds."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from education.checker.models import AppendOnlyError, DecisionSignature
from tests.checker.rulebook import DECISION, HOME, allow, get, signature
from tests.factories import make_admin, make_person
from tests.pages import page_of


def test_a_clinician_signs_a_decision_by_name(client, clinician):
    response = client.post(
        HOME + "decisions/cough/", {"agree": "on", "digest": DECISION.digest, "note": "Yes."}
    )
    assert response.status_code == 302
    kept = DecisionSignature.objects.get()
    assert (kept.decision, kept.signed_as, kept.note) == ("cough", "Cleo Clinician, DPT", "Yes.")
    assert kept.text == DECISION.text
    assert "Signed: 1." in get(client, "decisions/").main


def test_a_decision_is_not_signed_without_the_tick(client, clinician):
    page = page_of(client.post(HOME + "decisions/cough/", {"digest": DECISION.digest}), HOME)
    assert "Tick the box to sign" in page.main
    assert not DecisionSignature.objects.exists()


def test_a_text_that_changed_while_it_was_read_is_not_signed(client, clinician):
    page = page_of(client.post(HOME + "decisions/cough/", {"agree": "on", "digest": "0" * 64}), HOME)
    assert "The text has changed since you opened this page." in page.main
    assert not DecisionSignature.objects.exists()


def test_a_signature_under_another_wording_is_out_of_date(client, clinician):
    signature(person=clinician.person, digest="0" * 64).save()
    page = get(client, "decisions/")
    assert "Signed: 0. Changed since: 1." in page.main
    assert "changed since it was signed" in page.main


def test_nobody_signs_the_same_wording_twice(client, clinician):
    for _ in range(2):
        client.post(HOME + "decisions/cough/", {"agree": "on", "digest": DECISION.digest})
    assert DecisionSignature.objects.count() == 1
    assert "You have signed this wording already." in get(client, "decisions/cough/").main


def test_only_a_clinician_can_sign(db):
    editor = make_person("Ed Editor", is_clinician=False)
    with pytest.raises(ValidationError, match="Only a clinician can sign"):
        signature(person=editor).save()


def test_an_editor_is_told_that_clinicians_sign(client, db):
    client.force_login(make_admin(name="Ed Editor", is_clinician=False))
    client.post(HOME + "decisions/cough/", {"agree": "on", "digest": DECISION.digest})
    assert not DecisionSignature.objects.exists()
    assert "Only a clinician can sign" in get(client, "decisions/cough/").main


def test_an_account_without_a_person_cannot_sign(client, db):
    client.force_login(make_admin())
    assert "Enter yourself under People" in get(client, "decisions/cough/").main
    assert (
        client.post(HOME + "decisions/cough/", {"agree": "on", "digest": DECISION.digest}).status_code == 200
    )
    assert not DecisionSignature.objects.exists()


def test_signing_needs_a_permission_of_its_own(client, staff):
    allow(staff, "view_protocol")
    make_person("Sam Staff", user=staff)
    sent = {"agree": "on", "digest": DECISION.digest}
    assert client.post(HOME + "decisions/cough/", sent).status_code == 403
    allow(staff, "add_decisionsignature")
    assert client.post(HOME + "decisions/cough/", sent).status_code == 302


def test_a_signature_can_be_neither_changed_nor_removed(db):
    kept = signature(person=make_person())
    kept.save()
    kept.note = "Changed my mind."
    for act in (
        kept.save,
        kept.delete,
        DecisionSignature.objects.all().delete,
        lambda: DecisionSignature.objects.update(note=""),
    ):
        with pytest.raises(AppendOnlyError):
            act()
    with pytest.raises(ProtectedError):
        kept.person.delete()
