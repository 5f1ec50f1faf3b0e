"""The pages on which staff export documents and bring them in."""

import random
import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from education.articles.models import Article, ArticleEdition
from education.library import uploads, zips
from education.library.parcel import unpack
from education.staff.models import Act, Entry
from tests.desk.staff import signed_in
from tests.factories import make_article, make_checklist, make_document, make_person, make_user
from tests.library.parcels import (
    ARTICLE,
    emptied,
    everything,
    exported,
    files_of,
    with_files,
    with_words,
)
from tests.library.test_hostile import mutated

OVERVIEW = reverse("admin:library_exchange_changelist")
CHOOSE = reverse("admin:library_exchange_choose")
EXPORT = reverse("admin:library_exchange_export")
UPLOAD = reverse("admin:library_exchange_upload")
CHECK = reverse("admin:library_exchange_check")

WHAT_PATIENTS_SEE = {"words": "live", "kind": "articles", "language": ""}


@pytest.fixture
def staff(writer):
    return signed_in(writer.user)


@pytest.fixture(autouse=True)
def _folder_of_its_own(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def send(client, content, name="library.zip"):
    """Upload a zip; return the page that follows."""
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content, "application/zip")}, follow=True)


def other(content, old="Cramps", new="Cramps, told anew"):
    return with_words(content, ARTICLE, old, new)


def confirm(client, page, *paths, **more):
    """Tick documents on the page that lists them, or leave them as they are ticked, and press the button."""
    sent = {"digest": page.context["kept"].digest, "document": paths or ticked(page)} | more
    return client.post(CHECK, sent, follow=True)


def ticked(page):
    return re.findall(r'name="document" value="([^"]+)"[^>]*checked', page.content.decode())


