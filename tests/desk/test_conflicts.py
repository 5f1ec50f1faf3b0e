"""Two people on one draft, and words that come too late: nobody loses any."""

import html
import re

import pytest
from django.urls import reverse

from education.articles.models import ArticleEdition
from education.desk.conflicts import Seen
from education.editorial.comments import thread
from education.editorial.models import PematRating, Person
from education.editorial.states import State
from education.staff.models import Act, Entry
from education.staff.roles import REVIEWER, WRITER
from education.wording.pemat import items
from tests.desk.staff import act, admin_url, form_on, save, signed_in, told
from tests.factories import make_article, make_checklist, make_person, make_source, make_topic, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def wren():
    return make_person("Wren Writer", roles=[WRITER])


@pytest.fixture
def sam():
    return make_person("Sam Scribe", roles=[WRITER])


def opened(person, edition):
    """Return a client of somebody, and the form as they see it now."""
    client = signed_in(person.user)
    return client, form_on(client.get(admin_url(edition)))


def sent(client, edition, form, **changes):
    return client.post(admin_url(edition), form | {"_save": "1"} | changes, follow=True)


def shown(answer):
    return html.unescape(answer.content.decode())


def conflict_form(answer):
    return form_on(answer, which="no form has this id")


def test_each_save_is_counted_and_stands_in_the_trail(wren):
    edition = make_article("draft")
    before = edition.revision
    save(signed_in(wren.user), edition, body="New words.")
    edition.refresh_from_db()
    assert edition.revision == before + 1
    entry = Entry.objects.filter(act=Act.SAVE, thing_id=str(edition.pk)).get()
    assert (entry.who, entry.note) == (wren.user.username, "Body")


def test_a_save_that_changes_only_rows_counts_and_stands_in_the_trail_too(wren):
    edition = make_checklist("draft")
    before = edition.revision
    save(signed_in(wren.user), edition, **{"steps-0-action": "Walk around the house"})
    edition.refresh_from_db()
    assert edition.revision == before + 1
    assert Entry.objects.filter(act=Act.SAVE, kind="checklists.checklistedition", user=wren.user).count() == 1


def test_who_saved_only_a_row_cannot_approve():
    edition = make_checklist("draft")
    clinician = make_person("Cleo Clinician")
    save(signed_in(clinician.user), edition, **{"steps-0-action": "Walk around the house"})
    edition.submit(edition.author)
    act(signed_in(clinician.user), edition, "approve")
    edition.refresh_from_db()
    assert edition.state == State.IN_REVIEW


def test_two_people_on_one_field_see_both_versions_and_nothing_is_written(wren, sam):
    edition = make_article("draft")
    mine, form = opened(wren, edition)
    theirs, other = opened(sam, edition)
    sent(theirs, edition, other, body="What Sam says.", title="Sam's title")

    answer = sent(mine, edition, form, body="What Wren says.", how_long="Wren alone: three days.")

    edition.refresh_from_db()
    assert edition.body == "What Sam says."
    assert answer.status_code == 409
    page = shown(answer)
    for words in ("What Sam says.", "What Wren says.", "Wren alone: three days.", "Sam Scribe"):
        assert words in page.replace("<mark>", "").replace("</mark>", "")
    again = conflict_form(answer)
    assert again["choose-body"] == "mine"
    assert again["choose-title"] == "theirs"  # only Sam changed it
    assert "choose-how_long" not in again  # only Wren changed it


def test_saving_again_resolves_the_conflict_as_chosen(wren, sam):
    edition = make_article("draft")
    mine, form = opened(wren, edition)
    theirs, other = opened(sam, edition)
    sent(theirs, edition, other, body="What Sam says.", title="Sam's title", summary="Sam's summary.")
    answer = sent(mine, edition, form, body="What Wren says.", title="Wren's title", how_long="Wren alone.")

    choices = {"choose-title": "theirs", "choose-body": "mine"}
    sent(mine, edition, conflict_form(answer), **choices)

    edition.refresh_from_db()
    assert edition.body == "What Wren says."
    assert edition.title == "Sam's title"
    assert edition.summary == "Sam's summary."
    assert edition.how_long == "Wren alone."


