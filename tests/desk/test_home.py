"""The desk: what stands on it for whom, and that every count leads to the list that was counted."""

import importlib.util
import re
from datetime import date, timedelta
from pathlib import Path

import html5lib
import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from education.articles.models import ArticleEdition
from education.checker.models import DecisionSignature
from education.checker.views import decisions_to_sign
from education.clinic.models import Clinic, Risk
from education.desk.listing import Reader, Wanted, ask
from education.desk.lists import LISTS
from education.editorial.comments import say, settle
from education.editorial.kinds import kinds, regions
from education.editorial.models import OutsideLink, Person
from education.editorial.reviewing import Due, review_of
from education.staff.models import Entry
from education.staff.trail import Act, record
from education.urgency.levels import Level
from tests.desk.staff import admin_url, signed_in
from tests.factories import (
    approve,
    approve_only,
    in_months,
    make_article,
    make_care_card,
    make_checklist,
    make_clinic,
    make_document,
    make_glossary,
    make_overdue,
    make_person,
    make_region_page,
    make_source,
    make_starter,
    make_topic,
    make_user,
    rewrite,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic():
    return make_clinic()


@pytest.fixture
def reviewer(clinic):
    return make_person("Cleo Clinician", roles=("Reviewer",))


@pytest.fixture
def writer(clinic):
    return make_person("Wren Writer", roles=("Writer",), is_clinician=False)


@pytest.fixture
def publisher(clinic):
    return make_person("Pat Publisher", roles=("Publisher",), is_clinician=False)


@pytest.fixture
def administrator(clinic):
    return make_person("Ada Admin", roles=("Administrator",), is_clinician=False)


def open_desk(user):
    page = signed_in(getattr(user, "user", user)).get("/admin/")
    assert page.status_code == 200
    return page


def blocks(user):
    return {block.name: block for block in open_desk(user).context["desk"]["blocks"]}


def titles(user, name):
    block = blocks(user).get(name)
    return [row.title for row in block.rows] if block else []


def notes(user):
    return [note.text for note in open_desk(user).context["desk"]["notes"]]


def read(page):
    """The words on a page."""
    tree = html5lib.parse(page.content.decode(), namespaceHTMLElements=False)
    main = next(part for part in tree.iter("div") if part.get("id") == "content")
    return " ".join(" ".join(main.itertext()).split())


def days(number):
    return timezone.localdate() + timedelta(days=number)


def save_by(person, edition):
    record(person.user, Act.SAVE, edition, to_edition=edition.number)


# Waiting for my review


def test_what_waits_for_a_clinician_stands_there_with_who_sent_it(reviewer, writer):
    make_article("in-review", title="Sleeping well", author=writer)
    block = blocks(reviewer)["to-review"]
    assert (block.total, block.rows[0].title) == (1, "Sleeping well")
    assert block.rows[0].said == "Sent by Wren Writer today."
    assert block.rows[0].action == "Review"


def test_emergency_text_stands_first_and_then_what_is_assigned(reviewer, writer):
    make_article("in-review", title="Plain", author=writer)
    mine = make_article("in-review", title="Mine", author=writer)
    mine.assign(writer, reviewer)
    make_care_card("in-review", title="Go now if:", author=writer)
    rows = blocks(reviewer)["to-review"].rows
    assert [row.title for row in rows] == ["Go now if:", "Mine", "Plain"]
    assert [row.marks for row in rows] == [("Emergency text",), ("Assigned to you",), ()]


def test_nobody_is_asked_to_review_what_they_wrote_sent_or_changed(reviewer, writer):
    make_article("in-review", author=reviewer)
    draft = make_article("draft", author=writer)
    draft.submit(reviewer)
    changed = make_article("in-review", author=writer)
    save_by(reviewer, changed)
    imported = make_article("in-review", author=writer)
    record(reviewer.user, Act.IMPORT, imported)
    assert titles(reviewer, "to-review") == []


def test_a_clinic_of_one_person_is_asked_to_review_its_own(reviewer):
    Clinic.objects.update(works_alone=True)
    make_article("in-review", title="My own", author=reviewer)
    assert titles(reviewer, "to-review") == ["My own"]


def test_emergency_text_waits_for_the_second_person_only(reviewer, writer):
    card = make_care_card("in-review", title="Go now if:", author=writer)
    card.approve(reviewer, in_months(6))
    second = make_person("Cory Colleague", roles=("Reviewer",))
    assert titles(reviewer, "to-review") == []
    row = blocks(second)["to-review"].rows[0]
    assert row.said == "Approved by Cleo Clinician today. Emergency text needs a second person."


def test_a_second_signature_waits_for_another_clinician(reviewer, writer):
    card = make_care_card("live", title="Go now if:", author=writer)
    card.sign(reviewer, in_months(6))
    second = make_person("Cory Colleague", roles=("Reviewer",))
    assert "Go now if:" not in titles(reviewer, "to-review")
    rows = {row.title: row for row in blocks(second)["to-review"].rows}
    assert rows["Go now if:"].action == "Sign"
    assert rows["Go now if:"].action_url == admin_url(card, "act", "sign")


def test_who_cannot_review_is_not_shown_what_waits_for_a_review(writer, publisher, administrator):
    make_article("in-review")
    for person in (writer, publisher, administrator):
        assert "to-review" not in blocks(person)


def test_a_reviewer_who_is_no_clinician_is_not_shown_it_either(clinic):
    make_article("in-review")
    assert "to-review" not in blocks(make_person(roles=("Reviewer",), is_clinician=False))


def test_an_administrator_who_is_a_clinician_reviews(clinic):
    make_article("in-review", title="Sleeping well")
    assert titles(make_person(roles=("Administrator",)), "to-review") == ["Sleeping well"]


def test_when_nothing_waits_the_desk_says_so(reviewer):
    page = read(open_desk(reviewer))
    assert "Nothing waits for your review." in page
    assert "No review is due within 60 days." in page


# Waiting to be published


def test_approved_text_waits_for_its_publisher(publisher, writer, reviewer):
    edition = make_article("approved", title="Driving", author=writer, reviewed_by=reviewer)
    row = blocks(publisher)["to-publish"].rows[0]
    assert (row.title, row.said) == ("Driving", "Approved by Cleo Clinician today.")
    assert row.action_url == admin_url(edition, "act", "publish")


def test_who_cannot_publish_is_not_shown_what_waits_for_it(writer, reviewer):
    make_article("approved")
    for person in (writer, reviewer):
        assert "to-publish" not in blocks(person)


def test_published_text_waits_no_longer(publisher):
    make_article("scheduled")
    make_article("live")
    assert blocks(publisher)["to-publish"].total == 0


# Mine


def test_what_was_sent_back_says_by_whom(writer, reviewer):
    edition = make_article("in-review", title="Lifting", author=writer)
    edition.send_back(reviewer, "Shorter, please.")
    found = blocks(writer)
    assert found["sent-back"].rows[0].said == ("Sent back by Cleo Clinician today, with what should change.")
    assert found["drafts"].total == 0


def test_my_drafts_are_mine_alone(writer, reviewer):
    make_article("draft", title="Gardening", author=writer)
    assert titles(writer, "drafts") == ["Gardening"]
    assert titles(reviewer, "drafts") == []


def test_the_drafts_say_when_they_were_saved_last(writer):
    draft = make_article("draft", author=writer)
    save_by(writer, draft)
    assert blocks(writer)["drafts"].rows[0].said == "Last saved today."


def test_a_writer_sees_what_of_theirs_waits_for_others(writer, reviewer):
    waits = make_article("in-review", title="Gardening", author=writer)
    make_article("in-review", title="Rucksacks")
    assert titles(writer, "waiting") == ["Gardening"]
    assert blocks(writer)["waiting"].rows[0].said.startswith("It is in review. Sent by Wren Writer today")
    assert titles(reviewer, "waiting") == []
    make_article("draft", title="Sent for a colleague").submit(writer)
    assert titles(writer, "waiting") == ["Gardening", "Sent for a colleague"]
    waits.approve(reviewer, days(200))
    said = blocks(writer)["waiting"].rows[0].said
    assert said == "Approved by Cleo Clinician today. Now it has to be published."


def test_what_is_assigned_to_me_says_by_whom(writer, reviewer):
    make_article("in-review", title="Neck", author=writer).assign(writer, reviewer)
    row = blocks(reviewer)["assigned"].rows[0]
    assert (row.title, row.said) == ("Neck", "By Wren Writer today. It is in review.")


def test_open_comments_on_my_texts_wait_until_they_are_settled(writer, reviewer):
    draft = make_article("draft", title="Gardening", author=writer)
    comment = say(draft, reviewer, "A picture, please.")
    assert blocks(writer)["commented"].rows[0].said == "1 open comment."
    assert "commented" not in blocks(reviewer)
    settle(comment, draft, writer)
    assert "commented" not in blocks(writer)


def test_drafts_on_which_nobody_works_are_told(writer, reviewer):
    old = make_article("draft", title="Forgotten", author=writer, written_on=days(-40))
    touched = make_article("draft", title="In hand", author=writer, written_on=days(-40))
    save_by(writer, touched)
    make_article("in-review", author=writer, written_on=days(-40))
    assert old.pk
    row = blocks(reviewer)["untouched"].rows
    assert [(one.title, one.said) for one in row] == [
        ("Forgotten", "Written by Wren Writer, last touched " + long_ago(days(-40)) + ".")
    ]


def long_ago(day):
    from django.utils.formats import date_format

    return f"on {date_format(day, 'DATE_FORMAT')}"


# What time brings


def test_what_is_scheduled_says_for_when(writer):
    make_article("scheduled", title="Back to work", live_from=timezone.now() + timedelta(days=3))
    retiring = make_article("live", title="Old advice")
    retiring.retire(make_person(), timezone.now() + timedelta(days=5))
    rows = blocks(writer)["scheduled"].rows
    assert [row.title for row in rows] == ["Back to work", "Old advice"]
    assert rows[0].said.endswith("it goes live.")
    assert rows[1].said.endswith("it leaves the site.")


def test_overdue_and_due_soon_are_told_by_risk(reviewer):
    make_overdue(make_article(title="Desk work"), days(-3))
    make_overdue(make_checklist(title="First days"), days(-2))
    make_overdue(make_care_card(level=Level.BOOK_SOON, title="Book soon if:"), days(20))
    make_overdue(make_care_card(level=Level.URGENT_TODAY, title="Not yet"), days(90))
    assert titles(reviewer, "overdue") == ["First days", "Desk work"]
    assert titles(reviewer, "due-soon") == ["Book soon if:"]
    assert blocks(reviewer)["overdue"].rows[0].action == "Review"


def test_what_patients_are_told_to_phone_about_is_loudest_and_first(reviewer):
    make_article("in-review")
    make_overdue(make_checklist(title="First days"), date(2025, 1, 1))
    found = open_desk(reviewer).context["desk"]["blocks"]
    assert (found[0].name, found[0].is_loud) == ("failing-safe", True)
    assert "patients no longer see the steps" in found[0].rows[0].said


def test_staff_are_warned_before_a_text_fails_safe(reviewer):
    plan = make_checklist(title="First days")
    make_overdue(plan, days(-140))
    assert titles(reviewer, "stopping-soon") == ["First days"]
    assert "overdue" not in blocks(reviewer)


def test_articles_never_fail_safe_and_stay_overdue(reviewer):
    make_overdue(make_article(title="Desk work"), date(2024, 1, 1))
    assert titles(reviewer, "overdue") == ["Desk work"]
    assert "failing-safe" not in blocks(reviewer)


@pytest.mark.parametrize("distance", [-400, -190, -181, -140, -100, -1, 0, 30, 60, 61, 300])
def test_the_lists_agree_with_what_the_edition_itself_says(reviewer, distance):
    edition = make_checklist()
    make_overdue(edition, days(distance))
    review = review_of(edition, Clinic.load())
    where = {
        name for name in ("failing-safe", "stopping-soon", "overdue", "due-soon") if titles(reviewer, name)
    }
    if review.has_failed_safe:
        assert where == {"failing-safe"}
    elif review.is_urgent:
        assert where == {"stopping-soon" if review.stops_soon else "overdue"}
    else:
        assert where == ({"due-soon"} if review.due == Due.SOON else set())


def test_only_what_patients_see_can_be_overdue(reviewer):
    old = make_article(title="Old", live_from=timezone.now() - timedelta(days=9))
    make_article(title="New", document=old.document)
    retired = make_article("retired")
    for edition in (old, retired):
        make_overdue(edition)
    assert "overdue" not in blocks(reviewer)


def test_a_translation_is_behind_when_its_original_went_live_anew(writer, reviewer):
    original = make_article(live_from=timezone.now() - timedelta(days=90))
    spanish = make_document(type(original.document), "espasmo", "es", original=original.document)
    translation = make_article(
        document=spanish, title="Espasmo", live_from=timezone.now() - timedelta(days=60)
    )
    rewrite(translation, reviewed_on=days(-60))
    assert "behind" not in blocks(writer)
    make_article(document=original.document)
    assert titles(writer, "behind") == ["Espasmo"]
    assert blocks(writer)["behind"].rows[0].action == "Bring up to date"


def test_a_translation_that_was_checked_since_is_not_behind(writer, reviewer):
    original = make_article(live_from=timezone.now() - timedelta(days=2))
    spanish = make_document(type(original.document), "espasmo", "es", original=original.document)
    translation = make_article(document=spanish, live_from=timezone.now() - timedelta(days=60))
    rewrite(translation, reviewed_on=days(-60))
    assert "behind" in blocks(writer)
    translation.sign(reviewer, in_months(6))
    assert "behind" not in blocks(writer)


def test_starter_texts_that_nobody_has_signed_are_counted(reviewer, writer):
    make_starter(title="One")
    signed = make_starter(title="Two")
    before = blocks(reviewer)["starter"].total
    signed.sign(reviewer, in_months(6))
    block = blocks(reviewer)["starter"]
    assert (before - block.total, block.rows) == (1, [])
    assert "starter" not in blocks(writer)


def test_texts_that_went_out_with_a_warning_are_counted(writer):
    before = blocks(writer)["reasons"].total if "reasons" in blocks(writer) else 0
    rewrite(make_glossary(), reasons={"grade": "The words are medical."})
    assert blocks(writer)["reasons"].total == before + 1


# Notes


def test_dead_links_are_told(writer):
    OutsideLink.objects.create(url="https://gone.example", works=False, checked_at=timezone.now())
    OutsideLink.objects.create(url="https://here.example", works=True, checked_at=timezone.now())
    assert "1 link to another site does not answer." in notes(writer)


def test_a_dead_link_leads_to_the_texts_in_which_it_stands(writer):
    gone = "https://gone.example/back"
    link = OutsideLink.objects.create(url=gone, works=False, problem="Gone.", checked_at=timezone.now())
    make_article(title="Backs", more_help=f"- [More]({gone})")
    make_article(title="Necks")
    make_source(title="A guideline", url=gone)
    url = next(note.url for note in open_desk(writer).context["desk"]["notes"] if "not answer" in note.text)
    client = signed_in(writer.user)
    assert f'href="{admin_url(link)}' in client.get(url).content.decode()
    page = read(client.get(admin_url(link)))
    assert "This address stands in 2 places." in page
    assert "Backs" in page
    assert "A guideline" in page
    assert "Necks" not in page


def test_links_to_other_sites_are_only_looked_at_and_by_those_who_write(writer, administrator):
    link = OutsideLink.objects.create(url="https://gone.example", works=False, checked_at=timezone.now())
    assert signed_in(make_user()).get(admin_url(link)).status_code == 403
    for page in ("change", "delete"):
        assert signed_in(administrator.user).post(admin_url(link, page), {"post": "yes"}).status_code == 403


def test_working_alone_with_two_clinicians_is_told_to_administrators(administrator, reviewer, writer):
    make_person("Cory Colleague")
    Clinic.objects.update(works_alone=True)
    told = "‘One person runs this clinic’ is ticked"
    assert any(note.startswith(told) for note in notes(administrator))
    assert not any(note.startswith(told) for note in notes(writer))


def test_the_note_on_working_alone_goes_with_its_cause(administrator, reviewer):
    Clinic.objects.update(works_alone=True)
    assert not any("One person runs this clinic" in note for note in notes(administrator))


def test_missing_email_is_told_until_it_is_set_up(administrator, writer, settings):
    assert any(note.startswith("E-mail is not set up") for note in notes(writer))
    assert any("EMAIL_HOST" in note for note in notes(administrator))
    settings.EMAIL_HOST = "mail.example.org"
    assert not any("E-mail is not set up" in note for note in notes(administrator))


def test_choices_of_the_checker_wait_for_clinicians(reviewer, writer):
    number = len(decisions_to_sign())
    told = f"{number} choices of the symptom checker wait for the signature of a clinician."
    assert told in notes(reviewer)
    assert told not in notes(writer)


def test_a_signed_choice_of_the_checker_waits_no_longer(reviewer):
    DecisionSignature.objects.create(
        decision="one", digest=min(decisions_to_sign()), text="Text", protocol_version="1", person=reviewer,
        signed_as=str(reviewer), signed_on=days(0),
    )  # fmt: skip
    number = len(decisions_to_sign()) - 1
    assert any(note.startswith(f"{number} choices of the symptom checker wait") for note in notes(reviewer))


def test_administrators_are_told_that_nobody_accepted_the_use_of_the_checker(administrator, writer):
    assert any("Nobody has accepted what the symptom checker is for" in note for note in notes(administrator))
    assert not any("Nobody has accepted" in note for note in notes(writer))


def test_a_superuser_who_is_nobody_is_led_to_people(clinic):
    user = make_user(is_superuser=True, first_name="Sue")
    page = open_desk(user)
    assert "You are not entered under People yet" in read(page)
    assert f"/admin/editorial/person/add/?user={user.pk}&amp;name=Sue" in page.content.decode()


def test_a_writer_who_is_nobody_is_sent_to_an_administrator(clinic):
    assert "Ask an administrator to enter you there." in read(open_desk(make_user("Writer")))


def test_an_account_without_a_role_is_told_so_and_shown_nothing(clinic):
    page = open_desk(make_user())
    assert "Your account has no role yet" in read(page)
    assert page.context["desk"]["blocks"] == []


# Pages that are not open


@pytest.mark.parametrize(
    ("path", "told"), [("auth/user/", "Your role does not include this."), ("nowhere/", "was deleted.")]
)
def test_staff_are_led_from_a_page_that_they_cannot_see_back_to_their_desk(path, told, writer, client):
    page = signed_in(writer.user).get(f"/admin/{path}").content.decode()
    assert told in page
    assert "Go to your desk" in page
    assert "Go to your desk" not in client.get(f"/{path}").content.decode()


def test_somebody_without_a_role_is_not_offered_a_search_that_is_closed_to_them(clinic):
    page = read(open_desk(make_user()))
    assert "Your account has no role yet" in page
    assert "All texts" not in page


# What changed lately


def lately(user):
    said = [entry["said"] for entry in open_desk(user).context["desk"]["lately"]]
    return [re.sub("<[^>]+>", "", text) for text in said]


def test_a_retirement_to_come_is_not_told_as_if_it_had_been(writer):
    edition = make_article(title="Backs")
    edition.retire(make_person("Pat Publisher"), timezone.now() + timedelta(days=2))
    assert lately(writer)[0] == "Pat Publisher planned when to retire “Backs”."


def test_a_deleted_draft_is_not_told_as_if_the_text_were_gone(writer):
    draft = make_article("draft", document=make_article(title="Backs").document, title="Backs anew")
    signed_in(writer.user).post(admin_url(draft, "delete"), {"post": "yes"})
    assert lately(writer)[0].endswith(" deleted a draft of “Backs anew”.")


def test_a_new_text_is_told_by_its_title(writer):
    sent = {"title": "Cramps at night", "slug": "cramps", "language": "en"}
    make_topic()
    signed_in(writer.user).post("/admin/articles/article/add/", sent)
    assert lately(writer)[0].endswith(" added “Cramps at night”.")


def test_what_changed_lately_is_told_in_sentences_with_links(writer, reviewer):
    edition = make_article("in-review", title="Sleeping well", author=writer)
    edition.send_back(reviewer, "Shorter, please.")
    page = open_desk(writer)
    assert "Cleo Clinician sent “Sleeping well” back" in read(page)
    assert f'<a href="{admin_url(edition)}">' in page.context["desk"]["lately"][0]["said"]


def test_titles_in_the_trail_cannot_bring_code_along(writer):
    make_article("in-review", title="<script>alert(1)</script> {}", author=writer)
    assert b"<script>alert" not in open_desk(writer).content


def test_saving_five_times_is_told_once(writer):
    draft = make_article("draft", author=writer)
    for _time in range(5):
        save_by(writer, draft)
    said = [entry["said"] for entry in open_desk(writer).context["desk"]["lately"]]
    assert sum("saved" in sentence for sentence in said) == 1


def test_the_last_eight_are_told_and_no_sign_ins(writer):
    for number in range(12):
        make_article("in-review", title=f"Text {number}", author=writer)
    record(writer.user, Act.SIGN_IN)
    told = open_desk(writer).context["desk"]["lately"]
    assert len(told) == 8
    assert "Text 11" in told[0]["said"]
    assert Entry.objects.filter(act=Act.SIGN_IN).exists()


# The first day


def test_a_fresh_clinic_is_led_through_its_first_day():
    make_starter(make_glossary)
    Clinic.objects.all().delete()
    get_user_model().objects.update(is_active=False)
    page = open_desk(make_user(is_superuser=True))
    steps = page.context["desk"]["steps"]
    assert [step.link for step in steps] == [
        "Accounts", "People", "Starter texts nobody has signed", "Clinic settings"
    ]  # fmt: skip
    assert not any(step.is_done for step in steps)
    assert "Four steps, and your site is ready" in read(page)


def test_the_first_day_ends_when_its_steps_are_done(administrator, reviewer):
    starter = make_starter(make_glossary)
    assert open_desk(administrator).context["desk"]["steps"]
    starter.sign(reviewer, in_months(6))
    assert open_desk(administrator).context["desk"]["steps"] == []


def test_only_administrators_are_led_through_the_first_day(reviewer):
    make_starter()
    assert open_desk(reviewer).context["desk"]["steps"] == []


# Counts and lists


@pytest.fixture
def busy_clinic(clinic, reviewer, writer):
    """A bit of everything, waiting for everybody."""
    everybody = make_person("Max Everything")
    for number in range(7):
        make_article("in-review", title=f"Waiting {number}", author=writer)
        make_article("approved", title=f"Approved {number}", author=writer, reviewed_by=reviewer)
    make_article("draft", author=everybody, written_on=days(-50))
    back = make_article("in-review", author=everybody)
    back.send_back(reviewer, "Shorter.")
    say(back, reviewer, "A picture?")
    make_article("draft", author=writer).assign(writer, everybody)
    make_article("in-review", author=everybody)
    make_article("scheduled")
    make_overdue(make_checklist(), date(2025, 1, 1))
    make_overdue(make_checklist(), days(-140))
    make_overdue(make_article(), days(-5))
    make_overdue(make_region_page(), days(5))
    original = make_article(live_from=timezone.now() - timedelta(days=5))
    spanish = make_document(type(original.document), "espasmo", "es", original=original.document)
    behind = make_article(document=spanish, live_from=timezone.now() - timedelta(days=60))
    rewrite(behind, reviewed_on=days(-60))
    make_starter()
    rewrite(make_glossary(), reasons={"grade": "The words are medical."})
    return everybody


def test_every_count_leads_to_a_list_of_as_many(busy_clinic):
    found = blocks(busy_clinic)
    assert set(found) == {one.name for one in LISTS}
    client = signed_in(busy_clinic.user)
    for block in found.values():
        assert block.total > 0, block.name
        page = client.get(block.url)
        number = re.search(r"(\d+) texts?\b", read(page))
        assert (block.name, int(number[1])) == (block.name, block.total)
        assert page.context["title"] == block.heading
        shown = [line.title for line in page.context["lines"]]
        assert [row.title for row in block.rows] == shown[: len(block.rows)]


def test_a_list_of_more_than_five_shows_five_and_where_the_others_are(busy_clinic):
    block = blocks(busy_clinic)["to-review"]
    assert (len(block.rows), block.total) == (5, 7)
    page = open_desk(busy_clinic).content.decode()
    assert f'<a href="{block.url}">All 7' in page


def test_every_button_of_the_desk_leads_somewhere(busy_clinic):
    client = signed_in(busy_clinic.user)
    urls = {row.action_url for block in blocks(busy_clinic).values() for row in block.rows}
    assert urls
    for url in urls:
        assert client.get(url).status_code == 200, url


# All texts


def listed(client, query=""):
    return [line.title for line in client.get(f"/admin/texts/{query}").context["lines"]]


@pytest.fixture
def staff(writer):
    return signed_in(writer.user)


def test_all_texts_of_all_kinds_stand_in_one_list(staff):
    make_article("draft", title="An article")
    make_checklist("draft", title="A plan")
    make_care_card("draft", level=Level.BOOK_SOON, title="A card")
    make_region_page("draft", title="A region")
    make_glossary("draft", title="Words")
    assert {"An article", "A plan", "A card", "A region", "Words"} <= set(listed(staff))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=plan", {"A plan"}),
        ("?q=A+pl", {"A plan"}),
        ("?q=find-me", {"An article"}),
        ("?kind=checklist&standing=draft", {"A plan"}),
        ("?standing=in-review", {"An article"}),
        ("?region=neck&standing=draft", {"A card"}),
        ("?risk=home&standing=draft", {"A plan"}),
        ("?language=es&standing=draft", {"A plan"}),
        ("?standing=draft&kind=nonsense", set()),
        ("?standing=nonsense&q=plan", {"A plan"}),
        ("?assigned=nobody&q=plan", {"A plan"}),
    ],
)
def test_the_list_of_all_texts_is_narrowed(staff, query, expected):
    make_article("in-review", slug="find-me", title="An article", regions="low-back")
    make_checklist("draft", title="A plan", language="es")
    make_care_card("draft", region="neck", level=Level.BOOK_SOON, title="A card")
    assert set(listed(staff, query)) == expected


