"""The four roles: who gets what, and that somebody is left who looks after them."""

import json
import subprocess
import sys

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from education.staff.roles import EXPLAINED
from tests.factories import make_user

POWERS = {
    "editorial.write_editions": {"Writer", "Reviewer", "Publisher", "Administrator"},
    "editorial.review_editions": {"Reviewer", "Administrator"},
    "editorial.publish_editions": {"Publisher", "Administrator"},
    "articles.change_articleedition": {"Writer", "Reviewer", "Publisher", "Administrator"},
    "urgency.change_carecardedition": {"Writer", "Reviewer", "Publisher", "Administrator"},
    "editorial.view_person": {"Writer", "Reviewer", "Publisher", "Administrator"},
    "editorial.change_person": {"Administrator"},
    "clinic.change_clinic": {"Administrator"},
    "auth.add_user": {"Administrator"},
    "auth.change_user": {"Administrator"},
    "staff.view_entry": {"Administrator"},
    "checker.add_decisionsignature": {"Reviewer", "Administrator"},
    "mfa.change_authenticator": set(),
    "account.change_emailaddress": set(),
}


@pytest.mark.parametrize("role", EXPLAINED)
@pytest.mark.parametrize("power", POWERS)
def test_a_role_gives_its_powers_and_no_others(role, power):
    assert make_user(role).has_perm(power) == (role in POWERS[power])


def test_each_role_is_there_and_explained():
    assert set(Group.objects.values_list("name", flat=True)) == set(EXPLAINED)
    assert all(len(str(words)) > 20 for words in EXPLAINED.values())


def test_roles_are_made_again_by_the_next_migrate():
    Group.objects.get(name="Writer").delete()
    Group.objects.get(name="Reviewer").permissions.clear()
    Group.objects.get(name="Publisher").permissions.add(Permission.objects.get(codename="change_user"))

    call_command("migrate", verbosity=0)

    assert make_user("Writer").has_perm("editorial.write_editions")
    assert make_user("Reviewer").has_perm("editorial.review_editions")
    assert not make_user("Publisher").has_perm("auth.change_user")


def test_nobody_may_change_the_trail_whatever_the_role():
    codenames = Permission.objects.filter(content_type__app_label="staff").values_list("codename", flat=True)

    assert list(codenames) == ["view_entry"]


@pytest.mark.slow
def test_of_two_administrators_who_take_the_role_from_each_other_one_is_left(own_site, tmp_path):
    with own_site(tmp_path) as variables:
        done = subprocess.run(
            [sys.executable, "-m", "tests.staff.rivals"],
            env=variables,
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])

    assert (found["first"], len(found["second"])) == (302, 1)
    assert found["left"] == ["ann"]
