"""Documents from one clinic to another: what leaves, what would change, and what is refused."""

import pytest
from django.core.files.storage import default_storage

from education.articles.models import Article, ArticleEdition, GlossaryEdition, Picture, Topic
from education.editorial.models import Source
from education.editorial.states import NotAllowed, Origin, State
from education.library.changes import changed_labels, changes
from education.library.front import StarterError
from education.library.loading import MODELS, load
from education.library.parcel import unpack
from education.library.receiving import ChangedMeanwhile, bring_in, plan, receive
from education.staff.models import Act, Entry
from education.urgency.models import CareCard
from tests.factories import (
    make_article,
    make_care_card,
    make_checklist,
    make_document,
    make_glossary,
    make_person,
)
from tests.library.parcels import (
    ARTICLE,
    brought_in,
    emptied,
    everything,
    exported,
    files_of,
    make_picture,
    outcomes,
    with_files,
    with_words,
)


def newest(slug="cramps"):
    return ArticleEdition.objects.filter(document__slug=slug).order_by("-number").first()


# Out


def test_an_export_holds_one_file_for_each_document(one_of_each):
    assert set(files_of(exported())) == {
        "manifest.toml",
        "sources.toml",
        "en/topics.toml",
        ARTICLE,
        "en/care-cards/low-back-emergency-call.toml",
        "en/care-cards/low-back-emergency-go.toml",
        "en/checklists/first-days.toml",
        "en/regions/low-back.md",
        "en/glossary.toml",
    }


def test_an_export_says_where_it_comes_from(one_of_each):
    found = unpack(exported())

    assert (found.clinic, found.sent[ARTICLE].number, found.sent[ARTICLE].standing) == (
        "Harbor Clinic", 1, "live",
    )  # fmt: skip


def test_an_export_of_what_patients_see_leaves_drafts_out(article):
    make_article("draft", slug="begun")
    article.new_draft(make_person())

    assert list(unpack(exported("articles")).sent) == [ARTICLE]
    assert unpack(exported("articles")).sent[ARTICLE].number == 1


def test_an_export_of_the_newest_words_holds_drafts(article):
    article.new_draft(make_person())

    assert unpack(exported("articles", newest=True)).sent[ARTICLE].standing == "draft"


def test_an_export_can_be_of_single_documents(article):
    make_article(slug="other")

    assert list(unpack(exported("articles", documents=[article.document_id])).sent) == [ARTICLE]


def test_an_export_can_be_in_one_language(article):
    make_article(slug="calambres", language="es")

    assert list(unpack(exported("articles", language="es")).sent) == ["es/articles/calambres.md"]


def test_an_export_without_documents_is_refused(db):
    with pytest.raises(StarterError, match="nothing to export"):
        exported()


def test_an_export_of_too_many_documents_is_refused(article, monkeypatch):
    make_article(slug="other")
    monkeypatch.setattr("education.library.sending.MAX_DOCUMENTS", 1)

    with pytest.raises(StarterError, match="up to 1 documents"):
        exported("articles")


def test_what_could_not_be_read_back_is_not_handed_out(db):
    make_article("draft", slug="cramps", body="Call {ambulance}.")

    with pytest.raises(StarterError, match=rf"{ARTICLE}: there is no word \{{ambulance\}}"):
        exported("articles", newest=True)


