"""What colleagues say about an edition."""

import pytest
from django.db import transaction
from pytest_django.asserts import assertContains, assertNotContains

from education.editorial.comments import parts_of, say, settle, thread
from education.editorial.models import Comment
from education.editorial.states import EditionError, NotAllowed
from education.staff.models import Entry
from education.staff.trail import Act
from tests.desk.staff import act, admin_url, signed_in, told
from tests.factories import make_admin, make_article, make_checklist, make_person, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return make_article("in-review", title="Spasm at night")


@pytest.fixture
def staff():
    return signed_in(make_admin(name="Wren Writer"))


def said_about(edition):
    return [one.text for one in thread(edition)]


def test_a_comment_stands_on_the_page_of_the_edition_with_its_part_and_its_name(staff, edition):
    answer = staff.post(
        admin_url(edition, "comments"), {"text": "Say hours, not days.", "field": "how_long"}, follow=True
    )
    assert told(answer) == ["Your comment is kept."]
    assert answer.redirect_chain[-1][0] == f"{admin_url(edition)}#comments"
    assertContains(answer, "Say hours, not days.")
    assertContains(answer, "about: How long it lasts")
    assertContains(answer, "Wren Writer, DPT")
    assertContains(answer, "1 open comment")


def test_what_is_sent_twice_in_a_row_is_said_once(staff, edition):
    for text in ("Say hours.", "Say hours.", "Say days.", "Say hours."):
        answer = staff.post(admin_url(edition, "comments"), {"text": text})
        assert answer.headers["Location"] == f"{admin_url(edition)}#comments"
    assert said_about(edition) == ["Say hours.", "Say days.", "Say hours."]


def test_the_same_words_can_be_said_of_another_part_by_somebody_else_and_once_settled(staff, edition):
    staff.post(admin_url(edition, "comments"), {"text": "Shorter."})
    staff.post(admin_url(edition, "comments"), {"text": "Shorter.", "field": "how_long"})
    colleague, about = signed_in(make_person().user), {"text": "Shorter.", "field": "how_long"}
    colleague.post(admin_url(edition, "comments"), about)
    assert len(said_about(edition)) == 3
    settled = Comment.objects.latest("pk")
    staff.post(admin_url(edition, "settle", settled.pk), {"settled": "yes"})
    colleague.post(admin_url(edition, "comments"), about)
    assert len(said_about(edition)) == 4


@pytest.mark.parametrize("standing", ["draft", "in-review", "approved", "scheduled", "live", "retired"])
def test_an_edition_can_be_talked_about_wherever_it_stands(standing, staff):
    edition = make_article(standing)
    staff.post(admin_url(edition, "comments"), {"text": "Well said."})
    assert said_about(edition) == ["Well said."]


def test_comments_stand_on_the_pages_of_acts_and_bring_one_back_there(staff, edition):
    say(edition, make_person("Dana Ortiz"), "Check the dose.")
    page = staff.get(admin_url(edition, "act", "approve"))
    assertContains(page, "Check the dose.")
    answer = staff.post(admin_url(edition, "comments"), {"text": "I will.", "back": "approve"})
    assert answer.headers["Location"] == f"{admin_url(edition, 'act', 'approve')}#comments"


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "restore", "nothing"])
def test_one_comes_back_to_pages_of_the_edition_only(back, staff, edition):
    answer = staff.post(admin_url(edition, "comments"), {"text": "Back?", "back": back})
    assert answer.headers["Location"] == f"{admin_url(edition)}#comments"


def test_a_comment_that_cannot_be_kept_says_why_and_keeps_its_words(staff, edition):
    empty = staff.post(admin_url(edition, "comments"), {"text": "  "})
    assertContains(empty, "Write your comment.")
    assertContains(empty, "<title>Error:")
    long = staff.post(admin_url(edition, "comments"), {"text": "long " * 801})
    assertContains(long, "Make it shorter than 4000 characters")
    assertContains(long, "long long long")
    elsewhere = staff.post(admin_url(edition, "comments"), {"text": "Yes", "field": "password"})
    assertContains(elsewhere, "Choose a part of the page from the list.")
    assert said_about(edition) == []


def test_the_writer_goes_from_a_comment_to_its_field(staff):
    draft = make_article("draft")
    say(draft, make_person(), "Say hours.", "how_long")
    say(draft, make_person(), "The second is old.", "citations")
    page = staff.get(admin_url(draft))
    assertContains(page, '<a href="#id_how_long">How long it lasts</a>')
    assertContains(page, 'id="id_how_long"')
    assertContains(page, "about: Sources")
    assertNotContains(page, "#id_citations")


def test_comments_can_be_about_what_patients_read():
    parts = dict(parts_of(make_article("draft")))
    assert parts[""] == "The page as a whole"
    assert parts["how_long"] == "How long it lasts"
    assert parts["citations"] == "Sources"
    assert not {"change_note", "state", "comment", "slug", "kind", "topic", "needs"} & set(parts)
    assert "steps" in dict(parts_of(make_checklist("draft")))


def test_html_in_a_comment_is_shown_as_text(staff, edition):
    page = staff.post(admin_url(edition, "comments"), {"text": "<script>x</script>"}, follow=True)
    assertContains(page, "&lt;script&gt;x&lt;/script&gt;")


