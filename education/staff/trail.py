"""Write down what somebody did. The one way in which entries of the audit trail come about."""

from typing import Any

from django.db import models

from education.staff.models import Act, Entry

__all__ = ["Act", "name_of", "record"]


def record(
    user: Any,
    act: Act,
    thing: models.Model | None = None,
    *,
    who: str = "",
    called: str = "",
    note: str = "",
    from_edition: int | None = None,
    to_edition: int | None = None,
    from_standing: str = "",
    to_standing: str = "",
) -> Entry:
    """Add an entry, within the caller's transaction: what did not happen leaves none.

    ``user`` may be ``None`` for the machine itself or for somebody without an account; ``who`` then
    says what is known, such as the name that was typed. ``called`` names a thing better than its own text.
    """
    entry: Entry = Entry.objects.create(
        user_id=getattr(user, "pk", None),
        who=(who or name_of(user))[:200],
        act=act,
        kind=thing._meta.label_lower if thing is not None else "",
        thing_id=str(thing.pk) if thing is not None else "",
        thing=(called or (str(thing) if thing is not None else ""))[:240],
        note=note,
        from_edition=from_edition,
        to_edition=to_edition,
        from_standing=from_standing,
        to_standing=to_standing,
    )
    return entry


def name_of(user: Any) -> str:
    """Return how the trail names an account: its name for signing in, which is unique."""
    return user.get_username() if user is not None and user.pk else ""
