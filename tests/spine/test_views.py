"""The page of a region joins everything about it."""

import pytest
from django.db import IntegrityError, transaction

from education.spine.anatomy import Region
from education.spine.models import RegionPage
from education.urgency.levels import Level
from tests.factories import make_article, make_care_card, make_checklist, make_region_page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("region", list(Region))
def test_a_region_shows_its_words_articles_and_plans(client, region):
    make_region_page(region=region, what_is_there="Bones of this region.")
    make_article(title="About this region", regions=region.value)
    make_article(title="About all of it", regions="")
    make_checklist(title="A plan for it", region=region)
    make_care_card(region=region, level=Level.SELF_CARE)
    other = next(r for r in Region if r != region)
    make_article(title="About another region", regions=other.value)
    page = client.get(f"/spine/{region.value}/").content.decode()
    for words in ("Bones of this region.", "About this region", "About all of it", "A plan for it"):
        assert words in page
    assert "About another region" not in page


def test_there_is_no_page_of_a_region_that_is_none(client):
    assert client.get("/spine/knee/").status_code == 404
    with pytest.raises(IntegrityError), transaction.atomic():
        RegionPage.objects.create(slug="knee")


def test_markdown_faults_stop_a_region_page_too():
    edition = make_region_page("draft", what_is_there="<script>x</script>", good_to_know="![](figure:none)")
    assert set(edition.faults()) == {"what_is_there", "good_to_know"}
    assert len(edition.faults()["good_to_know"]) == 2
