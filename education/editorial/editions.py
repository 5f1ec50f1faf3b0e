"""Documents and their editions: what patients read, and who answered for it.

A document has a stable address and editions. An edition is written as a draft, reviewed, approved with
a moment to go live, and from then on never changed: an edit is a new draft beside it. Which edition is
live follows from the moments alone, so nothing has to run at midnight, and publishing is one statement:
either the old or the new edition is live, never none or two. After GOV.UK's publisher.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Case, Exists, F, Max, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.clinic.words import unknown_words
from education.editorial.markup import faults as markdown_faults

if TYPE_CHECKING:
    from education.editorial.models import Person

from education.editorial.rows import held
from education.editorial.states import (
    DECIDED,
    DRAFTS_ONLY,
    FASTER,
    LOCKED,
    ONE_DRAFT,
    EditionError,
    LiveEditionError,
    Origin,
    Standing,
    State,
)


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
    submitted_by = models.ForeignKey(
        "editorial.Person", models.PROTECT, null=True, blank=True, editable=False,
        related_name="+", verbose_name=_("sent to review by"),
    )  # fmt: skip
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
    # The first of the two people who sign emergency text; patients see nothing of it yet.
    signed_by = models.ForeignKey(
        "editorial.Person", models.PROTECT, null=True, blank=True, editable=False,
        related_name="+", verbose_name=_("signed by, waiting for a second person"),
    )  # fmt: skip
    live_from = models.DateTimeField(_("live from"), null=True, blank=True, editable=False)
    retire_from = models.DateTimeField(_("retired from"), null=True, blank=True, editable=False)

    objects = EditionQuerySet.as_manager()

    if TYPE_CHECKING:
        document: Any
        document_id: int

    # What people decide about an edition; everything else is what patients read.
    decisions: ClassVar[frozenset[str]] = frozenset(
        {
            "state", "comment", "submitted_by", "reviewed_by", "second_reviewer", "reviewed_on",
            "review_due_on", "signed_by", "live_from", "retire_from",
        }
    )  # fmt: skip
    # Reverse names of rows that belong to the edition, such as its sources; copied with it.
    parts: ClassVar[tuple[str, ...]] = ()
    # Fields that are written in Markdown.
    prose: ClassVar[tuple[str, ...]] = ()

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
                violation_error_message=ONE_DRAFT,
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in-review", "approved"]), name="%(class)s_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(live_from__isnull=False)
                & (
                    Q(origin="starter")
                    | Q(reviewed_by__isnull=False, reviewed_on__isnull=False, review_due_on__isnull=False)
                ),
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
                condition=Q(second_reviewer__isnull=True)
                | Q(reviewed_by__isnull=False) & ~Q(second_reviewer=F("reviewed_by")),
                name="%(class)s_reviewers_are_two",
                violation_error_message=_("The second reviewer must be somebody else."),
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

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        stored = self._stored()
        if stored and not stored.is_draft:
            raise LiveEditionError(LOCKED)
        if self.decisions_made(since=stored):
            raise EditionError(DECIDED)
        if not self.number:
            self.number = self._next_number()
        super().save(*args, **kwargs)

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        stored = self._stored()
        if stored and not stored.is_draft:
            raise EditionError(DRAFTS_ONLY)
        return super().delete(*args, **kwargs)

    def decisions_made(self, since: Self | None = None) -> set[str]:
        """Return the decisions that differ from the edition as stored, or from those of a new draft."""
        before = since or type(self)()
        names = {self._meta.get_field(name).attname for name in self.decisions}  # type: ignore[union-attr]
        return {name for name in names if getattr(self, name) != getattr(before, name)}

    def _stored(self) -> Self | None:
        """This edition as the database has it, kept from others until the transaction ends."""
        editions: Any = type(self)._default_manager
        return held(editions.filter(pk=self.pk)).first() if self.pk else None

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
        writers = {self.author_id, self.submitted_by_id} - {None}
        return self.second_reviewer_id is None and self.reviewed_by_id in writers

    def is_overdue(self, on: date | None = None) -> bool:
        """Whether its next review was due before a day (today by default)."""
        return self.review_due_on is not None and self.review_due_on < (on or timezone.localdate())

    # What it still lacks

    def faults(self) -> dict[str, list[Any]]:
        """Return what keeps the draft from a review beyond its empty fields; rooms add their own.

        By the name of the field, or ``NON_FIELD_ERRORS``.
        """
        found: dict[str, list[Any]] = {}
        if self.author_id is None and self.origin == Origin.CLINIC:
            found["author"] = [_("Name the person who wrote it.")]
        for field in self._meta.concrete_fields:
            text = getattr(self, field.attname)
            if isinstance(text, str) and (unknown := unknown_words(text)):
                found[field.name] = [
                    _("There is no word {%(word)s} that the site can fill in.") % {"word": unknown[0]}
                ]
        for name in self.prose:
            if wrong := markdown_faults(getattr(self, name)):
                found[name] = [*found.get(name, []), *wrong]
        if "citations" in self.parts and not self.citations.exists():  # type: ignore[attr-defined]
            found[NON_FIELD_ERRORS] = [_("Name at least one source under 'What does it rest on?'.")]
        return found

    def missing(self) -> dict[str, list[Any]]:
        """Return all that stands between this draft and a review, by the name of the field."""
        found: dict[str, list[Any]] = {}
        try:
            self.full_clean()
        except ValidationError as error:
            found = error.message_dict
        for name, faults in self.faults().items():
            found[name] = [*found.get(name, []), *faults]
        return found

    # What people do with it. Each verb is one statement that holds only while the edition still
    # stands where it stood, so that two people acting at once cannot both succeed.

    @transaction.atomic
    def submit(self, by: "Person") -> None:
        """Send the draft, as it is stored, to review. Who sends it cannot be its only approver."""
        stored = self._stored()
        if stored and stored.is_draft and (missing := stored.missing()):
            raise EditionError(missing)
        self._decide(Standing.DRAFT, state=State.IN_REVIEW, submitted_by=by, comment="")

    def send_back(self, comment: str) -> None:
        """Give it back to its writer, with what to change."""
        if not comment.strip():
            raise EditionError(_("Say what should change, so that the writer knows."))
        self._decide(Standing.IN_REVIEW, comment=comment, **BACK_TO_DRAFT)

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
        today = timezone.localdate(now)
        self._check_reviewer(by, works_alone)
        review: dict[str, Any] = {"reviewed_on": today, "review_due_on": check_due(review_due_on, today)}
        live: dict[str, Any] = {"state": State.APPROVED, "live_from": max(live_from or now, now)}
        if works_alone or not self.document.is_emergency_text:
            self._decide(Standing.IN_REVIEW, reviewed_by=by, **review, **live)
            return
        first = self._now("reviewed_by")
        if first == by.pk:
            raise EditionError(_("Emergency text needs two people. Ask a colleague to approve too."))
        if first is None:
            self._decide(Standing.IN_REVIEW, Q(reviewed_by=None), reviewed_by=by, **review)
        else:
            still = Q(reviewed_by=first)
            self._decide(Standing.IN_REVIEW, still, second_reviewer=by, **review, **live)

    def sign(self, by: "Person", review_due_on: date, works_alone: bool = False) -> None:
        """Record a review that changed nothing: the text stays, its review dates move.

        Emergency text needs two people here too: nothing moves until the second one signs.
        """
        today = timezone.localdate()
        self._check_reviewer(by, works_alone)
        review: dict[str, Any] = {
            "reviewed_on": today, "review_due_on": check_due(review_due_on, today), "signed_by": None
        }  # fmt: skip
        if works_alone or not self.document.is_emergency_text:
            self._decide(Standing.LIVE, reviewed_by=by, second_reviewer=None, **review)
            return
        first = self._now("signed_by")
        if first == by.pk:
            raise EditionError(_("Emergency text needs two people. Ask a colleague to sign too."))
        if first is None:
            self._decide(Standing.LIVE, Q(signed_by=None), signed_by=by)
        else:
            people = {"reviewed_by": first, "second_reviewer": by}
            self._decide(Standing.LIVE, Q(signed_by=first), **people, **review)

    def take_back(self) -> None:
        """Make a draft again of an edition that is approved and not yet live."""
        self._decide(Standing.SCHEDULED, live_from=None, **BACK_TO_DRAFT)

    def retire(self, at: datetime | None = None) -> None:
        """Take the page off the site at a moment (now by default). The edition is kept."""
        now = timezone.now()
        self._decide(Standing.LIVE, retire_from=max(at or now, now))

    def new_draft(self, by: "Person | None" = None) -> Self:
        """Return a new draft with the words of this edition; this one stays as it is.

        It serves an edit (from the live edition) and a restoration (from an older one).
        """
        try:
            with transaction.atomic():
                if self._siblings().exclude(state=State.APPROVED).exists():
                    raise EditionError(ONE_DRAFT)
                stored: Any = self._siblings().get(pk=self.pk)
                draft = type(self)(**stored._words(), document=self.document, author=by or self.author)
                draft.save()
                for name in self.parts:
                    for part in getattr(stored, name).all():
                        part.copy_to(draft)
        except IntegrityError as error:
            raise EditionError(ONE_DRAFT) from error
        return draft

    def publish_starter(self, at: datetime | None = None) -> None:
        """Let an edition of the starter library go live; its pages say that it is unreviewed."""
        if self.origin != Origin.STARTER:
            raise EditionError(_("Only the starter library is published without a review."))
        self._decide(Standing.DRAFT, state=State.APPROVED, live_from=at or timezone.now())

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
        if works_alone:
            return
        if by.pk == self._now("author"):
            raise EditionError(_("You wrote this. Ask a colleague to review it."))
        if by.pk == self._now("submitted_by"):
            raise EditionError(_("You sent this to review. Ask a colleague to approve it."))

    def _now(self, name: str) -> Any:
        """Return the value of a field as the database has it now."""
        return self._siblings().filter(pk=self.pk).values_list(name, flat=True).first()

    def _decide(self, expected: Standing, still: Q | None = None, **decisions: Any) -> None:
        """Write decisions down if the edition still stands as ``expected`` and ``still`` holds."""
        editions: Any = type(self)._default_manager
        held = editions.with_standing().filter(still or Q(), pk=self.pk, standing=expected)
        try:
            with transaction.atomic():
                decided = held.decide(**decisions)
        except IntegrityError as error:
            raise EditionError(_("Another edition goes live at that very moment.")) from error
        if not decided:
            found = editions.with_standing().filter(pk=self.pk).first()
            standing = Standing(found.standing).label if found else gettext("deleted")
            raise EditionError(FASTER, params={"standing": standing})
        self.refresh_from_db()


BACK_TO_DRAFT: dict[str, Any] = {
    "state": State.DRAFT, "submitted_by": None, "reviewed_by": None, "second_reviewer": None,
    "reviewed_on": None, "review_due_on": None,
}  # fmt: skip


def check_due(due: date, today: date) -> date:
    """Return the day of the next review, which must be in the future and within three years."""
    if not today < due <= date(today.year + 3, today.month, min(today.day, 28)):
        raise EditionError(_("Choose a next review between tomorrow and three years from today."))
    return due