def test_texts_are_found_by_whom_they_wait_for(staff, writer, reviewer):
    make_article("in-review", title="Hers").assign(writer, reviewer)
    make_article("in-review", title="Nobody's")
    assert listed(staff, f"?assigned={reviewer.pk}") == ["Hers"]


def test_texts_are_sorted_both_ways(staff):
    for title in ("Bend", "Arch", "Curl"):
        make_article("draft", title=title)
    assert listed(staff, "?standing=draft&sort=title") == ["Arch", "Bend", "Curl"]
    assert listed(staff, "?standing=draft&sort=-title") == ["Curl", "Bend", "Arch"]


def test_fifty_texts_stand_on_a_page(staff, writer):
    for number in range(53):
        document = make_document(ArticleEdition._meta.get_field("document").related_model)
        make_draft(document, f"Text {number:02}", writer)
    first = staff.get("/admin/texts/")
    assert len(first.context["lines"]) == 50
    assert "Page 1 of 2" in read(first)
    assert listed(staff, "?page=2") == ["Text 50", "Text 51", "Text 52"]
    assert staff.get("/admin/texts/?page=9").status_code == 302


def make_draft(document, title, author):
    from tests.factories import make_topic

    return ArticleEdition.objects.create(document=document, title=title, author=author, topic=make_topic())


