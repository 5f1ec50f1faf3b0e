"""What somebody types to prove who they are."""

from struct import error as struct_error
from typing import Any

from allauth.account.forms import ReauthenticateForm as PasswordAgainForm
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.staff.lockout import as_counted, confirm, explained, lift, locked_until, note_failure
from education.staff.models import OpenSession
from education.staff.trail import Act, record


class SignInForm(AdminAuthenticationForm):
    """Name and password. A locked name gets the same answer whether it exists or not."""

    error_messages = {
        "invalid_login": _(
            "This name and this password do not belong together. Try again: capital and small letters count."
        ),
        "no_role": _(
            "This account has no role, so it cannot sign in. An administrator of your clinic has to give it "
            "one first."
        ),
    }

    def confirm_login_allowed(self, user: Any) -> None:
        """Tell whose password is right, but who has no role: that is no failed try."""
        if not user.is_staff:
            raise ValidationError(self.error_messages["no_role"], code="no_role")

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except ValidationError:
            check_lock(as_counted(self.cleaned_data.get("username") or ""))
            raise


def check_lock(name: str) -> None:
    """Raise ``ValidationError`` with the moment until which a name is locked."""
    if until := locked_until(name):
        raise ValidationError(explained(until), code="locked")


class AgainForm(PasswordAgainForm):  # type: ignore[misc]
    """The password again, before something that matters."""

    def clean_password(self) -> str:
        try:
            return str(super().clean_password())
        except ValidationError:
            check_lock(self.user.get_username())
            raise


class LockedCodes:
    """Wrong codes count like wrong passwords, and a code works once, in whichever process."""

    user: Any
    authenticator: Any

    def clean_code(self) -> str:
        name = self.user.get_username()
        check_lock(name)
        try:
            code = str(super().clean_code())  # type: ignore[misc]
            self._use_up(code)
        except ValidationError:
            note_failure(name, note=gettext("wrong code"))
            check_lock(name)
            raise
        if not confirm(name):
            check_lock(name)
        return code

    @transaction.atomic
    def _use_up(self, code: str) -> None:
        """Refuse a code of the app that is not newer than the last one (RFC 6238, 5.2)."""
        if self.authenticator.type != Authenticator.Type.TOTP:
            return
        stored = Authenticator.objects.select_for_update().get(pk=self.authenticator.pk)
        step = _step_of(code, decrypt(stored.data["secret"]))
        if step <= stored.data.get("step", 0):
            raise ValidationError(_("This code has been used. Wait for the next one."), code="used")
        stored.data["step"] = step
        stored.save(update_fields=["data"])


def _step_of(code: str, secret: str) -> int:
    """Return the half minute, counted from 1970, that a code belongs to, or 0."""
    for step in yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return int(step)
    return 0


class CodeForm(LockedCodes, AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class CodeAgainForm(LockedCodes, ReauthenticateForm):  # type: ignore[misc]
    """A code, before something that matters."""


# Passkeys

# What the packages raise for a credential that no browser has made.
FORGED = (AttributeError, IndexError, KeyError, TypeError, ValueError, InvalidSignature, struct_error)


class CheckedPasskey:
    """A credential that is not what it should be is refused in words."""

    user: Any = None

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except FORGED:
            self._note_failure()
            raise get_adapter().validation_error("incorrect_code") from None
        except ValidationError:
            self._note_failure()
            raise

    def _note_failure(self) -> None:
        name = self.user.get_username() if self.user else ""
        note_failure(name, note=gettext("a passkey that does not fit"))


class PasskeySignInForm(CheckedPasskey, LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey in place of name and password."""


class PasskeyForm(CheckedPasskey, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second step."""


class PasskeyAgainForm(CheckedPasskey, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey, before something that matters."""


class NewPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey that has just been made."""

    def clean(self) -> Any:
        try:
            return super().clean()
        except FORGED:
            raise get_adapter().validation_error("incorrect_code") from None


# Passwords


class ChangePasswordForm(AdminPasswordChangeForm):
    """A new password in place of the old one. All other sessions end."""

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        user = super().save(commit)
        record(user, Act.PASSWORD, user, called=user.get_username())
        OpenSession.objects.filter(user=user).delete()  # the view opens this one anew
        return user


class ChoosePasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """A password chosen with a one-time link. It also ends a lock-out."""

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        user = super().save(commit)
        record(user, Act.PASSWORD, user, called=user.get_username(), note=gettext("with a one-time link"))
        if locked_until(user.get_username()):
            lift(user, user, note=gettext("by choosing a new password with a one-time link"))
        OpenSession.objects.filter(user=user).delete()
        return user
