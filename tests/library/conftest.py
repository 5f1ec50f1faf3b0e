import pytest

from tests.factories import (
    make_article,
    make_care_card,
    make_checklist,
    make_clinic,
    make_glossary,
    make_person,
    make_region_page,
)
from tests.library.parcels import exported, make_picture


@pytest.fixture
def writer(db):
    return make_person("Sam Reed", roles=["Writer"])


@pytest.fixture
def article(db):
    """An article that patients see."""
    return make_article(slug="cramps", title="Cramps")


@pytest.fixture
def one_of_each(db):
    make_clinic(name="Harbor Clinic")
    make_article(slug="cramps")
    make_care_card()
    make_checklist(slug="first-days")
    make_region_page()
    make_glossary()


@pytest.fixture
def zip_of_one(article):
    return exported("articles")


@pytest.fixture
def illustrated(db):
    picture = make_picture()
    return make_article(slug="cramps", title="Cramps", body=f"## Look\n\n{picture.markdown}\n\nText.")
