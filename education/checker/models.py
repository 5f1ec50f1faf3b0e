"""Signatures of clinicians under decisions of the protocol. Nothing of any patient is stored here."""

from typing import Any, ClassVar, NoReturn

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from education.editorial.models import Person
from education.staff.append_only import AppendOnlyError, AppendOnlyQuerySet


class DecisionSignature(models.Model):
    """A clinician agrees to a decision in one wording, which is kept; another wording needs another."""

    decision = models.CharField(_("decision"), max_length=60)
    digest = models.CharField(_("digest of the text"), max_length=64)
    text = models.TextField(_("text that was signed"))
    protocol_version = models.CharField(_("version of the rules"), max_length=20)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("clinician"))
    signed_as = models.CharField(_("signed as"), max_length=160)  # the name as it was on that day
    signed_on = models.DateField(_("signed on"))
    note = models.TextField(_("note"), blank=True, max_length=1000)

    objects: ClassVar[Any] = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature under a decision")
        verbose_name_plural = _("signatures under decisions")
        ordering = ["-pk"]
        default_permissions = ("add", "view")
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "digest", "person"],
                name="one_signature_per_person_and_wording",
                violation_error_message=_("You have signed this wording already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.decision}: {self.signed_as}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError
        self.full_clean()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if not self.person.is_clinician:
            raise ValidationError(_("Only a clinician can sign: see People."))

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError

    @classmethod
    def digests(cls) -> frozenset[str]:
        """Return the digest of every wording that has been signed. One query."""
        return frozenset(cls.objects.values_list("digest", flat=True))


class Protocol(DecisionSignature):
    """The staff pages about the rules: an entry of the admin with a permission of its own, and no table."""

    class Meta:
        proxy = True
        default_permissions = ("view",)
        verbose_name = _("rules, tests and safety")
        verbose_name_plural = _("rules, tests and safety")