def test_words_can_be_joined_by_hand_on_the_page_of_the_conflict(wren, sam):
    edition = make_article("draft")
    mine, form = opened(wren, edition)
    theirs, other = opened(sam, edition)
    sent(theirs, edition, other, body="What Sam says.")
    answer = sent(mine, edition, form, body="What Wren says.")
    sent(mine, edition, conflict_form(answer), body="What both say.")
    edition.refresh_from_db()
    assert edition.body == "What both say."


def test_words_written_beside_a_choice_of_theirs_are_asked_about_once_more(wren, sam):
    edition = make_article("draft")
    mine, form = opened(wren, edition)
    theirs, other = opened(sam, edition)
    sent(theirs, edition, other, body="What Sam says.", title="Sam's title", summary="Sam's summary.")
    answer = sent(mine, edition, form, title="Wren's title", how_long="Wren alone.")
    asked = conflict_form(answer)
    assert asked["choose-body"] == "theirs"

    answer = sent(mine, edition, asked, body="What both say.")
    again = conflict_form(answer)
    assert again["choose-body"] == "mine"
    assert [name for name in again if name.startswith("choose-")] == ["choose-body"]
    edition.refresh_from_db()
    assert edition.body == "What Sam says."

    kept = sent(mine, edition, again)
    assert told(kept) == ["Saved. Patients see nothing of it yet."]
    edition.refresh_from_db()
    assert (edition.body, edition.title) == ("What both say.", "Wren's title")
    assert (edition.summary, edition.how_long) == ("Sam's summary.", "Wren alone.")


def test_theirs_can_still_be_taken_when_one_is_asked_once_more(wren, sam):
    edition = make_article("draft")
    mine, form = opened(wren, edition)
    theirs, other = opened(sam, edition)
    sent(theirs, edition, other, body="What Sam says.")
    asked = conflict_form(sent(mine, edition, form, title="Wren's title"))
    again = conflict_form(sent(mine, edition, asked, body="What both say."))
    sent(mine, edition, again, **{"choose-body": "theirs"})
    edition.refresh_from_db()
    assert (edition.body, edition.title) == ("What Sam says.", "Wren's title")


def test_a_third_save_in_between_asks_once_more(wren, sam):
    edition = make_article("draft")
    mine, form = opened(wren, edition)
    theirs, other = opened(sam, edition)
    sent(theirs, edition, other, body="Sam, first.")
    answer = sent(mine, edition, form, body="What Wren says.")
    save(theirs, edition, body="Sam, second.")
    again = sent(mine, edition, conflict_form(answer))
    assert again.status_code == 409
    assert "second" in shown(again)
    edition.refresh_from_db()
    assert edition.body == "Sam, second."


def test_a_third_save_in_between_forgets_no_choice(wren, sam):
    edition = make_article("draft")
    mine, form = opened(wren, edition)
    theirs, other = opened(sam, edition)
    sent(theirs, edition, other, title="Sam's title", body="What Sam says.")
    asked = conflict_form(sent(mine, edition, form, title="Wren's title"))
    theirs, other = opened(sam, edition)
    sent(theirs, edition, other, summary="Sam's summary.")
    again = conflict_form(sent(mine, edition, asked, **{"choose-title": "theirs"}))
    sent(mine, edition, again)
    edition.refresh_from_db()
    assert (edition.title, edition.body) == ("Sam's title", "What Sam says.")


def test_nobody_is_asked_when_both_saved_the_same(wren, sam):
    edition = make_article("draft")
    mine, form = opened(wren, edition)
    theirs, other = opened(sam, edition)
    sent(theirs, edition, other, body="The same.")
    answer = sent(mine, edition, form, body="The same.", how_long="And more.")
    edition.refresh_from_db()
    assert answer.status_code == 200
    assert (edition.body, edition.how_long) == ("The same.", "And more.")


