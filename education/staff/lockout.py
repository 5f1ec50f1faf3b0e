"""Lock a name after repeated failures to sign in. Counted from the audit trail, so restarts change nothing.

Names that nobody has are counted and locked like any other, so that no answer tells who works here.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from education.staff.models import Act, Entry
from education.staff.trail import record

TRIES = 5
SPAN = timedelta(minutes=15)
NAME_LENGTH = 150
# Failures under names that nobody has are written down this often a day; a flood must not fill the disk.
STRANGERS_A_DAY = 1000
DAY = timedelta(days=1)


def as_counted(typed: str) -> str:
    """Return a typed name as the trail keeps it: no control characters, 150 characters at most."""
    return "".join(char for char in typed if char.isprintable())[:NAME_LENGTH]


def locked_until(name: str) -> datetime | None:
    """Return until when nobody can sign in under a name, or ``None``."""
    for act, at in _recent(name):
        if act in {Act.SIGN_IN, Act.LIFTED}:
            return None
        if act == Act.LOCKED_OUT:
            return at + SPAN
    until: datetime | None = cache.get(_key(name, "until"))
    return until if until and until > timezone.now() else None


def note_failure(name: str, note: str = "") -> datetime | None:
    """Write down a failure to sign in; return until when the name is locked now, or ``None``.

    A locked name is not written down again, so that a flood of tries adds nothing.
    """
    with transaction.atomic():
        _one_at_a_time(name)
        if until := locked_until(name):
            return until
        account = get_user_model().objects.filter(username=name).first()
        if account is None and _is_flood():
            return _counted_in_memory(name)
        record(None, Act.SIGN_IN_FAILED, account, who=name, note=note)
        if _failures(name) < TRIES:
            return None
        return record(None, Act.LOCKED_OUT, account, who=name).at + SPAN


def confirm(name: str) -> bool:
    """Tell whether a right answer still counts: of many given at once, those after the lock do not."""
    with transaction.atomic():
        _one_at_a_time(name)
        return locked_until(name) is None


def lift(by: Any, account: Any, note: str = "", who: str = "") -> None:
    """End the lock-out of an account, and forget its failures."""
    record(by, Act.LIFTED, account, called=account.get_username(), note=note, who=who)


def locked_accounts() -> dict[str, datetime]:
    """Return the names that are locked now, with the moment until which they are."""
    acts = (Act.LOCKED_OUT, Act.LIFTED, Act.SIGN_IN)
    found = Entry.objects.filter(at__gt=timezone.now() - SPAN, act__in=acts).order_by("pk")
    locked: dict[str, datetime] = {}
    for act, who, thing, at in found.values_list("act", "who", "thing", "at"):
        if act == Act.LOCKED_OUT:
            locked[who] = at + SPAN
        else:
            locked.pop(thing if act == Act.LIFTED else who, None)
    return locked


def explained(until: datetime) -> str:
    """Return what somebody reads who is locked out."""
    moment = date_format(timezone.localtime(until), "TIME_FORMAT")
    return gettext(
        "Too many failed tries. Until %(moment)s nobody can sign in under this name. "
        "An administrator can let you in earlier: under Accounts, with one click."
    ) % {"moment": moment}


def _recent(name: str) -> Iterator[tuple[str, datetime]]:
    """Yield what has happened under a name within the span, the newest first."""
    lately = Entry.objects.filter(at__gt=timezone.now() - SPAN).order_by()
    acts = (Act.SIGN_IN, Act.SIGN_IN_FAILED, Act.LOCKED_OUT)
    own = lately.filter(who=name, act__in=acts).values_list("pk", "act", "at")
    lifted = lately.filter(thing=name, act=Act.LIFTED).values_list("pk", "act", "at")
    for _pk, act, at in sorted(own.union(lifted, all=True), reverse=True):
        yield act, at


def _failures(name: str) -> int:
    count = 0
    for act, _at in _recent(name):
        if act != Act.SIGN_IN_FAILED:
            break
        count += 1
    return count


def _one_at_a_time(name: str) -> None:
    """Let tries under one name wait for each other. SQLite has one writer at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"sign-in {name}"])


# A flood of names that nobody has


def _is_flood() -> bool:
    lately = Entry.objects.filter(act=Act.SIGN_IN_FAILED, kind="", at__gt=timezone.now() - DAY).order_by()
    return lately[:STRANGERS_A_DAY].count() >= STRANGERS_A_DAY


def _counted_in_memory(name: str) -> datetime | None:
    """Count a failure in the memory of this process, so that a stranger's name is locked like any other."""
    seconds = int(SPAN.total_seconds())
    cache.add(_key(name, "tries"), 0, seconds)
    if cache.incr(_key(name, "tries")) < TRIES:
        return None
    until = timezone.now() + SPAN
    cache.set(_key(name, "until"), until, seconds)
    return until


def _key(name: str, what: str) -> str:
    return f"lockout-{what}-{sha256(name.encode()).hexdigest()}"