@pytest.mark.parametrize(
    "query",
    [
        "?page=x",
        "?page=-1",
        "?page=" + "9" * 40,
        "?assigned=" + "9" * 40,
        "?q=" + "a+" * 300,
        "?sort=password",
        "?show=secret",
        "?q=%25_%27%22",
    ],
)
def test_addresses_nobody_meant_break_nothing(staff, query):
    make_article("draft")
    assert staff.get(f"/admin/texts/{query}", follow=True).status_code == 200


def test_an_empty_list_says_so_kindly(staff, reviewer):
    assert "Nothing waits for your review." in read(
        signed_in(reviewer.user).get("/admin/texts/?show=to-review")
    )
    assert "No text fits." in read(staff.get("/admin/texts/?q=unheard-of"))


def test_a_list_that_is_not_for_somebody_is_not_shown_to_them(staff):
    make_article("approved")
    page = staff.get("/admin/texts/?show=to-publish")
    assert page.context["title"] == "All texts"


def test_the_list_of_all_texts_is_for_those_with_a_role(clinic):
    assert signed_in(make_user()).get("/admin/texts/").status_code == 403


def test_risk_and_region_in_lists_are_those_of_the_editions(writer, clinic):
    make_article("draft", title="exercise", kind="exercise", regions="neck low-back")
    make_article("draft", title="condition")
    make_checklist("draft", title="plan")
    for level in Level:
        make_care_card("draft", level=level, title=f"card {level.value}")
    make_region_page("draft", title="region", region="shoulder")
    make_glossary("draft", title="glossary")
    reader = Reader.of(writer.user, clinic)
    rows = ask(reader, all=Wanted(most=500))["all"].rows
    assert {row.risk for row in rows} == set(Risk)
    for row in rows:
        edition = row.kind_of_text.edition.objects.get(pk=row.edition)
        assert (row.title, row.risk) == (row.title, edition.risk)
        path = edition.region_field.split("__")
        value = edition
        for name in path if edition.region_field else ():
            value = getattr(value, name)
        assert row.regions == (value if edition.region_field else "")
    assert dict(regions())["low-back"]