@pytest.mark.parametrize("seen", ["", "{", "[]", '{"fields": 3, "rows": 1}', "x" * 5000, None])
def test_a_form_that_does_not_say_what_it_saw_proposes_what_its_writer_wrote(wren, sam, seen):
    edition = make_article("draft")
    mine, form = opened(wren, edition)
    theirs, other = opened(sam, edition)
    sent(theirs, edition, other, title="Sam's title")
    form.pop("seen")
    answer = sent(mine, edition, form, **({} if seen is None else {"seen": seen}))
    assert answer.status_code == 409
    assert conflict_form(answer)["choose-title"] == "mine"


def test_what_is_no_digest_is_read_as_nothing():
    assert Seen.read('{"fields": null, "rows": {"steps": 4}}') == Seen({}, {})


# Rows


def test_a_step_that_both_changed_is_shown_on_both_sides(wren, sam):
    edition = make_checklist("draft", steps=2)
    mine, form = opened(wren, edition)
    theirs, other = opened(sam, edition)
    first = edition.steps.first()
    sent(theirs, edition, other, **{"steps-0-action": "Sam walks", "steps-1-how": "Sam's way."})
    answer = sent(mine, edition, form, **{"steps-0-action": "Wren walks"})
    again = conflict_form(answer)
    page = shown(answer).replace("<mark>", "").replace("</mark>", "")
    assert "Action: Sam walks" in page
    assert "Action: Wren walks" in page
    assert again[f"choose-steps-{first.pk}"] == "mine"
    sent(mine, edition, again)
    actions = [(step.action, step.how) for step in edition.steps.all()]
    assert actions == [("Wren walks", "Slowly."), ("Roll your knees from side to side", "Sam's way.")]


def test_a_step_added_by_a_colleague_stays(wren, sam):
    edition = make_checklist("draft", steps=1)
    mine, form = opened(wren, edition)
    theirs, other = opened(sam, edition)
    sent(theirs, edition, other, **{
        "steps-TOTAL_FORMS": "2", "steps-1-position": "20", "steps-1-phase": "after",
        "steps-1-action": "Use a heat pack",
    })  # fmt: skip
    answer = sent(mine, edition, form, goal="Wren's goal.")
    added = edition.steps.get(action="Use a heat pack")
    assert conflict_form(answer)[f"choose-steps-{added.pk}"] == "theirs"
    sent(mine, edition, conflict_form(answer))
    edition.refresh_from_db()
    assert edition.goal == "Wren's goal."
    assert edition.steps.count() == 2
    assert edition.steps.get(action="Use a heat pack").key == "use-a-heat-pack"


def test_a_step_removed_by_a_colleague_and_changed_by_me_comes_back(wren, sam):
    edition = make_checklist("draft", steps=2)
    mine, form = opened(wren, edition)
    theirs, other = opened(sam, edition)
    sent(theirs, edition, other, **{"steps-1-DELETE": "on"})
    assert edition.steps.count() == 1
    answer = sent(mine, edition, form, **{"steps-1-action": "Wren's step"})
    sent(mine, edition, conflict_form(answer))
    assert [step.action for step in edition.steps.all()][-1] == "Wren's step"


def test_a_step_that_i_remove_and_a_colleague_changes_is_asked_about(wren, sam):
    edition = make_checklist("draft", steps=2)
    second = edition.steps.last()
    mine, form = opened(wren, edition)
    theirs, other = opened(sam, edition)
    sent(theirs, edition, other, **{"steps-1-action": "Sam's step"})
    answer = sent(mine, edition, form, **{"steps-1-DELETE": "on"})
    again = conflict_form(answer)
    sent(mine, edition, again, **{f"choose-steps-{second.pk}": "theirs"})
    assert edition.steps.get(pk=second.pk).action == "Sam's step"


