"""The set-up link: once, for a while, and nothing half-made."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from education.clinic.models import CheckerMode, Clinic, SetupLink
from tests.factories import make_admin, make_clinic

pytestmark = pytest.mark.django_db


def assert_nothing_made():
    assert not Clinic.objects.exists()
    assert not get_user_model().objects.exists()
    assert SetupLink.objects.exists()


def summary(response):
    """The links of the error summary, as pairs of field id and message."""
    text = response.content.decode()
    found = re.search(r'<div class="error-summary".*?</div>', text, re.DOTALL)
    return re.findall(r'<li><a href="#([^"]+)">([^<]+)</a></li>', found[0]) if found else []


def test_the_link_opens_a_form_with_one_heading_of_the_page(client, setup_path):
    response = client.get(setup_path)
    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1
    assert "no-store" in response["Cache-Control"]


def test_the_first_administrator_is_made_and_signed_in(client, setup_path, answers):
    response = client.post(setup_path, answers)
    assert response.status_code == 302
    assert response.url == "/admin/"
    user = get_user_model().objects.get()
    assert (user.username, user.first_name, user.is_superuser, user.is_staff) == (
        "dana", "Dana Ortiz", True, True,
    )  # fmt: skip
    assert user.check_password(answers["password"])
    assert user.password.startswith("argon2")
    assert client.get("/admin/").status_code == 200
    assert Clinic.load().name == "Harbor Back Clinic"


def test_the_country_sets_numbers_language_units_zone_and_mode(client, setup_path, answers):
    client.post(setup_path, answers | {"country_code": "GB", "checker_mode": ""})
    clinic = Clinic.load()
    assert (clinic.units, clinic.time_zone, clinic.languages) == ("metric", "Europe/London", ["en"])
    assert clinic.emergency.startswith("999")
    assert clinic.emergency_link == "tel:999"
    assert "111" in clinic.advice
    assert clinic.checker_mode == clinic.country.checker_mode


def test_a_chosen_checker_mode_wins_over_the_countrys(client, setup_path, answers):
    client.post(setup_path, answers | {"checker_mode": "off"})
    assert Clinic.load().checker_mode == CheckerMode.OFF


def test_a_country_that_is_not_listed_gets_words_instead_of_a_number(client, setup_path, answers):
    client.post(setup_path, answers | {"country_code": ""})
    clinic = Clinic.load()
    assert clinic.emergency == ""
    assert clinic.emergency_link == ""
    assert clinic.words["emergency"] == "your local emergency number"


def test_the_link_works_once(client, setup_path, answers):
    client.post(setup_path, answers)
    client.logout()
    again = client.post(setup_path, answers | {"username": "second"})
    assert again.status_code == 410
    assert "set up already" in again.content.decode()
    assert get_user_model().objects.count() == 1


def test_a_newer_link_voids_the_older_one(client, setup_path, answers):
    newer = SetupLink.renew()
    assert client.get(setup_path).status_code == 410
    assert client.post(setup_path, answers).status_code == 410
    assert not get_user_model().objects.exists()
    assert client.get(newer).status_code == 200


def test_the_link_expires(client, setup_path, answers):
    SetupLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    response = client.post(setup_path, answers)
    assert response.status_code == 410
    assert "bin/serve" in response.content.decode()
    assert not get_user_model().objects.exists()


def test_the_link_is_useless_once_there_is_an_administrator(client, setup_path, answers):
    make_admin()
    assert client.get(setup_path).status_code == 410
    client.post(setup_path, answers)
    assert get_user_model().objects.count() == 1
    assert not Clinic.objects.exists()


@pytest.mark.parametrize("token", ["x", "a" * 32, "%00", "..", "0" * 500])
def test_a_wrong_token_opens_nothing(client, setup_path, answers, token):
    assert client.post(f"/admin/set-up/{token}/", answers).status_code in {404, 410}
    assert_nothing_made()


def test_a_link_that_is_voided_while_the_form_is_being_checked_makes_nothing(
    client, setup_path, answers, monkeypatch
):
    from education.clinic import views

    def is_valid(form):
        valid = original(form)
        SetupLink.renew()
        return valid

    original = views.SetupForm.is_valid
    monkeypatch.setattr(views.SetupForm, "is_valid", is_valid)
    response = client.post(setup_path, answers, follow=True)
    assert response.status_code == 410
    assert_nothing_made()


def test_the_database_holds_no_token(setup_path):
    token = setup_path.rstrip("/").rpartition("/")[2]
    assert token not in str(SetupLink.objects.values().get())


WRONG = {
    "a weak password": ({"password": "password12", "password_again": "password12"}, "password"),
    "a short password": ({"password": "x7!k", "password_again": "x7!k"}, "password"),
    "only digits": ({"password": "8273645190", "password_again": "8273645190"}, "password"),
    "a password like the name": (
        {"username": "danaortiz", "password": "danaortiz1", "password_again": "danaortiz1"}, "password",
    ),
    "a password like the full name": (
        {"password": "Dana Ortiz9", "password_again": "Dana Ortiz9"}, "password",
    ),
    "two passwords": ({"password_again": "another horse battery"}, "password_again"),
    "no password": ({"password": "", "password_again": ""}, "password"),
    "no second password": ({"password_again": ""}, "password_again"),
    "no name": ({"full_name": ""}, "full_name"),
    "no sign-in name": ({"username": ""}, "username"),
    "a strange sign-in name": ({"username": "da na/"}, "username"),
    "no clinic": ({"name": "  "}, "name"),
    "no phone": ({"phone": ""}, "phone"),
    "letters for a phone": ({"phone": "call us"}, "phone"),
    "brackets for a phone": ({"phone": "( )"}, "phone"),
    "a script for a phone": ({"phone": "<script>"}, "phone"),
    "no web site": ({"website": "harbor dot example"}, "website"),
    "a script for a web site": ({"website": "javascript:alert(1)"}, "website"),
    "an unknown country": ({"country_code": "ZZ"}, "country_code"),
    "an unknown mode": ({"checker_mode": "both"}, "checker_mode"),
    "far too long an address": ({"address": "x" * 301}, "address"),
}  # fmt: skip


@pytest.mark.parametrize(("wrong", "field"), WRONG.values(), ids=WRONG)
def test_a_wrong_answer_is_named_and_nothing_is_made(client, setup_path, answers, wrong, field):
    response = client.post(setup_path, answers | wrong)
    assert response.status_code == 400
    assert_nothing_made()
    page = response.content.decode()
    assert re.search(r"<title>\s*Error:", page)
    links = summary(response)
    assert links
    for target, message in links:
        assert f'id="{target}"' in page
        assert "required" not in message
        assert "nvalid" not in message
        assert page.count(message) >= 2  # in the summary and beside the field
    assert any(target.startswith(f"id_{field}") for target, _message in links)
    sent = answers | wrong
    for name in ("full_name", "username", "name", "phone", "website"):
        if sent[name].strip() and "<" not in sent[name]:
            assert f'value="{sent[name]}"' in page, name
    for name in ("password", "password_again"):
        if sent[name]:
            assert sent[name] not in page


def test_the_answers_may_be_corrected_and_sent_again(client, setup_path, answers):
    response = client.post(setup_path, answers | {"phone": "none"})
    assert response.status_code == 400
    again = "Write both passwords again. They are not kept on the page."
    assert ("id_password", again) in summary(response)
    assert client.post(setup_path, answers).status_code == 302


def test_a_sign_in_name_is_taken_in_any_case(client, setup_path, answers):
    get_user_model().objects.create_user("Dana")
    response = client.post(setup_path, answers)
    assert ("id_username", "This name is taken. Choose another one.") in summary(response)


def test_a_site_that_lost_its_last_administrator_keeps_its_settings(client, setup_path, answers):
    make_clinic(name="Old name", funding="The clinic pays.", accent="#5a2a6b")
    assert 'value="Old name"' in client.get(setup_path).content.decode()
    client.post(setup_path, answers)
    clinic = Clinic.load()
    assert (clinic.name, clinic.funding, clinic.accent) == (
        "Harbor Back Clinic", "The clinic pays.", "#5a2a6b",
    )  # fmt: skip


def test_the_form_is_guarded_against_other_sites(setup_path, answers):
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post(setup_path, answers).status_code == 403
    assert_nothing_made()
