"""The five action levels: how soon to get help. Plain Python.

Source: clinical evidence 2.1. They are numbers so that the most urgent of several is their maximum.
"""

from enum import IntEnum


def _(text: str) -> str:
    """Mark a text for translation and return it unchanged."""
    return text


class Level(IntEnum):
    """An action level; a higher number is more urgent."""

    SELF_CARE = 1
    BOOK_SOON = 2
    URGENT_TODAY = 3
    EMERGENCY_GO = 4
    EMERGENCY_CALL = 5

    @property
    def slug(self) -> str:
        """The level's name in addresses, files and style sheets, like ``book-soon``."""
        return self.name.lower().replace("_", "-")

    @classmethod
    def from_slug(cls, slug: str) -> "Level":
        """Return the level of a slug; raise ``ValueError`` naming the known ones."""
        for level in cls:
            if level.slug == slug:
                return level
        known = ", ".join(level.slug for level in cls)
        message = f"{slug!r} is not a level; use one of {known}"
        raise ValueError(message)

    @property
    def is_emergency(self) -> bool:
        return self >= Level.EMERGENCY_GO

    @property
    def label(self) -> str:
        """What to do, in English, with placeholders for the clinic's own words."""
        return _LABELS[self]

    @property
    def kind(self) -> str:
        """The word in front of a card's title, in English."""
        return _KINDS[self]


_LABELS = {
    Level.SELF_CARE: _("Care at home, and watch for changes"),
    Level.BOOK_SOON: _("Book an appointment"),
    Level.URGENT_TODAY: _("Get medical advice today"),
    Level.EMERGENCY_GO: _("Go to an emergency department now"),
    Level.EMERGENCY_CALL: _("Call the emergency number now"),
}

_KINDS = {
    Level.SELF_CARE: _("Care at home"),
    Level.BOOK_SOON: _("Not urgent"),
    Level.URGENT_TODAY: _("Urgent"),
    Level.EMERGENCY_GO: _("Emergency"),
    Level.EMERGENCY_CALL: _("Emergency"),
}
