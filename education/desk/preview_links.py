"""Links with which somebody outside reads one edition before patients do, and comments on it.

The token in the address is the key. It is signed, so that guessing never reaches the database; only its
digest is stored; it ends by itself, by hand, and with the publication of the edition.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from education.clinic.models import digest
from education.editorial.comments import POWERS
from education.editorial.models import Comment, Person, PreviewLink
from education.editorial.states import EditionError, Standing
from education.editorial.verbs import check_power
from education.staff.trail import Act, record

MOST_DAYS = 30
USUAL_DAYS = 7
OPENINGS_A_MINUTE = 60
COMMENTS_AN_HOUR = 20

UNPUBLISHED = frozenset({Standing.DRAFT, Standing.IN_REVIEW, Standing.APPROVED, Standing.SCHEDULED})
PUBLISHED = _("Everybody can read this edition, or could. Links are for texts that patients do not see yet.")

_signer = signing.Signer(sep=".", salt="editorial.preview")


@transaction.atomic
def make_link(edition: Any, by: Person, for_whom: str, days: int) -> str:
    """Return the address of a new link. It is told this once: only its digest is kept.

    Raises ``NotAllowed``, or ``EditionError`` when the edition has been published.
    """
    check_power(by, *POWERS)
    if _standing(edition) not in UNPUBLISHED:
        raise EditionError(PUBLISHED)
    token = _signer.sign(secrets.token_urlsafe(24))
    link = PreviewLink.objects.create(
        kind=ContentType.objects.get_for_model(edition), edition_id=edition.pk, digest=digest(token),
        for_whom=for_whom, made_by=by, expires_at=timezone.now() + timedelta(days=days),
    )  # fmt: skip
    _record(link, edition, by, Act.LINK)
    return settings.SITE_URL + reverse("desk:preview", args=[token])


@transaction.atomic
def close(link: PreviewLink, edition: Any, by: Person) -> None:
    """Let a link open nothing any more. Repeating it changes nothing."""
    check_power(by, *POWERS)
    if PreviewLink.objects.filter(pk=link.pk, closed_at=None).update(closed_at=timezone.now()):
        _record(link, edition, by, Act.LINK_CLOSED)


def _record(link: PreviewLink, edition: Any, by: Person, act: Act) -> None:
    record(by.user, act, edition, called=str(edition), note=link.for_whom, to_edition=edition.number)


def opened_by(token: str) -> PreviewLink | None:
    """Return the link of a token, however it stands now; ``None`` for a token that is not ours.

    One that we have not signed is told without the database.
    """
    try:
        _signer.unsign(token)
    except signing.BadSignature:
        return None
    return PreviewLink.objects.filter(digest=digest(token)).first()


def edition_of(link: PreviewLink, at: datetime | None = None) -> Any:
    """Return the edition that a link opens at a moment (now by default), with its standing; or ``None``."""
    at = at or timezone.now()
    if link.closed_at is not None or link.expires_at <= at:
        return None
    editions: Any = link.kind.model_class()._default_manager  # type: ignore[union-attr]
    shown = editions.with_standing(at).select_related("document").filter(pk=link.edition_id).first()
    return shown if shown is not None and shown.standing in UNPUBLISHED else None


def _standing(edition: Any) -> str | None:
    found = type(edition)._default_manager.with_standing().filter(pk=edition.pk).first()
    return found.standing if found else None


# Not too often, whichever process answers


def count_opening(link: PreviewLink) -> bool:
    """Count that a link is opened; ``False`` when that was too often within a minute. One statement."""
    now = timezone.now()
    this_minute = Q(minute__gt=now - timedelta(minutes=1))
    allowed = PreviewLink.objects.filter(pk=link.pk).exclude(
        this_minute, opened_in_minute__gte=OPENINGS_A_MINUTE
    )
    return bool(
        allowed.update(
            opened=F("opened") + 1,
            opened_in_minute=Case(When(this_minute, then=F("opened_in_minute") + 1), default=Value(1)),
            minute=Case(When(this_minute, then=F("minute")), default=Value(now)),
        )
    )


def may_comment(link: PreviewLink) -> bool:
    """Whether the link has room for a comment in this hour; hold the link's row meanwhile."""
    since = timezone.now() - timedelta(hours=1)
    return Comment.objects.filter(link=link, made_at__gt=since).count() < COMMENTS_AN_HOUR
