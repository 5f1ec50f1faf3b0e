"""An article's life as its editors lead it, with nothing but the admin."""

from datetime import timedelta

import pytest
from django.utils import timezone

from education.articles.models import Article, ArticleEdition, Glossary, Picture
from education.editorial.models import Person, Source
from education.editorial.states import Standing, State
from tests.desk.staff import act, admin_url, faults_on, form_on, publish, save, signed_in, told
from tests.factories import (
    approve,
    approve_only,
    in_months,
    let_emergency_cards_live,
    make_admin,
    make_article,
    make_clinic,
    make_person,
    make_source,
    make_topic,
    picture_file,
)

pytestmark = pytest.mark.django_db

LONG = "Ein Kribbeln – “pins and needles”, 麻, 🦴, hormigueo.\n\n" * 400 + "  The last line.\n\n\n| a | b |"

WORDS = {
    "summary": "What a spasm is, and what helps.",
    "key_points": "Most ease in days.\nKeep moving.\nKnow the signs.",
    "body": "## What it is\n\nA muscle that tightens.",
    "what_to_do": "1. Keep warm.\n\n![Warm pack on the neck.](figure:heat-pack)",
    "how_long": "Days.",
    "choices": "Wait, or heat.",
    "daily_life": "Go on.",
    "what_a_doctor_may_do": "Look and press.",
    "questions": "- When can I work?",
    "more_help": "[Our clinic](page:clinic)",
}


@pytest.fixture
def writer():
    return signed_in(make_admin(name="Wren Writer", is_clinician=False))


@pytest.fixture
def reviewer():
    return signed_in(make_admin(name="Cleo Clinician"))


def start(client, title="Neck spasm at night", slug="neck-spasm-at-night"):
    make_topic()
    page = client.get("/admin/articles/article/add/")
    sent = form_on(page) | {"title": title, "slug": slug, "_save": "1"}
    answer = client.post("/admin/articles/article/add/", sent, follow=True)
    assert "first draft" in told(answer)[0]
    return ArticleEdition.objects.get(document__slug=slug)


def add_source(client, edition, source):
    return save(client, edition, **{
        "citations-TOTAL_FORMS": "1", "citations-0-position": "1", "citations-0-source": str(source.pk),
        "citations-0-supports": "Spasms ease by themselves.",
    })  # fmt: skip


def test_an_article_from_the_first_word_to_the_patient(writer, reviewer, client):
    edition = start(writer)
    assert edition.author.name == "Wren Writer"
    save(writer, edition, body="Half a thought")
    edition.refresh_from_db()
    assert edition.body == "Half a thought"

    # Sent too early: every missing thing is named, and nothing is lost.
    early = save(writer, edition, press="_act", body="Half a thought, and more")
    faults = faults_on(early)
    assert any(fault.startswith("Summary: ") for fault in faults)
    assert any(fault.startswith("Key points: ") for fault in faults)
    assert any("at least one source" in fault for fault in faults)
    edition.refresh_from_db()
    assert (edition.state, edition.body) == (State.DRAFT, "Half a thought, and more")

    save(writer, edition, **WORDS)
    add_source(writer, edition, make_source())
    let_emergency_cards_live(edition)
    ready = save(writer, edition, press="_act")
    assert ready.redirect_chain[-1][0].endswith("/act/submit/")
    assert told(act(writer, edition, "submit")) == ["Sent to review. Reviewers find it on their desk."]
    assert client.get("/articles/neck-spasm-at-night/").status_code == 404

    # The writer cannot approve it, the clinician can.
    assert "Only a clinician can review" in act(writer, edition, "approve").content.decode()
    approved = act(reviewer, edition, "approve")
    assert told(approved) == ["Approved by you. Now it has to be published."]
    assert approved.redirect_chain[-1][0].endswith("/act/publish/")
    assert client.get("/articles/neck-spasm-at-night/").status_code == 404
    assert told(publish(reviewer, edition)) == ["Published. Patients see it now."]
    page = client.get("/articles/neck-spasm-at-night/").content.decode()
    assert "A muscle that tightens." in page
    assert "Cleo Clinician" in page

    # An edit starts a new draft; patients keep the live one until it is published.
    act(writer, edition, "edit")
    second = ArticleEdition.objects.get(document=edition.document, number=2)
    save(writer, second, body="## What it is\n\nSomething better.", change_note="Better words.")
    assert "A muscle that tightens." in client.get("/articles/neck-spasm-at-night/").content.decode()
    act(writer, second, "submit")
    act(reviewer, second, "approve")
    publish(reviewer, second)
    assert "Something better." in client.get("/articles/neck-spasm-at-night/").content.decode()

    # The first one comes back as a draft of its own.
    restored = act(writer, edition, "restore")
    assert told(restored) == ["This is a new draft with the older words. Read it, then send it to review."]
    third = ArticleEdition.objects.get(document=edition.document, number=3)
    assert third.body == WORDS["body"]
    assert third.citations.count() == 1
    assert "Something better." in client.get("/articles/neck-spasm-at-night/").content.decode()

    act(reviewer, second, "retire")
    assert client.get("/articles/neck-spasm-at-night/").status_code == 410


