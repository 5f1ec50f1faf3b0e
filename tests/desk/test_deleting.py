"""A draft is deleted: what is said before and after, and where somebody is led."""

import pytest
from django.urls import reverse

from education.articles.models import Article, ArticleEdition
from education.editorial.models import Source
from tests.desk.staff import admin_url, signed_in, told
from tests.factories import make_article, make_clinic, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    make_clinic()
    return signed_in(make_person("Wren Writer", roles=("Writer",)).user)


def delete(client, edition):
    return client.post(admin_url(edition, "delete"), {"post": "yes"}, follow=True)


def test_the_page_before_says_what_goes_and_threatens_nothing_else(writer):
    live = make_article()
    draft = make_article("draft", document=live.document, title="Spasms anew")
    page = writer.get(admin_url(draft, "delete")).content.decode()
    assert "The words of this draft, edition 2 of “Spasms anew”, are then gone for good." in page
    assert all(source.title not in page for source in Source.objects.all())
    assert "There is no other edition" not in page


def test_it_leads_back_to_the_other_editions(writer):
    live = make_article()
    draft = make_article("draft", document=live.document)
    answer = delete(writer, draft)
    assert answer.redirect_chain == [(admin_url(live.document), 302)]
    assert told(answer) == ["The draft is deleted. What patients see has not changed."]
    assert ArticleEdition.objects.get() == live


def test_what_is_left_without_an_edition_says_how_to_get_rid_of_it(writer):
    draft = make_article("draft", slug="cramps")
    assert "There is no other edition" in writer.get(admin_url(draft, "delete")).content.decode()
    page = delete(writer, draft).content.decode()
    assert "Its only draft was deleted, so nothing is left of it." in page
    last = admin_url(draft.document, "delete")
    assert f'href="{last}"' in page
    writer.post(last, {"post": "yes"})
    assert not Article.objects.exists()


def test_a_draft_that_somebody_deleted_before_leads_to_the_desk(writer):
    draft = make_article("draft")
    url = admin_url(draft, "delete")
    draft.delete()
    answer = writer.get(url, follow=True)
    assert answer.redirect_chain == [(reverse("admin:index"), 302)]
    assert told(answer) == ["This draft is deleted already."]
