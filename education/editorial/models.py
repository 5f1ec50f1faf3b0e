"""The people who answer for what patients read, and the sources it rests on."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from education.clinic.fields import WebAddressField
from education.editorial.parts import EditionPart, EditionPartQuerySet


class Person(models.Model):
    """Somebody who writes or reviews, as patients see them named."""

    name = models.CharField(_("name"), max_length=80)
    credentials = models.CharField(
        _("credentials"), max_length=80, blank=True, help_text=_("As on a door plate: DPT, MD.")
    )
    role = models.CharField(
        _("role"), max_length=80, help_text=_("In plain words: physical therapist, editor.")
    )
    is_clinician = models.BooleanField(
        _("clinician"), default=False,
        help_text=_("May approve what patients read. Tick this for licensed clinicians only."),
    )  # fmt: skip
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="person",
        verbose_name=_("account"), help_text=_("The account with which this person signs in here."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}, {self.credentials}" if self.credentials else self.name


class Source(models.Model):
    """A publication that supports what we say."""

    slug = models.SlugField(_("key"), max_length=60, unique=True)
    authors = models.CharField(
        _("authors or organization"),
        max_length=200,
        help_text=_("First author and others, or the body."),
    )
    title = models.CharField(_("title"), max_length=400)
    publisher = models.CharField(_("journal or publisher"), max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(
        _("year"), null=True, blank=True,
        validators=[MinValueValidator(1900), MaxValueValidator(2100)],
    )  # fmt: skip
    url = WebAddressField(_("link"), blank=True, max_length=400)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["authors", "year"]

    def __str__(self) -> str:
        return f"{self.authors}. {self.title}" + (f" ({self.year})" if self.year else "")


class CitationQuerySet(EditionPartQuerySet):
    def rows(self) -> Self:
        """Annotate ``row``: the source as patients see it in the numbered list."""
        return self.annotate(
            row=JSONObject(
                position="position",
                authors="source__authors",
                title="source__title",
                publisher="source__publisher",
                year="source__year",
                url="source__url",
            )
        )


class Citation(EditionPart):
    """A source of an edition, and the claim that it supports. Concrete ones add ``edition``."""

    position = models.PositiveSmallIntegerField(_("number"), default=1)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))
    supports = models.CharField(
        _("claim"),
        max_length=600,
        help_text=_("What on this page the source supports, in one line."),
    )

    objects: ClassVar[Any] = CitationQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return str(self.source)