def test_a_day_to_go_live_can_be_chosen_and_taken_back(writer, reviewer, client):
    edition = make_article("approved", slug="later", author=Person.objects.get(name="Wren Writer"))
    day = timezone.localdate() + timedelta(days=3)
    publish(reviewer, edition, day=day.isoformat(), at="09:30")
    edition.refresh_from_db()
    assert timezone.localtime(edition.live_from).strftime("%H:%M") == "09:30"
    assert timezone.localdate(edition.live_from) == day
    assert client.get("/articles/later/").status_code == 404
    assert "Take back" in reviewer.get(admin_url(edition)).content.decode()
    act(reviewer, edition, "take-back")
    edition.refresh_from_db()
    assert (edition.state, edition.live_from) == (State.DRAFT, None)


@pytest.mark.parametrize(("name", "fields", "fault"), [
    ("approve", {"review_due_on": ""}, "Choose the day of the next review."),
    ("approve", {"review_due_on": "soon"}, "Write the day like 2026-12-31."),
    ("approve", {"review_due_on": "2020-01-01"}, "between tomorrow and three years"),
    ("publish", {"day": "31 December"}, "Write the day like 2026-12-31."),
    ("publish", {"day": "2020-01-01"}, "This moment has passed."),
    ("publish", {"at": "noonish"}, "Write the time like 14:30."),
    ("publish", {"at": "14:30"}, "Choose the day too"),
])  # fmt: skip
def test_a_wrong_date_is_named(reviewer, name, fields, fault):
    answer = act(reviewer, make_article("in-review" if name == "approve" else "approved"), name, **fields)
    assert any(fault in said for said in faults_on(answer))
    assert "<title>Error:" in answer.content.decode()


def test_the_next_review_is_proposed_by_the_kind_of_text(reviewer):
    article = form_on(reviewer.get(admin_url(make_article("in-review"), "act", "approve")))
    exercise = form_on(reviewer.get(admin_url(make_article("in-review", kind="exercise"), "act", "approve")))
    today = timezone.localdate()
    assert article["review_due_on"][:7] == f"{today.year + 2}-{today.month:02}"
    assert exercise["review_due_on"][:7] == f"{today.year + 1}-{today.month:02}"


def test_a_publisher_is_told_what_is_scheduled_behind(reviewer):
    live = make_article()
    scheduled = live.new_draft(make_person())
    scheduled.submit(make_person())
    approve(scheduled, live_from=timezone.now() + timedelta(days=3))
    correction = live.new_draft(make_person())
    correction.submit(make_person())
    approve_only(correction)
    page = reviewer.get(admin_url(correction, "act", "publish")).content.decode()
    assert "edition 2 is scheduled" in page


def test_no_word_is_lost(writer):
    edition = start(writer)
    save(writer, edition, body=LONG, what_to_do=LONG.replace("\n", "\r\n"), title="Línea – 麻 🦴")
    edition.refresh_from_db()
    assert edition.body == LONG
    assert edition.what_to_do == LONG
    assert edition.title == "Línea – 麻 🦴"
    save(writer, edition)
    edition.refresh_from_db()
    assert edition.body == LONG


