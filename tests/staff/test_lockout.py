"""Five failures lock a name for a quarter of an hour, whether anybody has it or not."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from education.staff import lockout
from education.staff.models import Act, Entry
from tests.desk.staff import signed_in
from tests.factories import make_user
from tests.staff.door import count, entries, is_signed_in, sign_in, text_of

LOCKED = "Too many failed tries."


def fail(name="wren", times=5, client=None):
    answers = [sign_in(client or Client(), name, f"wrong-{number}") for number in range(times)]
    return [text_of(answer) for answer in answers]


def later(monkeypatch, **span):
    """Let time pass, and then stand still."""
    moment = timezone.now() + timedelta(**span)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


def test_four_failures_lock_nothing(writer):
    fail(times=4)

    assert sign_in(Client(), "wren").status_code == 302


def test_the_fifth_failure_locks_the_name_also_for_the_right_password(writer):
    said = fail()

    assert [LOCKED in words for words in said] == [False] * 4 + [True]
    answer = sign_in(Client(), "wren")
    assert answer.status_code == 200
    assert LOCKED in text_of(answer)


def test_each_visitor_is_locked_out_whatever_their_address(writer):
    for number in range(5):
        Client(REMOTE_ADDR=f"203.0.113.{number}").post(
            "/admin/login/", {"username": "wren", "password": "wrong"}
        )

    assert LOCKED in text_of(sign_in(Client(REMOTE_ADDR="198.51.100.7"), "wren"))


def test_other_names_stay_open(writer, publisher):
    fail()

    assert sign_in(Client(), "pat").status_code == 302


def test_a_name_that_nobody_has_gets_the_same_answers(writer, monkeypatch):
    later(monkeypatch)  # what is said names the minute

    assert fail("wren", 7) == fail("nobody", 7)


def test_the_page_says_until_when_in_clinic_time_and_who_can_help(writer, clinic):
    words = fail()[-1]
    until = timezone.localtime(entries("locked-out")[0].at + timedelta(minutes=15), clinic.zone)

    hour, half = (until.hour % 12 or 12), "a.m." if until.hour < 12 else "p.m."
    moment = f"{hour}:{until:%M} {half}" if until.minute else ""
    assert moment in words
    assert "An administrator can let you in earlier" in words


@pytest.mark.parametrize(("minutes", "status"), [(14, 200), (16, 302)])
def test_the_lock_ends_after_a_quarter_of_an_hour(writer, monkeypatch, minutes, status):
    fail()
    later(monkeypatch, minutes=minutes)

    assert sign_in(Client(), "wren").status_code == status


def test_failures_of_long_ago_do_not_count(writer, monkeypatch):
    fail(times=4)
    later(monkeypatch, minutes=16)
    fail(times=4)

    assert sign_in(Client(), "wren").status_code == 302


def test_signing_in_forgets_the_failures_before(writer):
    fail(times=4)
    sign_in(Client(), "wren")
    fail(times=4)

    assert sign_in(Client(), "wren").status_code == 302


def test_who_is_signed_in_stays_so(writer):
    client = signed_in(writer)
    fail()

    assert is_signed_in(client)


def test_the_lock_needs_no_memory_of_a_process(writer):
    from django.core.cache import cache

    fail()
    cache.clear()

    assert LOCKED in text_of(sign_in(Client(), "wren"))


def test_a_flood_on_one_name_adds_six_entries(writer):
    fail(times=30)

    assert (count(Act.SIGN_IN_FAILED), count(Act.LOCKED_OUT)) == (5, 1)


def test_a_flood_of_names_does_not_fill_the_disk(monkeypatch, writer):
    monkeypatch.setattr(lockout, "STRANGERS_A_DAY", 10)
    for number in range(20):
        fail(f"stranger-{number}", 1)
    before = Entry.objects.count()
    later(monkeypatch)  # what is said names the minute
    known, unknown = fail("wren", 7), fail("stranger", 7)

    assert before == 10
    assert known == unknown
    assert count(Act.SIGN_IN_FAILED, who="wren") == 5
    assert count(Act.SIGN_IN_FAILED, who="stranger") == 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("wr\x00en", "wren"),
        ("wren\r\nroot", "wrenroot"),
        ("\u202ewren\x1b[31m", "wren[31m"),
        ("w" * 400, "w" * 150),
        ("Señora Ñandú", "Señora Ñandú"),
    ],
)
def test_a_typed_name_is_kept_short_and_without_tricks(typed, kept):
    assert lockout.as_counted(typed) == kept


@pytest.mark.parametrize("typed", ["w" * 400, "wr\x00en", "wren\nroot", "=cmd()", "<script>", "' OR 1=1 --"])
def test_no_name_breaks_the_page(visitor, typed):
    assert sign_in(visitor, typed, "wrong").status_code == 200


# Lifting it


def test_a_colleague_lifts_the_lock_with_one_click(as_administrator, writer):
    fail()
    page = as_administrator.get("/admin/auth/user/")
    assert "wren is locked out until" in text_of(page)

    answer = as_administrator.post(f"/admin/auth/user/{writer.pk}/do/lift/", {"back": "list"})

    assert answer.url == "/admin/auth/user/"
    assert sign_in(Client(), "wren").status_code == 302
    lifted = entries("lock-lifted")[0]
    assert (lifted.who, lifted.thing) == ("ada", "wren")
    assert "locked out" not in text_of(as_administrator.get("/admin/auth/user/"))


def test_after_lifting_five_more_tries_lock_again(as_administrator, writer):
    fail()
    as_administrator.post(f"/admin/auth/user/{writer.pk}/do/lift/")

    assert [LOCKED in words for words in fail()] == [False] * 4 + [True]


def test_the_page_of_the_account_offers_it_too(as_administrator, writer):
    fail()

    assert "Locked out until" in text_of(as_administrator.get(f"/admin/auth/user/{writer.pk}/change/"))


def test_also_an_owner_can_be_let_in(as_administrator, owner):
    fail("owner")
    as_administrator.post(f"/admin/auth/user/{owner.pk}/do/lift/")

    assert sign_in(Client(), "owner").status_code == 302


@pytest.mark.parametrize("role", ["Writer", "Reviewer", "Publisher"])
def test_no_other_role_lifts_it(writer, role):
    fail()
    client = signed_in(make_user(role))

    assert client.post(f"/admin/auth/user/{writer.pk}/do/lift/").status_code == 403
    assert LOCKED in text_of(sign_in(Client(), "wren"))


def test_a_link_alone_lifts_nothing(as_administrator, writer):
    fail()

    assert as_administrator.get(f"/admin/auth/user/{writer.pk}/do/lift/").status_code == 405


def test_whoever_runs_the_server_lifts_it_by_command(writer, capsys):
    fail()
    call_command("unlock", "wren")

    assert "wren can sign in again." in capsys.readouterr().out
    assert sign_in(Client(), "wren").status_code == 302
    assert entries("lock-lifted")[0].who == "manage.py"


def test_the_command_says_when_nobody_is_locked_out(writer, capsys):
    call_command("unlock", "wren")

    assert "wren is not locked out." in capsys.readouterr().out
    assert count(Act.LIFTED) == 0


def test_choosing_a_new_password_with_a_link_lifts_it(writer, capsys):
    fail()
    call_command("reset_password", "wren")
    link = next(word for word in capsys.readouterr().out.split() if word.startswith("http"))
    client = Client()
    page = client.get(link, follow=True)
    new = "another horse battery staple"
    client.post(page.redirect_chain[-1][0], {"new_password1": new, "new_password2": new})

    assert sign_in(Client(), "wren", new).status_code == 302


# All at once


@pytest.mark.slow
def test_of_many_tries_at_once_five_are_answered(own_site, tmp_path):
    with own_site(tmp_path) as variables:
        done = subprocess.run(
            [sys.executable, "-m", "tests.staff.crowd"],
            env=variables,
            capture_output=True,
            text=True,
            timeout=300,
        )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])

    assert found.pop("refused") >= 20
    assert found == {"failed": 5, "locked": 1, "signed-in": 0, "failed-at-once": 5}
