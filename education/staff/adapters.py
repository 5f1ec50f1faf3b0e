"""What django-allauth asks us: who may come in, what is shown, how secrets are kept."""

import secrets
from base64 import urlsafe_b64encode
from datetime import timedelta
from functools import cache
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.staff.sessions import signed_in_within

TRUSTED_FOR = timedelta(minutes=15)  # after signing in; then the password is asked for again


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up, and only those who work here come in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        if user.is_active and user.is_staff:
            return None
        messages.error(request, gettext("This account cannot sign in. Ask an administrator of your clinic."))
        return redirect("admin:login")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        return not signed_in_within(context.request, TRUSTED_FOR)

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Pass on what went wrong; what went well is seen on the page itself."""
        if level >= messages.ERROR:
            super().add_message(request, level, *args, **kwargs)


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """One-time codes under the clinic's name; passkeys for the site's address."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right, or too old. Type the one that the app shows now."),
        "cannot_generate_recovery_codes": _("Set up one-time codes or a passkey first."),
    }

    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())

    def get_totp_issuer(self) -> str:
        return self._get_site_name()

    def _get_site_name(self) -> str:
        return str(getattr(context.request, "clinic", None) or "SpasmGuide")

    def _get_user_identifier(self, user: Any) -> str:
        return str(user.get_username())

    def build_totp_svg(self, url: str) -> SafeString:
        code = segno.make(url, error="m", micro=False)
        return mark_safe(code.svg_inline(omitsize=True, border=4, light="#fff", svgclass="qr"))  # noqa: S308

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.SITE_URL).hostname or "", "name": self._get_site_name()}

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        return gettext("My passkey")

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret; after a change of the site's key, one that no code fits."""
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _place in range(32))


@cache
def _box() -> Fernet:
    """Encrypts with the site's secret key, so that a copy of the database alone opens nothing."""
    return Fernet(urlsafe_b64encode(sha256(b"second step" + settings.SECRET_KEY.encode()).digest()))
