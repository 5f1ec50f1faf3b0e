"""A link with which somebody outside reads one edition, comments on it, and sees nothing else."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from education.clinic.models import digest
from education.desk.preview_links import close, make_link
from education.editorial.comments import thread
from education.editorial.models import Comment, PreviewLink
from education.editorial.states import EditionError, NotAllowed
from education.staff.models import Entry
from education.staff.trail import Act
from tests.desk.staff import admin_url, form_on, signed_in
from tests.factories import (
    approve,
    make_admin,
    make_article,
    make_care_card,
    make_checklist,
    make_clinic,
    make_glossary,
    make_person,
    make_region_page,
    make_user,
    publish,
    rewrite,
)

pytestmark = pytest.mark.django_db

GONE = "This preview link does not work"
SAID = {"name": "Dr. Ada Lee", "field": "how_long", "text": "Hours, not days."}


@pytest.fixture
def edition():
    return make_article("draft", title="Spasm at night", body="A sentence nobody has published.")


@pytest.fixture
def staff():
    return signed_in(make_admin(name="Wren Writer"))


@pytest.fixture
def visitor():
    """Somebody outside, who keeps no cookies and sends no token but that of the address."""
    return Client(enforce_csrf_checks=True)


def path_of(edition, days=7, for_whom="Dr. Lee"):
    return make_link(edition, make_person(), for_whom, days).removeprefix("http://testserver")


def change(**facts):
    """Set facts of every link as time would."""
    PreviewLink.objects.all().update(**facts)


# Making one


def test_the_address_of_a_link_is_shown_once_and_only_a_digest_is_kept(staff, edition):
    page = staff.post(admin_url(edition, "links"), {"for_whom": "Dr. Lee", "days": "7"})
    address = re.search(r"http://testserver/preview/[^<\s]+/", page.content.decode())[0]
    token = address.split("/")[-2]
    assertContains(page, "This is the link for Dr. Lee")
    link = PreviewLink.objects.get()
    assert link.digest == digest(token)
    assert all(token not in str(value) for value in PreviewLink.objects.values().get().values())
    assert token not in " ".join(Entry.objects.values_list("note", flat=True))
    assertNotContains(staff.get(admin_url(edition, "links")), token)
    assert "no-store" in page.headers["Cache-Control"]


def test_a_link_works_for_as_many_days_as_were_asked_for(edition):
    path_of(edition, days=3)
    left = PreviewLink.objects.get().expires_at - timezone.now()
    assert timedelta(days=2, hours=23) < left <= timedelta(days=3)


def test_seven_days_are_proposed(staff, edition):
    assert form_on(staff.get(admin_url(edition, "links")))["days"] == "7"


@pytest.mark.parametrize("days", ["0", "31", "-1", "", "many", "1e3"])
def test_a_link_lasts_from_one_to_thirty_days(days, staff, edition):
    page = staff.post(admin_url(edition, "links"), {"for_whom": "Dr. Lee", "days": days})
    assertContains(page, "Choose between 1 and 30 days.")
    assertContains(page, "<title>Error:")
    assert not PreviewLink.objects.exists()


def test_a_link_is_for_somebody(staff, edition):
    page = staff.post(admin_url(edition, "links"), {"for_whom": " ", "days": "7"})
    assertContains(page, "Write for whom the link is.")


@pytest.mark.parametrize("standing", ["live", "retired"])
def test_a_published_edition_gets_no_link(standing, staff):
    edition = make_article(standing)
    with pytest.raises(EditionError, match="Links are for texts that patients do not see yet"):
        make_link(edition, make_person(), "Dr. Lee", 7)
    assertNotContains(staff.get(admin_url(edition)), "Let somebody outside read it")
    staff.post(admin_url(edition, "links"), {"for_whom": "Dr. Lee", "days": "7"})
    assert not PreviewLink.objects.exists()


def test_who_has_no_part_in_publishing_makes_and_closes_no_link(edition):
    path_of(edition)
    link = PreviewLink.objects.get()
    with pytest.raises(NotAllowed):
        make_link(edition, make_person(roles=[]), "Dr. Lee", 7)
    with pytest.raises(NotAllowed):
        close(link, edition, make_person(roles=[]))
    stranger = signed_in(make_user())
    assert stranger.post(admin_url(edition, "links"), {"for_whom": "Me", "days": "7"}).status_code == 403
    assert stranger.post(admin_url(edition, "close_link", link.pk)).status_code == 403
    link.refresh_from_db()
    assert (PreviewLink.objects.count(), link.closed_at) == (1, None)


def test_the_trail_tells_of_links_made_and_closed(staff, edition):
    staff.post(admin_url(edition, "links"), {"for_whom": "Dr. Lee", "days": "7"})
    staff.post(admin_url(edition, "close_link", PreviewLink.objects.get().pk))
    acts = Entry.objects.filter(act__in=[Act.LINK, Act.LINK_CLOSED]).values_list("act", "note")
    assert list(acts) == [("preview-link-closed", "Dr. Lee"), ("preview-link", "Dr. Lee")]


# Reading


@pytest.mark.parametrize("make", [make_article, make_checklist, make_glossary, make_care_card])
@pytest.mark.parametrize("standing", ["draft", "in-review", "approved", "scheduled"])
def test_the_bearer_reads_the_edition_as_patients_will(make, standing, visitor):
    make_region_page()
    edition = make(standing, title="Nobody has published this")
    page = visitor.get(path_of(edition))
    assertContains(page, "Nobody has published this")
    assertContains(page, "This link is for Dr. Lee, until")
    assertContains(page, "Preview: edition 1,")


def test_reading_sets_no_cookie_and_is_kept_by_nobody(visitor, edition):
    page = visitor.get(path_of(edition))
    assert not page.cookies
    assert "no-store" in page.headers["Cache-Control"]
    assert "public" not in page.headers["Cache-Control"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert "Cookie" not in page.headers.get("Vary", "")
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "Disallow: /preview/" in visitor.get("/robots.txt").content.decode()


def test_the_page_comes_in_the_language_of_the_text(visitor):
    make_clinic(languages=["en", "es"])
    spanish = make_article("draft", slug="espasmo", language="es", title="Espasmo")
    page = visitor.get(path_of(spanish))
    assertContains(page, '<html lang="es"')
    assertContains(page, 'href="/es/"')


def test_openings_are_counted(visitor, staff, edition):
    path = path_of(edition)
    for _ in range(3):
        visitor.get(path)
    assertContains(staff.get(admin_url(edition, "links")), "Opened 3 times.")


# Seeing nothing else


def test_every_link_of_the_page_leads_to_public_pages_only(visitor, edition):
    live = make_article(title="The public one")
    other = live.new_draft(make_person())
    other.title = "Another draft"
    other.save()
    make_region_page()
    card = make_care_card().new_draft(make_person())
    card.title = "Another draft"
    card.save()
    path = path_of(edition)
    page = visitor.get(path).content.decode()
    assert "Another draft" not in page
    links = {link for link in re.findall(r'(?:href|src|action)="([^"#]*)', page) if link.startswith("/")}
    assert len(links) > 8
    for link in links - {path}:
        assert not link.startswith(("/admin/", "/preview/")), link
        answer = visitor.get(link)
        text = b"".join(answer) if answer.streaming else answer.content
        assert b"Another draft" not in text, link
        assert b"A sentence nobody has published." not in text, link


def test_what_stands_behind_a_token_is_the_page_of_its_edition_alone(visitor, edition):
    other = make_article("draft", slug="other-draft", title="Another draft")
    path = path_of(edition)
    tries = ["articles/other-draft/", f"{other.pk}/", "light/", "../", "sheet/", "admin/", "links/"]
    for more in tries:
        answer = visitor.get(path + more)
        assert answer.status_code in {301, 302, 404}, more
        assert b"Another draft" not in answer.content
    for query in (f"?edition={other.pk}", f"?edition_id={other.pk}", "?page=/articles/other-draft/"):
        assertNotContains(visitor.get(path + query), "Another draft")


def test_the_token_of_one_edition_opens_no_other_with_the_same_number(visitor):
    article, plan = make_article("draft", title="An article"), make_checklist("draft", title="A plan")
    path_of(article)
    link = PreviewLink.objects.get()
    page = visitor.get(path_of(plan))
    assertContains(page, "A plan")
    assertNotContains(page, "An article")
    assert link.kind != PreviewLink.objects.exclude(pk=link.pk).get().kind


def test_comments_through_one_link_are_not_shown_to_another(visitor, edition):
    first, second = path_of(edition), path_of(edition, for_whom="Prof. Kim")
    visitor.post(first, SAID)
    assertContains(visitor.get(first), "Hours, not days.")
    assertNotContains(visitor.get(second), "Hours, not days.")


def test_a_colleagues_comments_are_not_shown_outside(visitor, staff, edition):
    staff.post(admin_url(edition, "comments"), {"text": "Between us."})
    assertNotContains(visitor.get(path_of(edition)), "Between us.")


# Not opening


def tampered(path, place, letter="A"):
    token = path.split("/")[2]
    changed = token[:place] + (letter if token[place] != letter else "B") + token[place + 1 :]
    return f"/preview/{changed}/"


@pytest.mark.parametrize("place", [0, 5, 31, 33, 40, -2])
def test_a_tampered_token_opens_nothing(place, visitor, edition):
    path = path_of(edition)
    assertContains(visitor.get(tampered(path, place)), GONE, status_code=404)


@pytest.mark.parametrize("token", ["x", "a.b", ".", "a" * 76, "a" * 32 + "." + "b" * 43, "%00", "é", "1"])
def test_a_token_that_we_have_not_signed_never_reaches_the_links(token, visitor, edition):
    path_of(edition)
    with CaptureQueriesContext(connection) as queries:
        answer = visitor.get(f"/preview/{token}/")
    assertContains(answer, GONE, status_code=404)
    assert not [query for query in queries if "previewlink" in query["sql"]]


def test_a_token_signed_for_something_else_opens_nothing(visitor, edition):
    path = path_of(edition)
    secret = path.split("/")[2].split(".")[0]
    for salt in ("", "other", "editorial.previews"):
        token = signing.Signer(sep=".", salt=salt).sign(secret)
        assert visitor.get(f"/preview/{token}/").status_code == 404


def test_a_signed_token_without_a_row_opens_nothing(visitor, edition):
    path = path_of(edition)
    PreviewLink.objects.all().delete()
    assertContains(visitor.get(path), GONE, status_code=404)


def test_a_link_ends_to_the_second(visitor, edition):
    path = path_of(edition)
    change(expires_at=timezone.now() + timedelta(seconds=30))
    assert visitor.get(path).status_code == 200
    change(expires_at=timezone.now() - timedelta(seconds=1))
    assertContains(visitor.get(path), GONE, status_code=410)
    assertNotContains(visitor.get(path), "Spasm at night", status_code=410)


def test_a_closed_link_opens_nothing(visitor, staff, edition):
    path = path_of(edition)
    page = staff.post(admin_url(edition, "close_link", PreviewLink.objects.get().pk), follow=True)
    assertContains(page, "The link of Dr. Lee opens nothing any more.")
    assertContains(page, "closed on")
    assertContains(visitor.get(path), GONE, status_code=410)


def test_a_link_is_closed_at_its_own_edition_and_not_by_opening_an_address(staff, edition):
    path_of(edition)
    link = PreviewLink.objects.get()
    elsewhere = make_article("draft")
    assert staff.post(admin_url(elsewhere, "close_link", link.pk)).status_code == 404
    assert staff.get(admin_url(edition, "close_link", link.pk)).status_code == 405
    link.refresh_from_db()
    assert link.closed_at is None


def test_a_link_ends_with_the_publication_of_its_edition(visitor, staff):
    edition = make_article("approved")
    path = path_of(edition)
    publish(edition)
    assertContains(visitor.get(path), GONE, status_code=410)
    assertContains(staff.get(admin_url(edition, "links")), "closed: the edition is published")


def test_a_link_to_a_scheduled_edition_ends_when_it_goes_live(visitor):
    edition = make_article("scheduled")
    path = path_of(edition)
    assert visitor.get(path).status_code == 200
    rewrite(edition, live_from=timezone.now() - timedelta(seconds=1))
    assert visitor.get(path).status_code == 410


def test_a_link_stays_open_while_its_text_is_sent_to_and_fro(visitor, edition):
    path = path_of(edition)
    edition.submit(make_person())
    assert visitor.get(path).status_code == 200
    edition.send_back(make_person(), "Too long.")
    assert visitor.get(path).status_code == 200


def test_a_link_to_a_deleted_draft_opens_nothing(visitor, edition):
    path = path_of(edition)
    edition.delete()
    assertContains(visitor.get(path), GONE, status_code=410)
    make_article("draft")
    assert visitor.get(path).status_code == 410


def test_a_page_about_a_broken_link_is_kept_by_nobody(visitor, edition):
    path = path_of(edition)
    change(closed_at=timezone.now())
    for address in (path, "/preview/x/"):
        answer = visitor.get(address)
        assert "no-store" in answer.headers["Cache-Control"]
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert not answer.cookies


# Commenting


def test_somebody_outside_comments_without_an_account(visitor, staff, edition):
    path = path_of(edition)
    answer = visitor.post(path, SAID)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{path}?said#comment"
    assertContains(visitor.get(f"{path}?said"), "Thank you. The clinic has your comment.")
    assert not visitor.cookies
    page = staff.get(admin_url(edition))
    assertContains(page, "<strong>Dr. Lee (outside)</strong>")
    assertContains(page, "(signed “Dr. Ada Lee”, through a preview link)")
    assertContains(page, '<a href="#id_how_long">How long it lasts</a>')
    entry = Entry.objects.get(act=Act.COMMENT)
    assert (entry.user_id, entry.who) == (None, "Dr. Lee (outside)")
    assert entry.note == "Hours, not days. (signed “Dr. Ada Lee”, through a preview link)"


def test_nobody_outside_can_pass_for_a_colleague(visitor, staff, edition):
    make_person("Rita Reviewer")
    visitor.post(path_of(edition, for_whom="Dr Q"), SAID | {"name": "Rita Reviewer"})
    said = [entry["said"] for entry in staff.get("/admin/").context["desk"]["lately"]]
    assert any(sentence.startswith("Dr Q (outside) commented on") for sentence in said)
    assert not any("Rita Reviewer" in sentence for sentence in said)
    assert thread(edition)[0].who == "Dr Q (outside)"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"name": ""}, "Write your name"),
        ({"name": "n" * 81}, "Make it shorter than 80 characters."),
        ({"text": " "}, "Write your comment."),
        ({"text": "t" * 4001}, "Make it shorter than 4000 characters"),
        ({"field": "author"}, "Choose a part of the page from the list."),
    ],
)
def test_a_comment_that_cannot_be_taken_says_why(words, told, visitor, edition):
    answer = visitor.post(path_of(edition), SAID | words)
    assertContains(answer, told)
    assertContains(answer, "There is a problem")
    assertContains(answer, "<title>Error: Spasm at night")
    assert not Comment.objects.exists()


def test_words_that_cannot_be_taken_are_not_lost(visitor, edition):
    answer = visitor.post(path_of(edition), SAID | {"name": ""})
    assertContains(answer, "Hours, not days.")


def test_what_is_said_outside_is_shown_as_text(visitor, staff, edition):
    path = path_of(edition)
    visitor.post(path, SAID | {"text": "<img src=x onerror=alert(1)>", "name": "<b>Lee</b>"})
    for page in (visitor.get(path), staff.get(admin_url(edition))):
        assertContains(page, "&lt;img src=x onerror=alert(1)&gt;")
        assertContains(page, "&lt;b&gt;Lee&lt;/b&gt;")


def test_nothing_is_said_through_a_link_that_opens_nothing(visitor, edition):
    path = path_of(edition)
    change(expires_at=timezone.now())
    assert visitor.post(path, SAID).status_code == 410
    assert visitor.post("/preview/x/", SAID).status_code == 404
    assert thread(edition) == []


def test_somebody_outside_can_do_nothing_but_read_and_comment(visitor, edition):
    path = path_of(edition)
    for method in (visitor.put, visitor.patch, visitor.delete):
        assert method(path).status_code == 405
    before = type(edition).objects.filter(pk=edition.pk).values().get()
    visitor.post(path, SAID | {"title": "Mine now", "state": "approved", "_act": "publish", "settled": "yes"})
    assert type(edition).objects.filter(pk=edition.pk).values().get() == before


# Not too often


def test_a_link_opens_sixty_times_a_minute(visitor, edition):
    path = path_of(edition)
    for _ in range(60):
        assert visitor.get(path).status_code == 200
    busy = visitor.get(path)
    assertContains(busy, "Too many at once", status_code=429)
    assert busy.headers["Retry-After"] == "60"
    assert "no-store" in busy.headers["Cache-Control"]
    change(minute=timezone.now() - timedelta(seconds=61))
    assert visitor.get(path).status_code == 200


def test_one_link_does_not_use_up_the_room_of_another(visitor, edition):
    first, second = path_of(edition), path_of(edition)
    PreviewLink.objects.filter(for_whom="Dr. Lee").update(minute=timezone.now(), opened_in_minute=60)
    PreviewLink.objects.filter(digest=digest(second.split("/")[2])).update(opened_in_minute=0)
    assert visitor.get(first).status_code == 429
    assert visitor.get(second).status_code == 200


def test_twenty_comments_an_hour_are_taken(visitor, edition):
    path = path_of(edition)
    for _ in range(20):
        assert visitor.post(path, SAID).status_code == 302
    assertContains(visitor.post(path, SAID), "Too many at once", status_code=429)
    assert Comment.objects.count() == 20
    assert visitor.get(path).status_code == 200


def test_an_approved_edition_is_read_before_it_is_published(visitor):
    edition = make_article("in-review")
    path = path_of(edition)
    approve(edition)
    assert visitor.get(path).status_code == 410