# Settled, never changed


def test_a_settled_comment_steps_back_and_can_be_opened_again(staff, edition):
    comment = say(edition, make_person("Dana Ortiz"), "Check the dose.")
    address = admin_url(edition, "settle", comment.pk)
    page = staff.post(address, {"settled": "yes"}, follow=True)
    assertContains(page, "all settled")
    assertContains(page, "Settled by Wren Writer, DPT")
    page = staff.post(address, {"settled": "no"}, follow=True)
    assertContains(page, "1 open comment")
    assertNotContains(page, "Settled by")


def test_open_comments_stand_before_settled_ones(staff, edition):
    first = say(edition, make_person(), "Said first.")
    say(edition, make_person(), "Said second.")
    settle(first, edition, make_person())
    page = staff.get(admin_url(edition)).content.decode()
    assert page.index("Said second.") < page.index("Said first.")


def test_a_comment_is_neither_changed_nor_deleted(edition):
    comment = say(edition, make_person(), "As it was said.")
    comment.text = "As it was meant."
    for change in (
        comment.save,
        comment.delete,
        Comment.objects.all().delete,
        lambda: Comment.objects.update(text="Nothing."),
        lambda: Comment.objects.bulk_update([comment], ["text"]),
    ):
        with pytest.raises(EditionError, match="kept as they were said"), transaction.atomic():
            change()
    assert said_about(edition) == ["As it was said."]


def test_a_comment_is_settled_at_its_own_edition_only(staff, edition):
    comment = say(edition, make_person(), "Here.")
    elsewhere = make_article("draft")
    assert staff.post(admin_url(elsewhere, "settle", comment.pk)).status_code == 404
    assert thread(edition)[0].is_open


def test_settling_is_not_done_by_a_link(staff, edition):
    comment = say(edition, make_person(), "Here.")
    assert staff.get(admin_url(edition, "settle", comment.pk)).status_code == 405


# Who, and the trail


@pytest.mark.parametrize("role", ["Writer", "Reviewer", "Publisher", "Administrator"])
def test_every_role_comments(role, edition):
    person = make_person("Dana Ortiz", roles=[role])
    signed_in(person.user).post(admin_url(edition, "comments"), {"text": "Here I am."})
    assert said_about(edition) == ["Here I am."]


def test_somebody_without_a_role_says_nothing(edition):
    stranger = make_person("Nobody", roles=[])
    with pytest.raises(NotAllowed):
        say(edition, stranger, "Let me in.")
    client = signed_in(stranger.user)
    assert client.post(admin_url(edition, "comments"), {"text": "Let me in."}).status_code == 403
    comment = say(edition, make_person(), "Here.")
    assert client.post(admin_url(edition, "settle", comment.pk)).status_code == 403
    assert said_about(edition) == ["Here."]


def test_an_account_that_belongs_to_no_person_is_told_so(edition):
    answer = signed_in(make_user("Writer")).post(admin_url(edition, "comments"), {"text": "Who am I?"})
    assertContains(answer, "Only people with an account of their own can do this.")
    assert said_about(edition) == []


def test_what_is_said_and_settled_stands_in_the_trail(edition):
    person = make_person("Dana Ortiz")
    settle(say(edition, person, "Check the dose."), edition, person)
    entries = Entry.objects.filter(act=Act.COMMENT, thing_id=str(edition.pk))
    assert [(entry.who, entry.note, entry.to_edition) for entry in entries] == [
        (person.user.username, "Settled: Check the dose.", 1),
        (person.user.username, "Check the dose.", 1),
    ]


def test_settling_twice_is_recorded_once(edition):
    comment = say(edition, make_person(), "Check the dose.")
    settle(comment, edition, make_person())
    settle(comment, edition, make_person())
    assert Entry.objects.filter(note__startswith="Settled").count() == 1


def test_the_words_with_which_it_was_sent_back_stay_after_it_was_sent_again(staff, edition):
    reviewer = make_person("Cleo Clinician")
    edition.send_back(reviewer, "Too long.")
    edition.submit(make_person())
    page = staff.get(admin_url(edition))
    assertContains(page, "Too long.")
    assertContains(page, "sent the text back")
    assertContains(page, "Cleo Clinician, DPT")


def test_comments_of_one_edition_are_not_those_of_another(edition):
    say(edition, make_person(), "About this one.")
    plan = make_checklist("draft")
    assert thread(make_article("draft")) == []
    assert [one for one in thread(plan) if plan.pk == edition.pk] == []


def test_many_comments_cost_no_more_queries_than_one(edition, django_assert_max_num_queries):
    people = [make_person() for _ in range(3)]
    for number in range(12):
        say(edition, people[number % 3], f"Number {number}")
    with django_assert_max_num_queries(3):
        assert len(thread(edition)) == 12


def test_a_comment_does_not_touch_the_edition(staff, edition):
    before = type(edition).objects.filter(pk=edition.pk).values().get()
    staff.post(admin_url(edition, "comments"), {"text": "Only talk."})
    assert type(edition).objects.filter(pk=edition.pk).values().get() == before
    assert act(staff, edition, "approve").status_code == 200
