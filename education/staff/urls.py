"""How one signs in. Only these pages of django-allauth exist here, under the names that it looks for."""

from allauth.account.views import reauthenticate as password_again
from allauth.mfa.base import views as codes
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from education.staff.sign_in import choose_password, end_session, in_admin, overview

sign_in = RedirectView.as_view(pattern_name="admin:login", query_string=True)
your_sign_in = RedirectView.as_view(pattern_name="mfa_index")
AGAIN = _("Is it you?")

urlpatterns = [
    path("", overview, name="mfa_index"),
    path("sign-in/", sign_in, name="account_login"),
    path("code/", in_admin(codes.authenticate, _("Second step")), name="mfa_authenticate"),
    path("again/", in_admin(password_again, AGAIN), name="account_reauthenticate"),
    path("again/code/", in_admin(codes.reauthenticate, AGAIN), name="mfa_reauthenticate"),
    path(
        "again/passkey/",
        in_admin(passkeys.reauthenticate_webauthn, AGAIN),
        name="mfa_reauthenticate_webauthn",
    ),
    path("app/", in_admin(app.activate_totp, _("One-time codes from an app")), name="mfa_activate_totp"),
    path(
        "app/remove/",
        in_admin(app.deactivate_totp, _("Stop using one-time codes?")),
        name="mfa_deactivate_totp",
    ),
    path("passkeys/", your_sign_in, name="mfa_list_webauthn"),
    path("passkeys/sign-in/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("passkeys/add/", in_admin(passkeys.add_webauthn, _("Add a passkey")), name="mfa_add_webauthn"),
    path(
        "passkeys/<int:pk>/remove/",
        in_admin(passkeys.remove_webauthn, _("Remove this passkey?")),
        name="mfa_remove_webauthn",
    ),
    path(
        "recovery/",
        in_admin(recovery.view_recovery_codes, _("Your recovery codes")),
        name="mfa_view_recovery_codes",
    ),
    path(
        "recovery/new/",
        in_admin(recovery.generate_recovery_codes, _("Make new recovery codes?")),
        name="mfa_generate_recovery_codes",
    ),
    path("sessions/end/", end_session, name="staff-end-session"),
    path("password/<uidb64>/<token>/", choose_password, name="staff-choose-password"),
]
