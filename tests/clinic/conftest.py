import pytest

from tests.factories import PASSWORD

# What the first administrator writes into the set-up form.
ANSWERS = {
    "full_name": "Dana Ortiz",
    "username": "dana",
    "password": PASSWORD,
    "password_again": PASSWORD,
    "name": "Harbor Back Clinic",
    "country_code": "US",
    "phone": "+1 555 010 0200",
    "hours": "Monday to Friday, 8 to 5",
    "address": "1 Quay Street",
    "website": "https://harbor.example",
    "checker_mode": "",
    "intended_use_accepted": "on",
}


@pytest.fixture
def answers():
    return dict(ANSWERS)


@pytest.fixture
def setup_path(db):
    from education.clinic.models import SetupLink

    return SetupLink.renew()
