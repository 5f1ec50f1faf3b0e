"""Documents and their editions: what patients read, and who answered for it.

A document has a stable address and editions. An edition is written as a draft, reviewed, approved with
a moment to go live, and from then on never changed: an edit is a new draft beside it. Which edition is
live follows from the moments alone, so nothing has to run at midnight, and publishing is one statement:
either the old or the new edition is live, never none or two. After GOV.UK's publisher.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, Exists, F, Max, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from education.editorial.models import Person


class State(models.TextChoices):
    """What people have decided. Whether an approved edition is live is a question of time."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in-review", _("in review")
    APPROVED = "approved", _("approved")


class Standing(models.TextChoices):
    """Where an edition stands at a moment."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in-review", _("in review")
    SCHEDULED = "scheduled", _("scheduled")
    LIVE = "live", _("live")
    SUPERSEDED = "superseded", _("superseded")
    RETIRED = "retired", _("retired")


class Origin(models.TextChoices):
    CLINIC = "clinic", _("this clinic")
    STARTER = "starter", _("starter library")


class EditionError(ValidationError):
    """An act that the rules of publishing do not allow; its message says what to do instead."""


class LiveEditionError(EditionError):
    """An approved edition was to be changed."""


KEPT = _("Published documents are kept. Retire them instead.")
LOCKED = _("This edition is no longer a draft, so it cannot be changed. Start a new draft from it.")


class DocumentQuerySet(models.QuerySet[Any]):
    def delete(self) -> tuple[int, dict[str, int]]:
        if self.filter(editions__state=State.APPROVED).exists():
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

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.editions.filter(state=State.APPROVED).exists():
            raise EditionError(KEPT)
        return super().delete(*args, **kwargs)

    @property
    def is_emergency_text(self) -> bool:
        """Whether two people must approve each edition."""
        return False


class EditionQuerySet(models.QuerySet[Any]):
    def in_force(self, at: datetime | None = None) -> Self:
        """The live editions of each document at a moment (now by default), one at most for each."""
        at = at or timezone.now()
        return self.filter(_started(at), ~Exists(_later_ones(self.model, at)), ~_ended(at))

    def with_standing(self, at: datetime | None = None) -> Self:
        """Add ``standing``: where each edition stands at a moment (now by default)."""
        at = at or timezone.now()
        return self.annotate(
            standing=Case(
                When(state=State.DRAFT, then=Value(Standing.DRAFT)),
                When(state=State.IN_REVIEW, then=Value(Standing.IN_REVIEW)),
                When(live_from__gt=at, then=Value(Standing.SCHEDULED)),
                When(Exists(_later_ones(self.model, at)), then=Value(Standing.SUPERSEDED)),
                When(retire_from__lte=at, then=Value(Standing.RETIRED)),
                default=Value(Standing.LIVE),
                output_field=models.CharField(choices=Standing),
            )
        )

    def in_language(self, language: str) -> Self:
        return self.filter(document__language=language)

    def update(self, **fields: Any) -> int:
        """Change editions in bulk; what patients read can be changed in drafts only."""
        if not self.model.decisions.issuperset(fields) and self.exclude(state=State.DRAFT).exists():
            raise LiveEditionError(LOCKED)
        return super().update(**fields)

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.exclude(state=State.DRAFT).exists():
            raise EditionError(_("Only drafts can be deleted: every published edition is kept."))
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


class Edition(models.Model):
    """One version of a document. A concrete edition adds ``document`` and what the patient reads."""

    number = models.PositiveIntegerField(_("edition"), editable=False)
    origin = models.CharField(
        _("written by"), max_length=8, choices=Origin, default=Origin.CLINIC, editable=False
    )
    title = models.CharField(_("title"), max_length=60, help_text=_("Up to 60 characters."))
    summary = models.TextField(
        _("summary"), max_length=300,
        help_text=_("One or two plain sentences: what this page covers, and for whom."),
    )  # fmt: skip

    author = models.ForeignKey(
        "editorial.Person", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("written by"),
    )  # fmt: skip
    written_on = models.DateField(_("written on"), default=timezone.localdate)
    evidence_checked_on = models.DateField(_("sources checked on"), null=True, blank=True)
    change_note = models.CharField(
        _("what changed"), max_length=300, blank=True,
        help_text=_("One sentence for your colleagues: what is different from the edition before."),
    )  # fmt: skip

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    comment = models.TextField(_("reviewer's comment"), blank=True, editable=False)
    reviewed_by = models.ForeignKey(
        "editorial.Person", models.PROTECT, null=True, blank=True, editable=False,
        related_name="+", verbose_name=_("reviewed by"),
    )  # fmt: skip
    second_reviewer = models.ForeignKey(
        "editorial.Person", models.PROTECT, null=True, blank=True, editable=False,
        related_name="+", verbose_name=_("second reviewer"),
    )  # fmt: skip
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True, editable=False)
    review_due_on = models.DateField(_("next review"), null=True, blank=True, editable=False)
    live_from = models.DateTimeField(_("live from"), null=True, blank=True, editable=False)
    retire_from = models.DateTimeField(_("retired from"), null=True, blank=True, editable=False)

    objects = EditionQuerySet.as_manager()

    if TYPE_CHECKING:
        document: Any
        document_id: int

    # What people decide about an edition; everything else is what patients read.
    decisions: ClassVar[frozenset[str]] = frozenset(
        {
            "state", "comment", "reviewed_by", "second_reviewer", "reviewed_on", "review_due_on",
            "live_from", "retire_from",
        }
    )  # fmt: skip
    # Reverse names of rows that belong to the edition, such as its sources; copied with it.
    parts: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="%(class)s_number_is_unique"),
            models.UniqueConstraint(
                fields=["document", "live_from"],
                condition=Q(state="approved"),
                name="%(class)s_one_is_live",
                violation_error_message=_("Another edition goes live at that very moment."),
            ),
            models.UniqueConstraint(
                fields=["document"],
                condition=~Q(state="approved"),
                name="%(class)s_one_is_in_work",
                violation_error_message=_("There is a draft already. Finish or delete it first."),
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(live_from__isnull=False)
                & (Q(origin="starter") | Q(reviewed_by__isnull=False, review_due_on__isnull=False)),
                name="%(class)s_live_is_reviewed",
                violation_error_message=_("Name the reviewer and the next review before publishing."),
            ),
            models.CheckConstraint(
                condition=Q(reviewed_on__isnull=True)
                | Q(reviewed_by__isnull=False, review_due_on__gt=F("reviewed_on")),
                name="%(class)s_review_has_a_name",
                violation_error_message=_("The next review must be later than this one."),
            ),
            models.CheckConstraint(
                condition=Q(retire_from__isnull=True) | Q(retire_from__gte=F("live_from")),
                name="%(class)s_retires_after_live",
                violation_error_message=_("An edition cannot be retired before it goes live."),
            ),
        ]
        indexes = [
            models.Index(fields=["document", "state", "live_from"], name="%(class)s_live"),
            models.Index(fields=["state", "review_due_on"], name="%(class)s_due"),
        ]

    def __str__(self) -> str:
        return self.title or str(self.document)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk and type(self)._base_manager.filter(pk=self.pk).exclude(state=State.DRAFT):
            raise LiveEditionError(LOCKED)
        if not self.number:
            self.number = self._next_number()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.state != State.DRAFT:
            raise EditionError(_("Only drafts can be deleted: every published edition is kept."))
        return super().delete(*args, **kwargs)

    def _next_number(self) -> int:
        earlier = self._siblings()
        return int(earlier.aggregate(last=Max("number"))["last"] or 0) + 1

    def _siblings(self) -> models.QuerySet[Any]:
        """All editions of the same document."""
        manager: Any = type(self)._base_manager
        siblings: models.QuerySet[Any] = manager.filter(document=self.document_id)
        return siblings

    # Where it stands

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def is_starter_unreviewed(self) -> bool:
        return self.origin == Origin.STARTER and self.reviewed_on is None

    @property
    def written_by(self) -> "Person | str":
        if self.origin == Origin.STARTER:
            return gettext("the SpasmGuide starter library")
        return self.author or ""

    @property
    def is_reviewed_by_author(self) -> bool:
        return self.author_id is not None and self.author_id == self.reviewed_by_id

    def is_overdue(self, on: date | None = None) -> bool:
        """Whether its next review was due before a day (today by default)."""
        return self.review_due_on is not None and self.review_due_on < (on or timezone.localdate())

    # What people do with it. Each verb is one statement that holds only while the edition is still
    # in the state it was in, so that two people acting at once cannot both succeed.

    def submit(self) -> None:
        """Send the draft to review."""
        self.full_clean()
        self._decide(State.DRAFT, state=State.IN_REVIEW, comment="")

    def send_back(self, comment: str) -> None:
        """Give it back to its writer, with what to change."""
        if not comment.strip():
            raise EditionError(_("Say what should change, so that the writer knows."))
        self._decide(
            State.IN_REVIEW, state=State.DRAFT, comment=comment,
            reviewed_by=None, second_reviewer=None, reviewed_on=None, review_due_on=None,
        )  # fmt: skip

    def approve(
        self,
        by: "Person",
        review_due_on: date,
        live_from: datetime | None = None,
        works_alone: bool = False,
    ) -> None:
        """Answer for the edition by name, and let it go live at a moment (now by default).

        Emergency text needs two people: the first approval leaves it in review. ``works_alone``
        says that the clinic has one person, who may then approve alone what they wrote.
        """
        now = timezone.now()
        self._check_reviewer(by, works_alone)
        review: dict[str, Any] = {
            "reviewed_on": timezone.localdate(now),
            "review_due_on": check_due(review_due_on, timezone.localdate(now)),
        }
        if self.document.is_emergency_text and not works_alone:
            if self.reviewed_by is None:
                self._decide(State.IN_REVIEW, reviewed_by=by, **review)
                return
            if self.reviewed_by == by:
                raise EditionError(_("Emergency text needs two people. Ask a colleague to approve too."))
            review["second_reviewer"] = by
        else:
            review["reviewed_by"] = by
        moment = max(live_from or now, now)
        self._decide(State.IN_REVIEW, state=State.APPROVED, live_from=moment, **review)

    def sign(self, by: "Person", review_due_on: date, works_alone: bool = False) -> None:
        """Record a review that changed nothing: the text stays, its review dates move."""
        today = timezone.localdate()
        self._check_reviewer(by, works_alone)
        due = check_due(review_due_on, today)
        if not self.document.is_emergency_text or works_alone:
            self._decide(State.APPROVED, reviewed_by=by, reviewed_on=today, review_due_on=due)
        elif self.reviewed_by in {None, by} or self.second_reviewer is not None:
            # The first of two names; the date moves when the second person signs.
            self._decide(State.APPROVED, reviewed_by=by, second_reviewer=None, review_due_on=due)
        else:
            self._decide(State.APPROVED, second_reviewer=by, reviewed_on=today, review_due_on=due)

    def retire(self, at: datetime | None = None) -> None:
        """Take the page off the site at a moment (now by default). The edition is kept."""
        now = timezone.now()
        self._decide(State.APPROVED, retire_from=max(at or now, now, self.live_from or now))

    def new_draft(self, by: "Person | None" = None) -> Self:
        """Return a new draft with the words of this edition; this one stays as it is.

        It serves an edit (from the live edition) and a restoration (from an older one).
        """
        with transaction.atomic():
            if self._siblings().exclude(state=State.APPROVED).exists():
                raise EditionError(_("There is a draft already. Finish or delete it first."))
            draft = type(self)(**self._words(), document=self.document, author=by or self.author)
            draft.save()
            for name in self.parts:
                for part in getattr(self, name).all():
                    part.copy_to(draft)
        return draft

    def publish_starter(self, at: datetime | None = None) -> None:
        """Let an edition of the starter library go live; its pages say that it is unreviewed."""
        if self.origin != Origin.STARTER:
            raise EditionError(_("Only the starter library is published without a review."))
        self._decide(State.DRAFT, state=State.APPROVED, live_from=at or timezone.now())

    def _words(self) -> dict[str, Any]:
        kept = self.decisions | {"id", "document", "number", "origin", "author", "change_note"}
        return {
            field.name: getattr(self, field.name)
            for field in self._meta.concrete_fields
            if field.name not in kept
        } | {"written_on": timezone.localdate()}

    def _check_reviewer(self, by: "Person", works_alone: bool) -> None:
        if not by.is_clinician:
            raise EditionError(_("Only a clinician can approve what patients read."))
        if by == self.author and not works_alone:
            raise EditionError(_("You wrote this. Ask a colleague to review it."))

    def _decide(self, expected: State, **changes: Any) -> None:
        held = type(self).objects.filter(pk=self.pk, state=expected)
        if not held.update(**changes):
            raise EditionError(
                _("This edition is no longer '%(state)s': somebody was faster. Load it again."),
                params={"state": expected.label},
            )
        self.refresh_from_db()


def check_due(due: date, today: date) -> date:
    """Return the day of the next review, which must be in the future and within three years."""
    if not today < due <= date(today.year + 3, today.month, min(today.day, 28)):
        raise EditionError(_("Choose a next review between tomorrow and three years from today."))
    return due


class EditionPart(models.Model):
    """A row that belongs to an edition, such as a step or a source; locked together with it.

    A concrete part has a foreign key ``edition``.
    """

    if TYPE_CHECKING:
        edition: Any

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._check_edition()
        super().save(*args, **kwargs)

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
        if not self.edition.is_draft:
            raise LiveEditionError(LOCKED)


def gather(**querysets: models.QuerySet[Any]) -> dict[str, list[dict[str, Any]]]:
    """Return rows of several tables, by the name given to each queryset, with one query.

    Each queryset must have annotated ``row`` (a ``JSONObject``). A page that shows cards, sources and
    neighbours costs one query instead of three. Order the rows afterwards: a union has no order.
    """
    labelled = [
        queryset.order_by().annotate(part_name=Value(name)).values_list("part_name", "row")
        for name, queryset in querysets.items()
    ]
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in querysets}
    for name, row in labelled[0].union(*labelled[1:], all=True):
        found[name].append(row)
    return found


def lines(text: str) -> list[str]:
    """Return the lines of a text field that holds a list, without blank ones."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def text_of(items: Iterable[str]) -> str:
    """Return a list as the text of a field, one item on a line."""
    return "\n".join(items)