def test_a_title_that_is_too_long_is_kept_on_the_page_and_named(writer):
    edition = start(writer)
    title = "A very long title, pasted from a document, " * 3
    page = writer.get(admin_url(edition)).content.decode()
    assert "maxlength" not in page.partition('id="id_title"')[2][:200]  # the browser would cut it
    answer = save(writer, edition, title=title, body="Kept")
    assert answer.status_code == 200
    assert title.strip() in answer.content.decode()
    assert "Kept" in answer.content.decode()
    assert "at most 60 characters" in answer.content.decode()


def test_a_wrong_region_is_named(writer):
    answer = save(writer, start(writer), regions="knee")
    assert "Not a region: knee" in answer.content.decode()


def test_after_saving_the_editor_stays_on_the_page(writer):
    edition = start(writer)
    answer = save(writer, edition, body="x")
    assert answer.redirect_chain == [(admin_url(edition), 302)]
    assert "Patients see nothing of it yet" in told(answer)[0]


MARKDOWN_FAULTS = {
    "a script": ("<script>alert(1)</script>", "HTML is shown as it stands"),
    "a link to nowhere": ("[x](page:somewhere/else)", "goes nowhere"),
    "a script link": ("[x](javascript:alert(1))", "was not understood"),
    "a picture from elsewhere": ("![A bone](https://example.com/x.png)", "not one of this site"),
    "a picture without words": ("![](figure:knee-rolls)", "needs words for people who cannot see it"),
    "a drawing that is not there": ("![A knee](figure:knee-bends)", "no drawing called knee-bends"),
    "a heading of the page": ("# Mine", "Use ## and ###"),
    "an unknown word": ("Call {doctor}.", "cannot fill in {doctor}"),
}


@pytest.mark.slow
@pytest.mark.parametrize("field", ["body", "more_help"])
@pytest.mark.parametrize(("text", "fault"), MARKDOWN_FAULTS.values(), ids=MARKDOWN_FAULTS)
def test_faults_in_the_text_stop_the_way_to_review_and_name_the_field(writer, field, text, fault):
    edition = make_article("draft")
    answer = save(writer, edition, press="_act", **{field: text})
    edition.refresh_from_db()
    assert getattr(edition, field) == text  # saved all the same
    said = faults_on(answer)
    label = {"body": "Body: ", "more_help": "More help: "}[field]
    assert len(said) == 1
    assert said[0].startswith(label)
    assert fault in said[0]
    assert f'href="{admin_url(edition)}#id_{field}"' in answer.content.decode()
    forged = writer.post(admin_url(edition, "act", "submit"), follow=True)
    assert faults_on(forged) == said
    edition.refresh_from_db()
    assert edition.state == State.DRAFT


NEEDED = {
    "condition": {"choices", "daily_life", "how_long", "what_to_do"},
    "symptom": {"how_long", "what_to_do"},
    "treatment": {"daily_life", "how_long"},
    "exercise": set(),
    "explainer": set(),
}


@pytest.mark.parametrize(("kind", "parts"), NEEDED.items())
def test_the_kind_decides_which_parts_are_needed(kind, parts):
    emptied = dict.fromkeys(("choices", "daily_life", "how_long", "what_to_do"), "")
    edition = make_article("draft", kind=kind, **emptied)
    assert set(edition.faults()) == parts
    edition.key_points = edition.body = " "
    assert set(edition.faults()) == parts | {"key_points", "body"}


def test_key_points_are_three_to_five():
    assert "key_points" in make_article("draft", key_points="One.\nTwo.").faults()
    assert "key_points" in make_article("draft", key_points="\n".join("abcdef")).faults()


def test_a_related_article_has_to_exist_in_the_same_language():
    make_article(slug="sciatica", language="es", topic=make_topic(language="es"))
    assert "no article 'sciatica'" in str(make_article("draft", related="sciatica").faults()["related"][0])
    make_article("draft", slug="sciatica")
    assert not make_article("draft", related="sciatica").faults()


