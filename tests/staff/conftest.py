import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from tests.desk.staff import signed_in
from tests.factories import make_admin, make_clinic, make_user


@pytest.fixture(autouse=True)
def clinic(db):
    return make_clinic()


@pytest.fixture(autouse=True)
def quick_passwords(settings, monkeypatch):
    """Check passwords in no time: a site takes a tenth of a second for each, on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr("tests.factories.hashed", make_password)


@pytest.fixture(autouse=True)
def forgotten_limits():
    """Begin without the counts that django-allauth keeps in memory."""
    from django.core.cache import cache

    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def owner():
    return make_admin("owner")


@pytest.fixture
def administrator():
    return make_user("Administrator", username="ada", first_name="Ada Osei")


@pytest.fixture
def writer():
    return make_user("Writer", username="wren", first_name="Wren Writer")


@pytest.fixture
def publisher():
    return make_user("Publisher", username="pat", first_name="Pat Publisher")


@pytest.fixture
def as_owner(owner):
    return signed_in(owner)


@pytest.fixture
def as_administrator(administrator):
    return signed_in(administrator)


@pytest.fixture
def as_writer(writer):
    return signed_in(writer)


@pytest.fixture
def visitor():
    return Client()