def test_sources_of_both_stay(wren, sam):
    edition = make_article("draft", sources=0)
    one, two = make_source(title="One"), make_source(title="Two")
    mine, form = opened(wren, edition)
    theirs, other = opened(sam, edition)

    def row(source):
        return {
            "citations-TOTAL_FORMS": "1", "citations-0-position": "1",
            "citations-0-source": str(source.pk), "citations-0-supports": "So it is.",
        }  # fmt: skip

    sent(theirs, edition, other, **row(one))
    answer = sent(mine, edition, form, **row(two))
    sent(mine, edition, conflict_form(answer))
    assert {citation.source for citation in edition.citations.all()} == {one, two}


# Too late


@pytest.mark.parametrize("standing", ["in-review", "live", "deleted"])
def test_words_that_come_too_late_are_all_shown(wren, standing):
    edition = make_article("draft", author=wren)
    client, form = opened(wren, edition)
    if standing == "deleted":
        signed_in(make_person().user).post(admin_url(edition, "delete"), {"post": "yes"})
    else:
        edition.submit(wren)
    if standing == "live":
        edition.approve(make_person(), edition.written_on.replace(year=edition.written_on.year + 1))
        edition.publish(make_person(), reasons=dict.fromkeys([w.code for w in edition.warnings()], "ok"))
    before = list(ArticleEdition.objects.values())

    answer = sent(client, edition, form, body="Words\nthat matter <b>.", questions="- My question?")

    assert answer.status_code == 403
    page = shown(answer)
    assert "Words\nthat matter <b>." in page
    assert "- My question?" in page
    assert "<textarea" in page
    assert list(ArticleEdition.objects.values()) == before


def test_words_that_come_too_late_can_start_a_new_draft(wren):
    edition = make_article(slug="later", author=wren)
    draft = edition.new_draft(wren)
    client, form = opened(wren, draft)
    draft.submit(wren)
    clinician = make_person("Cleo Clinician")
    draft.approve(clinician, edition.review_due_on)
    draft.publish(clinician, reasons=dict.fromkeys([w.code for w in draft.warnings()], "ok"))
    late = sent(client, draft, form, body="Wren's late words.", **{"citations-0-supports": "Late claim."})
    assert "Start a new draft with my words" in shown(late)

    answer = client.post(admin_url(draft), conflict_form(late) | {"_new_draft": "1"}, follow=True)

    third = ArticleEdition.objects.get(document=edition.document, number=3)
    assert answer.redirect_chain[-1][0] == admin_url(third)
    assert third.body == "Wren's late words."
    assert [citation.supports for citation in third.citations.all()] == ["Late claim."]


@pytest.fixture
def late(wren):
    """A client, a plan that went live while it was written, and the page that keeps the words for it."""
    edition = make_checklist("draft", author=wren, steps=3)
    client, form = opened(wren, edition)
    edition.submit(wren)
    edition.approve(make_person(), edition.written_on.replace(year=edition.written_on.year + 1))
    edition.publish(make_person(), reasons=dict.fromkeys([w.code for w in edition.warnings()], "ok"))
    changes = {"steps-0-action": "Wren's first step", "steps-1-DELETE": "on"}
    return client, edition, conflict_form(sent(client, edition, form, **changes))


@pytest.mark.parametrize("title", ["", "Too long " * 20])
def test_a_new_draft_with_words_that_must_be_mended_keeps_its_parts_and_those_words(late, title):
    client, edition, form = late
    changes = {"title": title, "goal": "Wren's goal."}
    answer = client.post(admin_url(edition), form | {"_new_draft": "1"} | changes)
    draft = type(edition).objects.get(number=2)
    assert (draft.title, draft.steps.count()) == (edition.title, 3)
    assert [c.source_id for c in draft.citations.all()] == [c.source_id for c in edition.citations.all()]
    again = form_on(answer)
    assert (again["goal"], again["steps-0-action"]) == ("Wren's goal.", "Wren's first step")
    assert f'action="{admin_url(draft)}"' in shown(answer)

    sent(client, draft, again, title="Mended")
    draft.refresh_from_db()
    assert (draft.title, draft.goal) == ("Mended", "Wren's goal.")
    kept = [step.action for step in edition.steps.all()]
    assert [step.action for step in draft.steps.all()] == ["Wren's first step", kept[2]]
    assert draft.citations.count() == edition.citations.count()