@pytest.mark.slow
def test_every_starter_article_can_be_edited_and_sent_to_review(library, writer):
    person = Person.objects.get()
    for live in ArticleEdition.objects.in_force():
        act(writer, live, "edit")
        draft = ArticleEdition.objects.get(document=live.document_id, state=State.DRAFT)
        assert draft.author == person
        answer = save(writer, draft, press="_act")
        assert answer.redirect_chain[-1][0].endswith("/act/submit/"), live
        assert faults_on(answer) == []
        assert told(act(writer, draft, "submit")) == ["Sent to review. Reviewers find it on their desk."]
        draft.refresh_from_db()
        assert draft.body == live.body


def test_a_starter_article_is_signed_and_no_longer_says_that_it_is_unreviewed(library, reviewer, client):
    edition = ArticleEdition.objects.in_force().first()
    path = edition.document.get_absolute_url()
    assert "not yet reviewed" in client.get(path).content.decode().lower()
    assert "The next review is due on" in told(act(reviewer, edition, "sign"))[0]
    page = client.get(path).content.decode()
    assert "not yet reviewed" not in page.lower()
    assert "Cleo Clinician" in page


def test_an_account_without_a_person_is_told_what_to_do(client):
    staff = signed_in(make_admin())
    for name, edition in (("submit", make_article("draft")), ("approve", make_article("in-review"))):
        page = staff.get(admin_url(edition, "act", name)).content.decode()
        assert "You are not entered under People yet" in page
        assert "/admin/editorial/person/add/?user=" in page
        before = edition.state
        staff.post(admin_url(edition, "act", name), {"review_due_on": in_months(6).isoformat()})
        edition.refresh_from_db()
        assert edition.state == before


def test_a_locked_edition_cannot_be_changed_by_a_forged_form(writer):
    edition = make_article("draft")
    sent = form_on(writer.get(admin_url(edition))) | {"body": "Forged", "_save": "1"}
    edition.submit(make_person())
    assert writer.post(admin_url(edition), sent).status_code == 403
    assert writer.post(admin_url(edition, "delete"), {"post": "yes"}).status_code == 403
    edition.refresh_from_db()
    assert edition.body != "Forged"


def test_decisions_in_a_forged_form_change_nothing(writer):
    edition = make_article("draft")
    save(
        writer,
        edition,
        state="approved",
        live_from="2026-01-01",
        reviewed_by="1",
        number="77",
        origin="starter",
    )
    edition.refresh_from_db()
    assert (edition.state, edition.number, edition.origin) == (State.DRAFT, 1, "clinic")


def test_acts_are_closed_to_others(client):
    edition = make_article("in-review")
    url = admin_url(edition, "act", "approve")
    assert client.get(url).status_code == 302
    from django.contrib.auth import get_user_model

    from tests.factories import PASSWORD

    user = get_user_model().objects.create_user("guest", password=PASSWORD, is_staff=True)
    make_person(user=user)
    guest = signed_in(user)
    assert guest.get(url).status_code == 403
    assert guest.post(url, {"review_due_on": in_months(6).isoformat()}).status_code == 403
    reader = signed_in(user)
    from django.contrib.auth.models import Permission

    user.user_permissions.add(Permission.objects.get(codename="view_articleedition"))
    assert reader.get(admin_url(edition)).status_code == 200
    assert "/act/" not in reader.get(admin_url(edition)).content.decode()
    assert reader.post(url, {"review_due_on": in_months(6).isoformat()}).status_code == 403


@pytest.mark.parametrize("path", [
    "/admin/articles/article/999/change/", "/admin/articles/article/none/change/",
    "/admin/articles/articleedition/none/change/", "/admin/articles/articleedition/999/act/submit/",
    "/admin/articles/articleedition/none/act/submit/",
])  # fmt: skip
def test_an_address_of_nothing_is_answered_calmly(reviewer, path):
    assert reviewer.get(path).status_code in {302, 404}


