"""Signing in, in a browser: with codes, with passkeys, by keyboard; each page looked at."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import expect

from education.staff.models import Entry
from tests.browser.test_accessibility import violations
from tests.browser.test_admin import SIZES, WATCH, shot
from tests.factories import PASSWORD, make_admin, make_clinic, make_user
from tests.staff.door import code_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def door(browser, live_server, settings):
    """Open the site as a visitor whose device can keep passkeys; no script may fail."""
    settings.SITE_URL = live_server.url.replace("127.0.0.1", "localhost")
    make_clinic()
    contexts, troubles = [], []

    def open_door(size="screen", **options):
        context = browser.new_context(
            base_url=settings.SITE_URL, viewport=SIZES[size], reduced_motion="reduce", **options
        )
        context.add_init_script(WATCH)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        device = context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        return page

    yield open_door
    for context in contexts:
        context.close()
    assert troubles == []


def whole(page, name):
    """Look at a page: nothing blocked, nothing that axe finds, nothing that runs out of the window."""
    assert page.evaluate("window.blocked") == [], name
    shot(page, name)
    assert violations(page) == [], name
    page.evaluate("window.blocked = []")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), name


def name_and_password(page, user):
    page.goto("/admin/")
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page):
    page.get_by_role("button", name="Sign out").click()


@pytest.mark.parametrize(("size", "dark"), [("screen", False), ("phone", True)])
def test_codes_and_a_passkey(door, size, dark):
    user = make_admin(name="Dana Ortiz")
    page = door(size, color_scheme="dark" if dark else "light")
    name_and_password(page, user)
    expect(page.get_by_text("signing in needs a second step from")).to_be_visible()
    page.get_by_role("link", name="Set it up now").click()
    whole(page, f"{size}-sign-in-1-overview")

    page.get_by_role("link", name="Set up one-time codes").click()
    whole(page, f"{size}-sign-in-2-app")
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Code from the app").fill("000000")
    page.get_by_role("button", name="Use one-time codes").click()
    expect(page.get_by_role("alert")).to_contain_text("This code is not right")
    whole(page, f"{size}-sign-in-3-wrong")
    page.get_by_label("Code from the app").fill(code_of(secret))
    page.get_by_role("button", name="Use one-time codes").click()
    expect(page.get_by_text("They are shown this one time only.")).to_be_visible()
    recovery = page.locator(".recovery-codes code").first.inner_text()
    whole(page, f"{size}-sign-in-4-recovery")

    page.goto("/admin/account/")
    page.get_by_role("link", name="Add a passkey").click()
    whole(page, f"{size}-sign-in-5-passkey")
    page.get_by_label("Name, so that you know it again").fill("My telephone")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("link", name="Remove My telephone")).to_be_visible()
    whole(page, f"{size}-sign-in-6-all-set")
    sign_out(page)

    page.goto("/admin/login/")
    whole(page, f"{size}-sign-in-7-door")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    sign_out(page)

    name_and_password(page, user)
    whole(page, f"{size}-sign-in-8-second-step")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    sign_out(page)

    name_and_password(page, user)
    page.get_by_label("Code from your app, or a recovery code").fill(recovery)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert list(Entry.objects.filter(act="sign-in").order_by("pk").values_list("note", flat=True)) == [
        "password", "passkey", "password, passkey", "password, recovery code",
    ]  # fmt: skip


def test_a_device_without_the_passkey_says_so(door):
    make_admin()
    page = door()
    page.goto("/admin/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_text("That did not work. Try again, or choose another way.")).to_be_visible()
    whole(page, "screen-sign-in-9-no-passkey")


def test_without_script_codes_work_and_passkeys_hide(door):
    user = make_admin()
    page = door(java_script_enabled=False)
    name_and_password(page, user)
    page.goto("/admin/account/app/")
    page.get_by_label("Code from the app").fill(code_of(page.locator(".secret").inner_text()))
    page.get_by_role("button", name="Use one-time codes").click()
    expect(page.get_by_text("They are shown this one time only.")).to_be_visible()

    page.goto("/admin/account/passkeys/add/")
    expect(page.get_by_text("This browser offers no passkeys, or JavaScript is off.")).to_be_visible()
    expect(page.get_by_role("button", name="Make the passkey")).to_be_hidden()


@pytest.mark.parametrize("size", SIZES)
def test_accounts_and_the_trail(door, size):
    page = door(size)
    name_and_password(page, make_admin(name="Dana Ortiz"))
    page.goto("/admin/auth/user/add/")
    whole(page, f"{size}-accounts-1-new")
    page.get_by_label("Name:", exact=True).fill("Noor Haddad")
    page.get_by_label("Username").fill("noor")
    page.get_by_label("Publisher: ").check()
    page.get_by_label("What they are, in plain words").fill("physical therapist")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="One-time link")).to_be_visible()
    link = page.locator(".new-link .secret").inner_text()
    whole(page, f"{size}-accounts-2-link")
    assert User.objects.get(username="noor").person.name == "Noor Haddad"

    visitor = door(size)
    visitor.goto(link)
    whole(visitor, f"{size}-accounts-3-choose")
    visitor.get_by_label("New password:", exact=True).fill(PASSWORD)
    visitor.get_by_label("New password confirmation").fill(PASSWORD)
    visitor.get_by_role("button", name="Set the password").click()
    expect(visitor.get_by_text("Your password is set.")).to_be_visible()
    for _try in range(5):
        visitor.get_by_label("Username").fill("noor")
        visitor.get_by_label("Password").fill("wrong")
        visitor.get_by_role("button", name="Sign in", exact=True).click()
    expect(visitor.get_by_role("alert")).to_contain_text("Too many failed tries.")
    whole(visitor, f"{size}-accounts-4-locked")

    page.goto("/admin/auth/user/")
    whole(page, f"{size}-accounts-5-list")
    page.get_by_role("button", name="Let them sign in again now").click()
    name_and_password(visitor, User.objects.get(username="noor"))
    expect(visitor.get_by_role("button", name="Sign out")).to_be_visible()

    page.goto("/admin/staff/entry/")
    whole(page, f"{size}-accounts-6-trail")
    page.get_by_label("Who:").fill("noor")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("region", name="Entries")).not_to_contain_text("role changed")
    expect(page.get_by_role("region", name="Entries")).to_contain_text("locked out")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as a table").click()
    assert "locked out" in download.value.path().read_text(encoding="utf-8-sig")


def test_when_the_time_is_over_the_page_leads_to_setting_it_up(door):
    user = make_user("Publisher", date_joined=timezone.now() - timedelta(days=30))
    page = door()
    name_and_password(page, user)

    expect(page.get_by_role("alert")).to_contain_text("Set up a second step to go on")
    whole(page, "screen-sign-in-10-overdue")