def text(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


# Out


def test_the_index_leads_to_the_page(staff):
    assert OVERVIEW in staff.get(reverse("admin:index")).content.decode()


def test_staff_get_a_zip(staff, article):
    answer = staff.post(EXPORT, WHAT_PATIENTS_SEE)

    assert answer["Content-Type"] == "application/zip"
    assert re.fullmatch(r'attachment; filename="[\w-]+\.zip"', answer["Content-Disposition"])
    assert ARTICLE in files_of(answer.content)


def test_the_file_is_named_after_the_clinic_and_the_day(staff, one_of_each):
    answer = staff.post(EXPORT, WHAT_PATIENTS_SEE)

    assert re.search(r'"harbor-clinic-\d{4}-\d\d-\d\d\.zip"', answer["Content-Disposition"])


def test_all_kinds_leave_together(staff, one_of_each):
    answer = staff.post(EXPORT, WHAT_PATIENTS_SEE | {"kind": ""})

    assert {"en/glossary.toml", "en/regions/low-back.md", ARTICLE} <= set(files_of(answer.content))


def test_the_newest_words_leave_when_they_are_asked_for(staff, article):
    draft = article.new_draft(make_person())
    answer = staff.post(EXPORT, WHAT_PATIENTS_SEE | {"words": "newest"})

    assert unpack(answer.content).sent[ARTICLE].number == draft.number


def test_single_documents_leave(staff, article):
    make_article(slug="other")
    page = staff.get(CHOOSE)
    assert 'for="exchange-' in page.content.decode()
    answer = staff.post(
        EXPORT, WHAT_PATIENTS_SEE | {"documents": "chosen", "document": [article.document_id]}
    )

    assert list(unpack(answer.content).sent) == [ARTICLE]


def test_without_a_tick_nothing_leaves(staff, article):
    answer = staff.post(EXPORT, WHAT_PATIENTS_SEE | {"documents": "chosen"})

    assert "There is nothing to export" in text(answer)


@pytest.mark.parametrize("numbers", [["x"], ["-1"], ["9" * 30], ["1' OR '1'='1"], ["٣"]])
def test_what_is_no_number_of_a_document_finds_nothing(staff, article, numbers):
    answer = staff.post(EXPORT, WHAT_PATIENTS_SEE | {"documents": "chosen", "document": numbers})

    assert "There is nothing to export" in text(answer)


@pytest.mark.parametrize("wrong", [{"kind": "poems"}, {"words": "all"}, {"language": "tlh"}, {"words": ""}])
def test_a_choice_that_is_not_offered_is_refused(staff, article, wrong):
    answer = staff.post(EXPORT, WHAT_PATIENTS_SEE | wrong)

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_documents_are_found_by_their_titles(staff, article):
    make_article(slug="other", title="Stiff neck")
    page = staff.get(CHOOSE, {"q": "stiff"})

    assert [edition.title for edition, _standing in page.context["rows"]] == ["Stiff neck"]


def test_a_long_list_is_cut_into_pages(staff):
    for number in range(60):
        make_article("draft", slug=f"article-{number:02}")
    pages = [staff.get(CHOOSE, {"words": "newest", "page": number}) for number in (1, 2)]

    assert [len(page.context["rows"]) for page in pages] == [50, 10]


def test_a_list_takes_few_queries_however_long_it_is(staff):
    make_article("draft", slug="first")
    with CaptureQueriesContext(connection) as few:
        staff.get(CHOOSE, {"words": "newest"})
    for number in range(60):
        make_article("draft", slug=f"article-{number:02}")
    with CaptureQueriesContext(connection) as many:
        staff.get(CHOOSE, {"words": "newest"})

    assert len(many) == len(few) < 10


def test_an_export_is_written_down(staff, writer, article):
    staff.post(EXPORT, WHAT_PATIENTS_SEE)
    entry = Entry.objects.filter(act=Act.EXPORT).get()

    assert (entry.user, entry.note) == (writer.user, f"1 document\n{ARTICLE}")


@pytest.mark.parametrize("role", ["Writer", "Reviewer", "Publisher", "Administrator"])
def test_every_role_may_export(article, role):
    answer = signed_in(make_user(role)).post(EXPORT, WHAT_PATIENTS_SEE)

    assert answer["Content-Type"] == "application/zip"


@pytest.mark.parametrize("url", [OVERVIEW, CHOOSE, EXPORT, UPLOAD, CHECK])
@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_without_a_role_see_nothing_of_it(db, url, method):
    answer = getattr(signed_in(make_user()), method)(url)

    assert answer.status_code in {403, 405}


@pytest.mark.parametrize("url", [OVERVIEW, CHOOSE, EXPORT, UPLOAD, CHECK])
def test_visitors_are_asked_to_sign_in(client, db, url):
    assert "/login/" in client.post(url).headers["Location"]


@pytest.mark.parametrize("url", [EXPORT, UPLOAD, CHECK])
def test_a_forged_form_does_nothing(writer, zip_of_one, url):
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(writer.user)
    before = everything()
    answer = forged.post(url, {"file": SimpleUploadedFile("x.zip", zip_of_one), **WHAT_PATIENTS_SEE})

    assert answer.status_code == 403
    assert everything() == before
    assert not list(uploads.folder().glob("*"))


# What an import would change


def test_a_file_is_looked_through_before_anything_is_stored(staff, zip_of_one):
    content = other(zip_of_one)
    before = everything()
    page = send(staff, content)

    assert page.redirect_chain == [(CHECK, 302)]
    assert "They arrive as a draft beside your edition 1 (live), which stays as it is." in text(page)
    assert everything() == before


def test_the_page_tells_who_sent_the_file(staff, one_of_each):
    assert "library.zip was exported at Harbor Clinic on" in text(send(staff, exported("articles")))


def test_the_page_counts_the_fields_and_shows_the_words(staff, zip_of_one):
    page = send(staff, other(zip_of_one, "A muscle that tightens", "A muscle that cramps"))

    assert "1 field differs" in text(page)
    assert re.search(r"<del>.*tightens\s*</del>", page.content.decode())
    assert re.search(r"<ins>.*cramps\s*</ins>", page.content.decode())


def test_words_from_outside_are_shown_as_words(staff, zip_of_one):
    page = send(staff, other(zip_of_one, "Cramps", "<script>alert(1)</script>"))

    assert "<script>alert" not in page.content.decode()


def test_many_changed_documents_show_their_words_one_at_a_time(staff, zip_of_one, monkeypatch):
    monkeypatch.setattr("education.library.staff.WORDS_OF", 0)
    page = send(staff, other(zip_of_one))
    assert "<ins>" not in page.content.decode()

    assert "<ins>" in staff.get(CHECK, {"words": ARTICLE}).content.decode()


def test_new_documents_are_ticked(staff, zip_of_one):
    emptied()

    assert ticked(send(staff, zip_of_one)) == [ARTICLE]


def test_what_is_here_already_cannot_be_ticked(staff, zip_of_one):
    page = send(staff, zip_of_one)

    assert "The same words as your edition 1 (live)." in text(page)
    assert 'name="document"' not in page.content.decode()


def test_what_waits_cannot_be_ticked(staff, article, zip_of_one):
    article.new_draft(make_person())
    page = send(staff, other(zip_of_one))

    assert "Edition 2: draft." in text(page)
    assert 'name="document"' not in page.content.decode()


# In


def test_what_is_ticked_arrives_as_a_draft(staff, writer, zip_of_one):
    page = confirm(staff, send(staff, other(zip_of_one)))
    draft = ArticleEdition.objects.get(number=2)

    assert (draft.title, draft.state, draft.author) == ("Cramps, told anew", "draft", writer)
    assert "1 document arrived as a draft." in text(page)


def test_the_drafts_that_arrived_are_linked_once(staff, zip_of_one):
    page = confirm(staff, send(staff, other(zip_of_one)))
    draft = ArticleEdition.objects.get(number=2)
    url = reverse("admin:articles_articleedition_change", args=[draft.pk])

    assert url in page.content.decode()
    assert url not in staff.get(OVERVIEW).content.decode()


def test_what_is_not_ticked_stays_out(staff, one_of_each):
    content = exported()
    emptied()
    confirm(staff, send(staff, content), ARTICLE)

    assert everything()["Article"]
    assert not everything()["Glossary"]


def test_without_a_tick_nothing_comes_in(staff, zip_of_one):
    page = send(staff, other(zip_of_one))
    answer = staff.post(CHECK, {"digest": page.context["kept"].digest})

    assert "Tick at least one document." in text(answer)
    assert ArticleEdition.objects.count() == 1


def test_a_path_from_elsewhere_cannot_be_ticked(staff, zip_of_one):
    page = confirm(staff, send(staff, other(zip_of_one)), ARTICLE, "../../etc/passwd")

    assert "Nothing was imported: look again." in text(page)
    assert ArticleEdition.objects.count() == 1


def test_the_file_is_gone_once_it_is_used(staff, zip_of_one):
    confirm(staff, send(staff, other(zip_of_one)))

    assert list(uploads.folder().glob("*")) == []
    assert "it is kept for an hour, and used once" in text(staff.get(CHECK))


def test_pressing_the_button_twice_imports_once(staff, zip_of_one):
    page = send(staff, other(zip_of_one))
    confirm(staff, page)
    again = confirm(staff, page)

    assert "it is kept for an hour, and used once" in text(again)
    assert ArticleEdition.objects.count() == 2


def test_an_import_can_be_given_up(staff, zip_of_one):
    page = send(staff, other(zip_of_one))
    answer = staff.post(CHECK, {"digest": page.context["kept"].digest, "cancel": "1"}, follow=True)

    assert "Nothing was imported, and the file is removed." in text(answer)
    assert list(uploads.folder().glob("*")) == []


def test_one_can_go_on_with_a_file_later(staff, zip_of_one):
    send(staff, other(zip_of_one), "from-harbor.zip")

    assert "You have been looking through from-harbor.zip." in text(staff.get(OVERVIEW))


def test_another_file_takes_the_place_of_the_first(staff, zip_of_one):
    send(staff, other(zip_of_one))
    send(staff, zip_of_one)

    assert len(list(uploads.folder().glob("*"))) == 1


def test_a_yes_to_another_file_is_no_yes(staff, zip_of_one):
    first = send(staff, other(zip_of_one))
    send(staff, other(zip_of_one, "Cramps", "Something else"))
    answer = confirm(staff, first, ARTICLE)

    assert "You have chosen another file since." in text(answer)
    assert ArticleEdition.objects.count() == 1


def test_a_draft_begun_meanwhile_stops_the_import(staff, article, zip_of_one):
    page = send(staff, other(zip_of_one))
    article.new_draft(make_person())
    answer = confirm(staff, page, ARTICLE)

    assert "Somebody has begun to work on one of these documents." in text(answer)
    assert "Edition 2: draft." in text(answer)


def test_after_an_hour_the_file_is_refused(staff, zip_of_one, monkeypatch):
    page = send(staff, other(zip_of_one))
    monkeypatch.setattr(uploads, "SECONDS", -1)

    assert "it is kept for an hour" in text(confirm(staff, page, ARTICLE))
    assert ArticleEdition.objects.count() == 1


def test_what_nobody_came_back_for_is_swept_away(writer, zip_of_one, monkeypatch):
    send(signed_in(writer.user), other(zip_of_one))
    monkeypatch.setattr(uploads, "SECONDS", -1)
    page = signed_in(writer.user).get(OVERVIEW)

    assert "You have been looking through" not in text(page)
    assert list(uploads.folder().glob("*")) == []


def test_a_file_that_was_changed_on_the_disk_is_refused(staff, zip_of_one):
    page = send(staff, other(zip_of_one))
    (path,) = uploads.folder().glob("*")
    path.write_bytes(other(zip_of_one, "Cramps", "Swapped"))

    assert "it is kept for an hour" in text(confirm(staff, page, ARTICLE))
    assert ArticleEdition.objects.count() == 1


def test_nobody_else_can_go_on_with_a_file(staff, zip_of_one):
    page = send(staff, other(zip_of_one))
    colleague = signed_in(make_person().user)
    confirm(colleague, page, ARTICLE)

    assert ArticleEdition.objects.count() == 1


def test_a_file_that_waits_is_readable_for_the_site_only(staff, zip_of_one):
    send(staff, other(zip_of_one))
    (path,) = uploads.folder().glob("*")

    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert not str(path).startswith(str(settings.MEDIA_ROOT))


def test_an_import_is_written_down(staff, writer, zip_of_one):
    confirm(staff, send(staff, other(zip_of_one)))

    assert Entry.objects.filter(act=Act.IMPORT).get().user == writer.user


# Who may


@pytest.mark.parametrize("role", ["Writer", "Reviewer", "Publisher", "Administrator"])
def test_every_role_writes_and_so_may_import(zip_of_one, role):
    staff = signed_in(make_person(roles=[role]).user)
    confirm(staff, send(staff, other(zip_of_one)))

    assert ArticleEdition.objects.count() == 2


def reader():
    """Return an account that may look at articles and do nothing else."""
    from django.contrib.auth.models import Permission

    user = make_user()
    user.user_permissions.add(Permission.objects.get(codename="view_article"))
    return user


def test_who_may_only_look_can_export_but_not_import(zip_of_one):
    person = make_person(user=reader())
    staff = signed_in(person.user)
    page = staff.get(OVERVIEW)
    assert "Only writers can bring in documents." in text(page)

    assert send(staff, other(zip_of_one)).status_code == 403
    assert staff.post(EXPORT, WHAT_PATIENTS_SEE)["Content-Type"] == "application/zip"


def test_who_may_see_one_kind_exports_that_kind_only(one_of_each):
    staff = signed_in(reader())
    everything_they_see = staff.post(EXPORT, WHAT_PATIENTS_SEE | {"kind": ""})
    assert list(unpack(everything_they_see.content).sent) == [ARTICLE]

    answer = staff.post(EXPORT, WHAT_PATIENTS_SEE | {"kind": "checklists"})
    assert answer["Content-Type"].startswith("text/html")


def test_an_account_without_a_person_is_told_what_to_do(article):
    page = signed_in(make_user("Writer")).get(OVERVIEW)

    assert "you are not entered under People yet" in text(page)


# Refusals


def with_path(content):
    return with_files(content, {"../evil.md": "x"}, relist=False)


REFUSED = {
    "no zip": (lambda _content: b"hello", "This file is not a zip."),
    "cut off": (lambda content: content[:-30], "This zip is broken"),
    "path": (with_path, "../evil.md: its name leads"),
    "field": (lambda content: other(content, 'kind = "', 'state = "live"\nkind = "'), "nobody reads state"),
    "encoding": (lambda content: with_files(content, {ARTICLE: b"\xff"}), "not written in UTF-8"),
    "markup": (lambda content: other(content, 'kind = "', '"<img src=x>" = 1\nkind = "'), "reads &lt;img"),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_refusal_says_why_and_stores_nothing(staff, zip_of_one, fault):
    change, said = REFUSED[fault]
    content = change(zip_of_one)
    before = everything()
    page = send(staff, content)

    assert "This file cannot be imported. Nothing was stored." in text(page)
    assert said in page.content.decode()
    assert everything() == before
    assert list(uploads.folder().glob("*")) == []


def test_after_a_refusal_the_page_goes_on_working(staff, zip_of_one):
    send(staff, b"hello")
    confirm(staff, send(staff, other(zip_of_one)))

    assert ArticleEdition.objects.count() == 2


def test_the_title_of_a_refusal_says_that_it_is_one(staff):
    assert "<title>Error: " in send(staff, b"hello").content.decode()


def test_without_a_file_the_page_asks_for_one(staff):
    assert "Choose a file that was exported" in text(staff.post(UPLOAD))


def test_a_file_that_is_too_large_is_refused(staff, zip_of_one, monkeypatch):
    monkeypatch.setattr("education.library.staff.MAX_BYTES", 100)

    assert "This file is larger than" in text(send(staff, zip_of_one))


def test_an_upload_that_is_far_too_large_is_refused_before_it_is_read(staff, monkeypatch):
    monkeypatch.setattr("education.library.staff.MAX_BYTES", 100)
    monkeypatch.setattr("education.library.staff._upload", None)
    page = send(staff, b"x" * 200_000)

    assert "This file is larger than" in text(page)


def test_the_limit_stands_on_the_page(staff):
    assert f"A zip file, up to {zips.MAX_BYTES // 1024**2} MB." in text(staff.get(OVERVIEW))


def test_the_name_of_a_file_does_no_harm(staff, zip_of_one):
    page = send(staff, other(zip_of_one), '../../"><script>alert(1)</script>.zip')

    assert "<script>alert" not in page.content.decode()
    assert all(path.parent == uploads.folder() for path in uploads.folder().glob("*"))


def test_no_damaged_upload_breaks_the_page(staff, zip_of_one):
    content, chance = zip_of_one, random.Random(11)
    before = everything()
    for _ in range(60):
        assert send(staff, mutated(content, chance)).status_code == 200

    assert everything() == before


@pytest.mark.parametrize("length", ["", "0", "-5", "lots"])
def test_an_odd_length_of_an_upload_is_no_trouble(staff, length):
    answer = staff.generic("POST", UPLOAD, b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=length)

    assert answer.status_code in {200, 400}


def test_a_looked_through_file_of_another_kind_of_document_arrives_too(staff, writer):
    make_checklist(slug="first-days")
    content = exported("checklists")
    emptied()
    confirm(staff, send(staff, content))

    assert everything()["ChecklistEdition"][0]["title"] == "Low back: the first days"


def test_a_document_without_an_edition_gets_its_first_draft(staff, zip_of_one):
    emptied()
    make_document(Article, "cramps")
    page = send(staff, zip_of_one)
    assert "You do not have this document." in text(page)
    confirm(staff, page)

    assert Article.objects.get().editions.count() == 1