def test_an_unknown_act_is_not_found(reviewer):
    assert reviewer.get(admin_url(make_article(), "act", "burn")).status_code == 404


# Documents


def test_an_address_is_taken_once(writer):
    start(writer)
    page = writer.get("/admin/articles/article/add/")
    sent = form_on(page) | {"title": "Again", "slug": "neck-spasm-at-night", "_save": "1"}
    answer = writer.post("/admin/articles/article/add/", sent)
    assert "Another page has this address in this language." in answer.content.decode()
    assert Article.objects.count() == 1


def test_the_address_cannot_be_changed_on_the_page(writer):
    edition = start(writer)
    save(writer, edition.document, slug="moved", title="x")
    assert Article.objects.get().slug == "neck-spasm-at-night"


def test_a_published_document_offers_no_deletion(writer):
    article = make_article().document
    assert "/delete/" not in writer.get(admin_url(article)).content.decode()
    assert writer.post(admin_url(article, "delete"), {"post": "yes"}).status_code == 403
    draft = make_article("draft").document
    writer.post(admin_url(draft, "delete"), {"post": "yes"})
    assert list(Article.objects.all()) == [article]


def test_a_documents_page_tells_the_story_of_its_editions(writer):
    live = make_article(change_note="First words")
    live.new_draft(make_person())
    page = writer.get(admin_url(live.document)).content.decode()
    assert page.index("Edition 2") < page.index("Edition 1")
    assert "First words" in page
    assert "live" in page


@pytest.mark.parametrize("number", [5, 50])
def test_the_list_takes_the_same_queries_for_any_number(writer, django_assert_max_num_queries, number):
    topic, person, clinician = make_topic(), make_person(), make_person()
    for place in range(number):
        edition = make_article("draft", slug=f"article-{place}", topic=topic, sources=0, author=person)
        ArticleEdition.objects.filter(pk=edition.pk).decide(
            state="approved", live_from=timezone.now(), reviewed_by=clinician,
            reviewed_on=timezone.localdate(), review_due_on=in_months(6),
        )  # fmt: skip
    writer.get("/admin/articles/article/")
    for path in (
        "/admin/articles/article/",
        "/admin/articles/articleedition/",
        "/admin/articles/article/?q=muscle",
    ):
        with django_assert_max_num_queries(9):
            assert writer.get(path).status_code == 200


# Sources, people, pictures


def test_a_source_and_a_person_can_be_added(writer):
    writer.post("/admin/editorial/source/add/", {
        "slug": "nice", "authors": "NICE", "title": "Low back pain", "publisher": "", "year": "2020",
        "url": "https://www.nice.org.uk/guidance/ng59",
    })  # fmt: skip
    writer.post(
        "/admin/editorial/person/add/", {"name": "Ann", "credentials": "MD", "role": "doctor", "user": ""}
    )
    assert Source.objects.get().year == 2020
    assert Person.objects.filter(name="Ann", is_clinician=False).exists()


