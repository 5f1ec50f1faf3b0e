import pytest

from tests.factories import make_article, make_person


@pytest.fixture
def live_article(db):
    return make_article()


@pytest.fixture
def writer(db):
    return make_person("Wren Writer")


@pytest.fixture
def clinician(db):
    return make_person("Cleo Clinician")


@pytest.fixture
def colleague(db):
    return make_person("Cory Colleague")
