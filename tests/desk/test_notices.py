"""Who is told what by e-mail, and what happens when the mail server does not answer."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from django.utils.formats import date_format

from education.articles.models import ArticleEdition
from education.clinic.models import Clinic
from education.editorial.models import Person
from education.editorial.states import State
from tests.desk.staff import act, admin_url, form_on, save, signed_in, told
from tests.factories import (
    in_months,
    make_article,
    make_care_card,
    make_checklist,
    make_clinic,
    make_overdue,
    make_person,
    make_user,
    rewrite,
)

pytestmark = pytest.mark.django_db

SECRET = "Sleeping with a sore back"  # words of a draft, which no mail may hold


@pytest.fixture
def site(settings):
    settings.EMAIL_HOST = "mail.example.org"
    settings.SITE_URL = "https://backs.example.org"
    return make_clinic()


def colleague(name, *roles, **facts):
    address = f"{name.split()[0].lower()}@clinic.example"
    user = make_user(*roles, username=name.split()[0].lower(), email=facts.pop("email", address))
    return make_person(name, user=user, **facts)


@pytest.fixture
def writer(site):
    return colleague("Wren Writer", "Writer", is_clinician=False)


@pytest.fixture
def reviewer(site):
    return colleague("Cleo Clinician", "Reviewer")


@pytest.fixture
def publisher(site):
    return colleague("Pat Publisher", "Publisher", is_clinician=False)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Do something as if its transaction ended with it."""

    def do(what, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return what(*args, **kwargs)

    return do


def sent_to():
    return sorted(address for message in mail.outbox for address in message.to)


def by(person):
    return signed_in(person.user)


# Who is told


def test_who_can_review_is_told_that_something_waits(committed, writer, reviewer, publisher):
    colleague("Nora Nurse", "Reviewer", is_clinician=False)
    draft = make_article("draft", title=SECRET, author=writer)
    committed(act, by(writer), draft, "submit")
    assert sent_to() == ["cleo@clinic.example"]
    message = mail.outbox[0]
    assert message.subject == "Harbor Back Clinic: A text waits for your review"
    assert "Wren Writer sent a text (article) to review." in message.body
    assert f"https://backs.example.org{admin_url(draft)}" in message.body


def test_who_changed_a_text_is_not_asked_to_review_it(committed, writer, reviewer):
    draft = make_article("draft", author=writer)
    save(by(reviewer), draft, title="Changed")
    draft.refresh_from_db()
    committed(act, by(writer), draft, "submit")
    assert sent_to() == []


def test_whom_it_is_assigned_to_is_told_alone(committed, writer, reviewer):
    other = colleague("Cory Colleague", "Reviewer")
    draft = make_article("draft", author=writer)
    draft.assign(writer, other)
    committed(act, by(writer), draft, "submit")
    assert sent_to() == ["cory@clinic.example"]


def test_publishers_are_told_of_what_is_approved(committed, writer, reviewer, publisher):
    edition = make_article("in-review", author=writer)
    committed(act, by(reviewer), edition, "approve")
    edition.refresh_from_db()
    assert edition.state == State.APPROVED
    assert sent_to() == ["pat@clinic.example"]
    assert "It waits to be published." in mail.outbox[0].body


def test_the_second_clinician_is_told_of_emergency_text(committed, writer, reviewer):
    colleague("Cory Colleague", "Reviewer")
    edition = make_care_card("in-review", author=writer)
    committed(act, by(reviewer), edition, "approve")
    assert sent_to() == ["cory@clinic.example"]
    assert "needs a second person" in mail.outbox[0].body


def test_author_and_sender_are_told_when_it_comes_back(committed, writer, reviewer):
    sender = colleague("Sam Sender", "Writer", is_clinician=False)
    edition = make_article("draft", author=writer)
    edition.submit(sender)
    committed(act, by(reviewer), edition, "send-back", comment="Shorter, please.")
    assert sent_to() == ["sam@clinic.example", "wren@clinic.example"]
    assert all("Shorter" not in message.body for message in mail.outbox)


def test_whom_something_is_assigned_to_is_told(committed, writer, reviewer):
    draft = make_article("draft", author=writer)
    committed(act, by(writer), draft, "assign", to=reviewer.pk)
    assert sent_to() == ["cleo@clinic.example"]


def test_nobody_is_told_of_what_they_did_themselves(committed, writer):
    draft = make_article("draft", author=writer)
    committed(act, by(writer), draft, "assign", to=writer.pk)
    assert mail.outbox == []


def test_author_and_assigned_person_are_told_of_a_comment(committed, writer, reviewer, publisher):
    draft = make_article("draft", title=SECRET, author=writer)
    draft.assign(writer, publisher)
    client = by(reviewer)
    comments = admin_url(draft, "comments")
    sent = {"field": "", "text": "Numb groin is missing here."}
    committed(client.post, comments, sent)
    assert sent_to() == ["pat@clinic.example", "wren@clinic.example"]
    assert all("Numb" not in message.body for message in mail.outbox)
    assert mail.outbox[0].body.count("#comments") == 1


def test_no_word_of_a_text_stands_in_a_mail(committed, writer, reviewer):
    draft = make_article("draft", title=SECRET, author=writer)
    committed(act, by(writer), draft, "submit")
    committed(act, by(reviewer), draft, "send-back", comment="Say when to call.")
    assert len(mail.outbox) == 2
    for message in mail.outbox:
        whole = str(message.message())
        assert SECRET not in whole
        assert "spasm" not in message.body.lower()
        assert message.content_subtype == "plain"


def test_each_gets_a_mail_of_their_own(committed, writer, reviewer):
    colleague("Cory Colleague", "Reviewer")
    draft = make_article("draft", author=writer)
    committed(act, by(writer), draft, "submit")
    assert [len(message.to) for message in mail.outbox] == [1, 1]


def test_accounts_that_are_closed_or_have_no_address_are_left_out(committed, writer, reviewer):
    closed = colleague("Cara Closed", "Reviewer")
    closed.user.is_active = False
    closed.user.save()
    colleague("Ned Noaddress", "Reviewer", email="")
    draft = make_article("draft", author=writer)
    committed(act, by(writer), draft, "submit")
    assert sent_to() == ["cleo@clinic.example"]


def test_without_a_mail_server_nobody_is_told_and_all_works(committed, writer, reviewer, settings):
    settings.EMAIL_HOST = ""
    draft = make_article("draft", author=writer)
    answer = committed(act, by(writer), draft, "submit")
    assert told(answer) == ["Sent to review. Reviewers find it on their desk."]
    assert mail.outbox == []


# A broken mail server


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_does_not_answer_breaks_no_act(writer, reviewer, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # where nothing listens
    draft = make_article("draft", author=writer)
    answer = act(by(writer), draft, "submit")
    draft.refresh_from_db()
    assert draft.state == State.IN_REVIEW
    assert told(answer) == [
        "Sent to review. Reviewers find it on their desk.",
        "The e-mail about it could not be sent. Tell your colleagues yourself."
    ]  # fmt: skip
    assert "1 of 1 e-mails could not be sent: ConnectionRefusedError" in caplog.text
    assert "cleo@clinic.example" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_an_act_that_is_refused_tells_nobody(writer, reviewer):
    draft = make_article("draft", author=writer, sources=0)
    client = by(writer)
    url = admin_url(draft, "act", "submit")
    client.post(url, form_on(client.get(url)) if b"<form method" in client.get(url).content else {})
    draft.refresh_from_db()
    assert draft.state == State.DRAFT
    assert mail.outbox == []


# The digest


def run(**options):
    out = StringIO()
    call_command("send_digest", stdout=out, **options)
    return out.getvalue()


def test_the_digest_tells_each_what_waits_for_them(writer, reviewer, publisher):
    edition = make_article("in-review", title=SECRET, author=writer)
    make_overdue(make_checklist(author=writer, title="First days"), timezone.localdate() - timedelta(days=3))
    edition.approve(reviewer, in_months(6))
    make_article("in-review", title=SECRET, author=writer)
    run()
    bodies = {message.to[0]: message.body for message in mail.outbox}
    assert set(bodies) == {"cleo@clinic.example", "pat@clinic.example", "wren@clinic.example"}
    assert (
        "Waiting for your review: 1\nhttps://backs.example.org/admin/texts/?show=to-review"
        in (bodies["cleo@clinic.example"])
    )
    assert "Review overdue: 1" in bodies["cleo@clinic.example"]
    assert "Waiting to be published: 1" in bodies["pat@clinic.example"]
    assert all(SECRET not in body for body in bodies.values())
    assert "First days" not in bodies["cleo@clinic.example"]


def test_whoever_wrote_a_text_is_told_by_name_that_its_review_is_due(writer, reviewer):
    make_clinic(phone="555 0199")
    late, soon = (timezone.localdate() + timedelta(days=days) for days in (-3, 30))
    make_overdue(make_checklist(author=writer, title="First days, or {clinic_phone}"), late)
    make_overdue(make_article(author=writer, title="Walking"), soon)
    make_overdue(make_article(title="Of somebody else"), late)
    run()
    body = next(message.body for message in mail.outbox if message.to == ["wren@clinic.example"])
    assert (
        "Review overdue: 2\nhttps://backs.example.org/admin/texts/?show=overdue\n"
        "You wrote or last reviewed:\n"
        f"- First days, or 555 0199 (home-care plan, low back, English): review due on {date_format(late)}\n"
    ) in body
    assert f"- Walking (article, low back, English): review due on {date_format(soon)}" in body
    assert "Of somebody else" not in body


def test_whoever_reviewed_a_text_last_is_told_by_name_that_its_review_is_due(writer, reviewer):
    make_overdue(make_article(author=make_person(), title="Walking"), timezone.localdate())
    edition = ArticleEdition.objects.get()
    rewrite(edition, reviewed_by=reviewer)
    run()
    assert "- Walking" in mail.outbox[0].body
    assert sent_to() == ["cleo@clinic.example"]


def test_the_digest_names_a_text_as_patients_read_it(writer):
    live = make_article(author=writer, title="Walking")
    make_overdue(live, timezone.localdate())
    live.new_draft(writer)
    ArticleEdition.objects.filter(state=State.DRAFT).update(title=SECRET)
    run()
    assert "- Walking" in mail.outbox[0].body
    assert SECRET not in mail.outbox[0].body


def test_the_digest_names_some_titles_and_counts_the_rest(writer):
    for _number in range(12):
        make_overdue(make_article(author=writer, title="Walking"), timezone.localdate())
    run()
    assert mail.outbox[0].body.count("- Walking") == 10
    assert "- and 2 more" in mail.outbox[0].body


def test_a_digest_that_nobody_would_get_says_so(writer, reviewer, settings):
    settings.EMAIL_HOST = ""
    assert run().endswith("so this is only printed:\nNobody has anything waiting.\n")


def test_the_digest_warns_before_patients_are_told_to_phone(writer, reviewer):
    make_overdue(make_checklist(author=writer), timezone.localdate() - timedelta(days=140))
    run()
    assert "Overdue, and soon too old to rely on: 1" in mail.outbox[0].body


def test_nobody_gets_an_empty_digest(writer, reviewer):
    assert run() == "0 sent, 0 could not be sent.\n"
    assert mail.outbox == []


def test_nobody_gets_two_digests_on_one_day(writer, reviewer):
    make_article("in-review", author=writer)
    run()
    run()
    assert sent_to() == ["cleo@clinic.example"]
    Person.objects.update(digest_sent_on=timezone.localdate() - timedelta(days=1))
    run()
    assert len(mail.outbox) == 2


def test_a_digest_that_could_not_be_sent_is_tried_again(writer, reviewer, settings):
    make_article("in-review", author=writer)
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert run() == "0 sent, 1 could not be sent.\n"
    settings.EMAIL_BACKEND = working
    assert run() == "1 sent, 0 could not be sent.\n"


def test_a_dry_run_prints_and_sends_nothing(writer, reviewer):
    make_article("in-review", author=writer)
    printed = run(dry_run=True)
    assert "Cleo Clinician <cleo@clinic.example>" in printed
    assert "Waiting for your review: 1" in printed
    assert mail.outbox == []
    assert Person.objects.filter(digest_sent_on=None).count() == Person.objects.count()


def test_without_a_mail_server_the_digest_is_printed(writer, reviewer, settings):
    settings.EMAIL_HOST = ""
    make_article("in-review", author=writer)
    printed = run()
    assert printed.startswith("E-mail is not set up (EMAIL_HOST is empty), so this is only printed:")
    assert "Waiting for your review: 1" in printed


def test_the_digest_is_written_on_the_day_of_the_clinic(writer, reviewer):
    Clinic.objects.update(time_zone="Pacific/Kiritimati")  # fourteen hours ahead
    make_article("in-review", author=writer)
    run()
    ahead = (timezone.now() + timedelta(hours=14)).date()
    assert Person.objects.get(pk=reviewer.pk).digest_sent_on == ahead
