"""The lists of what waits for somebody: the desk counts them, the page of all texts shows them whole.

Each is one condition, so that a count and the list behind it cannot differ.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from education.clinic.models import Risk
from education.desk.listing import RISK_FIRST, Reader
from education.editorial.reviewing import FAILS_SAFE, SOON, STOPS_SOON, long_overdue_until
from education.editorial.states import Origin, State
from education.staff.roles import PUBLISH, REVIEW, WRITE

STARTER = Q(live_origin=Origin.STARTER, reviewed_on=None)
# Where a text stands, by the name in addresses; it can be live and have a draft.
STANDINGS: dict[str, tuple[Any, Q]] = {
    "draft": (_("draft"), Q(state=State.DRAFT)),
    "in-review": (_("in review"), Q(state=State.IN_REVIEW)),
    "approved": (_("approved, not published"), Q(state=State.APPROVED)),
    "scheduled": (_("scheduled"), Q(coming__isnull=False)),
    "live": (_("live"), Q(live__isnull=False)),
    "off": (_("not on the site"), Q(live=None)),
}


@dataclass(frozen=True, kw_only=True)
class WorkList:
    """Texts of which somebody should know: which, in which order, and for whom.

    ``name`` stands in addresses. ``hint`` says more where no rows do. ``is_for`` tells whether a reader can
    do anything about them.
    """

    name: str
    heading: Any
    empty: Any
    hint: Any = ""
    which: Callable[[Reader], Q]
    order: Callable[[Reader], tuple[Any, ...]] = field(default=lambda reader: ("title",))
    is_for: Callable[[Reader], bool] = field(default=lambda reader: reader.may(WRITE))


def may_review(reader: Reader) -> bool:
    return reader.person is not None and reader.person.is_clinician and reader.may(REVIEW)


def may_publish(reader: Reader) -> bool:
    return reader.may(PUBLISH)


def has_a_name(reader: Reader) -> bool:
    return reader.person is not None and reader.may(WRITE)


def to_review(reader: Reader) -> Q:
    """What this clinician may approve, or sign as the second person: as ``verbs.py`` asks."""
    waits, second = Q(state=State.IN_REVIEW), Q(live_signed_by__isnull=False)
    if reader.clinic.works_alone:
        return waits | second
    me = reader.pk
    waits &= ~Q(author=me) & ~Q(submitted_by=me) & ~Q(approved_by=me) & Q(mine_changed=False)
    second &= ~Q(live_author=me) & ~Q(live_submitted_by=me) & ~Q(live_signed_by=me)
    return waits | second & Q(live_mine_changed=False)


def waiting(reader: Reader) -> Q:
    """What the reader wrote or sent to review, while others have it."""
    mine = Q(author=reader.pk) | Q(submitted_by=reader.pk)
    return Q(state__in=(State.IN_REVIEW, State.APPROVED)) & mine


def answered_for(reader: Reader) -> Q:
    """What patients see and the reader wrote, or was the last to review."""
    me = reader.pk
    return Q(live_author=me) | Q(live_reviewed_by=me) | Q(live_second_reviewer=me)


def _emergency_then_mine(reader: Reader) -> tuple[Any, ...]:
    emergency = Case(When(risk=Risk.EMERGENCY, then=Value(0)), default=Value(1))
    return (emergency, _mine_first(reader), F("written_on").asc(nulls_last=True))


def _mine_first(reader: Reader) -> Case:
    return Case(When(assigned_to=reader.pk, then=Value(0)), default=Value(1))


def _mine_then_old(reader: Reader) -> tuple[Any, ...]:
    return (_mine_first(reader), "written_on")


def _by_risk(reader: Reader) -> tuple[Any, ...]:
    return (RISK_FIRST, "due_on")


def _by_day(reader: Reader) -> tuple[Any, ...]:
    return ("written_on",)


def failing_safe(reader: Reader) -> Q:
    """So long overdue that patients no longer get it in full."""
    until = long_overdue_until(reader.clinic, reader.today)
    return Q(risk__in=list(FAILS_SAFE), due_on__lte=until)


def stopping_soon(reader: Reader) -> Q:
    """Overdue, and within two months for so long that patients no longer get it in full."""
    now = long_overdue_until(reader.clinic, reader.today)
    soon = long_overdue_until(reader.clinic, reader.today + STOPS_SOON)
    overdue = Q(due_on__lt=reader.today)
    return overdue & Q(risk__in=list(FAILS_SAFE), due_on__gt=now, due_on__lte=soon)


def overdue(reader: Reader) -> Q:
    """All other text whose day has passed."""
    return Q(due_on__lt=reader.today) & ~failing_safe(reader) & ~stopping_soon(reader)


LISTS = (
    WorkList(
        name="failing-safe", which=failing_safe, order=_by_risk,
        heading=_("Too long overdue: patients are told to phone you"),
        empty=_("No text is so long overdue that patients are told to phone you."),
    ),
    WorkList(
        name="to-review", which=to_review, order=_emergency_then_mine, is_for=may_review,
        heading=_("Waiting for your review"), empty=_("Nothing waits for your review."),
    ),
    WorkList(
        name="to-publish", which=lambda reader: Q(state=State.APPROVED), order=_mine_then_old,
        is_for=may_publish, heading=_("Waiting to be published"),
        empty=_("Nothing waits to be published."),
    ),
    WorkList(
        name="sent-back", which=lambda reader: Q(sent_back=True, author=reader.pk), order=_by_day,
        is_for=has_a_name, heading=_("Sent back to you"), empty=_("Nothing was sent back to you."),
    ),
    WorkList(
        name="drafts", order=_by_day, is_for=has_a_name,
        which=lambda reader: Q(state=State.DRAFT, sent_back=False, author=reader.pk),
        heading=_("Your drafts"), empty=_("You have no drafts."),
    ),
    WorkList(
        name="waiting", order=_by_day, is_for=has_a_name,
        which=waiting, heading=_("Yours, waiting for others"),
        empty=_("Nothing of yours waits for a colleague."),
    ),
    WorkList(
        name="commented", which=lambda reader: Q(comments__gt=0), is_for=has_a_name,
        order=lambda reader: ("-comments",), heading=_("Comments to settle on your texts"),
        empty=_("No comment on your texts is open."),
    ),
    WorkList(
        name="assigned", which=lambda reader: Q(work__isnull=False, assigned_to=reader.pk),
        order=_by_day, is_for=has_a_name, heading=_("Assigned to you"),
        empty=_("Nothing is assigned to you."),
    ),
    WorkList(
        name="scheduled", which=lambda reader: Q(coming__isnull=False) | Q(retire_from__isnull=False),
        order=lambda reader: (F("coming_from").asc(nulls_last=True), "retire_from"),
        heading=_("Scheduled"), empty=_("Nothing is scheduled."),
    ),
    WorkList(
        name="stopping-soon", which=stopping_soon, order=_by_risk,
        heading=_("Overdue, and soon too old to rely on"),
        empty=_("No text will be too old to rely on within two months."),
    ),
    WorkList(
        name="overdue", which=overdue, order=_by_risk,
        heading=_("Review overdue"), empty=_("No other review is overdue."),
    ),
    WorkList(
        name="due-soon", order=_by_risk,
        which=lambda reader: Q(due_on__gte=reader.today, due_on__lte=reader.today + SOON),
        heading=_("Review due within 60 days"), empty=_("No review is due within 60 days."),
    ),
    WorkList(
        name="behind", which=lambda reader: Q(behind=True), heading=_("Translations behind their original"),
        empty=_("No translation is behind its original."),
    ),
    WorkList(
        name="starter", which=lambda reader: STARTER, order=lambda reader: (RISK_FIRST, "title"),
        is_for=lambda reader: may_review(reader) or reader.may("auth.change_user"),
        heading=_("Starter texts nobody has signed"), empty=_("Every starter text is signed."),
        hint=_("Patients see them with a note that no clinician of yours has checked them yet."),
    ),
    WorkList(
        name="untouched", which=lambda reader: Q(untouched=True), order=_by_day,
        heading=_("Drafts untouched for 30 days"), empty=_("No draft has been left lying."),
    ),
    WorkList(
        name="reasons", which=lambda reader: Q(has_reasons=True),
        heading=_("Live with a warning, and a reason why"),
        empty=_("No live text went out with a warning."),
        hint=_("Each was published for a written reason, which stands on top of its page."),
    ),
)  # fmt: skip


def lists_for(reader: Reader) -> tuple[WorkList, ...]:
    """Return the lists about which a reader can do something, in the order of the desk."""
    return tuple(one for one in LISTS if one.is_for(reader))
