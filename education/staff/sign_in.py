"""The pages on which somebody signs in, and looks after how they do."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.core.ratelimit import consume_or_429
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from education.staff.forms import ChoosePasswordForm, SignInForm
from education.staff.models import OpenSession
from education.staff.second_step import due, passkeys_possible
from education.staff.sessions import mark_of, place_of, sessions_of
from education.staff.trail import Act, record

View = Callable[..., HttpResponse]


class SignInView(LoginView):
    """Name and password; django-allauth then asks for the second step, if there is one."""

    authentication_form = SignInForm
    template_name = "admin/staff/sign_in.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return consume_or_429(request, action="login") or super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        login = Login(user=form.get_user(), redirect_url=self.get_success_url())
        response: HttpResponse = perform_password_login(self.request, {}, login)
        return response


def in_admin(view: Any, title: Any) -> View:
    """Return a view of django-allauth as a page of the admin: its templates are ours."""

    def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = view(request, **kwargs)
        if isinstance(response, TemplateResponse):
            around = admin.site.each_context(request) | {"title": title, "passkeys": passkeys_possible()}
            response.context_data = around | (response.context_data or {})
        return response

    return page


@login_required
@require_safe
def overview(request: HttpRequest) -> TemplateResponse:
    """How somebody signs in, and where they are signed in now."""
    steps = Authenticator.objects.filter(user=request.user.pk).order_by("pk")
    moment = due(request.user)
    context = admin.site.each_context(request) | {
        "title": _("Your sign-in"),
        "codes": next((step for step in steps if step.type == Authenticator.Type.TOTP), None),
        "passkeys_of_mine": [
            {"step": step, "name": step.wrap().name}
            for step in steps
            if step.type == Authenticator.Type.WEBAUTHN
        ],
        "recovery": next((_left(step) for step in steps if step.type == "recovery_codes"), None),
        "due": moment,
        "is_overdue": moment is not None and moment <= timezone.now(),
        "passkeys": passkeys_possible(),
        "site_address": settings.SITE_URL,
        "sessions": [
            {
                "session": session,
                "place": place_of(session),
                "mark": mark_of(session),
                "is_this": session.session_key == request.session.session_key,
            }
            for session in sessions_of(request.user)
        ],
    }
    return TemplateResponse(request, "admin/staff/overview.html", context)


def _left(step: Any) -> dict[str, int]:
    """Return how many recovery codes are left."""
    return {"left": len(step.wrap().get_unused_codes())}


@login_required
@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """End one session of one's own, or all but this one."""
    others = sessions_of(request.user).exclude(session_key=request.session.session_key or "")
    if "all" not in request.POST:
        chosen = [each.pk for each in others if mark_of(each) == request.POST.get("session")]
        others = others.filter(pk__in=chosen)
    ended = end(others, by=request.user, of=request.user)
    done = gettext("You are signed out there.") if ended else gettext("You were signed out there already.")
    messages.success(request, done)
    return redirect("mfa_index")


def end(sessions: Any, by: Any, of: Any) -> int:
    """End sessions of an account, and write it down; return how many there were."""
    places = [place_of(session) for session in sessions]
    OpenSession.objects.filter(pk__in=[session.pk for session in sessions]).delete()
    if places:
        record(by, Act.SESSION_ENDED, of, called=of.get_username(), note=", ".join(places))
    return len(places)


class ChoosePasswordView(PasswordResetConfirmView):
    """Where a one-time link leads: a newcomer, or somebody who forgot the password, chooses one."""

    form_class = ChoosePasswordForm
    template_name = "admin/staff/choose_password.html"
    success_url = reverse_lazy("admin:login")
    title = _("Choose a password")

    def get_user(self, uidb64: str) -> Any:
        user = super().get_user(uidb64)
        return user if user is not None and user.is_active else None

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, gettext("Your password is set. Sign in with it now."))
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        name = get_user_model().USERNAME_FIELD
        around = admin.site.each_context(self.request) | {"has_permission": False}
        context: dict[str, Any] = around | super().get_context_data(**kwargs)
        return context | {"username": getattr(self.user, name, "")}


choose_password = never_cache(ChoosePasswordView.as_view())
