from pathlib import Path

import pytest

import education.checker
from education.checker.protocol import load_protocol

FOLDER = Path(education.checker.__file__).parent / "protocols" / "spine"


@pytest.fixture(scope="session")
def folder():
    return FOLDER


@pytest.fixture(scope="session")
def protocol():
    return load_protocol(FOLDER, "en")
