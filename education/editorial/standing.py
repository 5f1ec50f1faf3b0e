"""Where editions stand at a moment, told by the database; and what cannot be done to many at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils import timezone

from education.editorial.previewing import previewed
from education.editorial.rows import held
from education.editorial.states import (
    DECIDED,
    DRAFTS_ONLY,
    LOCKED,
    EditionError,
    LiveEditionError,
    Standing,
    State,
)

# Not decided to the end: a document has one such edition at most.
IN_WORK = ~Q(state=State.APPROVED) | Q(live_from__isnull=True)


class EditionQuerySet(models.QuerySet[Any]):
    def in_force(self, at: datetime | None = None) -> Self:
        """The live editions of each document at a moment (now by default), one at most for each.

        Now, an edition that is previewed stands in the place of its document's live one.
        """
        shown = previewed(self.model) if at is None else None
        at = at or timezone.now()
        live = _started(at) & ~Q(Exists(_later_ones(self.model, at))) & ~_ended(at)
        if shown is not None:
            live = Q(pk=shown.pk) | live & ~Q(document=shown.document_id)
        return self.filter(live)

    def with_standing(self, at: datetime | None = None) -> Self:
        """Add ``standing``: where each edition stands at a moment (now by default)."""
        at = at or timezone.now()
        return self.annotate(
            standing=Case(
                When(state=State.DRAFT, then=Value(Standing.DRAFT)),
                When(state=State.IN_REVIEW, then=Value(Standing.IN_REVIEW)),
                When(live_from__isnull=True, then=Value(Standing.APPROVED)),
                When(live_from__gt=at, then=Value(Standing.SCHEDULED)),
                When(Exists(_later_ones(self.model, at)), then=Value(Standing.SUPERSEDED)),
                When(retire_from__lte=at, then=Value(Standing.RETIRED)),
                default=Value(Standing.LIVE),
                output_field=models.CharField(choices=Standing),
            )
        )

    def in_work(self) -> Self:
        """Editions that are written, reviewed or wait for their publisher; one at most for a document."""
        return self.filter(IN_WORK)

    def in_language(self, language: str) -> Self:
        return self.filter(document__language=language)

    @transaction.atomic
    def update(self, **fields: Any) -> int:
        """Change the words of drafts; decisions about editions have their own verbs."""
        if self.model.decisions.intersection(fields):
            raise EditionError(DECIDED)
        if held(self).exclude(state=State.DRAFT):
            raise LiveEditionError(LOCKED)
        return super().update(**fields)

    def decide(self, **decisions: Any) -> int:
        """Write down decisions in one statement; for the verbs of ``Edition``."""
        return super().update(**decisions)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        rows = list(objs)
        if kwargs.get("update_conflicts") or any(row.decisions_made() for row in rows):
            raise EditionError(DECIDED)
        return super().bulk_create(rows, *args, **kwargs)

    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        if held(self).exclude(state=State.DRAFT):
            raise EditionError(DRAFTS_ONLY)
        return super().delete()


def _started(at: datetime) -> Q:
    return Q(state=State.APPROVED, live_from__lte=at)


def _ended(at: datetime) -> Q:
    return Q(retire_from__isnull=False, retire_from__lte=at)


def _later_ones(model: type[models.Model], at: datetime) -> models.QuerySet[Any]:
    """The editions that took the place of the outer query's edition by that moment."""
    return model._base_manager.filter(
        _started(at), document=OuterRef("document"), live_from__gt=OuterRef("live_from")
    )
