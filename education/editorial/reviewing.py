"""How long a review holds: what is due soon, overdue, and overdue for so long that nobody may rely on it.

A text is overdue from the day after its next review was due. ``long_overdue_months`` later (a setting of the
clinic) it fails safe: home care and exercises show no steps any more, and the symptom checker calms nobody
whose emergency signs have not been checked. Other text only says that it is overdue.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.clinic.models import Clinic, Risk, months_after

SOON = timedelta(days=60)  # how long before its day staff are told of a review
STOPS_SOON = timedelta(days=60)  # and how long before patients feel that it is missing


class Due(models.TextChoices):
    """How a text stands to its next review."""

    UNREVIEWED = "unreviewed", _("not reviewed yet")
    FINE = "fine", _("reviewed")
    SOON = "soon", _("review due soon")
    OVERDUE = "overdue", _("review overdue")
    LONG_OVERDUE = "long-overdue", _("review long overdue")


# What happens to patients' pages on the day on which a text fails safe, by risk.
FAILS_SAFE = {
    Risk.EMERGENCY: _("the symptom checker stops telling people of this region to wait, and the card says "
                      "that it has not been checked"),
    Risk.HOME: _("patients no longer see the steps, but 'Ask us before you use this'"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Review:
    """How a text stands to its next review on a day.

    ``fails_safe_on`` is the first day on which patients no longer get it in full; ``None`` for text that
    always stays as it is.
    """

    due: Due
    due_on: date | None
    fails_safe_on: date | None
    risk: str
    today: date

    @property
    def has_failed_safe(self) -> bool:
        return self.fails_safe_on is not None and self.fails_safe_on <= self.today

    @property
    def stops_soon(self) -> bool:
        """Whether it fails safe soon, and has not yet."""
        soon = self.fails_safe_on is not None and self.fails_safe_on - self.today <= STOPS_SOON
        return soon and not self.has_failed_safe

    @property
    def is_urgent(self) -> bool:
        """Whether staff should act now."""
        return self.due in {Due.OVERDUE, Due.LONG_OVERDUE}

    @property
    def sentence(self) -> str:
        """What staff are told: one or two sentences, or ``""`` while there is nothing to do."""
        if self.due in {Due.UNREVIEWED, Due.FINE} or self.due_on is None:
            return ""
        return " ".join(text for text in (self._when(), self._and_then()) if text)

    def _when(self) -> str:
        day = {"day": date_format(self.due_on, "DATE_FORMAT") if self.due_on else ""}
        if self.due == Due.SOON:
            return gettext("Its next review is due on %(day)s.") % day
        return gettext("Its review was due on %(day)s, and its page says so to patients.") % day

    def _and_then(self) -> str:
        if self.fails_safe_on is None:
            return ""
        facts = {
            "day": date_format(self.fails_safe_on, "DATE_FORMAT"),
            "what": FAILS_SAFE[Risk(self.risk)],
        }
        if self.has_failed_safe:
            return gettext("Since %(day)s it is too old to rely on: %(what)s.") % facts
        return gettext("If nobody reviews it, then from %(day)s on: %(what)s.") % facts


def review_of(edition: Any, clinic: Clinic, today: date | None = None) -> Review:
    """Return how an edition of any kind stands to its next review on a day (today by default). No query
    beyond its document."""
    return review_due(edition.review_due_on, edition.risk, clinic, today)


def review_due(due_on: date | None, risk: str, clinic: Clinic, today: date | None = None) -> Review:
    """Return how text of a risk, whose next review is due on a day, stands today."""
    today = today or timezone.localdate()
    long_after = months_after(due_on, clinic.long_overdue_months) if due_on else None
    return Review(
        due=_due(due_on, long_after, today),
        due_on=due_on,
        fails_safe_on=long_after if risk in FAILS_SAFE else None,
        risk=risk,
        today=today,
    )


def _due(due_on: date | None, long_after: date | None, today: date) -> Due:
    if due_on is None or long_after is None:
        return Due.UNREVIEWED
    if long_after <= today:
        return Due.LONG_OVERDUE
    if due_on < today:
        return Due.OVERDUE
    return Due.SOON if due_on - today <= SOON else Due.FINE


def is_long_overdue(due_on: date | None, clinic: Clinic, today: date | None = None) -> bool:
    """Whether a text is so long overdue that nobody should rely on it."""
    return due_on is not None and due_on <= long_overdue_until(clinic, today)


def due_q(due: Due, clinic: Clinic, today: date | None = None) -> Q:
    """Return the condition for live editions that stand so to their next review, as ``review_of`` says."""
    today = today or timezone.localdate()
    long_ago = long_overdue_until(clinic, today)
    return {
        Due.UNREVIEWED: Q(review_due_on__isnull=True),
        Due.FINE: Q(review_due_on__gt=today + SOON),
        Due.SOON: Q(review_due_on__gte=today, review_due_on__lte=today + SOON),
        Due.OVERDUE: Q(review_due_on__gt=long_ago, review_due_on__lt=today),
        Due.LONG_OVERDUE: Q(review_due_on__lte=long_ago),
    }[due]


def long_overdue_until(clinic: Clinic, today: date | None = None) -> date:
    """Return the last day such that text due by then is long overdue.

    The inverse of ``months_after``, which turns the 31st into the last day of a shorter month.
    """
    today = today or timezone.localdate()
    year, month = divmod(today.month - 1 - clinic.long_overdue_months, 12)
    last = monthrange(today.year + year, month + 1)[1]
    is_last = today.day == monthrange(today.year, today.month)[1]
    return date(today.year + year, month + 1, last if is_last else min(today.day, last))
