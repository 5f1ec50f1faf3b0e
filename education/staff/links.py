"""One-time links with which somebody chooses a password: Django's tokens, for as long as we say."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

NEWCOMER = timedelta(days=3)
FORGOTTEN = timedelta(hours=1)


class _Tokens(PasswordResetTokenGenerator):
    """Makes tokens that look older than they are, so that Django refuses them sooner."""

    def __init__(self, valid_for: timedelta) -> None:
        super().__init__()
        self.valid_for = valid_for

    def _now(self) -> datetime:
        return super()._now() - timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT) + self.valid_for


def password_link(user: Any, valid_for: timedelta) -> str:
    """Return the full address of a new link. It works once, and until somebody signs in to the account."""
    token = _Tokens(valid_for).make_token(user)
    who = urlsafe_base64_encode(force_bytes(user.pk))
    return settings.SITE_URL + reverse("staff-choose-password", args=[who, token])
