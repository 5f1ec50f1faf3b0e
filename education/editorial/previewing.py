"""The edition that somebody reads before patients do.

While an edition is previewed it stands in the place of its document's live edition, on every page that
shows it: what is in force is decided in one place, ``EditionQuerySet.in_force``, which asks here. So each
room's pages show a draft without knowing of previews, and a card stands on all pages that hold it.

Like the language of a page, this holds for the work of one thread. Nothing is written meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models

_edition: ContextVar[Any] = ContextVar("previewed edition", default=None)


@contextmanager
def previewing(edition: Any) -> Iterator[None]:
    """Let an edition be read in the place of the live one."""
    before = _edition.set(edition)
    try:
        yield
    finally:
        _edition.reset(before)


def previewed(model: type[models.Model]) -> Any:
    """Return the edition that is previewed now, if it is of this kind."""
    edition = _edition.get()
    return edition if isinstance(edition, model) else None
