"""Sessions that know whose they are: since when, last seen when, in which browser.

No address is kept. Django loads this module by its name in ``SESSION_ENGINE``.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext

from education.staff.browsers import browser_and_system
from education.staff.models import OpenSession

SINCE, SEEN, WHERE = "staff_since", "staff_seen", "staff_where"
NOTED_EVERY = timedelta(minutes=5)  # so that reading pages writes hardly anything


class SessionStore(DatabaseStore):
    """Keeps what its owner should see in columns beside the session's own text."""

    @classmethod
    def get_model_class(cls) -> Any:
        return OpenSession

    def create_model_instance(self, data: dict[str, Any]) -> OpenSession:
        session: OpenSession = super().create_model_instance(data)  # type: ignore[assignment]
        session.user_id = data.get(SESSION_KEY)
        session.since, session.seen = moment(data.get(SINCE)), moment(data.get(SEEN))
        session.browser, session.system = data.get(WHERE, ("", ""))
        return session


def moment(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def begin(request: HttpRequest) -> None:
    """Note when and where somebody signed in. Sessions whose time is over go then."""
    OpenSession.objects.filter(expire_date__lt=timezone.now()).delete()
    now = int(timezone.now().timestamp())
    request.session[SINCE] = request.session[SEEN] = now
    request.session[WHERE] = browser_and_system(request.META.get("HTTP_USER_AGENT", ""))


def note_seen(request: HttpRequest) -> None:
    """Note that somebody is still there, every few minutes."""
    now = int(timezone.now().timestamp())
    if now - request.session.get(SEEN, 0) >= NOTED_EVERY.total_seconds():
        request.session[SEEN] = now


def signed_in_within(request: HttpRequest, span: timedelta) -> bool:
    """Tell whether this session began in the last minutes."""
    since = moment(request.session.get(SINCE))
    return since is not None and timezone.now() - since < span


def sessions_of(user: Any) -> models.QuerySet[OpenSession]:
    """Return the sessions that are still open, the last seen first."""
    return OpenSession.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-seen")


def mark_of(session: OpenSession) -> str:
    """Return a name for a session that may stand on a page: its key itself would open it."""
    return salted_hmac("education.staff.sessions", session.session_key, algorithm="sha256").hexdigest()[:24]


def place_of(session: OpenSession) -> str:
    """Return where somebody is signed in, in words."""
    if session.browser and session.system:
        words = {"browser": session.browser, "system": session.system}
        return gettext("%(browser)s on %(system)s") % words
    return session.browser or session.system or gettext("A browser that does not say its name")
