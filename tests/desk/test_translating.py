"""A text in another language of the clinic: begun on the page of its original, without a script."""

from html import unescape

import pytest
from django.contrib.auth.models import Permission

from education.editorial.states import Standing
from tests.desk.staff import admin_url, form_on, signed_in
from tests.factories import (
    make_article,
    make_care_card,
    make_checklist,
    make_clinic,
    make_document,
    make_glossary,
    make_person,
    make_region_page,
    make_user,
)

pytestmark = pytest.mark.django_db

KINDS = {
    "article": make_article, "plan": make_checklist, "card": make_care_card,
    "region page": make_region_page, "glossary": make_glossary,
}  # fmt: skip
START = "Start a translation into Spanish"


@pytest.fixture
def writer():
    make_clinic(languages=["en", "es"])
    return signed_in(make_person("Wren Writer", roles=["Writer"]).user)


def begun_on(client, document):
    """Return the address behind the words that start a translation."""
    page = client.get(admin_url(document)).content.decode()
    before = page.partition(START)[0]
    return unescape(before.rpartition('href="')[2].partition('"')[0])


@pytest.mark.parametrize("kind", KINDS)
def test_a_translation_is_begun_on_the_page_of_its_original(writer, kind):
    original = KINDS[kind]().document
    url = begun_on(writer, original)
    form = form_on(writer.get(url))
    answer = writer.post(url, form | {"title": "Espasmo", "_save": "1"}, follow=True)
    assert answer.status_code == 200, answer.context["errors"]
    spanish = original.translations.get()
    assert (spanish.language, spanish.slug) == ("es", original.slug)
    draft = spanish.editions.with_standing().get()
    assert (draft.title, draft.standing) == ("Espasmo", Standing.DRAFT)
    assert getattr(draft, "region", None) == getattr(original.editions.get(), "region", None)
    page = writer.get(admin_url(original)).content.decode()
    assert START not in page
    assert f'href="{admin_url(spanish)}">Spanish</a>' in page


def test_a_clinic_of_one_language_is_not_asked_to_translate(writer):
    make_clinic(languages=["en"])
    assert "Start a translation" not in writer.get(admin_url(make_article().document)).content.decode()


def test_who_cannot_add_a_text_starts_no_translation(writer):
    reader = make_user()
    reader.user_permissions.add(Permission.objects.get(codename="view_article"))
    page = signed_in(reader).get(admin_url(make_article().document))
    assert page.status_code == 200
    assert START not in page.content.decode()


@pytest.mark.parametrize(
    ("language", "of", "why"),
    [
        ("en", "original", "That page is in English too"),
        ("es", "original", "It is translated into Spanish already"),
        ("es", "translation", "That page is a translation itself"),
    ],
)
def test_what_is_no_translation_is_refused_with_what_to_do(writer, language, of, why):
    original = make_article(slug="spasm").document
    translation = make_document(type(original), "espasmo", "es", original=original)
    url = "/admin/articles/article/add/"
    sent = form_on(writer.get(url)) | {
        "title": "Otra", "slug": "otra", "language": language, "_save": "1",
        "original": {"original": original, "translation": translation}[of].pk,
    }  # fmt: skip
    answer = writer.post(url, sent)
    assert why in unescape(answer.content.decode())
    assert type(original).objects.count() == 2