def test_a_picture_is_uploaded_and_used_in_an_article(writer, reviewer, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    writer.post("/admin/articles/picture/add/", {
        "file": picture_file("knees.jpg", "JPEG", (2400, 1200)), "alt": "Two knees under a blanket",
        "credit": "own work",
    })  # fmt: skip
    picture = Picture.objects.get()
    line = picture.markdown
    assert "(/media/pictures/" in line
    assert line in writer.get(admin_url(picture)).content.decode().replace("&quot;", '"')
    edition = make_article("draft", slug="knees")
    answer = save(writer, edition, press="_act", body=f"Look:\n\n{line}\n\nNice.")
    assert faults_on(answer) == []
    act(writer, edition, "submit")
    act(reviewer, edition, "approve")
    publish(reviewer, edition)
    page = client.get("/articles/knees/").content.decode()
    assert 'alt="Two knees under a blanket"' in page
    assert 'width="1200" height="600"' in page
    served = client.get(picture.file.url)
    assert served.status_code == 200
    list(served.streaming_content)


@pytest.mark.parametrize("alt", ['A "quoted" knee', "A [bracket] knee", "Back\\slash", "5 * 3 _x_ `y` 2 < 3"])
def test_the_line_of_a_picture_works_whatever_its_words(db, writer, settings, tmp_path, alt):
    from education.wording.markup import faults, to_html

    settings.MEDIA_ROOT = tmp_path
    writer.post("/admin/articles/picture/add/", {"file": picture_file(), "alt": alt, "credit": "own"})
    line = Picture.objects.get().markdown
    assert faults(line) == []
    assert "<img" in to_html(line)


def test_a_bad_picture_is_refused_in_plain_words(writer, settings, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.MEDIA_ROOT = tmp_path
    bad = SimpleUploadedFile("x.png", b"<html>", "image/png")
    answer = writer.post("/admin/articles/picture/add/", {"file": bad, "alt": "x", "credit": "x"})
    assert "Choose a PNG, JPEG or WebP file." in answer.content.decode()
    assert not Picture.objects.exists()


# The form class


def test_what_one_editor_needs_does_not_leak_into_another_form(writer):
    """A title is needed, a summary is not, before and after the page of another edition was shown."""
    edition = make_article("draft")
    from django.contrib import admin
    from django.forms import modelform_factory

    staff = admin.site.get_model_admin(ArticleEdition)
    page = writer.get(admin_url(edition))
    first, second = (staff.get_form(page.wsgi_request, edition, change=True) for _ in range(2))
    assert first is not second
    assert not first(instance=edition).fields["summary"].required
    assert modelform_factory(ArticleEdition, fields=["summary"])().fields["summary"].required


def test_standings_are_told_in_words(writer):
    page = writer.get(admin_url(make_article())).content.decode()
    assert f"Edition 1: {Standing.LIVE.label}" in page


def test_without_an_address_one_is_made_from_the_title(writer):
    make_topic()
    fields = form_on(writer.get("/admin/articles/article/add/")) | {"title": "Stiff back", "slug": ""}
    writer.post("/admin/articles/article/add/", fields)
    assert Article.objects.get().slug == "stiff-back"


def test_the_first_article_in_a_language_gets_a_topic_of_its_own(writer):
    make_clinic(languages=["en", "es"])
    fields = form_on(writer.get("/admin/articles/article/add/"))
    fields |= {"title": "Espasmo", "slug": "espasmo", "language": "es"}
    page = writer.post("/admin/articles/article/add/", fields, follow=True)
    assert "first draft" in told(page)[0]
    assert ArticleEdition.objects.get().topic.language == "es"


def test_a_title_without_latin_letters_asks_for_an_address(writer):
    fields = form_on(writer.get("/admin/articles/article/add/")) | {"title": "Спина", "slug": ""}
    page = writer.post("/admin/articles/article/add/", fields)
    assert "Write an address, in letters from a to z, like sciatica." in page.content.decode()


def test_marks_of_a_list_are_left_out_of_key_points(db):
    edition = make_article("draft", key_points="- Most ease.\n* Keep moving.\n3. 2 in 10 get worse.")
    assert edition.key_point_list == ["Most ease.", "Keep moving.", "2 in 10 get worse."]


def test_a_source_that_is_only_shown_has_no_search_beside_it(reviewer):
    page = reviewer.get(admin_url(make_article("review"))).content.decode()
    assert "field-words" not in page


def test_the_page_of_a_retired_document_says_so_and_offers_to_restore_it(reviewer):
    edition = make_article()
    act(reviewer, edition, "retire")
    page = reviewer.get(admin_url(edition.document)).content.decode()
    assert "edition 1 was taken off the site." in page
    assert f'href="{admin_url(edition, "act", "restore")}"' in page


def test_a_glossary_is_found_at_its_one_address_whatever_its_title(writer):
    page = writer.get("/admin/articles/glossary/add/")
    writer.post("/admin/articles/glossary/add/", form_on(page) | {"title": "Palabras", "language": "es"})
    assert Glossary.objects.get(language="es").slug == "glossary"
    again = writer.post("/admin/articles/glossary/add/", form_on(page) | {"title": "Más", "language": "es"})
    assert "There is a glossary in this language already." in again.content.decode()