def test_a_row_that_a_colleague_added_meanwhile_stands_in_the_new_draft_too(wren):
    edition = make_checklist("draft", author=wren, steps=1)
    client, form = opened(wren, edition)
    save(signed_in(make_person(roles=[WRITER]).user), edition, **{
        "steps-TOTAL_FORMS": "2", "steps-1-position": "20", "steps-1-phase": "after",
        "steps-1-action": "Use a heat pack",
    })  # fmt: skip
    edition.submit(wren)
    edition.approve(make_person(), edition.written_on.replace(year=edition.written_on.year + 1))
    edition.publish(make_person(), reasons=dict.fromkeys([w.code for w in edition.warnings()], "ok"))
    late = sent(client, edition, form, **{"steps-0-action": "Wren's step"})
    client.post(admin_url(edition), conflict_form(late) | {"_new_draft": "1"})
    draft = type(edition).objects.get(number=2)
    assert [step.action for step in draft.steps.all()] == ["Wren's step", "Use a heat pack"]


def test_a_reviewer_is_shown_the_way_to_send_it_back():
    edition = make_article("draft")
    client, form = opened(make_person(roles=[REVIEWER]), edition)
    edition.submit(edition.author)
    page = shown(sent(client, edition, form, body="Late."))
    assert admin_url(edition, "act", "send-back") in page


def test_who_lost_the_role_keeps_the_words(wren):
    edition = make_article("draft")
    client, form = opened(wren, edition)
    wren.user.groups.clear()
    answer = sent(client, edition, form, body="Words that matter.")
    assert answer.status_code == 403
    assert "Words that matter." in shown(answer)
    assert "An administrator can give you the role" in shown(answer)
    edition.refresh_from_db()
    assert edition.body != "Words that matter."


def test_who_was_signed_out_keeps_the_words_and_can_save_them(wren):
    edition = make_article("draft")
    client, form = opened(wren, edition)
    client.logout()
    answer = sent(client, edition, form, body="Words that matter.")
    assert answer.status_code == 403
    assert "Words that matter." in shown(answer)
    assert f"{reverse('admin:login')}?next=" in shown(answer)
    client.force_login(wren.user)
    client.post(admin_url(edition), conflict_form(answer) | {"_save": "1"})
    edition.refresh_from_db()
    assert edition.body == "Words that matter."


def test_a_stale_token_shows_the_words_and_a_way_to_save_them(wren):
    edition = make_article("draft")
    client, form = opened(wren, edition)
    client.handler.enforce_csrf_checks = True
    stale = form | {"csrfmiddlewaretoken": "x" * 64, "body": "Words that matter.", "_save": "1"}
    client.cookies["csrftoken"] = "y" * 32
    own = client.post(admin_url(edition), stale, headers={"Origin": "http://testserver"})
    assert own.status_code == 403
    assert "Words that matter." in shown(own)
    assert "Send again" in shown(own)


def test_a_form_of_another_site_is_refused_without_its_words(wren):
    edition = make_article("draft")
    client, form = opened(wren, edition)
    client.handler.enforce_csrf_checks = True
    forged = form | {"csrfmiddlewaretoken": "x" * 64, "body": "Forged."}
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {}):
        answer = client.post(admin_url(edition), forged, headers=headers)
        assert answer.status_code == 403
        assert "Forged." not in shown(answer)


def test_the_words_can_be_taken_away_as_a_file(wren):
    edition = make_article("draft")
    client, form = opened(wren, edition)
    answer = client.post(admin_url(edition), form | {"body": "Words\r\nthat matter.", "_words": "1"})
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    text = answer.content.decode()
    assert "Body\n\nWords\nthat matter." in text
    assert "csrf" not in text
    edition.refresh_from_db()
    assert edition.body != "Words\nthat matter."


