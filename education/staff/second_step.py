"""The second step of signing in: who needs one, from when on, and what happens without it."""

import ipaddress
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from education.staff.models import Act, Entry
from education.staff.roles import ADMINISTRATOR, PUBLISHER
from education.staff.sessions import note_seen

POWERFUL = (PUBLISHER, ADMINISTRATOR)
ARROW = "→"  # between the roles before and after, in the note of an entry
# What can be done without a second step: setting it up, leaving, changing the password.
OPEN_PATHS = "/admin/account/"
OPEN_PAGES = {"login", "logout", "password_change", "password_change_done", "jsi18n"}


def with_second_step(users: QuerySet[User]) -> Any:
    """Annotate whether accounts have a second step, and whether and since when a role needs one."""
    steps = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
    roles = User.groups.through.objects.filter(user_id=OuterRef("pk"), group__name__in=POWERFUL)
    names = "|".join(POWERFUL)
    rises = Entry.objects.filter(
        kind="auth.user",
        thing_id=Cast(OuterRef("pk"), CharField()),
        act=Act.ROLE,
        note__regex=f"{ARROW}.*({names})",
    ).exclude(note__regex=f"({names}).*{ARROW}")
    # Only looked up for those who are still to set one up.
    is_settled = Q(has_second_step=True) | Q(is_powerful=False) | Q(is_superuser=True)
    return users.annotate(has_second_step=Exists(steps), is_powerful=Exists(roles)).annotate(
        powerful_since=Case(
            When(is_settled, then=Value(None)), default=Subquery(rises.order_by("-pk").values("at")[:1])
        )
    )


def due(user: Any) -> datetime | None:
    """Return the moment from which an account needs a second step, or ``None`` if it has or needs none."""
    if not hasattr(user, "has_second_step"):
        user = with_second_step(User.objects.filter(pk=user.pk)).get()
    if user.has_second_step or not (user.is_superuser or user.is_powerful):
        return None
    since: datetime = user.powerful_since or user.date_joined
    return since + timedelta(days=settings.SECOND_STEP_GRACE_DAYS)


def passkeys_possible() -> bool:
    """Whether browsers allow passkeys at the site's address: with https, and under a name."""
    address = urlsplit(settings.SITE_URL)
    name = address.hostname or ""
    if address.scheme != "https" and name != "localhost":
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return True
    return False


class SecondStep:
    """Lead whoever needs a second step, and has none when its time has come, to setting it up.

    Until then ``request.second_step_due`` holds the moment, for a note on the page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        # Whoever brings no session is not looked up, so that pages before signing in differ for nobody.
        if not request.path_info.startswith("/admin/") or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        if not request.user.is_authenticated:
            return None
        note_seen(request)
        moment = due(request.user)
        request.second_step_due = moment  # type: ignore[attr-defined]
        match = request.resolver_match
        is_open = request.path_info.startswith(OPEN_PATHS) or (match and match.url_name in OPEN_PAGES)
        if moment is None or moment > timezone.now() or is_open:
            return None
        return redirect("mfa_index")
