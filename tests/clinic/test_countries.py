import subprocess
import sys

import pytest

from education.clinic.countries import COUNTRIES_FILE, UNKNOWN, CountriesError, countries, parse_countries

EU = {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"}
EU |= {"IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}


def changed(old: str, new: str) -> str:
    text = COUNTRIES_FILE.read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1)


def test_the_countries_of_the_evidence_are_all_there():
    assert set(countries()) == EU | {"", "US", "CA", "GB", "GB-NIR", "AU", "NZ", "IN", "ZA"}


@pytest.mark.parametrize(
    ("code", "dial"),
    [
        ("US", "911"),
        ("CA", "911"),
        ("GB", "999"),
        ("GB-NIR", "999"),
        ("IE", "112"),
        ("AU", "000"),
        ("NZ", "111"),
    ]
    + [("IN", "112"), ("ZA", "112")]
    + [(code, "112") for code in sorted(EU)],
)
def test_each_country_dials_its_own_emergency_number(code, dial):
    assert countries()[code].emergency_dial == dial


def test_111_is_advice_in_britain_and_the_emergency_number_in_new_zealand():
    assert countries()["GB"].advice_dial == "111"
    assert "111" not in countries()["GB"].emergency
    assert countries()["NZ"].emergency == "111"
    assert countries()["NZ"].advice_dial != "111"


def test_northern_ireland_has_no_111_service():
    northern_ireland = countries()["GB-NIR"]
    assert "111" not in northern_ireland.advice + northern_ireland.poison + northern_ireland.crisis


def test_the_unknown_country_dials_nothing_and_names_the_common_numbers():
    unknown = countries()[UNKNOWN]
    assert unknown.emergency == "your local emergency number"
    assert unknown.emergency_dial == ""
    assert all(number in unknown.emergency_note for number in ("911", "112", "999", "000", "111"))


def test_device_law_keeps_the_full_checker_off_in_europe():
    red_flags = {code for code, country in countries().items() if country.checker_mode == "red-flags"}
    assert red_flags == EU | {"GB", "GB-NIR"}


def test_only_the_united_states_uses_its_units():
    assert [code for code, country in countries().items() if country.units == "us"] == ["US"]


def test_spain_starts_in_spanish():
    assert countries()["ES"].language == "es"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('code = "CA"', 'code = "US"', "listed twice"),
        ('code = ""\n', 'code = "XX"\n', "emergency_dial is empty"),
        ('emergency_dial = "911"', 'emergency_dial = "9-1-1"', "other signs than digits"),
        ('emergency_dial = "911"', 'emergency_dial = "912"', "dials 912"),
        ('crisis_dial = "988"', 'crisis_dial = "98"', "dials 98"),
        ('emergency = "911"', 'emergency = " "', "emergency is empty"),
        ('emergency = "911"', "emergency = 911", "must be text"),
        ('units = "us"', 'units = "imperial"', "units is 'imperial'"),
        ('checker_mode = "full"', 'checker_mode = "on"', "checker_mode is 'on'"),
        ('language = "es"', 'language = "xx"', "language is 'xx'"),
        ("America/New_York", "America/Nowhere", "no time zone"),
        ('like = "european-union"', 'like = "nobody"', "no such group"),
        ('name = "Canada"\n', "", "lacks name"),
        ('name = "Canada"\n', 'name = "Canada"\nanthem = "O Canada"\n', "nobody reads: anthem"),
        ('code = "NZ"', 'code = "nz"', "two capital letters"),
        ('phone = "1-800-422-4453", ', "", "a helpline has"),
        ("[[country]]", "[[country", "not valid TOML"),
    ],
)
def test_a_fault_in_the_table_is_named(old, new, complaint):
    with pytest.raises(CountriesError, match=complaint):
        parse_countries(changed(old, new))


def test_a_table_without_the_unknown_country_is_refused():
    with pytest.raises(CountriesError, match="empty code"):
        parse_countries("")


def test_the_table_is_read_without_django():
    code = (
        "import sys; sys.modules['django'] = None; "
        "from education.clinic.countries import countries; countries()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
