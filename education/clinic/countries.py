"""Emergency numbers and defaults by country, read from ``countries.toml``. Plain Python, no Django."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

COUNTRIES_FILE = Path(__file__).with_name("countries.toml")

UNKNOWN = ""  # the code of a country that is not listed, or not yet chosen
LANGUAGES = ("en", "es")
UNITS = ("us", "metric")
CHECKER_MODES = ("off", "red-flags", "full")

MAY_BE_EMPTY = {"emergency_note", "text_relay"}


class CountriesError(ValueError):
    """The table of countries has a fault; the message names the country and the field."""


@dataclass(frozen=True, kw_only=True)
class Helpline:
    name: str
    phone: str  # as shown
    dial: str  # digits only


@dataclass(frozen=True, kw_only=True)
class Country:
    """What a clinic in this country starts with.

    ``emergency``, ``advice``, ``poison`` and ``crisis`` read right after the word "call"; the field
    with ``_dial`` is the number for the phone link, digits only, or empty where no single number is known.
    """

    code: str  # ISO 3166-1 alpha-2, or 3166-2 for a part of a country
    name: str
    emergency: str
    emergency_dial: str
    emergency_department: str  # the local word, without an article
    advice: str
    advice_dial: str
    poison: str
    poison_dial: str
    crisis: str
    crisis_dial: str
    text_relay: str
    language: str
    units: str
    time_zone: str  # IANA name
    checker_mode: str
    emergency_note: str = ""
    helplines: tuple[Helpline, ...] = ()


@cache
def countries() -> dict[str, Country]:
    """Return every country by code, the unknown one (empty code) first, then as in the file.

    Raises ``CountriesError`` when the file has a fault.
    """
    return parse_countries(COUNTRIES_FILE.read_text(encoding="utf-8"))


def parse_countries(text: str) -> dict[str, Country]:
    """Return the countries of a table in TOML by code; raise ``CountriesError`` at its first fault."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CountriesError(f"countries.toml is not valid TOML: {error}.") from error

    found: dict[str, Country] = {}
    for row in table.get("country", []):
        country = _country(row, groups=table.get("group", {}))
        if country.code in found:
            raise CountriesError(f"{_label(row)} is listed twice.")
        found[country.code] = country
    if UNKNOWN not in found:
        raise CountriesError("The country with the empty code, for places not listed, is missing.")
    return found


def _country(row: Mapping[str, Any], groups: Mapping[str, Mapping[str, Any]]) -> Country:
    label = _label(row)
    values = dict(row)
    group = values.pop("like", None)
    if group is not None:
        if group not in groups:
            raise CountriesError(f"{label} is like {group!r}, and there is no such group.")
        values = {**groups[group], **values}

    known = {field.name for field in fields(Country)}
    required = {field.name for field in fields(Country) if field.default is MISSING}
    if unknown := sorted(values.keys() - known):
        raise CountriesError(f"{label} has fields that nobody reads: {', '.join(unknown)}.")
    if missing := sorted(required - values.keys()):
        raise CountriesError(f"{label} lacks {', '.join(missing)}.")

    helplines = tuple(_helpline(line, label) for line in values.pop("helplines", []))
    _check_text(values, label)
    _check_numbers(values, label)
    _check_choices(values, label)
    return Country(**values, helplines=helplines)


def _helpline(line: Mapping[str, Any], label: str) -> Helpline:
    if set(line) != {"name", "phone", "dial"}:
        raise CountriesError(f"{label}: a helpline has a name, a phone and a dial, nothing else.")
    _check_dial("helplines", line["phone"], line["dial"], label)
    return Helpline(**line)


def _check_text(values: Mapping[str, Any], label: str) -> None:
    for name, value in values.items():
        if not isinstance(value, str):
            raise CountriesError(f"{label}: {name} must be text in quotes.")
        may_be_empty = name in MAY_BE_EMPTY or name.endswith("_dial") or name == "code"
        if not may_be_empty and not value.strip():
            raise CountriesError(f"{label}: {name} is empty.")


def _check_numbers(values: Mapping[str, str], label: str) -> None:
    if not re.fullmatch(r"([A-Z]{2}(-[A-Z]{3})?)?", values["code"]):
        raise CountriesError(f"{label}: the code is two capital letters, as in ISO 3166.")
    if values["code"] != UNKNOWN and not values["emergency_dial"]:
        raise CountriesError(f"{label}: emergency_dial is empty, and the country is known.")
    for name in ("emergency", "advice", "poison", "crisis"):
        _check_dial(name, values[name], values[f"{name}_dial"], label)


def _check_dial(name: str, shown: str, dial: str, label: str) -> None:
    """The number behind a link has to be one that the patient can read."""
    if not re.fullmatch(r"[0-9]*", dial):
        raise CountriesError(f"{label}: the number to dial for {name} has other signs than digits: {dial!r}.")
    numbers = re.findall(r"[0-9](?:[ -]?[0-9])*", shown)
    if dial and dial not in {re.sub(r"[ -]", "", number) for number in numbers}:
        raise CountriesError(f"{label}: {name} shows {shown!r} but dials {dial}.")


def _check_choices(values: Mapping[str, str], label: str) -> None:
    for name, allowed in (
        ("language", LANGUAGES),
        ("units", UNITS),
        ("checker_mode", CHECKER_MODES),
    ):
        if values[name] not in allowed:
            raise CountriesError(f"{label}: {name} is {values[name]!r}; it can be {', '.join(allowed)}.")
    try:
        ZoneInfo(values["time_zone"])
    except (KeyError, ValueError, OSError) as error:
        raise CountriesError(f"{label}: there is no time zone {values['time_zone']!r}.") from error


def _label(row: Mapping[str, Any]) -> str:
    return f"Country {row.get('code', '?')!r} ({row.get('name', 'no name')})"
