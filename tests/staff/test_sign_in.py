"""Coming in and going out; one's sessions; choosing a password."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from education.staff.browsers import browser_and_system
from education.staff.models import OpenSession
from tests.desk.staff import signed_in
from tests.factories import PASSWORD, make_user
from tests.staff.door import count, entries, is_signed_in, sign_in, text_of

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)
NEW = "another horse battery staple"


# Coming in


def test_name_and_password_open_the_desk(visitor, writer):
    answer = sign_in(visitor, "wren")

    assert (answer.status_code, answer.url) == (302, "/admin/")
    assert visitor.get("/admin/").status_code == 200


def test_one_comes_back_to_the_page_one_asked_for(visitor, writer):
    asked = visitor.get("/admin/articles/article/")
    assert asked.url == "/admin/login/?next=/admin/articles/article/"

    assert sign_in(visitor, "wren", next="/admin/articles/article/").url == "/admin/articles/article/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_no_address_leads_to_another_site(visitor, writer, elsewhere):
    assert sign_in(visitor, "wren", next=elsewhere).url == "/admin/"


@pytest.mark.parametrize(
    ("name", "password"),
    [("wren", "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD), ("roleless", "wrong"), ("wren", "")],
)
def test_others_get_the_same_answer_and_do_not_come_in(visitor, writer, name, password):
    make_user("Writer", username="gone", is_active=False)
    make_roleless("roleless")

    answer = sign_in(visitor, name, password)

    assert answer.status_code == 200
    assert not is_signed_in(visitor)
    if password:
        assert "This name and this password do not belong together." in text_of(answer)


def make_roleless(name):
    """Return the account of somebody who has lost every role."""
    user = make_user(username=name)
    user.is_staff = False
    user.save()
    return user


def test_who_has_lost_every_role_reads_who_can_help_and_has_not_failed(visitor):
    make_roleless("roleless")
    answers = [text_of(sign_in(visitor, "roleless")) for _ in range(6)]

    assert all("An administrator of your clinic has to give it one first." in words for words in answers)
    assert not is_signed_in(visitor)
    assert count("sign-in-failed") == 0


@pytest.mark.parametrize("path", ["signup/", "email/", "password/reset/", "social/login/", "confirm-email/"])
def test_no_other_page_of_the_package_is_open(as_writer, path):
    assert as_writer.get(f"/admin/account/{path}").status_code == 404


def test_a_form_of_another_site_signs_nobody_in(writer):
    strict = Client(enforce_csrf_checks=True)

    assert sign_in(strict, "wren").status_code == 403


def test_cookies_stay_with_the_staff_pages(visitor, writer):
    answer = sign_in(visitor, "wren")

    assert {cookie["path"] for cookie in answer.cookies.values()} == {"/admin/"}


def test_a_flood_from_one_address_is_slowed_down(visitor, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}

    answers = [sign_in(visitor, f"name-{number}", "wrong").status_code for number in range(5)]

    assert answers == [200, 200, 200, 429, 429]


def test_comings_and_goings_stand_in_the_trail(visitor, writer):
    sign_in(visitor, "wren", "wrong")
    sign_in(visitor, "wren")
    visitor.post("/admin/logout/")

    assert [(entry.act, entry.who, entry.note) for entry in entries()] == [
        ("sign-in-failed", "wren", ""),
        ("sign-in", "wren", "password"),
        ("sign-out", "wren", ""),
    ]


def test_no_password_is_written_down(visitor, writer, caplog):
    sign_in(visitor, "wren", "my-secret-1")
    sign_in(visitor, "my-secret-2", "x")

    told = " ".join(f"{entry.who} {entry.thing} {entry.note}" for entry in entries())
    assert "my-secret-1" not in told + caplog.text


# Going


@pytest.mark.parametrize("why", ["switched off", "no role any more"])
def test_who_works_here_no_longer_is_out_at_once(writer, why):
    client = signed_in(writer)
    assert is_signed_in(client)

    if why == "switched off":
        writer.is_active = False
    else:
        writer.is_staff = False
    writer.save()

    assert not is_signed_in(client)


def test_a_deleted_account_is_out_at_once(writer):
    client = signed_in(writer)
    writer.delete()

    assert not is_signed_in(client)


# Sessions


def test_the_page_shows_where_one_is_signed_in(writer):
    here, there = Client(headers={"user-agent": FIREFOX}), Client(headers={"user-agent": SAFARI})
    sign_in(here, "wren")
    sign_in(there, "wren")

    page = text_of(here.get("/admin/account/"))

    assert "Firefox on Windows – this one" in page
    assert "Safari on iPhone" in page
    assert "Safari on iPhone – this one" not in page


def test_the_key_of_a_session_stands_on_no_page(writer):
    here, there = Client(), Client()
    sign_in(here, "wren")
    sign_in(there, "wren")
    page = here.get("/admin/account/").content.decode()

    assert all(session.session_key not in page for session in OpenSession.objects.all())


def test_one_session_can_be_ended(writer):
    here, there, elsewhere = Client(), Client(), Client()
    for client in (here, there, elsewhere):
        sign_in(client, "wren")
    rows = here.get("/admin/account/").context["sessions"]
    mark = next(r["mark"] for r in rows if r["session"].session_key == there.session.session_key)

    here.post("/admin/account/sessions/end/", {"session": mark})

    assert [is_signed_in(client) for client in (here, there, elsewhere)] == [True, False, True]
    assert count("session-ended", who="wren") == 1


def test_all_other_sessions_can_be_ended(writer):
    here, there, elsewhere = Client(), Client(), Client()
    for client in (here, there, elsewhere):
        sign_in(client, "wren")

    here.post("/admin/account/sessions/end/", {"all": "1"})

    assert [is_signed_in(client) for client in (here, there, elsewhere)] == [True, False, False]


def test_nobody_ends_the_session_of_a_colleague(writer, publisher):
    mine, theirs = signed_in(writer), signed_in(publisher)
    mark = theirs.get("/admin/account/").context["sessions"][0]["mark"]

    mine.post("/admin/account/sessions/end/", {"session": mark})
    mine.post("/admin/account/sessions/end/", {"all": "1"})

    assert is_signed_in(theirs)


def test_last_seen_moves_every_few_minutes_and_not_with_each_page(as_writer):
    key = as_writer.session.session_key
    first = OpenSession.objects.get(pk=key).seen
    as_writer.get("/admin/account/")
    assert OpenSession.objects.get(pk=key).seen == first

    session = as_writer.session
    session["staff_seen"] -= 301
    session.save()
    as_writer.get("/admin/account/")

    assert OpenSession.objects.get(pk=key).seen >= first


def test_an_ended_session_is_not_shown(writer):
    here, there = Client(), Client()
    sign_in(here, "wren")
    sign_in(there, "wren")
    OpenSession.objects.exclude(pk=here.session.session_key).update(expire_date=timezone.now())

    assert len(here.get("/admin/account/").context["sessions"]) == 1


def test_sessions_whose_time_is_over_go_when_somebody_signs_in(writer):
    signed_in(writer)
    OpenSession.objects.update(expire_date=timezone.now() - timedelta(days=1))
    signed_in(writer)

    assert OpenSession.objects.count() == 1


@pytest.mark.parametrize(
    ("user_agent", "names"),
    [
        (FIREFOX, ("Firefox", "Windows")),
        (SAFARI, ("Safari", "iPhone")),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/142.0 Safari/537.36 Edg/142.0", ("Edge", "Linux")),
        ("Mozilla/5.0 (Linux; Android 15) OPR/85 Chrome/130 Safari/537", ("Opera", "Android")),
        ("curl/8.0", ("", "")),
        ("", ("", "")),
    ],
)  # fmt: skip
def test_a_browser_has_a_name_that_people_know(user_agent, names):
    assert browser_and_system(user_agent) == names


# Passwords


def test_a_new_password_ends_all_other_sessions(writer):
    here, there = Client(), Client()
    sign_in(here, "wren")
    sign_in(there, "wren")

    answer = here.post(
        "/admin/password_change/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    )

    assert answer.status_code == 302
    assert [is_signed_in(client) for client in (here, there)] == [True, False]
    assert len(here.get("/admin/account/").context["sessions"]) == 1
    assert count("password", who="wren") == 1


def link_printed(capsys, name="wren"):
    call_command("reset_password", name)
    return next(word for word in capsys.readouterr().out.split() if word.startswith("http://testserver/"))


def test_whoever_runs_the_server_prints_a_link_for_a_new_password(visitor, writer, capsys):
    there = signed_in(writer)
    page = visitor.get(link_printed(capsys), follow=True)
    assert "wren" in text_of(page)

    visitor.post(page.redirect_chain[-1][0], {"new_password1": NEW, "new_password2": NEW})

    assert not is_signed_in(there)
    assert sign_in(visitor, "wren", PASSWORD).status_code == 200
    assert sign_in(visitor, "wren", NEW).status_code == 302
    assert [entry.who for entry in entries("password")] == ["manage.py", "wren"]


def test_the_command_prints_and_sets_no_password(writer, capsys):
    link_printed(capsys)
    writer.refresh_from_db()

    assert writer.check_password(PASSWORD)


def test_a_weak_password_is_refused(visitor, writer, capsys):
    page = visitor.get(link_printed(capsys), follow=True)

    answer = visitor.post(page.redirect_chain[-1][0], {"new_password1": "short", "new_password2": "short"})

    assert answer.status_code == 200
    assert "There is a problem" in text_of(answer)


def refused(client, link):
    return "This link has been used, or its time is over." in text_of(client.get(link, follow=True))


def test_a_link_opens_once(visitor, writer, capsys):
    link = link_printed(capsys)
    page = visitor.get(link, follow=True)
    visitor.post(page.redirect_chain[-1][0], {"new_password1": NEW, "new_password2": NEW})

    assert refused(Client(), link)


@pytest.mark.parametrize(("minutes", "is_refused"), [(58, False), (61, True)])
def test_a_link_for_a_forgotten_password_holds_an_hour(
    visitor, writer, capsys, monkeypatch, minutes, is_refused
):
    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    link = link_printed(capsys)
    now = PasswordResetTokenGenerator._now
    monkeypatch.setattr(
        PasswordResetTokenGenerator, "_now", lambda self: now(self) + timedelta(minutes=minutes)
    )

    assert refused(visitor, link) == is_refused


@pytest.mark.parametrize("change", ["signed in meanwhile", "switched off", "forged"])
def test_a_link_is_void(visitor, writer, capsys, change):
    link = link_printed(capsys)
    if change == "signed in meanwhile":
        sign_in(Client(), "wren")
    elif change == "switched off":
        writer.is_active = False
        writer.save()
    else:
        link = link[:-2] + ("a" if link[-2] != "a" else "b") + "/"

    assert refused(visitor, link)


def test_a_link_for_nobody_is_not_made(capsys):
    with pytest.raises(CommandError, match="Nobody signs in as somebody"):
        call_command("reset_password", "somebody")


def test_sign_in_pages_are_kept_by_nobody(visitor, writer, capsys):
    for path in (reverse("admin:login"), link_printed(capsys)):
        assert "no-store" in visitor.get(path, follow=True).headers["Cache-Control"]
