"""Comings and goings, written down: Django and django-allauth tell of each by a signal."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest
from django.utils.translation import gettext

from education.staff.sessions import begin
from education.staff.trail import Act, record

METHODS = "account_authentication_methods"  # where django-allauth keeps how somebody proved who they are


def connect() -> None:
    """Listen, once."""
    user_logged_in.connect(_came, dispatch_uid="staff-came")
    user_logged_out.connect(_left, dispatch_uid="staff-left")
    authenticator_added.connect(_set_up, dispatch_uid="staff-set-up")
    authenticator_removed.connect(_taken_away, dispatch_uid="staff-taken-away")
    authenticator_reset.connect(_made_anew, dispatch_uid="staff-made-anew")


def _came(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    begin(request)
    record(user, Act.SIGN_IN, user, called=user.get_username(), note=_how(request))


def _left(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    if user is not None:
        record(user, Act.SIGN_OUT, user, called=user.get_username())


def _set_up(user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    _second_step(user, gettext("set up: %(what)s"), authenticator)


def _taken_away(user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    _second_step(user, gettext("taken away: %(what)s"), authenticator)


def _made_anew(user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    _second_step(user, gettext("made anew: %(what)s"), authenticator)


def _second_step(user: Any, words: str, authenticator: Authenticator) -> None:
    what = kind_of(authenticator)
    record(user, Act.SECOND_STEP, user, called=user.get_username(), note=words % {"what": what})


def kind_of(authenticator: Authenticator) -> str:
    """Return what a second step is, in words."""
    return {
        Authenticator.Type.TOTP: gettext("one-time codes"),
        Authenticator.Type.WEBAUTHN: gettext("a passkey"),
        Authenticator.Type.RECOVERY_CODES: gettext("recovery codes"),
    }[authenticator.type]


def _how(request: HttpRequest) -> str:
    """Return how somebody signed in, in words, where it is known."""
    words = {
        "password": gettext("password"),
        "totp": gettext("one-time code"),
        "webauthn": gettext("passkey"),
        "recovery_codes": gettext("recovery code"),
    }
    steps = [step.get("type") or step["method"] for step in request.session.get(METHODS, [])]
    return ", ".join(words.get(step, step) for step in steps)
