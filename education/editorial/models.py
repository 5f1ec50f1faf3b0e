"""The people who answer for what patients read, and the sources it rests on."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from education.clinic.fields import WebAddressField
from education.editorial.parts import EditionPart, EditionPartQuerySet
from education.editorial.states import SAID, EditionError


class AboutEditionQuerySet(models.QuerySet[Any]):
    def about(self, *editions: models.Model) -> Self:
        """What is said about editions of one kind."""
        if not editions:
            return self.none()
        kind = ContentType.objects.get_for_model(editions[0])
        return self.filter(kind=kind, edition_id__in=[edition.pk for edition in editions])


class PersonQuerySet(models.QuerySet["Person"]):
    def who_may(self, power: str) -> Self:
        """People whose account has a permission, by their roles or as its own, and works."""
        app, _dot, codename = power.partition(".")
        permission = {"content_type__app_label": app, "codename": codename}
        having = Permission.objects.filter(**permission)
        return self.filter(
            Q(user__is_superuser=True)
            | Q(user__groups__permissions__in=having)
            | Q(user__user_permissions__in=having),
            user__is_active=True,
        ).distinct()


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
    digest_sent_on = models.DateField(null=True, blank=True, editable=False)

    objects: ClassVar[Any] = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name"]
        # What roles are made of: see staff/roles.py.
        permissions = [
            ("write_editions", _("Write drafts and send them to review")),
            ("review_editions", _("Review: approve, send back, sign")),
            ("publish_editions", _("Publish, schedule, take back, retire")),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.credentials}" if self.credentials else self.name

    @classmethod
    def of(cls, user: Any) -> Self | None:
        """Return the person to whom an account belongs; what the account may do is asked once."""
        person: Any = cls.objects.filter(user__pk=user.pk or 0).first()
        if person is not None:
            person.user = user
        found: Self | None = person
        return found

    def may(self, power: str) -> bool:
        """Whether their account has a permission; without an account they may nothing here."""
        return self.user is not None and self.user.has_perm(power)


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


class AboutEdition(models.Model):
    """Something said about an edition of any kind of document."""

    kind = models.ForeignKey("contenttypes.ContentType", models.CASCADE, related_name="+")
    edition_id = models.PositiveBigIntegerField()

    objects: ClassVar[Any] = AboutEditionQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["kind", "edition_id"], name="%(class)s_about")]

    @property
    def edition(self) -> Any:
        return self.kind.get_object_for_this_type(pk=self.edition_id)


class PreviewLink(AboutEdition):
    """Lets somebody without an account read one edition for a while, and comment on it."""

    # Only a digest of its token is kept, so that a copy of the database opens nothing.
    digest = models.CharField(max_length=64, unique=True)
    for_whom = models.CharField(_("for whom"), max_length=80)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_at = models.DateTimeField(_("works until"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    opened = models.PositiveIntegerField(default=0)  # times in all
    # How often it was opened since a moment, within a minute: it cannot be used to load the site.
    minute = models.DateTimeField(null=True, blank=True)
    opened_in_minute = models.PositiveIntegerField(default=0)

    class Meta(AboutEdition.Meta):
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.for_whom


class CommentQuerySet(AboutEditionQuerySet):
    """Comments are kept as they were said; all that changes is whether they are settled."""

    def settle(self, by: Person | None, at: datetime | None) -> int:
        """Note by whom and when they were settled; nobody and never, to open them again."""
        return super().update(settled_by=by, settled_at=at)

    def update(self, **fields: Any) -> int:
        raise EditionError(SAID)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise EditionError(SAID)


class Comment(AboutEdition):
    """A remark on an edition, by a colleague or through a preview link."""

    by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    link = models.ForeignKey(PreviewLink, models.PROTECT, null=True, blank=True, related_name="comments")
    said_by = models.CharField(_("by"), max_length=120)  # the name as it was, or as the visitor gave it
    field = models.CharField(_("about"), max_length=40, blank=True)
    text = models.TextField(_("comment"), max_length=4000)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[Any] = CommentQuerySet.as_manager()

    class Meta(AboutEdition.Meta):
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.said_by}: {self.text[:60]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise EditionError(SAID)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise EditionError(SAID)


class PematRating(AboutEdition):
    """How understandable and actionable a person found an edition. Ratings are kept as they were given."""

    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("by"))
    said_by = models.CharField(_("by"), max_length=160)  # the name as it was
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    answers = models.JSONField(_("answers"), default=dict)  # number of the item -> agree, disagree, n/a
    understandability = models.PositiveSmallIntegerField(_("understandability"), null=True)  # percent
    actionability = models.PositiveSmallIntegerField(_("actionability"), null=True)  # percent

    class Meta(AboutEdition.Meta):
        verbose_name = _("PEMAT rating")
        verbose_name_plural = _("PEMAT ratings")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.said_by}: {self.understandability} %, {self.actionability} %"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise EditionError(_("A rating is kept as it was given. Rate again instead."))
        super().save(*args, **kwargs)


class OutsideLink(models.Model):
    """An address of another site, and whether it answered when it was last tried."""

    url = models.CharField(_("address"), max_length=600, unique=True)
    checked_at = models.DateTimeField(_("tried"))
    works = models.BooleanField(_("works"))
    problem = models.CharField(_("what went wrong"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("outside link")
        verbose_name_plural = _("outside links")
        ordering = ["works", "url"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.url


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


AnyCitations = models.Manager.from_queryset(CitationQuerySet)


class CitationManager(AnyCitations[Any]):
    """Nobody reads a citation without its source."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("source")


class Citation(EditionPart):
    """A source of an edition, and the claim that it supports. Concrete ones add ``edition``."""

    position = models.PositiveSmallIntegerField(_("number"), default=1)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))
    supports = models.CharField(
        _("claim"),
        max_length=600,
        help_text=_("What on this page the source supports, in one line."),
    )

    objects: ClassVar[Any] = CitationManager()
    told_apart_by: ClassVar[str] = "source_id"

    class Meta:
        abstract = True
        ordering = ["position"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return str(self.source)
