"""The second step: who needs one, from when on, and how it is asked for."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from education.staff.models import Act, Entry
from education.staff.second_step import due, passkeys_possible
from education.staff.trail import record
from tests.desk.staff import signed_in
from tests.factories import make_admin, make_user
from tests.staff.door import code_of, count, entries, is_signed_in, set_up_codes, sign_in, text_of

LONG_AGO = timezone.now() - timedelta(days=60)
NOTE = "signing in needs a second step from"


def joined_long_ago(user):
    user.date_joined = LONG_AGO
    user.save()
    return user


def made(role):
    if role == "owner":
        return make_admin()
    return make_user(role)


# Who needs one, and when


@pytest.mark.parametrize(
    ("role", "needs"),
    [("Writer", False), ("Reviewer", False), ("Publisher", True), ("Administrator", True), ("owner", True)],
)
def test_who_can_change_what_patients_read_needs_one(role, needs):
    user = joined_long_ago(made(role))

    answer = signed_in(user).get("/admin/")

    assert (answer.status_code == 302 and answer.url == "/admin/account/") == needs


@pytest.mark.parametrize("role", ["Publisher", "Administrator", "owner"])
def test_at_first_there_is_a_kind_note_with_the_day(role):
    page = text_of(signed_in(made(role)).get("/admin/articles/article/"))

    assert NOTE in page
    assert "Set it up now, in two minutes" in page


def test_nobody_else_reads_the_note(as_writer):
    assert NOTE not in text_of(as_writer.get("/admin/articles/article/"))


@pytest.mark.parametrize(("days", "is_led"), [(13, False), (15, True)])
def test_the_time_counts_from_when_the_account_got_the_role(days, is_led):
    user = joined_long_ago(make_user("Writer", "Publisher"))
    Entry.objects.create(
        at=timezone.now() - timedelta(days=days), act=Act.ROLE, kind="auth.user", thing_id=str(user.pk),
        note="Writer → Writer, Publisher",
    )  # fmt: skip

    assert (signed_in(user).get("/admin/articles/article/").status_code == 302) == is_led


def test_a_role_of_the_same_weight_starts_no_new_time():
    user = joined_long_ago(make_user("Publisher", "Administrator"))
    record(None, Act.ROLE, user, note="Publisher → Publisher, Administrator")

    assert due(user) == LONG_AGO + timedelta(days=14)


def test_the_days_are_a_setting(settings):
    settings.SECOND_STEP_GRACE_DAYS = 0

    assert signed_in(make_user("Publisher")).get("/admin/").url == "/admin/account/"


PAGES = [
    "/admin/", "/admin/articles/article/", "/admin/articles/article/add/", "/admin/clinic/clinic/",
    "/admin/auth/user/", "/admin/staff/entry/", "/admin/checker/protocol/",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_afterwards_every_page_leads_to_setting_it_up(path):
    client = signed_in(joined_long_ago(make_admin()))

    for answer in (client.get(path), client.post(path, {})):
        assert (answer.status_code, answer.url) == (302, "/admin/account/")


def test_the_page_it_leads_to_says_why():
    page = text_of(signed_in(joined_long_ago(make_admin())).get("/admin/", follow=True))

    assert "Set up a second step to go on" in page
    assert NOTE not in page


@pytest.mark.parametrize("path", ["/admin/account/", "/admin/account/app/", "/admin/password_change/"])
def test_what_it_takes_stays_open(path):
    client = signed_in(joined_long_ago(make_admin()))

    assert client.get(path).status_code == 200


def test_one_can_leave():
    client = signed_in(joined_long_ago(make_admin()))
    client.post("/admin/logout/")

    assert not is_signed_in(client)


def test_once_it_is_set_up_all_is_open_again():
    client = signed_in(joined_long_ago(make_admin()))
    set_up_codes(client)

    assert client.get("/admin/").status_code == 200


def test_it_costs_no_query_more(django_assert_num_queries, as_writer):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    owner = signed_in(make_admin())
    set_up_codes(owner)
    with CaptureQueriesContext(connection) as queries:
        owner.get("/admin/password_change/")

    assert len(queries) <= 3  # session, account, clinic


# Codes from an app


@pytest.fixture
def guarded(publisher):
    """Somebody whose account has one-time codes, and the secret in their app."""
    secret, _page = set_up_codes(signed_in(publisher))
    return secret


def test_setting_up_codes_shows_recovery_codes_once(publisher):
    client = signed_in(publisher)
    _secret, page = set_up_codes(client)

    codes = page.context["unused_codes"]
    assert len(codes) == 10
    assert all(code in page.content.decode() for code in codes)
    again = client.get("/admin/account/recovery/").content.decode()
    assert not any(code in again for code in codes)


def test_a_wrong_code_sets_up_nothing(publisher):
    client = signed_in(publisher)
    client.get("/admin/account/app/")
    answer = client.post("/admin/account/app/", {"code": "000000"})

    assert "This code is not right, or too old." in text_of(answer)
    assert not Authenticator.objects.exists()


def test_the_picture_is_part_of_the_page_and_needs_no_style(publisher):
    page = signed_in(publisher).get("/admin/account/app/").content.decode()

    assert "<svg" in page
    assert 'class="qr"' in page
    assert "style=" not in page
    assert "data:image" not in page


def test_a_password_alone_opens_the_account_no_more(guarded, visitor):
    answer = sign_in(visitor, "pat")

    assert answer.url == "/admin/account/code/"
    assert not is_signed_in(visitor)


def test_with_a_code_one_comes_in(guarded, visitor):
    sign_in(visitor, "pat", next="/admin/articles/article/")
    answer = visitor.post("/admin/account/code/", {"code": code_of(guarded, 1)})

    assert answer.url == "/admin/articles/article/"
    assert entries("sign-in")[-1].note == "password, one-time code"


def test_a_code_works_once(guarded):
    first, second, code = Client(), Client(), code_of(guarded, 1)
    for client in (first, second):
        sign_in(client, "pat")
        client.post("/admin/account/code/", {"code": code})

    assert [is_signed_in(client) for client in (first, second)] == [True, False]


def test_a_code_works_once_also_in_another_process(guarded):
    from django.core.cache import cache

    first, second, code = Client(), Client(), code_of(guarded, 1)
    sign_in(first, "pat")
    first.post("/admin/account/code/", {"code": code})
    cache.clear()
    sign_in(second, "pat")
    answer = second.post("/admin/account/code/", {"code": code})

    assert "This code has been used. Wait for the next one." in text_of(answer)


def test_a_recovery_code_works_once(publisher):
    _secret, page = set_up_codes(signed_in(publisher))
    code = page.context["unused_codes"][0]
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client, "pat")
        client.post("/admin/account/code/", {"code": code})

    assert [is_signed_in(client) for client in (first, second)] == [True, False]
    assert "recovery code" in entries("sign-in")[-1].note


def test_wrong_codes_lock_the_name_like_wrong_passwords(guarded, visitor):
    sign_in(visitor, "pat")
    said = [text_of(visitor.post("/admin/account/code/", {"code": "000000"})) for _try in range(5)]

    assert ["Too many failed tries." in words for words in said] == [False] * 4 + [True]
    answer = visitor.post("/admin/account/code/", {"code": code_of(guarded, 1)})
    assert "Too many failed tries." in text_of(answer)
    assert not is_signed_in(visitor)
    assert "Too many failed tries." in text_of(sign_in(Client(), "pat"))


def test_wrong_passwords_and_codes_are_counted_together(guarded, visitor):
    for _try in range(3):
        sign_in(Client(), "pat", "wrong")
    sign_in(visitor, "pat")
    said = [text_of(visitor.post("/admin/account/code/", {"code": "000000"})) for _try in range(2)]

    assert ["Too many failed tries." in words for words in said] == [False, True]


def test_nobody_skips_to_the_code_without_the_password(guarded, visitor):
    assert visitor.get("/admin/account/code/").status_code == 302
    answer = visitor.post("/admin/account/code/", {"code": code_of(guarded, 1)})

    assert answer.status_code == 302
    assert not is_signed_in(visitor)


def test_the_secret_does_not_lie_open_in_the_database(guarded):
    kept = " ".join(str(step.data) for step in Authenticator.objects.all())

    assert guarded not in kept


def test_another_key_of_the_site_makes_codes_void_and_nothing_worse(guarded, visitor):
    from education.staff import adapters

    adapters._box.cache_clear()
    from django.test import override_settings

    try:
        with override_settings(SECRET_KEY="another key altogether, after a restore from an old backup"):
            sign_in(visitor, "pat")
            answer = visitor.post("/admin/account/code/", {"code": code_of(guarded, 1)})
            assert answer.status_code == 200
    finally:
        adapters._box.cache_clear()
    assert not is_signed_in(visitor)


# Changing it


def test_a_while_after_signing_in_the_password_is_asked_for_again(publisher):
    client = signed_in(publisher)
    session = client.session
    session["staff_since"] -= 16 * 60
    session.save()

    answer = client.get("/admin/account/app/")
    assert answer.url.startswith("/admin/account/again/")
    wrong = client.post(answer.url, {"password": "wrong"})
    assert wrong.status_code == 200
    assert count("sign-in-failed", who="pat") == 1
    right = client.post(answer.url, {"password": "correct horse battery staple"}, follow=True)
    assert right.redirect_chain[-1][0] == "/admin/account/app/"


def test_the_second_step_can_be_taken_away_again(publisher):
    client = signed_in(publisher)
    set_up_codes(client)
    assert "recovery codes stop working too" in text_of(client.get("/admin/account/app/remove/"))
    client.post("/admin/account/app/remove/")

    assert not Authenticator.objects.exists()


def test_each_change_stands_in_the_trail(publisher):
    client = signed_in(publisher)
    with_commit = pytest.importorskip("django.test").TestCase.captureOnCommitCallbacks
    with with_commit(execute=True):
        set_up_codes(client)
    with with_commit(execute=True):
        client.post("/admin/account/recovery/new/")
    client.post("/admin/account/app/remove/")

    notes = [entry.note for entry in entries("second-step", who="pat")]
    assert {"set up: one-time codes", "set up: recovery codes", "made anew: recovery codes"} <= set(notes)
    assert "taken away: one-time codes" in notes


def test_a_colleague_takes_away_a_lost_second_step(as_administrator, guarded, publisher):
    as_administrator.post(f"/admin/auth/user/{publisher.pk}/do/forget-second-step/")

    assert sign_in(Client(), "pat").url == "/admin/"
    assert entries("second-step")[-1].who == "ada"


def test_whoever_runs_the_server_takes_it_away_by_command(guarded, capsys):
    call_command("forget_second_step", "pat")

    assert sign_in(Client(), "pat").url == "/admin/"
    assert entries("second-step")[-1].who == "manage.py"


# Passkeys


@pytest.mark.parametrize(
    ("address", "possible"),
    [
        ("https://backs.example.org", True),
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", False),
        ("http://192.168.1.5", False),
        ("https://192.168.1.5", False),
        ("http://backs.example.org", False),
    ],
)
def test_passkeys_need_https_or_this_machine_and_a_name(settings, address, possible):
    settings.SITE_URL = address

    assert passkeys_possible() == possible


def test_where_they_do_not_work_the_page_says_so(as_writer):
    page = text_of(as_writer.get("/admin/account/"))

    assert "Browsers allow passkeys only where the address of the site begins with https://" in page
    assert "http://testserver" in page
    assert "Add a passkey" not in page


@pytest.mark.parametrize(
    "credential",
    [
        "", "{}", "[]", "null", "7", "x" * 5000, '{"response": null}', '{"response": {"userHandle": 7}}',
        '{"id": "x", "response": {"userHandle": "MQ"}}',
        '{"id": "x", "rawId": "x", "type": "public-key", "response": {"userHandle": "MQ", '
        '"clientDataJSON": "e30", "authenticatorData": "e30", "signature": "e30"}}',
    ],
)  # fmt: skip
def test_a_forged_passkey_opens_nothing(visitor, publisher, credential):
    answer = visitor.post("/admin/account/passkeys/sign-in/", {"credential": credential}, follow=True)

    assert answer.redirect_chain[-1][0] == "/admin/login/"
    assert not is_signed_in(visitor)