def test_an_export_takes_as_many_queries_for_many_documents_as_for_few(db, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_article(slug="one")
    with CaptureQueriesContext(connection) as few:
        exported()
    for number in range(5):
        make_article(slug=f"more-{number}")
    with django_assert_num_queries(len(few)):
        exported()


# What an import would change


def test_documents_that_are_not_here_are_new(one_of_each, writer):
    content = exported()
    emptied()

    assert set(outcomes(content).values()) == {"new"}


def test_what_was_exported_here_changes_nothing_here(one_of_each):
    assert set(outcomes(exported()).values()) == {"same"}


def test_a_whole_starter_library_travels_and_comes_back_as_the_same(library):
    assert set(outcomes(exported()).values()) == {"same"}


def test_other_words_would_arrive_beside_ours(zip_of_one):
    assert outcomes(with_words(zip_of_one, ARTICLE, "Cramps", "Cramps, told anew")) == {ARTICLE: "beside"}


def test_other_words_wait_while_a_draft_is_in_work(article, zip_of_one):
    article.new_draft(make_person())

    assert outcomes(with_words(zip_of_one, ARTICLE, "Cramps", "Cramps, told anew")) == {ARTICLE: "waits"}


@pytest.mark.parametrize("standing", ["in-review", "approved"])
def test_other_words_wait_until_an_edition_in_work_is_decided(zip_of_one, article, standing):
    emptied()
    make_article(standing, slug="cramps")

    assert outcomes(with_words(zip_of_one, ARTICLE, "Cramps", "Cramps, told anew")) == {ARTICLE: "waits"}


def test_words_of_an_older_edition_are_known_too(article, zip_of_one):
    draft = article.new_draft(make_person())
    draft.title = "Newer"
    draft.save()

    assert outcomes(zip_of_one) == {ARTICLE: "same"}


def test_other_days_do_not_make_other_words(zip_of_one):
    assert outcomes(with_words(zip_of_one, ARTICLE, "written_on = 20", "written_on = 19")) == {
        ARTICLE: "same"
    }


def test_a_care_card_is_found_by_its_region_and_level(db):
    make_care_card(document=CareCard.objects.create(slug="old-address", region="low-back", level=4))

    assert set(outcomes(exported()).values()) == {"same"}


def test_a_glossary_is_found_by_its_language(db):
    from education.articles.models import Glossary

    make_glossary(document=make_document(Glossary, "our-words"))

    assert set(outcomes(exported()).values()) == {"same"}


def test_the_changed_fields_are_named(zip_of_one):
    content = with_words(zip_of_one, ARTICLE, "A muscle that tightens", "A muscle that cramps")
    (planned,) = plan(receive(unpack(content)))

    assert changed_labels(planned.before, planned.text) == ["Body"]


def test_the_changed_words_are_shown(zip_of_one):
    content = with_words(zip_of_one, ARTICLE, "A muscle that tightens", "A muscle that cramps")
    (planned,) = plan(receive(unpack(content)))
    (change,) = changes(planned.before, planned.text)

    assert [(str(run.kind), run.text.strip()) for run in change.runs if run.kind != "kept"] == [
        ("removed", "tightens"), ("added", "cramps"),
    ]  # fmt: skip


def test_a_step_that_comes_and_a_source_that_goes_are_shown(db):
    make_checklist(slug="first-days")
    content = exported("checklists")
    path = "en/checklists/first-days.toml"
    text = files_of(content)[path].decode()
    step = '\n[[step]]\nid = "walk"\nphase = "after"\naction = "Walk a mile"\n'
    (planned,) = plan(receive(unpack(with_files(content, {path: text + step}))))

    assert [change.label for change in changes(planned.before, planned.text)] == ["Steps: Walk a mile"]


def test_a_plan_takes_as_many_queries_for_many_documents_as_for_few(db, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_article(slug="one")
    few_texts = receive(unpack(exported()))
    with CaptureQueriesContext(connection) as few:
        plan(few_texts)
    for number in range(5):
        make_article(slug=f"more-{number}")
    many_texts = receive(unpack(exported()))
    with django_assert_num_queries(len(few)):
        plan(many_texts)


# In


def test_what_comes_in_are_drafts_of_the_clinic(one_of_each, writer):
    content = exported()
    emptied()
    drafts = brought_in(content, writer)

    assert {(draft.state, draft.origin, draft.author) for draft in drafts} == {
        (State.DRAFT, Origin.CLINIC, writer)
    }
    assert len(drafts) == 6


def test_starter_texts_come_in_as_drafts_that_nobody_has_reviewed(library, writer):
    content = exported()
    emptied()
    drafts = brought_in(content, writer)

    assert {(draft.state, draft.origin, draft.reviewed_on, draft.live_from) for draft in drafts} == {
        (State.DRAFT, Origin.CLINIC, None, None)
    }


def test_a_review_elsewhere_is_no_review_here(article, writer, zip_of_one):
    assert article.reviewed_by
    emptied()
    (draft,) = brought_in(zip_of_one, writer)

    assert (draft.reviewed_by, draft.second_reviewer, draft.reviewed_on) == (None, None, None)


def test_all_words_come_in(one_of_each, writer):
    before = everything_read()
    content = exported()
    emptied()
    brought_in(content, writer)

    assert everything_read() == before


def everything_read():
    """Return the words of the newest edition of each document, as its file would hold them."""
    return {
        path: content for path, content in files_of(exported(newest=True)).items() if path != "manifest.toml"
    }


def test_a_draft_says_where_it_comes_from(one_of_each, writer):
    content = exported("articles")
    emptied()
    (draft,) = brought_in(content, writer)

    assert draft.change_note.startswith("Imported from Harbor Clinic by Sam Reed, ")


def test_no_edition_here_is_overwritten(article, writer, zip_of_one):
    before = ArticleEdition.objects.filter(pk=article.pk).values().get()
    brought_in(with_words(zip_of_one, ARTICLE, "Cramps", "Cramps, told anew"), writer)

    assert ArticleEdition.objects.filter(pk=article.pk).values().get() == before
    assert ArticleEdition.objects.in_force().get() == article
    assert (newest().number, newest().title) == (2, "Cramps, told anew")


def test_importing_twice_changes_nothing_the_second_time(one_of_each, writer):
    content = exported()
    emptied()
    brought_in(content, writer)
    before = everything()

    assert brought_in(content, writer) == []
    assert everything() == before


def test_importing_twice_changes_nothing_beside_our_own(zip_of_one, writer):
    content = with_words(zip_of_one, ARTICLE, "Cramps", "Cramps, told anew")
    brought_in(content, writer)

    assert outcomes(content) == {ARTICLE: "same"}


def test_only_chosen_documents_come_in(one_of_each, writer):
    content = exported()
    emptied()
    brought_in(content, writer, "en/glossary.toml")

    assert (GlossaryEdition.objects.count(), Article.objects.count(), Source.objects.count()) == (1, 0, 0)


def test_sources_and_topics_come_along_with_the_documents_that_name_them(article, writer, zip_of_one):
    named = set(Source.objects.values_list("title", flat=True))
    emptied()
    brought_in(zip_of_one, writer)

    assert set(Source.objects.values_list("title", flat=True)) == named
    assert Topic.objects.get().title == "Muscle spasm"


def test_a_source_of_ours_stays_as_it_is(article, writer, zip_of_one):
    source = article.citations.get().source
    Source.objects.filter(pk=source.pk).update(title="Corrected here")
    brought_in(with_words(zip_of_one, ARTICLE, "Cramps", "Other"), writer)

    assert Source.objects.get().title == "Corrected here"


def test_another_publication_under_the_same_key_becomes_a_source_of_its_own(article, writer, zip_of_one):
    Source.objects.update(title="Another book", url="https://other.example/")
    (draft,) = brought_in(with_words(zip_of_one, ARTICLE, "Cramps", "Other"), writer)

    assert draft.citations.get().source.title.startswith("Low back pain and sciatica")
    assert article.citations.get().source.title == "Another book"


def test_another_publication_under_the_same_key_is_found_the_second_time(article, writer, zip_of_one):
    Source.objects.update(title="Another book", url="https://other.example/")
    content = with_words(zip_of_one, ARTICLE, "Cramps", "Other")
    brought_in(content, writer)

    assert (outcomes(content), Source.objects.count()) == ({ARTICLE: "same"}, 2)


def test_a_translation_is_joined_to_its_original(writer):
    original = make_article(slug="cramps")
    make_article(document=make_document(Article, "calambres", "es", original=original.document))
    content = exported()
    emptied()
    brought_in(content, writer)

    assert Article.objects.get(slug="calambres").original == Article.objects.get(slug="cramps")


def test_each_draft_that_comes_in_is_written_down(writer, zip_of_one):
    brought_in(with_words(zip_of_one, ARTICLE, "Cramps", "Other"), writer)
    entry = Entry.objects.filter(act=Act.IMPORT).get()

    assert (entry.user, entry.thing_id, entry.from_edition, entry.to_edition, entry.to_standing) == (
        writer.user, str(newest().pk), 1, 2, "draft",
    )  # fmt: skip


def test_an_unfinished_draft_travels_and_says_there_what_it_lacks(db, writer):
    article = make_document(Article, "begun")
    ArticleEdition.objects.create(
        document=article, title="Begun", topic=Topic.objects.create(slug="more", title="More")
    )
    content = exported(newest=True)
    emptied()
    (draft,) = brought_in(content, writer)

    assert "summary" in draft.missing()


def test_nobody_without_the_power_to_write_brings_anything_in(zip_of_one):
    reader = make_person(roles=[])
    content = with_words(zip_of_one, ARTICLE, "Cramps", "Other")

    with pytest.raises(NotAllowed):
        brought_in(content, reader)
    assert ArticleEdition.objects.count() == 1


def test_nobody_without_an_account_brings_anything_in(zip_of_one):
    with pytest.raises(NotAllowed):
        brought_in(with_words(zip_of_one, ARTICLE, "Cramps", "Other"), make_person(user=None))


def test_a_draft_that_was_begun_meanwhile_stops_the_whole_import(article, writer, zip_of_one):
    content = with_files(
        with_words(zip_of_one, ARTICLE, "Cramps", "Other"),
        {"en/articles/new-one.md": files_of(zip_of_one)[ARTICLE]},
    )
    received = receive(unpack(content))
    article.new_draft(make_person())
    before = everything()

    with pytest.raises(ChangedMeanwhile):
        bring_in(received, [ARTICLE, "en/articles/new-one.md"], writer)
    assert everything() == before


def test_a_document_that_is_not_in_the_file_cannot_be_chosen(writer, zip_of_one):
    with pytest.raises(ChangedMeanwhile):
        brought_in(zip_of_one, writer, "en/articles/elsewhere.md")


def test_the_starter_library_waits_for_a_draft_that_came_in(library, writer):
    before = {model: model.objects.count() for _document, model in MODELS.values()}
    path = "en/articles/sciatica.md"
    brought_in(with_words(exported("articles"), path, "Pinched nerve", "Squeezed nerve"), writer, path)
    load()

    assert ArticleEdition.objects.count() == before[ArticleEdition] + 1


# Pictures


def test_a_picture_travels_with_the_article_that_shows_it(illustrated, writer):
    content = exported("articles")
    emptied()
    (draft,) = brought_in(content, writer)
    picture = Picture.objects.get()

    assert (picture.alt, picture.credit, picture.decorative) == ("A knee.", "Own work, 2026", False)
    assert picture.file.url in draft.body
    assert default_storage.exists(picture.file.name)


def test_a_decorative_picture_stays_decorative(db, writer):
    picture = make_picture(alt="", decorative=True)
    make_article("draft", slug="cramps", body=f"![]({picture.file.url})")
    content = exported(newest=True)
    emptied()
    brought_in(content, writer)

    assert Picture.objects.get().decorative


def test_a_picture_is_written_anew_on_its_way_in(illustrated, writer):
    """What hides behind the end of a picture does not get in."""
    content = exported("articles")
    name = next(name for name in files_of(content) if name.startswith("pictures/"))
    emptied()
    brought_in(with_files(content, {name: files_of(content)[name] + b"<script>evil()</script>"}), writer)
    with Picture.objects.get().file.open() as file:
        assert b"evil" not in file.read()


def test_a_picture_that_is_here_is_not_made_twice(illustrated):
    assert outcomes(exported("articles")) == {ARTICLE: "same"}


def test_importing_a_picture_twice_makes_one(illustrated, writer):
    content = exported("articles")
    emptied()
    brought_in(content, writer)

    assert outcomes(content) == {ARTICLE: "same"}
    assert Picture.objects.count() == 1


def test_a_picture_of_a_document_that_is_not_chosen_stays_out(illustrated, writer):
    make_article(slug="plain")
    content = exported("articles")
    emptied()
    brought_in(content, writer, "en/articles/plain.md")

    assert Picture.objects.count() == 0


def test_an_article_whose_picture_is_gone_is_not_exported(illustrated):
    Picture.objects.all().delete()

    with pytest.raises(StarterError, match=rf"{ARTICLE}: the picture /media/pictures/.* no longer there"):
        exported("articles")


def test_a_failed_import_leaves_no_picture_behind(illustrated, writer, monkeypatch):
    content = exported("articles")
    emptied()
    for name in default_storage.listdir("pictures")[1]:
        default_storage.delete(f"pictures/{name}")

    def fail(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr("education.library.receiving.draft_of", fail)
    with pytest.raises(RuntimeError):
        brought_in(content, writer)
    assert default_storage.listdir("pictures")[1] == []
