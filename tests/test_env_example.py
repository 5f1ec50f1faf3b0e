"""Every setting is in .env.example, and nothing else is."""

import math
import re
from pathlib import Path

import pytest

from tests.conftest import VARIABLES

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ["spasmguide/settings.py", "spasmguide/serve.py"]
ASKED_FOR = re.compile(r'(?:env\.\w+|at_least_one)\(\s*"(\w+)"(?:, (\d[\d* ]*|True|False|"\w+")\))?')
SHOWN = re.compile(r"^#([A-Z_]+)=(.*)$", re.MULTILINE)


def asked_for(path):
    return {found[1]: found[2] for found in ASKED_FOR.finditer((ROOT / path).read_text())}


@pytest.fixture(scope="module")
def example():
    return (ROOT / ".env.example").read_text()


def test_every_setting_is_shown_once(example):
    names = {name for path in SOURCES for name in asked_for(path)}
    assert sorted(found[1] for found in SHOWN.finditer(example)) == sorted(names)


def test_no_setting_is_read_elsewhere():
    reading = re.compile(r"os\.environ|getenv|import environs|from environs")
    paths = [path for folder in ["spasmguide", "education"] for path in (ROOT / folder).rglob("*.py")]
    found = {str(path.relative_to(ROOT)) for path in paths if reading.search(path.read_text())}
    assert found == {*SOURCES, "spasmguide/wsgi.py"}  # which names the settings


def test_the_defaults_shown_are_the_defaults(example):
    shown = dict(SHOWN.findall(example))
    for name, default in (asked_for(SOURCES[0]) | asked_for(SOURCES[1])).items():
        if default:
            numbers = [int(number) for number in re.findall(r"\d+", default)]
            value = str(math.prod(numbers)) if numbers else default.strip('"').lower()
            assert shown[name].lower() == value.lower(), name


def test_every_line_is_a_comment(example):
    assert all(line.startswith("#") for line in example.splitlines() if line)


def test_no_setting_of_the_developer_reaches_the_tests():
    assert set(asked_for("spasmguide/settings.py")) <= set(VARIABLES)
