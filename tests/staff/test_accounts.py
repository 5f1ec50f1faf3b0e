"""Accounts: made, changed, switched off, and by whom. Everything is tried by forms and by forged requests."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from education.editorial.models import Person
from education.staff.models import Entry
from education.staff.roles import EXPLAINED
from tests.desk.staff import admin_url, form_on, save, signed_in
from tests.factories import PASSWORD, make_admin, make_person, make_user
from tests.staff.door import entries, is_signed_in, set_up_codes, sign_in, text_of

ADD = "/admin/auth/user/add/"
NEW = "another horse battery staple"


def role(*names):
    return [str(pk) for pk in Group.objects.filter(name__in=names).values_list("pk", flat=True)]


def roles_of(user):
    return set(User.objects.get(pk=user.pk).groups.values_list("name", flat=True))


def add(client, **fields):
    """Fill in the page for a new account; return the answer, followed."""
    return client.post(ADD, form_on(client.get(ADD), "user_form") | fields, follow=True)


def newcomer(client, *roles, **more):
    return add(
        client, first_name="Noor Haddad", username="noor", groups=role(*(roles or ["Writer"])), **more
    )  # fmt: skip


# A new account


def test_an_administrator_makes_an_account_without_a_password(as_administrator):
    newcomer(as_administrator)
    noor = User.objects.get(username="noor")

    assert (noor.first_name, noor.is_staff, noor.is_superuser, noor.has_usable_password()) == (
        "Noor Haddad", True, False, False,
    )  # fmt: skip
    assert roles_of(noor) == {"Writer"}


def test_no_page_asks_an_administrator_for_somebodys_password(as_administrator, writer):
    for path in (ADD, admin_url(writer)):
        assert b'type="password"' not in as_administrator.get(path).content
    assert as_administrator.get(f"/admin/auth/user/{writer.pk}/password/").status_code in {302, 404}


def test_the_page_shows_a_link_to_hand_over_once(as_administrator):
    page = newcomer(as_administrator)
    link = page.context["new_link"]["url"]

    assert link in page.content.decode()
    noor = User.objects.get(username="noor")
    assert as_administrator.get(admin_url(noor)).context["new_link"] is None


def test_the_link_ends_when_the_page_says_however_late_it_is_opened(as_administrator, writer, monkeypatch):
    made = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: made)
    as_administrator.post(f"/admin/auth/user/{writer.pk}/do/link/")
    monkeypatch.setattr("django.utils.timezone.now", lambda: made + timedelta(hours=11))
    page = as_administrator.get(admin_url(writer))

    ends = timezone.localtime(made + timedelta(days=3))
    assert page.context["new_link"]["until"] == date_format(ends, "DATETIME_FORMAT")


def test_with_the_link_a_newcomer_comes_in(as_administrator, visitor):
    link = newcomer(as_administrator).context["new_link"]["url"]
    page = visitor.get(link, follow=True)
    visitor.post(page.redirect_chain[-1][0], {"new_password1": NEW, "new_password2": NEW})

    assert sign_in(visitor, "noor", NEW).url == "/admin/"
    assert visitor.get("/admin/").status_code == 200


def test_roles_are_boxes_with_what_they_mean(as_administrator):
    page = text_of(as_administrator.get(ADD))

    assert all(f"{name}: {words}" in page for name, words in EXPLAINED.items())


def test_a_person_is_entered_in_the_same_step(as_administrator):
    facts = {"role": "physical therapist", "credentials": "DPT", "is_clinician": "on"}
    newcomer(as_administrator, **{f"person-0-{name}": value for name, value in facts.items()})
    person = Person.objects.get(user__username="noor")

    assert (str(person), person.role, person.is_clinician) == ("Noor Haddad, DPT", "physical therapist", True)


def test_an_account_can_be_without_a_person_and_says_so(as_administrator):
    page = newcomer(as_administrator)

    assert not Person.objects.filter(user__username="noor").exists()
    assert "Nobody under People belongs to this account yet" in text_of(page)


def test_the_person_is_changed_on_the_same_page(as_administrator, writer):
    Person.objects.create(name="Wren Writer", role="writer", user=writer)
    save(as_administrator, writer, **{"person-0-credentials": "MD", "person-0-is_clinician": "on"})

    assert Person.objects.get(user=writer).credentials == "MD"
    assert "Clinician: no → yes" in entries("save", thing="wren")[-1].note


@pytest.mark.parametrize("name", ["Wren", "wren"])
def test_a_name_to_sign_in_with_is_taken_in_any_case(as_administrator, writer, name):
    page = add(as_administrator, first_name="Noor", username=name)

    assert "This name is taken. Choose another one." in text_of(page)


def test_a_new_account_needs_a_role(as_administrator):
    page = add(as_administrator, first_name="Noor Haddad", username="noor")

    assert not User.objects.filter(username="noor").exists()
    assert "Tick at least one role: without one nobody can sign in." in text_of(page)


# Roles


def test_a_change_of_roles_is_told_before_and_after(as_administrator, writer):
    save(as_administrator, writer, groups=role("Writer", "Publisher"))

    entry = entries("role", thing="wren")[-1]
    assert (entry.who, entry.note) == ("ada", "Writer → Writer, Publisher")
    assert roles_of(writer) == {"Writer", "Publisher"}


def test_without_a_role_an_account_is_not_staff(as_administrator, writer):
    client = signed_in(writer)
    save(as_administrator, writer, groups=[])

    writer.refresh_from_db()
    assert not writer.is_staff
    assert not is_signed_in(client)


def test_other_changes_are_told_with_their_values(as_administrator, writer):
    save(as_administrator, writer, email="wren@harbor.example")

    assert entries("save", thing="wren")[-1].note == "E-mail: – → wren@harbor.example"
    assert not entries("role", thing="wren")


def test_somebody_who_leaves_is_switched_off_and_out(as_administrator, writer):
    client = signed_in(writer)
    fields = form_on(as_administrator.get(admin_url(writer)), "user_form")
    del fields["is_active"]
    as_administrator.post(admin_url(writer), fields)

    assert not is_signed_in(client)
    assert entries("save", thing="wren")[-1].note == "Works here: yes → no"
    assert sign_in(Client(), "wren").status_code == 200


# Forged requests

FORGED = {
    "is_superuser": "on",
    "is_staff": "on",
    "user_permissions": "1",
    "password": "pbkdf2_sha256$1$x$y",
    "date_joined_0": "2020-01-01",
}


@pytest.mark.parametrize("who", ["as_administrator", "as_owner"])
def test_no_form_makes_an_owner_or_gives_single_permissions(request, who, writer):
    client = request.getfixturevalue(who)
    permission = Permission.objects.get(codename="delete_user")
    save(client, writer, **FORGED | {"user_permissions": str(permission.pk)})
    add(client, first_name="N", username="noor", groups=role("Writer"), **FORGED)

    for name in ("wren", "noor"):
        user = User.objects.get(username=name)
        assert not user.is_superuser
        assert not user.user_permissions.exists()
    assert User.objects.get(username="wren").check_password(PASSWORD)


def test_no_other_group_can_be_given(as_administrator, writer):
    stranger = Group.objects.create(name="Stranger")
    save(as_administrator, writer, groups=[str(stranger.pk)])

    assert roles_of(writer) == {"Writer"}


@pytest.mark.parametrize("path", ["", "add/", "1/change/", "1/delete/"])
def test_roles_themselves_have_no_page(as_owner, path):
    assert as_owner.get(f"/admin/auth/group/{path}").status_code == 404


@pytest.mark.parametrize("path", ["mfa/authenticator/", "account/emailaddress/"])
def test_nobody_looks_into_the_second_step_of_others(as_owner, path):
    assert as_owner.get(f"/admin/{path}").status_code == 404


ACTS = ("link", "end-sessions", "forget-second-step")
FIELDS = {"first_name": "X", "username": "taken-over", "email": "", "groups": [], "is_active": ""}


@pytest.mark.parametrize("act", ACTS)
def test_an_administrator_does_nothing_to_an_owner(as_administrator, owner, act):
    client = signed_in(owner)

    assert as_administrator.post(f"/admin/auth/user/{owner.pk}/do/{act}/").status_code == 403
    assert is_signed_in(client)
    assert not Entry.objects.filter(who="ada", thing="owner").exists()


@pytest.mark.parametrize("page", ["change", "delete"])
def test_an_administrator_neither_changes_nor_deletes_an_owner(as_administrator, owner, page):
    answer = as_administrator.post(admin_url(owner, page), FIELDS | {"post": "yes"})

    assert answer.status_code == 403
    owner.refresh_from_db()
    assert (owner.username, owner.is_active, owner.is_superuser) == ("owner", True, True)


def test_an_administrator_can_look_at_an_owner(as_administrator, owner):
    page = as_administrator.get(admin_url(owner))

    assert "Only owners can change owners." in text_of(page)
    assert b'name="_save"' not in page.content


def test_an_owner_changes_another_owner(as_owner):
    other = make_admin("second")
    save(as_owner, other, first_name="Sol", email="second@harbor.example")

    other.refresh_from_db()
    assert (other.email, other.is_superuser, other.is_staff) == ("second@harbor.example", True, True)


ROLES = ["Writer", "Reviewer", "Publisher"]


@pytest.mark.parametrize("name", ROLES)
@pytest.mark.parametrize("path", ["", "add/", "{}/change/", "{}/delete/", "{}/history/"])
def test_other_roles_see_no_accounts(name, path, administrator):
    client = signed_in(make_user(name))
    path = "/admin/auth/user/" + path.format(administrator.pk)

    answers = [client.get(path, follow=True), client.post(path, FIELDS | {"groups": role("Administrator")})]

    assert {answer.status_code for answer in answers} <= {403, 302}
    assert answers[0].status_code == 403
    assert not User.objects.filter(username="taken-over").exists()


@pytest.mark.parametrize("name", ROLES)
@pytest.mark.parametrize("act", [*ACTS, "lift"])
def test_other_roles_do_nothing_to_accounts(name, act, administrator):
    client = signed_in(make_user(name))

    assert client.post(f"/admin/auth/user/{administrator.pk}/do/{act}/").status_code == 403


@pytest.mark.parametrize("name", ROLES)
def test_nobody_gives_themselves_a_role(name):
    user = make_user(name)
    client = signed_in(user)
    client.post(admin_url(user), FIELDS | {"username": user.username, "groups": role("Administrator")})

    assert roles_of(user) == {name}


@pytest.mark.parametrize("act", ACTS)
def test_nobody_goes_round_the_question_whether_it_is_they(as_administrator, administrator, act):
    set_up_codes(as_administrator)
    before = Entry.objects.count()
    page = as_administrator.post(f"/admin/auth/user/{administrator.pk}/do/{act}/", follow=True)

    assert page.redirect_chain[-1][0] == "/admin/account/"
    assert "This is your own account" in text_of(page)
    assert Authenticator.objects.filter(user=administrator, type="totp").exists()
    assert Entry.objects.count() == before


def test_the_page_of_ones_own_account_leads_to_ones_sign_in(as_administrator, administrator):
    set_up_codes(as_administrator)
    page = as_administrator.get(admin_url(administrator))

    assert "/do/" not in page.content.decode()
    assert '<a href="/admin/account/">Your sign-in</a>' in page.content.decode()


def test_acts_need_the_token_of_the_page(administrator, writer):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(administrator)

    assert strict.post(f"/admin/auth/user/{writer.pk}/do/link/").status_code == 403


def test_an_unknown_act_or_account_is_not_found(as_administrator, writer):
    assert as_administrator.post(f"/admin/auth/user/{writer.pk}/do/promote/").status_code == 404
    assert as_administrator.post("/admin/auth/user/999999/do/link/").status_code == 404


# Somebody must be left


def test_nobody_takes_the_role_from_themselves(as_administrator, administrator, owner):
    page = save(as_administrator, administrator, groups=role("Writer"))

    assert "You cannot take this role from yourself. Another administrator can." in text_of(page)
    assert roles_of(administrator) == {"Administrator"}


@pytest.mark.parametrize("who", ["administrator", "owner"])
def test_nobody_switches_off_their_own_account(request, who, owner, administrator):
    user = request.getfixturevalue(who)
    client = signed_in(user)
    fields = form_on(client.get(admin_url(user)), "user_form")
    fields.pop("is_active")
    page = client.post(admin_url(user), fields)

    assert "You cannot switch off your own account. Another administrator can." in text_of(page)
    user.refresh_from_db()
    assert user.is_active


def test_a_colleague_can_take_the_role(as_administrator, owner):
    other = make_user("Administrator", username="bo", first_name="Bo")
    save(as_administrator, other, groups=role("Writer"))

    assert roles_of(other) == {"Writer"}


@pytest.mark.parametrize("change", [{"groups": []}, {"is_active": ""}])
def test_the_last_one_who_looks_after_accounts_stays(change, administrator):
    # Somebody with the permission, but without the role: only a database changed by hand has that.
    other = make_user(username="odd")
    other.user_permissions.set(Permission.objects.filter(codename__in=["change_user", "view_user"]))
    client = signed_in(other)
    fields = form_on(client.get(admin_url(administrator)), "user_form") | change
    fields = {name: value for name, value in fields.items() if value != ""}
    page = client.post(admin_url(administrator), fields)

    assert "There is no other administrator. Give somebody else that role first." in text_of(page)
    administrator.refresh_from_db()
    assert administrator.is_active
    assert roles_of(administrator) == {"Administrator"}


# Deleting


def test_an_account_made_by_mistake_can_go(as_administrator):
    mistake = make_user("Writer", username="mistake")
    as_administrator.post(admin_url(mistake, "delete"), {"post": "yes"})

    assert not User.objects.filter(username="mistake").exists()
    assert entries("delete")[-1].thing == "mistake"


def test_an_account_that_has_done_something_stays(as_administrator, writer):
    signed_in(writer)

    assert as_administrator.post(admin_url(writer, "delete"), {"post": "yes"}).status_code == 403
    assert User.objects.filter(username="wren").exists()


def test_an_account_of_a_person_stays(as_administrator, writer):
    Person.objects.create(name="Wren Writer", role="writer", user=writer)

    assert as_administrator.post(admin_url(writer, "delete"), {"post": "yes"}).status_code == 403


def test_several_cannot_be_deleted_at_once(as_owner, writer):
    as_owner.post(
        "/admin/auth/user/", {"action": "delete_selected", "_selected_action": [writer.pk], "post": "yes"}
    )

    assert User.objects.filter(username="wren").exists()


# Sessions of others


def test_an_administrator_signs_a_colleague_out_everywhere(as_administrator, writer):
    clients = [signed_in(writer), signed_in(writer)]
    url = f"/admin/auth/user/{writer.pk}/do/end-sessions/"

    assert "Signed out in 2 places." in text_of(as_administrator.post(url, follow=True))
    assert [is_signed_in(client) for client in clients] == [False, False]
    signed_in(writer)
    assert "Signed out in 1 place." in text_of(as_administrator.post(url, follow=True))
    assert is_signed_in(as_administrator)
    assert entries("session-ended")[-1].who == "ada"


# The list


def test_the_list_tells_who_is_who(as_administrator, writer, owner):
    page = text_of(as_administrator.get("/admin/auth/user/"))

    assert "Wren Writer" in page
    assert "Owner of this site: may do everything" in page


def test_the_list_asks_as_often_for_many_as_for_few(as_administrator, django_assert_max_num_queries):
    for number in range(30):
        make_user("Writer", "Reviewer", username=f"many-{number}")

    with django_assert_max_num_queries(9):
        as_administrator.get(reverse("admin:auth_user_changelist"))


@pytest.mark.parametrize(
    "asked", ["password__startswith=argon2", "open_sessions__session_key__startswith=", "is_superuser=1"]
)
def test_no_address_of_the_list_lets_secrets_be_guessed(as_administrator, owner, asked):
    assert as_administrator.get(f"/admin/auth/user/?{asked}").status_code == 400


def test_the_trail_tells_whose_account_a_person_was_given(as_administrator):
    theirs, mine = make_user("Reviewer", username="theirs"), make_user("Writer", username="mine")
    person = Person.objects.create(name="Cleo", role="physical therapist", user=theirs)
    save(as_administrator, person, user=str(mine.pk), is_clinician="on")

    assert entries("save")[-1].note == "Clinician: no → yes\nAccount: theirs → mine"


# The first administrator


def test_the_first_administrator_can_act_at_once(client):
    from education.clinic.models import Clinic, SetupLink
    from tests.clinic.conftest import ANSWERS

    Clinic.objects.all().delete()
    client.post(SetupLink.renew(), ANSWERS)
    dana = User.objects.get(username="dana")

    assert client.get("/admin/").status_code == 200
    assert roles_of(dana) == {"Administrator"}
    assert (dana.person.name, dana.person.is_clinician) == ("Dana Ortiz", False)
    assert entries("role")[-1].note == "– → Administrator"


def test_a_reviewer_who_is_no_clinician_is_told_of(as_administrator):
    reviewer = make_person(roles=["Reviewer"], is_clinician=False)
    page = text_of(as_administrator.get(admin_url(reviewer.user)))
    assert "This reviewer is not ticked as a clinician" in page