def test_the_kinds_are_those_of_all_rooms():
    names = {kind.name for kind in kinds()}
    assert names == {"article", "checklist", "carecard", "regionpage", "glossary"}


# The lists of one kind


def test_the_list_of_articles_shows_what_patients_see_and_what_is_in_work(staff):
    live = make_article(title="Desk work")
    live.new_draft(make_person())
    page = read(staff.get("/admin/articles/article/"))
    assert "Desk work" in page
    assert "edition 1" in page
    assert "draft" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?standing=draft", {"New"}),
        ("?standing=live", {"Overdue", "Due", "Fine"}),
        ("?review=overdue", {"Overdue"}),
        ("?review=soon", {"Due"}),
        ("?language=es", {"Fine"}),
        ("?q=over", {"Overdue"}),
        ("?q=slug-of-new", {"New"}),
        ("?standing=off", {"New"}),
        ("?standing=nonsense", {"New", "Overdue", "Due", "Fine"}),
    ],
)
def test_the_list_of_articles_is_narrowed(staff, query, expected):
    make_article("draft", title="New", slug="slug-of-new")
    make_overdue(make_article(title="Overdue"), days(-4))
    make_overdue(make_article(title="Due"), days(4))
    make_article(title="Fine", language="es")
    page = staff.get(f"/admin/articles/article/{query}")
    assert {document.item_title for document in page.context["cl"].result_list} == expected


