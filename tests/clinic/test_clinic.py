"""The one row of settings: numbers, words, looks."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from education.clinic.colors import PAPER_DARK, READABLE, SURFACE_DARK, contrast, for_dark_pages
from education.clinic.countries import countries
from education.clinic.models import Clinic, check_accent, dial_link, is_phone
from tests.factories import make_clinic


def test_without_a_row_the_defaults_for_an_unknown_country_hold(db, client):
    clinic = Clinic.load()
    assert not clinic.is_set_up
    page = client.get("/").content.decode()
    assert "911" in page
    assert "112" in page
    assert not Clinic.objects.exists()


def test_there_is_one_clinic_only(db):
    make_clinic()
    with pytest.raises(IntegrityError), transaction.atomic():
        Clinic.objects.create(pk=2, name="Another")
    with pytest.raises(ValidationError, match="one clinic only"):
        Clinic(pk=2, name="Another").full_clean()


@pytest.mark.parametrize("code", sorted(countries()))
def test_every_country_gives_the_help_strip_its_numbers(db, client, code):
    clinic = make_clinic(country_code=code)
    page = client.get("/clinic/").content.decode()
    if code:
        assert f'href="tel:{clinic.country.emergency_dial}"' in page
    assert clinic.phone in page
    assert 'href="tel:+15550100200"' in page


def test_a_country_that_has_left_the_table_counts_as_unknown(db):
    assert make_clinic(country_code="XX").country.code == ""


def test_own_numbers_win_over_the_countrys(db, client):
    make_clinic(emergency_number="555", advice_line="our nurse line", advice_phone="555 010 0300")
    clinic = Clinic.load()
    assert (clinic.emergency, clinic.emergency_link) == ("555", "tel:555")
    assert (clinic.advice, clinic.advice_link) == ("our nurse line", "tel:5550100300")
    assert 'href="tel:555"' in client.get("/").content.decode()


def test_own_words_without_a_number_never_link_to_the_countrys_number(db):
    clinic = make_clinic(country_code="GB", advice_line="our nurse", crisis_line="our team")
    assert clinic.advice_link == clinic.crisis_link == ""


PHONES = {
    "+1 555 010 0200": "tel:+15550100200",
    "(555) 010-0200": "tel:5550100200",
    "911": "tel:911",
    "15": "tel:15",
    "+44 (0)20 7946 0000": "tel:+442079460000",
    "+49 (0) 30 123456": "tel:+4930123456",
    "555 010 0200 ext. 12": "tel:5550100200",
    "555 010 0200 x12": "tel:5550100200",
}


@pytest.mark.parametrize(("phone", "link"), PHONES.items())
def test_a_phone_that_can_be_dialed(phone, link):
    is_phone(phone)
    assert dial_link(phone) == link


@pytest.mark.parametrize("phone", [
    "call us", "( )", "((", "(.-)", "+", "5", "javascript:1", "555<b>", "٠١٢٣٤", "1" * 40, "+1 555\n911",
    "911; 112", "tel:911",
])  # fmt: skip
def test_what_is_no_phone(phone):
    with pytest.raises(ValidationError, match="phone number"):
        is_phone(phone)


def test_no_phone_has_no_link():
    assert dial_link("") == ""


# The clinic's color


@pytest.mark.parametrize("color", ["#ffffff", "#ffd54a", "#7fd0cf", "#8a8a8a"])
def test_a_color_that_cannot_be_read_is_refused(color):
    with pytest.raises(ValidationError, match="Choose a darker color"):
        check_accent(color)


@pytest.mark.parametrize("color", ["teal", "#0b5", "0b5a5e", "#0b5a5e;}", "#0b5a5g", "url(x)", "#0b5a5e\n"])
def test_what_is_no_color_is_refused(color):
    with pytest.raises(ValidationError, match="like #0b5a5e"):
        check_accent(color)


@pytest.mark.parametrize("color", ["#000000", "#0b5a5e", "#0000ff", "#8b0000", "#5a2a6b", "#0B5A5E"])
def test_a_color_is_made_readable_on_dark_pages(color):
    check_accent(color)
    dark = for_dark_pages(color)
    assert min(contrast(dark, PAPER_DARK), contrast(dark, SURFACE_DARK)) >= READABLE


@pytest.mark.parametrize("color", ["#5a2a6b", "#5A2A6B"])
def test_the_color_reaches_the_page_without_an_inline_style(db, client, color):
    clinic = make_clinic(accent=color)
    page = client.get("/").content.decode()
    assert f'<link rel="stylesheet" href="{clinic.accent_css}">' in page
    sheet = client.get(clinic.accent_css)
    assert sheet.status_code == 200
    assert sheet["Content-Type"] == "text/css; charset=utf-8"
    assert "--accent: #5a2a6b;" in sheet.content.decode()
    assert "immutable" in sheet["Cache-Control"]


def test_on_paper_the_color_is_the_dark_one_whatever_the_screen(client, db):
    sheet = client.get("/clinic/accent-5a2a6b.css").content.decode()
    assert "@media screen and (prefers-color-scheme: dark)" in sheet


@pytest.mark.parametrize("color", ["zzzzzz", "0b5a5", "0b5a5e0", "0b5a5e%7D"])
def test_there_is_no_sheet_for_what_is_no_color(client, db, color):
    assert client.get(f"/clinic/accent-{color}.css").status_code == 404