def test_kept_words_stand_there_as_people_read_them(wren):
    source = make_source(title="A good source")
    edition = make_article("draft", author=wren, topic=make_topic(title="Moving"))
    client, form = opened(wren, edition)
    edition.submit(wren)
    row = {"citations-TOTAL_FORMS": "1", "citations-0-source": str(source.pk), "citations-0-words": "good"}
    changes = row | {"needs": ["help"], "regions": "neck", "regions_also": ["shoulder"]}
    answer = sent(client, edition, form, **changes)
    file = client.post(admin_url(edition), conflict_form(answer) | {"_words": "1"}).content.decode()
    told = dict(
        re.findall(r'for="kept-\d+">(.*?)</label>\s*<textarea.*?>\n(.*?)</textarea>', shown(answer), re.S)
    )
    assert told["Topic"] == "Moving"
    assert told["Written by"] == str(wren)
    assert told["Source 1: Source"] == str(source)
    assert told["Source 1: Or find it by its words"] == "good"
    assert told["Regions"] == "Shoulder"
    assert not [label for label in told if label.startswith("Initial")]
    assert "Topic\n\nMoving\n" in file
    assert "Initial" not in file


def test_whoever_is_signed_out_learns_no_names(wren):
    edition = make_article("draft", author=wren, topic=make_topic(title="Moving"))
    client, form = opened(wren, edition)
    client.logout()
    answer = sent(client, edition, form, body="Words that matter.")
    assert "Words that matter." in shown(answer)
    assert "Moving" not in shown(answer)
    assert "Wren Writer" not in shown(answer)
    assert conflict_form(answer)["topic"] == str(edition.topic_id)


# What is said about an edition


def given(edition, where, **fields):
    """Return a client, the address of a page, and what somebody filled in there."""
    person = make_person("Cleo Clinician")
    client = signed_in(person.user)
    url = admin_url(edition, *where)
    form = form_on(client.get(url), which="comment" if where == ("comments",) else "no form has this id")
    return person, client, url, form | fields


PEMAT = {f"item-{item.number}": "agree" for item in items()}
SAID = [
    (("act", "send-back"), {"comment": "Rewrite the second part."}, "Rewrite the second part."),
    (("comments",), {"text": "Rewrite the second part.", "field": "how_long"}, "How long it lasts"),
    (("pemat",), PEMAT, "Agree"),
]


def took(edition):
    """Whether something was done about an edition, or said."""
    edition.refresh_from_db()
    return bool(edition.state == State.DRAFT or thread(edition) or PematRating.objects.exists())


@pytest.mark.parametrize(("where", "fields", "words"), SAID)
def test_what_was_said_is_kept_for_whoever_was_signed_out_and_sent_once_they_are_back(where, fields, words):
    edition = make_article("in-review")
    person, client, url, form = given(edition, where, **fields)
    client.logout()
    answer = client.post(url, form)
    assert answer.status_code == 403
    assert words in shown(answer)
    assert f"{reverse('admin:login')}?next=" in shown(answer)
    assert not took(edition)
    client.force_login(person.user)
    client.post(url, conflict_form(answer) | {"_save": "1"})
    assert took(edition)


@pytest.mark.parametrize(("where", "fields", "words"), SAID)
def test_what_was_said_with_a_stale_token_is_kept_and_can_be_sent_again(where, fields, words):
    edition = make_article("in-review")
    _person, client, url, form = given(edition, where, **fields)
    client.handler.enforce_csrf_checks = True
    client.cookies["csrftoken"] = "y" * 32
    stale = form | {"csrfmiddlewaretoken": "x" * 64}
    answer = client.post(url, stale, headers={"Origin": "http://testserver"})
    assert answer.status_code == 403
    assert words in shown(answer)
    client.post(url, conflict_form(answer) | {"_save": "1"}, headers={"Origin": "http://testserver"})
    assert took(edition)
    assert words not in shown(client.post(url, stale, headers={"Origin": "https://evil.example"}))


def test_reasons_for_warnings_are_kept_for_whoever_was_signed_out():
    edition = make_article("approved", body="This is an emergency ward, a cripple and a herniated disc.")
    _person, client, url, form = given(edition, ("act", "publish"))
    reasons = {name: "Our readers know it." for name in form if name.startswith("reason_")}
    assert reasons
    client.logout()
    answer = client.post(url, form | reasons)
    assert "Our readers know it." in shown(answer)
    assert conflict_form(answer).items() >= reasons.items()


