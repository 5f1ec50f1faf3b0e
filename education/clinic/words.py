"""Local facts in shared texts: ``{emergency}`` becomes 911, 999 or 112. Pure."""

import re
from collections.abc import Mapping

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
KNOWN = frozenset(
    {"emergency", "emergency_department", "advice", "poison", "crisis", "clinic", "clinic_phone"}
)


def with_words(text: str, words: Mapping[str, str]) -> str:
    """Return the text with each placeholder replaced; unknown ones stay as they are."""
    return PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), text)


def unknown_words(text: str) -> list[str]:
    """Return the placeholders of a text that no clinic can fill."""
    return sorted(set(PLACEHOLDER.findall(text)) - KNOWN)
