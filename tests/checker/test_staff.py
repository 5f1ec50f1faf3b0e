"""The staff pages about the rules: who sees them, what they show, what they keep and what they do not."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from education.checker.decisions import load_decisions
from education.checker.models import AppendOnlyError, DecisionSignature
from education.checker.protocol import load_protocol
from education.clinic.intended_use import intended_use
from education.clinic.models import CheckerMode, Clinic
from education.staff.models import OpenSession as Session
from tests.checker.conftest import FOLDER
from tests.factories import make_admin, make_clinic, make_person
from tests.pages import page_of

HOME = "/admin/checker/protocol/"
PATHS = (
    "", "questions/", "flow/", "flow/neck/", "cases/", "history/", "simulator/", "decisions/",
    "decisions/cough/", "intended-use/", "safety-file/",
)  # fmt: skip
PROTOCOL = load_protocol(FOLDER, "en")
DECISION = next(one for one in load_decisions(FOLDER, PROTOCOL) if one.id == "cough")


@pytest.fixture
def clinician(client, db):
    user = make_admin(name="Cleo Clinician")
    client.force_login(user)
    return user


@pytest.fixture
def staff(client, django_user_model):
    """A member of staff who may do nothing yet."""
    user = django_user_model.objects.create(username="sam", is_staff=True)
    client.force_login(user)
    return user


def allow(user, codename):
    user.user_permissions.add(Permission.objects.get(codename=codename))


def get(client, path=""):
    return page_of(client.get(HOME + path), HOME + path)


def signature(**facts):
    return DecisionSignature(
        **{
            "decision": DECISION.id,
            "digest": DECISION.digest,
            "text": DECISION.text,
            "protocol_version": PROTOCOL.version,
            "signed_as": "Cleo Clinician, DPT",
            "signed_on": date(2026, 11, 20),
            **facts,
        }
    )


# Who may see them


@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_is_sent_to_sign_in(client, db, path):
    response = client.get(HOME + path)
    assert response.status_code == 302
    assert response.url.startswith("/admin/login/")


@pytest.mark.parametrize("path", PATHS)
def test_staff_without_the_permission_are_refused(client, staff, path):
    assert client.get(HOME + path).status_code == 403


def test_one_permission_opens_the_pages_and_shows_them_on_the_index(client, staff):
    allow(staff, "view_protocol")
    assert client.get(HOME).status_code == 200
    assert HOME in client.get("/admin/").text


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_sound_html_without_inline_style_or_script(client, clinician, path):
    page = get(client, path)
    assert page.status == 200
    assert page.html_errors == []
    assert len(page.ids) == len(set(page.ids))
    assert not [e for e in page.elements if e.get("style") or (e.tag == "script" and not e.get("src"))]
    assert "<style" not in page.text


@pytest.mark.parametrize("path", PATHS)
def test_no_page_is_kept_by_a_cache(client, clinician, path):
    assert "no-store" in client.get(HOME + path).headers["Cache-Control"]


def test_pages_need_few_queries(client, clinician):
    for path in PATHS:
        with CaptureQueriesContext(connection) as queries:
            client.get(HOME + path)
        assert len(queries) <= 8, path


# Rules, questions, flow, cases


def test_every_rule_is_listed_with_its_sources_in_full(client, library, clinician):
    page = get(client)
    for rule in PROTOCOL.rules:
        assert f"{rule.id} " in page.main
    assert "American Heart Association. Warning signs of a heart attack" in page.main


def test_rules_are_filtered_by_level_place_and_group(client, clinician):
    page = get(client, "?level=emergency-call&region=low-back&group=several-answers")
    listed = {
        words.split()[0] for element in page.all("h2") if (words := "".join(element.itertext()).strip())
    }
    several = {rule.id for rule in PROTOCOL.rules if rule.id not in PROTOCOL.questions}
    calls = {rule.id for rule in PROTOCOL.rules if rule.level.slug == "emergency-call"}
    assert listed - {"Named"} <= several & calls
    assert "R21" in listed or "R13" in listed


@pytest.mark.parametrize("query", ["?level=x&region=y&group=z", "?level=&region=&group="])
def test_an_unknown_filter_is_no_fault(client, clinician, query):
    assert client.get(HOME + query).status_code == 200


def test_a_rule_leads_to_its_questions(client, clinician):
    assert f'href="{HOME}questions/#ces-wipe"' in get(client).text
    assert 'id="ces-wipe"' in get(client, "questions/").text


def test_the_flow_stands_as_a_drawing_and_as_a_list(client, clinician):
    text = get(client, "flow/neck/").text
    assert text.count("<svg xmlns") > 10
    assert 'class="twin"' in text


def test_the_drawing_can_be_had_as_a_file(client, clinician):
    response = client.get(HOME + "flow/neck.svg")
    assert response.headers["Content-Type"] == "image/svg+xml"


@pytest.mark.parametrize("path", ["flow/knee/", "flow/knee.svg", "decisions/nothing/"])
def test_what_does_not_exist_is_not_found(client, clinician, path):
    assert client.get(HOME + path).status_code == 404


def test_the_cases_are_run_and_counted(client, clinician):
    page = get(client, "cases/")
    assert "Too low: 0. Too high: 0." in page.main
    assert "FAIL" not in page.main


def test_the_history_names_the_first_set_of_rules(client, clinician):
    assert "Symptom checker 1.0.0" in get(client, "history/").main


# The simulator


def test_the_simulator_shows_the_level_and_the_rules_that_fired(client, clinician):
    response = client.post(HOME + "simulator/", {"region": "low-back", "ces-wipe": "yes"})
    page = page_of(response, HOME)
    assert "Result: Go to an emergency department now" in page.main
    assert "ces-wipe Go to an emergency department now holds until what softens it is known" in page.main


def test_the_simulator_names_the_next_screen(client, clinician):
    page = page_of(client.post(HOME + "simulator/", {"region": "low-back"}), HOME)
    assert "Next screen:" in page.main


def test_a_test_case_fills_in_the_simulator(client, clinician):
    page = page_of(client.post(HOME + "simulator/", {"fill": "1", "example": "1"}), HOME)
    assert "Result: Go to an emergency department now" in page.main


@pytest.mark.parametrize(
    "sent",
    [
        {"ces-wipe": "perhaps"},
        {"nothing": "yes"},
        {"fill": "1", "example": "9" * 5000},
        {"example": "-1"},
        {},
    ],
)
def test_the_simulator_passes_over_what_it_does_not_know(client, clinician, sent):
    page = page_of(client.post(HOME + "simulator/", sent), HOME)
    assert page.status == 200
    assert "Choose at least one answer." in page.main


def test_the_simulator_stores_and_logs_nothing(client, clinician, caplog):
    before = {session.pk: session.session_data for session in Session.objects.all()}
    with CaptureQueriesContext(connection) as queries:
        response = client.post(HOME + "simulator/", {"region": "neck", "inf-fever": "yes"})
    assert not [one for one in queries if not one["sql"].startswith("SELECT")]
    assert {session.pk: session.session_data for session in Session.objects.all()} == before
    assert "no-store" in response.headers["Cache-Control"]
    assert "inf-fever" not in caplog.text


# Decisions and signatures


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


# Intended use


def accepted(clinic):
    clinic.accept_intended_use("Dana Ortiz", date(2026, 11, 20))
    clinic.save()
    return clinic


def test_a_site_that_nobody_has_set_up_runs_in_full():
    assert Clinic().effective_checker_mode == CheckerMode.FULL


def test_a_clinic_runs_in_full_only_once_it_has_accepted_the_intended_use(db):
    clinic = make_clinic(checker_mode=CheckerMode.FULL)
    assert clinic.effective_checker_mode == CheckerMode.RED_FLAGS
    assert accepted(clinic).effective_checker_mode == CheckerMode.FULL


@pytest.mark.parametrize("mode", [CheckerMode.OFF, CheckerMode.RED_FLAGS])
def test_the_other_modes_need_no_acceptance(db, mode):
    assert make_clinic(checker_mode=mode).effective_checker_mode == mode


def test_a_newer_text_does_not_switch_off_a_checker_that_runs(db):
    clinic = accepted(make_clinic())
    clinic.intended_use_version = "0"
    assert not clinic.has_accepted_intended_use
    assert clinic.effective_checker_mode == CheckerMode.FULL


def test_choosing_the_full_checker_without_acceptance_is_refused_with_a_link(db):
    clinic = make_clinic(checker_mode=CheckerMode.RED_FLAGS)
    clinic.checker_mode = CheckerMode.FULL
    with pytest.raises(ValidationError) as refused:
        clinic.full_clean()
    assert f'href="{HOME}intended-use/"' in refused.value.message_dict["checker_mode"][0]
    accepted(clinic).full_clean()


def test_phones_can_be_mended_while_a_newer_text_waits_to_be_read(db):
    clinic = accepted(make_clinic())
    clinic.intended_use_version = "0"
    clinic.save()
    clinic.phone = "+1 555 010 0300"
    clinic.full_clean()


def test_staff_accept_the_text_by_name_and_it_is_noted(client, clinician):
    make_clinic()
    response = client.post(HOME + "intended-use/", {"name": "Dana Ortiz", "accept": "on"})
    assert response.status_code == 302
    clinic = Clinic.load()
    assert clinic.intended_use_accepted_by == "Dana Ortiz"
    assert clinic.intended_use_version == intended_use().version
    assert "was accepted by Dana Ortiz" in get(client, "intended-use/").main
    assert "Accepted the intended use" in client.get("/admin/clinic/clinic/1/history/", follow=True).text


@pytest.mark.parametrize("sent", [{"name": "Dana"}, {"accept": "on"}, {}])
def test_half_an_acceptance_is_none(client, clinician, sent):
    make_clinic()
    assert client.post(HOME + "intended-use/", sent).status_code == 200
    assert not Clinic.load().intended_use_version


def test_nobody_accepts_for_a_clinic_that_is_not_named_yet(client, clinician):
    assert client.post(HOME + "intended-use/", {"name": "Dana", "accept": "on"}).status_code == 403


def test_accepting_needs_the_right_to_change_the_clinic(client, staff):
    make_clinic()
    allow(staff, "view_protocol")
    assert client.post(HOME + "intended-use/", {"name": "Sam", "accept": "on"}).status_code == 403


def test_the_clinic_settings_say_what_patients_get_and_who_accepted(client, clinician):
    make_clinic()
    page = page_of(client.get("/admin/clinic/clinic/1/change/"), "/admin/clinic/clinic/1/change/")
    assert "List of warning signs: no questions, no reasoning" in page.main
    accepted(Clinic.load())
    page = page_of(client.get("/admin/clinic/clinic/1/change/"), "/admin/clinic/clinic/1/change/")
    assert "by Dana Ortiz on" in page.main


# The safety file


def test_the_safety_file_gathers_everything(client, library, clinician):
    make_clinic(name="Harbor Back Clinic")
    signature(person=clinician.person).save()
    page = get(client, "safety-file/")
    for words in (
        "Harbor Back Clinic", "Intended use", "Hazards and controls", "cases get their level and reasons",
        "Cleo Clinician, DPT", "Symptom checker 1.0.0", "ces-wipe", "American Heart Association",
    ):  # fmt: skip
        assert words in page.text, words


def test_the_safety_file_can_be_taken_along_with_its_style(client, clinician):
    response = client.get(HOME + "safety-file/download/")
    assert response.headers["Content-Disposition"].startswith('attachment; filename="clinical-safety-file-')
    assert "<style>" in response.text
    assert "<link" not in response.text