def test_whoever_was_signed_out_before_an_act_without_words_signs_in_as_usual():
    edition = make_article("draft")
    _person, client, url, form = given(edition, ("act", "submit"))
    client.logout()
    answer = client.post(url, form)
    assert answer.headers["Location"].startswith(reverse("admin:login"))


# Words of an earlier visit


def test_words_of_an_earlier_visit_are_put_back_into_the_form_unsaved(wren):
    edition = make_checklist("draft", steps=1)
    client, form = opened(wren, edition)
    form |= {"goal": "", "safety_net": "From yesterday.", "steps-0-action": "", "steps-0-how": "Half a"}
    answer = client.post(admin_url(edition), form | {"_put_back": "1"})
    assert answer.status_code == 200
    again = form_on(answer)
    assert (again["goal"], again["safety_net"], again["steps-0-how"]) == ("", "From yesterday.", "Half a")
    assert "errorlist" not in answer.content.decode()
    edition.refresh_from_db()
    assert edition.safety_net != "From yesterday."


def test_words_of_an_earlier_visit_meet_what_was_saved_since(wren, sam):
    edition = make_article("draft")
    client, form = opened(wren, edition)
    save(signed_in(sam.user), edition, body="What Sam says.")
    answer = client.post(admin_url(edition), form | {"body": "From yesterday.", "_put_back": "1"})
    assert answer.status_code == 409
    assert "From yesterday." in shown(answer)


# Forms that nobody would send


@pytest.mark.parametrize("post", [
    {}, {"revision": "x"}, {"revision": "-1", "seen": "{}"}, {"revision": "9" * 400},
    {"revision": "0", "citations-TOTAL_FORMS": "9999999", "citations-INITIAL_FORMS": "x"},
    {"revision": "0", "citations-TOTAL_FORMS": "2", "citations-INITIAL_FORMS": "2",
     "citations-0-id": "77777", "citations-1-id": "no"},
    {"choose-body": "theirs", "choose-citations-1": "neither"}, {"_put_back": "1"}, {"_new_draft": "1"},
    {"topic": "none", "kind": "none", "position": "many", "written_on": "some day"}, {"title": "\x00"},
    {"copy": "../../x", "_act": "submit"}, {"_words": "1", "topic": "9" * 40, "topic-0-edition-1": "x"},
])  # fmt: skip
def test_a_form_that_nobody_would_send_never_breaks_the_site(wren, post):
    edition = make_article("draft")
    client = signed_in(wren.user)
    answer = client.post(admin_url(edition), post, follow=True)
    assert answer.status_code in {200, 400, 403, 409}
    assert ArticleEdition.objects.get().title == edition.title


@pytest.mark.parametrize("key", ["0", "999", "none", "9" * 40, "1/2", "²"])
@pytest.mark.parametrize("page", ["change", "pulse", "hints", "prose"])
def test_an_edition_that_is_not_there_never_breaks_the_site(wren, key, page):
    path = f"/admin/articles/articleedition/{key}/{page}/"
    client = signed_in(wren.user)
    assert client.get(path).status_code < 500
    assert client.post(path, {"body": "Words."}).status_code < 500


@pytest.mark.parametrize("key", ["9" * 30, "no", "-1", "²", "77777"])
def test_a_source_that_nobody_could_choose_is_an_unknown_one(wren, key):
    edition = make_article("draft", sources=1)
    client, form = opened(wren, edition)
    answer = sent(client, edition, form, **{"citations-0-source": key})
    assert answer.status_code == 200
    assert "Select a valid choice." in shown(answer)


def test_somebody_without_rights_is_told_so():
    edition = make_article("draft")
    guest = signed_in(make_user())
    Person.objects.all()
    for page in ("change", "hints", "prose"):
        answer = guest.post(admin_url(edition, page), {"body": "Words."})
        assert answer.status_code == 403
