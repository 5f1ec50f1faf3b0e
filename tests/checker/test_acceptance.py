"""The intended use: who accepts it, and what the checker does before and after."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from education.clinic.intended_use import intended_use
from education.clinic.models import CheckerMode, Clinic
from tests.checker.rulebook import HOME, allow, get
from tests.factories import make_clinic
from tests.pages import page_of


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
