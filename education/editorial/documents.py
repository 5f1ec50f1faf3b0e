"""A document: what patients read at one address, in one language."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from education.editorial.states import FIXED, KEPT, EditionError, State


class DocumentQuerySet(models.QuerySet[Any]):
    def published(self) -> Self:
        """Documents with an edition that is, was or will be live."""
        return self.filter(editions__state=State.APPROVED).distinct()

    @transaction.atomic
    def update(self, **fields: Any) -> int:
        if self.model.fixed.intersection(fields) and self.published().exists():
            raise EditionError(FIXED)
        return super().update(**fields)

    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        if self.published().exists():
            raise EditionError(KEPT)
        return super().delete()


class Document(models.Model):
    """A thing that patients read, with a stable address in one language."""

    slug = models.SlugField(
        _("address"), max_length=80,
        help_text=_("The last part of the page's address. It cannot be changed later."),
    )  # fmt: skip
    language = models.CharField(_("language"), max_length=8, default="en")
    original = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="translations",
        verbose_name=_("translation of"),
    )  # fmt: skip

    objects = DocumentQuerySet.as_manager()

    # What cannot change once an edition is published: links and translations hang on it.
    fixed: ClassVar[frozenset[str]] = frozenset({"slug", "language"})

    # How links in texts name its pages, as in page:articles/sciatica: with a slash at its end if a slug
    # follows, without one if there is one page for each language. Empty if links cannot lead to it.
    page: ClassVar[str] = ""

    if TYPE_CHECKING:
        editions: Any

    class Meta:
        abstract = True
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["language", "slug"],
                name="%(class)s_address_is_unique",
                violation_error_message=_("Another page has this address in this language."),
            )
        ]

    def __str__(self) -> str:
        return self.slug

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        stored = self._published()
        if stored and any(getattr(stored, name) != getattr(self, name) for name in self.fixed):
            raise EditionError(FIXED)
        super().save(*args, **kwargs)

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self._published():
            raise EditionError(KEPT)
        return super().delete(*args, **kwargs)

    def _published(self) -> Any:
        """This document as it is stored, if an edition of it is published."""
        documents: Any = type(self)._default_manager
        return documents.published().filter(pk=self.pk).first() if self.pk else None

    def named(self, title: str) -> str:
        """Return how staff call an edition of this title; rooms add what tells it from others."""
        return title

    @property
    def is_emergency_text(self) -> bool:
        """Whether two people must approve each edition."""
        return False
