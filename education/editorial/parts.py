"""Rows that belong to an edition, such as its steps and sources, and are locked together with it."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models, transaction

from education.editorial.editions import Edition
from education.editorial.rows import held
from education.editorial.states import LOCKED, LiveEditionError, State
from education.wording.blocks import Style


class EditionPartQuerySet(models.QuerySet[Any]):
    """Rows that can be changed only while their editions are drafts."""

    @transaction.atomic
    def update(self, **fields: Any) -> int:
        self._check_editions(fields.get("edition", fields.get("edition_id")))
        return super().update(**fields)

    @transaction.atomic
    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        rows = list(objs)
        if kwargs.get("update_conflicts"):
            raise LiveEditionError(LOCKED)
        _check_drafts(self.model, {row.edition_id for row in rows})
        return super().bulk_create(rows, *args, **kwargs)

    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        self._check_editions()
        return super().delete()

    def _check_editions(self, other: Any = None) -> None:
        pks = set(self.order_by().values_list("edition", flat=True))
        _check_drafts(self.model, pks | {getattr(other, "pk", other)})


def _check_drafts(part: type[models.Model], pks: Iterable[Any]) -> None:
    """Raise unless the editions, as the database has them, are drafts; keep them so until the end."""
    editions: Any = part._meta.get_field("edition").related_model
    if held(editions._default_manager.filter(pk__in=[pk for pk in pks if pk])).exclude(state=State.DRAFT):
        raise LiveEditionError(LOCKED)


class EditionPart(models.Model):
    """A row that belongs to an edition, such as a step or a source; locked together with it.

    A concrete part has a foreign key ``edition``.
    """

    objects = EditionPartQuerySet.as_manager()

    # The field by which a row is known again in another edition.
    told_apart_by: ClassVar[str] = "pk"
    # Fields that patients read, in their order, and how they read them.
    reads: ClassVar[Mapping[str, Style]] = {}

    if TYPE_CHECKING:
        edition: Any
        edition_id: int

    class Meta:
        abstract = True

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        self._check_edition()
        super().save(*args, **kwargs)

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._check_edition()
        return super().delete(*args, **kwargs)

    def copy_to(self, edition: Edition) -> None:
        """Add the same row to another edition."""
        fields = (f for f in self._meta.concrete_fields if f.name not in {"id", "edition"})
        values = {field.attname: getattr(self, field.attname) for field in fields}
        part: Any = type(self)
        part(**values, edition=edition).save()

    def _check_edition(self) -> None:
        parts: Any = type(self)._base_manager
        before = parts.filter(pk=self.pk).values_list("edition", flat=True) if self.pk else ()
        _check_drafts(type(self), {self.edition_id, *before})
