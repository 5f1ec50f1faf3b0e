"""Every act, tried by every role, by the forms and by forged requests: only what is allowed happens."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from education.articles.models import ArticleCitation, ArticleEdition
from education.checklists.models import ChecklistEdition, Step
from education.clinic.models import Clinic
from education.desk.forms import MomentForm
from education.editorial.comments import say, settle
from education.editorial.models import Person
from education.editorial.states import EditionError, State
from education.staff.models import Entry
from education.urgency.levels import Level
from education.urgency.models import CareCardEdition
from tests.desk.staff import act, admin_url, faults_on, form_on, save, signed_in, told
from tests.factories import (
    approve_only,
    in_months,
    make_article,
    make_care_card,
    make_checklist,
    make_clinic,
    make_glossary,
    make_overdue,
    make_person,
    make_region_page,
    make_user,
    publish,
    rewrite,
)

pytestmark = pytest.mark.django_db

MAKERS = {
    "article": make_article, "plan": make_checklist, "card": partial(make_care_card, level=Level.BOOK_SOON),
    "emergency card": make_care_card, "region page": make_region_page, "glossary": make_glossary,
}  # fmt: skip
# In which standing each act is tried.
FROM = {
    "submit": "draft", "assign": "draft", "approve": "in-review", "send-back": "in-review",
    "publish": "approved", "take-back": "scheduled", "edit": "live", "sign": "live", "retire": "live",
    "keep": "retiring", "restore": "retired", "withdraw": "in-review",
}  # fmt: skip
WRITES = {"submit", "assign", "edit", "restore"}
PUBLISHES = {"send-back", "publish", "take-back", "retire", "keep"}
REVIEWS = {"send-back", "approve", "sign"}
WHO = {
    "writer": WRITES,
    "reviewer": WRITES | REVIEWS,
    "reviewer who is no clinician": WRITES | {"send-back"},
    "publisher": WRITES | PUBLISHES,
    "administrator": set(FROM) - {"withdraw"},
    "administrator without a person": set(),
    "no role": set(),
    "signed out": set(),
    "deactivated": set(),
}
ROLES = {
    "writer": ("Writer",), "publisher": ("Publisher",), "reviewer": ("Reviewer",),
    "reviewer who is no clinician": ("Reviewer",), "no role": (), "signed out": ("Administrator",),
}  # fmt: skip


def account(who):
    """Return somebody's browser. The factories' people have an account that may do everything."""
    user = make_user(*ROLES.get(who, ("Administrator",)))
    if who != "administrator without a person":
        make_person(user=user, is_clinician=who != "reviewer who is no clinician")
    client = Client() if who == "signed out" else signed_in(user)
    if who == "deactivated":
        get_user_model().objects.filter(pk=user.pk).update(is_active=False)
    return client


def ready_for(name, make):
    if FROM[name] != "retiring":
        return make(FROM[name])
    edition = make()
    edition.retire(make_person(), timezone.now() + timedelta(days=3))
    return edition


def fields_for(name, edition):
    """Return what has to be filled in, also by those who forge it."""
    due = {"review_due_on": in_months(5).isoformat()}
    reasons = {f"reason_{warning.code}": "Our readers know this." for warning in edition.warnings()}
    return {
        "approve": due, "sign": due | {"sources_checked": "yes"}, "send-back": {"comment": "Shorter."},
        "publish": reasons, "assign": {"to": Person.objects.order_by("pk").first().pk},
    }.get(name, {})  # fmt: skip


def all_of(edition):
    """Return all that is decided about the editions of a document."""
    editions = type(edition).objects.filter(document=edition.document_id).order_by("pk")
    return list(editions.values("pk", "revision", "evidence_checked_on", *edition.decisions))


def entries_about(edition):
    return Entry.objects.filter(kind=edition._meta.label_lower).count()


@pytest.mark.parametrize(
    "kind", [kind if kind == "article" else pytest.param(kind, marks=pytest.mark.slow) for kind in MAKERS]
)
@pytest.mark.parametrize("who", WHO)
def test_only_what_a_role_allows_happens(who, kind):
    """By a forged request, without having seen the page; then the page itself is looked at."""
    make_person()
    stays = {"retire", "keep", "restore"} if kind == "emergency card" else set()
    for name in FROM.keys() - {"keep", "restore"} if stays else FROM:
        with transaction.atomic():
            edition = ready_for(name, MAKERS[kind])
            client, before, written = account(who), all_of(edition), entries_about(edition)
            url = admin_url(edition, "act", name)
            assert client.get(url).status_code < 500
            assert all_of(edition) == before, name
            answer = client.post(url, fields_for(name, edition))
            assert answer.status_code < 500, name
            happened = all_of(edition) != before
            assert happened == (name in WHO[who] - stays), name
            assert (entries_about(edition) > written) == happened, name
            transaction.set_rollback(True)


@pytest.mark.parametrize("who", WHO)
def test_the_page_of_an_edition_offers_what_its_reader_may_do(who):
    client = account(who)
    for name in FROM:
        edition = ready_for(name, make_article)
        page = client.get(admin_url(edition), follow=True)
        assert page.status_code < 500
        is_offered = f"/act/{name}/" in page.content.decode() or (
            name == "submit" and b'value="submit"' in page.content
        )
        may = WHO[who] | ({"approve", "sign"} if "no clinician" in who else set())
        if who != "administrator without a person":
            assert is_offered == (name in may), name


@pytest.mark.parametrize("name", FROM)
def test_nothing_happens_from_another_standing(name):
    client = account("administrator")
    author = Person.objects.get(user=client.session["_auth_user_id"])
    for standing in ("draft", "in-review", "approved", "scheduled", "live", "retired"):
        edition = make_article(standing, author=author)
        fits = name in {"assign", "send-back", "edit", "publish"} or standing == FROM[name]
        if fits:
            continue
        before = all_of(edition)
        answer = client.post(admin_url(edition, "act", name), fields_for(name, edition), follow=True)
        assert answer.status_code == 200
        assert all_of(edition) == before
        assert re.search("no longer possible|No retirement is planned", told(answer)[0])


def test_a_writer_withdraws_what_they_wrote_and_is_not_offered_it_for_other_texts():
    writer = make_person(roles=("Writer",))
    client, mine, theirs = (
        signed_in(writer.user),
        make_article("in-review", author=writer),
        make_article("in-review"),
    )
    assert "Withdraw from review" in client.get(admin_url(mine)).content.decode()
    assert "Withdraw from review" not in client.get(admin_url(theirs)).content.decode()
    answer = act(client, mine, "withdraw")
    assert told(answer) == ["Withdrawn. It is a draft again."]
    assert answer.request["PATH_INFO"] == admin_url(mine)
    assert all_of(mine)[0]["state"] == State.DRAFT
    assert client.post(admin_url(theirs, "act", "withdraw")).status_code == 403
    assert all_of(theirs)[0]["state"] == State.IN_REVIEW


# Forged requests


@pytest.mark.parametrize("place", ["0", "999999", "abc", "1_2F", "-1", "%00", "99999999999999999999999"])
def test_an_edition_that_is_not_there_is_not_found(place):
    client = account("administrator")
    for name in (*FROM, "nothing"):
        for method in (client.get, client.post):
            answer = method(f"/admin/articles/articleedition/{place}/act/{name}/")
            assert answer.status_code in {302, 404}, name
    assert not Entry.objects.filter(kind="articles.articleedition").exists()


def test_the_number_of_an_edition_of_another_kind_is_not_found():
    article = make_article("in-review")
    client = account("administrator")
    assert not ChecklistEdition.objects.filter(pk=article.pk).exists()
    url = f"/admin/checklists/checklistedition/{article.pk}/act/approve/"
    assert client.post(url, {"review_due_on": in_months(5)}).status_code == 404
    assert all_of(article)[0]["state"] == State.IN_REVIEW


def test_an_act_needs_the_token_of_its_page():
    edition = make_article("in-review")
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_person().user)
    answer = client.post(admin_url(edition, "act", "approve"), fields_for("approve", edition))
    assert answer.status_code == 403
    assert all_of(edition)[0]["state"] == State.IN_REVIEW


SMUGGLED = {
    "state": "approved", "live_from": "2020-01-01 00:00", "live_from_0": "2020-01-01", "live_from_1": "00:00",
    "reviewed_on": "2026-01-01", "review_due_on": "2030-01-01", "number": "77", "origin": "starter",
    "retire_from": "", "comment": "Fine.", "reasons": '{"a": "b"}', "revision": "0", "standing": "live",
}  # fmt: skip


@pytest.mark.parametrize("kind", MAKERS)
def test_decisions_cannot_be_smuggled_into_the_form_of_a_draft(kind):
    edition, other = MAKERS[kind]("draft"), make_person()
    people = dict.fromkeys(("reviewed_by", "second_reviewer", "submitted_by", "signed_by"), other.pk)
    answer = save(account("writer"), edition, **SMUGGLED | people, title="Changed")
    assert answer.status_code == 200
    before = all_of(edition)[0]
    edition.refresh_from_db()
    assert edition.title == "Changed"
    assert (edition.state, edition.live_from, edition.number) == (State.DRAFT, None, 1)
    assert edition.origin == "clinic"
    assert not any(before[name] for name in ("reviewed_by", "signed_by", "submitted_by", "reviewed_on"))


@pytest.mark.parametrize("standing", ["in-review", "approved", "scheduled", "live", "retired"])
def test_the_form_of_what_is_no_draft_changes_nothing(standing):
    edition = make_article(standing)
    sent = {"title": "Hijacked", "_save": "1", "citations-TOTAL_FORMS": "0", "citations-INITIAL_FORMS": "0"}
    answer = account("administrator").post(admin_url(edition), sent)
    assert answer.status_code in {200, 302, 403}
    edition.refresh_from_db()
    assert edition.title != "Hijacked"


def test_rows_of_another_edition_cannot_be_taken_or_changed():
    theirs, mine = make_article(), make_article("draft")
    row, own = theirs.citations.get(), mine.citations.get()
    client, url = account("writer"), admin_url(mine)
    sent = form_on(client.get(url)) | {"_save": "1"}
    for forged in (
        {"citations-0-id": row.pk, "citations-0-supports": "Hijacked"},
        {"citations-0-edition": theirs.pk, "citations-0-supports": "Hijacked"},
        {"citations-0-id": row.pk, "citations-0-DELETE": "on"},
    ):
        assert client.post(url, sent | forged).status_code < 500
        row.refresh_from_db()
        assert (row.edition, row.supports) == (theirs, "Spasms ease by themselves.")
        assert ArticleCitation.objects.filter(edition=theirs).count() == 1
    assert ArticleCitation.objects.get(pk=own.pk).edition == mine


def test_steps_of_a_live_plan_cannot_be_reached_through_a_draft():
    live, draft = make_checklist(), make_checklist("draft")
    step = live.steps.first()
    client, url = account("writer"), admin_url(draft)
    sent = form_on(client.get(url)) | {"steps-0-id": step.pk, "steps-0-action": "Hijacked", "_save": "1"}
    assert client.post(url, sent).status_code < 500
    assert Step.objects.get(pk=step.pk).action == step.action


@pytest.mark.parametrize("kind", MAKERS)
def test_lists_have_no_acts_for_many_at_once(kind):
    edition = MAKERS[kind]()
    draft = edition.new_draft(make_person())
    client = account("administrator")
    for thing in (edition, edition.document):
        opts = thing._meta
        url = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
        sent = {"action": "delete_selected", "_selected_action": [thing.pk, draft.pk], "post": "yes"}
        assert client.post(url, sent).status_code < 500
    assert type(edition).objects.filter(pk__in=[edition.pk, draft.pk]).count() == 2


@pytest.mark.parametrize("kind", MAKERS)
def test_no_edition_is_added_by_itself(kind):
    edition = MAKERS[kind]("draft")
    opts = edition._meta
    url = reverse(f"admin:{opts.app_label}_{opts.model_name}_add")
    client = account("administrator")
    for query in ("", "?_popup=1", "?_to_field=id&_popup=1"):
        assert client.get(url + query).status_code == 403
        sent = {"title": "Another", "document": edition.document_id, "state": "approved", "_popup": "1"}
        assert client.post(url + query, sent).status_code == 403
    assert type(edition).objects.count() == 1


@pytest.mark.parametrize("standing", ["in-review", "approved", "scheduled", "live", "retired"])
def test_only_drafts_are_deleted(standing):
    edition = make_article(standing)
    client = account("administrator")
    for thing in (edition, *([edition.document] if standing not in {"in-review"} else [])):
        for query in ("", "?_popup=1"):
            url = admin_url(thing, "delete") + query
            assert client.get(url).status_code == 403
            assert client.post(url, {"post": "yes"}).status_code == 403
    assert ArticleEdition.objects.filter(pk=edition.pk).exists()


@pytest.mark.parametrize(
    ("who", "is_gone"),
    [("writer", True), ("reviewer", True), ("publisher", True), ("no role", False), ("signed out", False)],
)
def test_a_draft_is_deleted_by_those_who_write(who, is_gone):
    draft = make_article("draft")
    account(who).post(admin_url(draft, "delete"), {"post": "yes"})
    assert ArticleEdition.objects.filter(pk=draft.pk).exists() != is_gone


# Reviewing


def reviewer_of(**facts):
    return make_person("Cleo Clinician", ["Reviewer"], **facts)


def test_who_wrote_sent_or_changed_a_text_reads_who_can_review_it():
    writer, sender, changer = (make_person(name, ["Reviewer"]) for name in ("Ana", "Ben", "Cleo"))
    make_person("Ivy Colleague", ["Reviewer"])
    draft = make_article("draft", author=writer)
    save(signed_in(changer.user), draft, title="Changed")
    draft.refresh_from_db()
    draft.submit(sender)
    for person, why in ((writer, "You wrote this"), (sender, "You sent this"), (changer, "You changed this")):
        client = signed_in(person.user)
        page = client.get(admin_url(draft, "act", "approve")).content.decode()
        assert why in page
        assert re.findall(r"<li>(Ana|Ben|Cleo|Ivy Colleague)\b", page) == ["Ivy Colleague"]
        assert "review_due_on" not in page
        answer = client.post(admin_url(draft, "act", "approve"), fields_for("approve", draft))
        assert why in answer.content.decode()
    assert all_of(draft)[0]["state"] == State.IN_REVIEW


def test_a_reviewer_who_is_no_clinician_reads_why_not():
    edition = make_article("in-review")
    page = account("reviewer who is no clinician").get(admin_url(edition, "act", "approve"))
    assert "Only a clinician can review" in page.content.decode()


@pytest.mark.parametrize("name", ["approve", "sign"])
def test_the_first_of_two_people_reads_that_a_colleague_is_next(name):
    first = reviewer_of()
    make_person("Ivy Colleague", ["Reviewer"])
    card = make_care_card(FROM[name])
    client, url = signed_in(first.user), admin_url(card, "act", name)
    client.post(url, fields_for(name, card))
    before = all_of(card)
    page = client.get(url).content.decode()
    assert "A colleague must" in page
    assert "Ivy Colleague" in page
    client.post(url, fields_for(name, card))
    assert all_of(card) == before


def test_somebody_without_a_person_is_led_to_people():
    edition = make_article("in-review")
    page = account("administrator without a person").get(admin_url(edition, "act", "approve"))
    assert "Enter yourself under People" in page.content.decode()
    writer = signed_in(make_user("Writer"))
    page = writer.get(admin_url(make_article("draft"), "act", "submit")).content.decode()
    assert "Ask an administrator" in page
    assert "person/add" not in page


def test_reviewed_without_a_change_takes_two_clicks_and_asks_about_the_sources():
    edition = make_article(evidence_checked_on=date(2025, 1, 1))
    make_overdue(edition)
    client = account("reviewer")
    for start in (edition, edition.document):
        url = admin_url(edition, "act", "sign")
        assert f'href="{url}"' in client.get(admin_url(start)).content.decode()
    page = client.get(url).content.decode()
    assert page.count('name="sources_checked"') == 2
    answer = client.post(url, form_on(client.get(url)) | {"sources_checked": "no"}, follow=True)
    edition.refresh_from_db()
    assert told(answer) == [f"Signed. The next review is due on {date_format(edition.review_due_on)}."]
    assert edition.evidence_checked_on == date(2025, 1, 1)
    assert not edition.is_overdue()
    client.post(url, form_on(client.get(url)) | {"sources_checked": "yes"})
    edition.refresh_from_db()
    assert edition.evidence_checked_on == edition.reviewed_on == timezone.localdate()


def test_the_page_of_a_signature_says_that_the_review_is_late():
    plan = make_checklist()
    make_overdue(plan, timezone.localdate() - timedelta(days=30))
    client = account("reviewer")
    for url in (admin_url(plan, "act", "sign"), admin_url(plan), admin_url(plan.document)):
        page = client.get(url).content.decode()
        assert "Its review was due on" in page, url
        assert "Ask us before you use this" in page, url


def test_words_that_changed_meanwhile_are_not_approved():
    edition = make_article("in-review")
    client, url = account("reviewer"), admin_url(edition, "act", "approve")
    sent = form_on(client.get(url))
    edition.send_back(make_person(), "Shorter.")
    edition.title = "Shorter"
    edition.save()
    edition.submit(make_person())
    answer = client.post(url, sent | {"review_due_on": in_months(5).isoformat()})
    assert "changed since you opened the page" in faults_on(answer)[0]
    assert "Open this page again" in faults_on(answer)[0]
    assert all_of(edition)[0]["state"] == State.IN_REVIEW
    assert client.post(url, sent | {"seen": "x"}).status_code == 200


@pytest.mark.parametrize("due", ["", "soon", "2020-01-01", "2999-01-01", "0001-01-01", "9999-12-31"])
def test_a_day_of_review_that_makes_no_sense_is_told_and_kept(due):
    edition = make_article("in-review")
    answer = act(account("reviewer"), edition, "approve", review_due_on=due)
    assert len(faults_on(answer)) == 1
    page = answer.content.decode()
    assert page.count("Error:") >= 1
    assert f'value="{due}"' in page or not due
    assert all_of(edition)[0]["state"] == State.IN_REVIEW


def test_three_years_to_the_next_review_are_accepted_on_any_day():
    make_clinic(review_months_other=36)
    edition = make_article("in-review")
    assert told(act(account("reviewer"), edition, "approve")) == [
        "Approved by you. Now it has to be published."
    ]


# Publishing


# What the checks warn of: no picture, and two sentences that are too long.
PLAIN = {"what_to_do": "1. Keep warm.\n2. Move a little."}
LONG = (
    "A muscle that pulls tight by itself can hurt a lot for a day or two and then it lets go and you can walk"
)
WARNED = {
    **PLAIN,
    "body": f"## What it is\n\n{LONG} and sit and work again.\n\n{LONG} and sleep and eat again.",
}


@pytest.mark.parametrize(("standing", "name"), [("draft", "submit"), ("in-review", "approve")])
def test_writer_and_reviewer_see_the_warnings_before_the_publisher_has_to_answer_them(standing, name):
    edition = make_article(standing, **WARNED)
    page = account("reviewer").get(admin_url(edition, "act", name)).content.decode()
    assert "The checks warn of 3 things" in page
    assert "It has no picture." in page
    assert told(act(account("reviewer"), edition, name)) != []


def test_each_kind_of_warning_needs_one_reason_and_what_was_typed_stays():
    edition = make_article("approved", **WARNED)
    client, url = account("publisher"), admin_url(edition, "act", "publish")
    page = client.get(url).content.decode()
    assert page.count('<textarea name="reason_') == 2
    assert page.count("Make two of it.") >= 2
    sent = {"reason_no-picture": "A drawing follows in May.", "day": "never", "at": "25:00"}
    answer = client.post(url, sent)
    assert len(faults_on(answer)[-3:]) == 3
    page = answer.content.decode()
    for typed in ("A drawing follows in May.", 'value="never"', 'value="25:00"'):
        assert typed in page, typed
    assert all_of(edition)[0]["live_from"] is None
    client.post(url, {"reason_no-picture": "A drawing follows in May.", "reason_long-sentence": "A quote."})
    assert all_of(edition)[0]["reasons"] == {
        "no-picture": "A drawing follows in May.", "long-sentence": "A quote.",
    }  # fmt: skip


def test_approving_and_publishing_count_the_same_warnings():
    for standing, name in (("in-review", "approve"), ("approved", "publish")):
        edition = make_article(standing, **WARNED)
        page = account("reviewer" if name == "approve" else "publisher").get(admin_url(edition, "act", name))
        assert "The checks warn of 3 things" in page.content.decode()


def test_a_reason_that_is_missing_is_asked_for_with_what_it_is_about():
    edition = make_article("approved", **WARNED)
    answer = account("publisher").post(admin_url(edition, "act", "publish"), {})
    told_of = [fault for fault in faults_on(answer) if "Write why this may stay" in fault]
    assert len(set(told_of)) == 2
    assert any(fault.startswith("It has no picture.") for fault in told_of)


@pytest.mark.parametrize(("standing", "name"), [("in-review", "approve"), ("approved", "publish")])
def test_who_approves_or_publishes_is_told_that_comments_are_open(standing, name):
    edition = make_article(standing, **PLAIN)
    client, url = account("reviewer" if name == "approve" else "publisher"), admin_url(edition, "act", name)
    told_so = "1 comment on this text is still open."
    assert told_so not in client.get(url).content.decode()
    somebody = make_person()
    comment = say(edition, somebody, "Hours, not days.")
    page = client.get(url).content.decode()
    assert told_so in page
    assert '<a href="#comments">Read the comments</a>' in page
    settle(comment, edition, somebody)
    assert told_so not in client.get(url).content.decode()


def test_the_reasons_stand_on_the_page_of_the_edition_with_what_they_are_about():
    edition, client = make_article("approved", **PLAIN), account("publisher")
    assert "Why it may stay" not in client.get(admin_url(edition)).content.decode()
    act(client, edition, "publish", **{"reason_no-picture": "A drawing follows in May."})
    page = client.get(admin_url(edition)).content.decode()
    assert "Published with 1 warning, and why" in page
    assert "It has no picture." in page
    assert "A drawing follows in May." in page


def test_whoever_assigns_is_told_who_has_it_to_do_now():
    edition, client = make_article("in-review"), account("writer")
    robin = make_person("Robin Reviewer")
    assert told(act(client, edition, "assign", to=robin.pk)) == [
        "Assigned to Robin Reviewer, who finds it on their desk."
    ]
    assert told(act(client, edition, "assign", to="")) == ["Nobody in particular has it to do now."]


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        ("in-review", "It waits for a clinician with the role Reviewer."),
        ("approved", "It waits for somebody with the role Publisher."),
        ("live", "Patients see it."),
        ("retired", "It was taken off the site"),
    ],
)
def test_an_edition_says_what_its_status_means(standing, said):
    assert said in account("writer").get(admin_url(make_article(standing))).content.decode()


def test_a_reason_of_the_live_edition_is_offered_again():
    edition = make_article("approved", **PLAIN)
    publish(edition)
    newer = edition.new_draft(make_person())
    newer.submit(make_person())
    approve_only(newer)
    page = account("publisher").get(admin_url(newer, "act", "publish")).content.decode()
    assert "Our readers know this." in page
    assert "This was written earlier" in page


def test_a_reason_may_not_be_blank_or_endless():
    edition = make_article("approved", **PLAIN)
    client, url = account("publisher"), admin_url(edition, "act", "publish")
    for reason in ("   ", "x" * 501):
        assert len(faults_on(client.post(url, {"reason_no-picture": reason}))) >= 1
    assert all_of(edition)[0]["live_from"] is None


def test_what_must_be_mended_stops_each_step_and_leads_there():
    editions = {name: make_article(FROM[name]) for name in ("submit", "approve", "publish")}
    for card in CareCardEdition.objects.in_force():
        rewrite(card, retire_from=timezone.now())
    for name, edition in editions.items():
        client, before = account("administrator"), all_of(edition)
        page = client.get(admin_url(edition, "act", name))
        (fault,) = faults_on(page)
        assert "emergency" in fault
        assert f"{admin_url(edition)}#id_regions" in page.content.decode()
        assert ("/act/send-back/" in page.content.decode()) == (name != "submit")
        assert client.post(admin_url(edition, "act", name), fields_for(name, edition)).status_code == 200
        assert all_of(edition) == before


def test_the_pages_before_publishing_lead_to_what_changed():
    live = make_article()
    draft = live.new_draft(make_person())
    draft.submit(make_person())
    client = account("administrator")
    where = f"/compare/?old={live.number}&amp;new={draft.number}"
    assert where in client.get(admin_url(draft, "act", "approve")).content.decode()
    approve_only(draft)
    assert where in client.get(admin_url(draft, "act", "publish")).content.decode()


@pytest.mark.parametrize(("name", "standing"), [("edit", "live"), ("restore", "retired")])
def test_a_second_draft_is_not_begun_but_the_first_is_shown(name, standing):
    edition = make_article(standing)
    draft = edition.new_draft(make_person())
    client, url = account("writer"), admin_url(edition, "act", name)
    page = client.get(url).content.decode()
    assert "There is a draft already" in page
    assert f'href="{admin_url(draft)}"' in page
    assert client.post(url).status_code == 200
    assert ArticleEdition.objects.count() == 2


def test_who_approves_and_may_publish_goes_straight_on():
    edition = make_article("in-review")
    answer = act(account("administrator"), edition, "approve")
    assert answer.request["PATH_INFO"] == admin_url(edition, "act", "publish")
    edition = make_article("in-review")
    assert act(account("reviewer"), edition, "approve").request["PATH_INFO"] == admin_url(edition)


# Moments

ZONE = ZoneInfo("America/New_York")


def change_of_clocks(forward):
    """Return the day on which New York next turns its clocks."""
    for passed in range(1, 400):
        day = datetime.now(ZONE).date() + timedelta(days=passed)
        before, after = (datetime(day.year, day.month, day.day, hour, tzinfo=ZONE) for hour in (0, 12))
        turned = after.utcoffset() - before.utcoffset()
        if turned and (turned > timedelta(0)) == forward:
            return day
    raise AssertionError


@pytest.mark.parametrize(
    ("forward", "at", "why"),
    [(True, "02:30", "there is no 02:30 on that day. Choose another time, like 03:30"),
     (False, "01:30", "there is 01:30 twice on that day. Choose another time, like 02:30")],
)  # fmt: skip
def test_a_time_that_the_clocks_leave_out_or_repeat_is_refused(forward, at, why):
    make_clinic(time_zone="America/New_York")
    for name in ("publish", "retire"):
        edition = make_article(FROM[name])
        sent = fields_for(name, edition) | {"day": change_of_clocks(forward).isoformat(), "at": at}
        answer = act(account("publisher"), edition, name, **sent)
        assert why in faults_on(answer)[0]
        assert f'value="{at}"' in answer.content.decode()
        row = all_of(edition)[0]
        assert row["retire_from"] is None
        assert name == "retire" or row["live_from"] is None


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("at", ["00:59", "03:00", "23:59"])
def test_a_moment_on_the_day_of_a_change_is_that_of_the_clinic_to_the_minute(forward, at):
    make_clinic(time_zone="America/New_York")
    edition, day = make_article("approved"), change_of_clocks(forward)
    sent = fields_for("publish", edition) | {"day": day.isoformat(), "at": at}
    answer = act(account("publisher"), edition, "publish", **sent)
    edition.refresh_from_db()
    moment = date_format(edition.live_from.astimezone(ZONE), "DATETIME_FORMAT")
    assert told(answer) == [f"Scheduled. From {moment} on, patients see it."]
    assert edition.live_from.astimezone(ZONE).isoformat(timespec="minutes")[:16] == f"{day}T{at}"
    minute = timedelta(minutes=1)
    in_force = ArticleEdition.objects.in_force
    assert not in_force(edition.live_from - minute).exists()
    assert in_force(edition.live_from).get() == edition


def moment_of(zone, day, at=""):
    form = MomentForm({"day": day, "at": at}, edition=None, clinic=Clinic(time_zone=zone))
    return (form.moment(), {}) if form.is_valid() else (None, form.errors)


def test_a_day_without_a_time_means_its_first_moment_even_where_midnight_is_left_out():
    day = datetime.now(UTC).date() + timedelta(days=30)
    assert moment_of("Asia/Tokyo", day)[0] == datetime(
        day.year, day.month, day.day, tzinfo=ZoneInfo("Asia/Tokyo")
    )
    for passed in range(1, 400):  # Chile turns its clocks at midnight
        day = datetime.now(UTC).date() + timedelta(days=passed)
        moment, errors = moment_of("America/Santiago", day)
        assert not errors, day
        local = moment.astimezone(ZoneInfo("America/Santiago"))
        assert (local.date(), local.hour in {0, 1}) == (day, True)


def test_today_without_a_time_means_at_once():
    assert moment_of("America/New_York", datetime.now(ZONE).date()) == (None, {})
    assert moment_of("America/New_York", "") == (None, {})


def test_the_minute_that_is_running_has_not_passed():
    now = datetime.now(ZONE)
    assert moment_of("America/New_York", now.date(), f"{now:%H:%M}")[1] == {}


@pytest.mark.parametrize(
    ("day", "at", "field"),
    [("2020-01-01", "", "day"), ("0001-01-01", "00:00", "day"), ("9999-12-31", "23:59", "day"),
     ("", "10:00", "day"), ("tomorrow", "", "day"), (None, "26:00", "at")],
)  # fmt: skip
def test_a_moment_that_makes_no_sense_is_refused(day, at, field):
    day = day if day is not None else datetime.now(ZONE).date() + timedelta(days=9)
    _moment, errors = moment_of("America/New_York", day, at)
    assert list(errors) == [field]


def test_two_editions_can_be_scheduled_one_after_the_other():
    live = make_article()
    soon, later = timezone.now() + timedelta(days=2), timezone.now() + timedelta(days=5)
    client, editions = account("publisher"), []
    for moment in (soon, later):
        draft = live.new_draft(make_person())
        draft.submit(make_person())
        approve_only(draft)
        local = moment.astimezone(Clinic.load().zone)
        sent = fields_for("publish", draft) | {"day": f"{local:%Y-%m-%d}", "at": f"{local:%H:%M}"}
        page = client.get(admin_url(draft, "act", "publish")).content.decode()
        assert ("is scheduled for" in page) == bool(editions)
        act(client, draft, "publish", **sent)
        editions.append(draft)
    first, second = editions
    in_force = ArticleEdition.objects.in_force
    assert in_force().get() == live
    assert in_force(soon).get() == first
    assert in_force(later).get() == second
    act(client, first, "take-back")
    assert in_force(soon).get() == live
    assert in_force(later).get() == second


@pytest.mark.parametrize(
    ("acts", "said"), [((), "or delete it first"), (("submit",), "it can be sent back to its writer")]
)
def test_who_cannot_begin_a_draft_reads_what_to_do_with_the_one_in_work(acts, said):
    live = make_article()
    draft = live.new_draft(make_person())
    for name in acts:
        getattr(draft, name)(make_person())
    page = account("writer").get(admin_url(live, "act", "edit")).content.decode()
    assert said in page
    assert admin_url(draft) in page


def test_a_comment_that_comes_too_late_is_given_back():
    edition, client = make_article("in-review"), account("reviewer")
    edition.withdraw(edition.author)
    answer = client.post(admin_url(edition, "act", "send-back"), {"comment": "Say it shorter, please."})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Say it shorter, please." in page
    assert "this edition is &#x27;draft&#x27; now" in page


def test_a_comment_of_somebody_who_lost_the_role_is_given_back():
    edition = make_article("in-review")
    answer = account("writer").post(admin_url(edition, "act", "send-back"), {"comment": "Shorter, please."})
    assert answer.status_code == 403
    assert "Shorter, please." in answer.content.decode()
    assert all_of(edition)[0]["state"] == State.IN_REVIEW


def test_an_emergency_card_is_never_taken_off_the_site():
    card, client = make_care_card(), account("publisher")
    assert "/act/retire/" not in client.get(admin_url(card)).content.decode()
    for sent in ({}, {"day": (timezone.localdate() + timedelta(days=3)).isoformat()}):
        answer = act(client, card, "retire", **sent)
        assert "so the card stays" in told(answer)[0]
    with pytest.raises(EditionError, match="so the card stays"):
        card.retire(make_person())
    assert CareCardEdition.objects.in_force().get() == card


def test_a_scheduled_edition_is_moved_to_another_moment_without_another_review():
    make_clinic(time_zone="America/New_York")
    live = make_article(**PLAIN)
    draft = live.new_draft(make_person())
    draft.submit(make_person())
    approve_only(draft)
    day = datetime.now(ZONE).date() + timedelta(days=9)
    publish(draft, make_person(), datetime(day.year, day.month, day.day, 8, 30, tzinfo=ZONE))
    client = account("publisher")
    form = form_on(client.get(admin_url(draft, "act", "publish")))
    assert (form["day"], form["at"]) == (day.isoformat(), "08:30")
    assert {text for name, text in form.items() if name.startswith("reason_")} == {"Our readers know this."}
    answer = client.post(admin_url(draft, "act", "publish"), form | {"at": "07:15"}, follow=True)
    assert told(answer)[0].startswith("Scheduled. From")
    draft.refresh_from_db()
    assert draft.live_from.astimezone(ZONE).strftime("%H:%M") == "07:15"
    assert draft.reviewed_by
    answer = client.post(admin_url(draft, "act", "publish"), form | {"day": "", "at": ""}, follow=True)
    assert told(answer) == ["Published. Patients see it now."]
    assert ArticleEdition.objects.in_force().get() == draft


def test_whoever_retires_a_page_reads_that_a_scheduled_edition_brings_it_back():
    live = make_article()
    client = account("publisher")
    words = "patients will then see it all the same"
    assert words not in client.get(admin_url(live, "act", "retire")).content.decode()
    draft = live.new_draft(make_person())
    draft.submit(make_person())
    approve_only(draft)
    publish(draft, make_person(), timezone.now() + timedelta(days=2))
    assert words in client.get(admin_url(live, "act", "retire")).content.decode()


def test_whoever_publishes_reads_that_a_planned_retirement_goes_with_the_older_edition():
    live = make_article()
    client = account("publisher")
    draft = live.new_draft(make_person())
    draft.submit(make_person())
    approve_only(draft)
    words = "This one will not leave with it"
    assert words not in client.get(admin_url(draft, "act", "publish")).content.decode()
    live.retire(make_person(), timezone.now() + timedelta(days=5))
    assert words in client.get(admin_url(draft, "act", "publish")).content.decode()


def test_two_editions_cannot_be_scheduled_for_one_minute():
    live, client = make_article(), account("publisher")
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    for is_first in (True, False):
        draft = live.new_draft(make_person())
        draft.submit(make_person())
        approve_only(draft)
        answer = act(client, draft, "publish", **fields_for("publish", draft), day=day, at="09:00")
        said = faults_on(answer)
        assert bool(said) != is_first
    assert "Another edition goes live at that very moment. Choose another minute." in said[0]


def test_a_retirement_is_planned_to_the_minute_and_canceled():
    make_clinic(time_zone="Asia/Kathmandu")
    edition, client = make_article(), account("publisher")
    day = datetime.now(ZoneInfo("Asia/Kathmandu")).date() + timedelta(days=9)
    answer = act(client, edition, "retire", day=day.isoformat(), at="17:45")
    moment = date_format(day, "DATE_FORMAT") + ", 5:45 p.m."
    assert told(answer) == [f"Planned. On {moment} it leaves the site. Until then you can cancel it here."]
    edition.refresh_from_db()
    assert edition.retire_from == datetime(day.year, day.month, day.day, 12, 0, tzinfo=UTC)
    minute, in_force = timedelta(minutes=1), ArticleEdition.objects.in_force
    assert in_force(edition.retire_from - minute).get() == edition
    assert not in_force(edition.retire_from).exists()
    assert "until" in client.get(admin_url(edition.document)).content.decode()
    assert told(act(client, edition, "keep")) == ["The page stays on the site."]
    assert in_force(edition.retire_from).get() == edition


def test_each_page_says_what_happens_who_sees_it_and_what_comes_next():
    for name in FROM:
        edition = ready_for(name, make_article)
        client = signed_in(edition.author.user) if name == "withdraw" else account("administrator")
        page = client.get(admin_url(edition, "act", name)).content.decode()
        for heading in ("What happens", "Who sees it", "What comes next"):
            assert heading in page, name