def test_an_article_is_found_by_the_title_that_patients_see_and_by_the_new_one(staff):
    live = make_article(title="Slipped disc")
    draft = live.new_draft(make_person())
    draft.title = "Herniated disc"
    draft.save()
    for word in ("slipped", "herniated"):
        page = staff.get(f"/admin/articles/article/?q={word}")
        assert [document.item_title for document in page.context["cl"].result_list] == ["Herniated disc"]


# However much there is


def bench():
    place = Path(__file__).resolve().parents[2] / "bench" / "desk.py"
    spec = importlib.util.spec_from_file_location("bench_desk", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def queries_of(documents, times):
    """How many queries each staff page asks with so many documents, signing in and session included.

    A page is opened so many times: what is asked once for each process does not count.
    """
    library = bench()
    library.build(documents)
    people = {user.username: signed_in(user) for user in get_users()}
    found = {}
    for page in library.pages():
        name, who, path = page.split(" ")
        if "?" in name and name not in SAMPLES:
            continue
        for _time in range(times):
            with CaptureQueriesContext(connection) as asked:
                assert people[who].get(path).status_code == 200, page
        found[f"{who} {name}"] = len(asked)
    return found


SAMPLES = {"texts?show=to-review", "texts?q=spasm", "list:articles.article?standing=draft"}


def get_users():
    return [person.user for person in Person.objects.select_related("user")]


@pytest.fixture(scope="module")
def queries(rolled_back):
    """Queries by page, with few documents and with ten times as many."""
    found = []
    for documents, times in ((30, 2), (300, 1)):
        with rolled_back():
            found.append(queries_of(documents, times))
    return found


@pytest.mark.slow
@pytest.mark.xdist_group("queries")
def test_ten_times_the_documents_cost_not_one_query_more(queries):
    few, many = queries
    assert few == many


@pytest.mark.slow
@pytest.mark.xdist_group("queries")
def test_desks_and_lists_ask_fewer_than_ten_queries(queries):
    lists = {page: number for page, number in queries[1].items() if " page:" not in page}
    assert len(lists) > 20
    assert {page: number for page, number in lists.items() if number >= 10} == {}


def test_approved_and_published_at_once_is_told_of_as_live(reviewer, publisher):
    edition = make_article("in-review", title="Sleeping well")
    approve_only(edition, reviewer)
    assert titles(publisher, "to-publish") == ["Sleeping well"]
    again = make_article("in-review", title="Walking")
    approve(again, reviewer)
    assert titles(publisher, "to-publish") == ["Sleeping well"]


def test_the_list_beside_a_page_has_the_headings_of_the_desk(writer):
    page = signed_in(writer.user).get("/admin/articles/article/").content.decode()
    beside = html5lib.parse(page, namespaceHTMLElements=False).find(".//nav[@id='nav-sidebar']")
    headings = [" ".join(caption.itertext()).strip() for caption in beside.iter("caption")]
    assert headings == ["What patients read", "Who answers for it, and what it rests on", "This site"]


def test_a_room_by_itself_leads_to_the_desk(writer):
    answer = signed_in(writer.user).get("/admin/editorial/")
    assert answer.url == "/admin/#desk-index"


# Something new


def to_begin(user, url="/admin/"):
    page = signed_in(user.user).get(url)
    return [kind["label"] for kind in (page.context.get("desk") or page.context)["add"]]


def test_what_is_written_most_stands_first_to_begin(writer):
    expected = ["article", "home-care plan", "care card", "region page", "glossary"]
    assert to_begin(writer) == to_begin(writer, "/admin/texts/") == expected


def test_nobody_is_asked_to_begin_a_second_glossary(writer):
    Clinic.objects.update(languages=["en", "es"])
    make_glossary()
    assert "glossary" in to_begin(writer)
    make_glossary("draft", language="es")
    assert "glossary" not in to_begin(writer)
    assert "glossary" not in to_begin(writer, "/admin/texts/")
