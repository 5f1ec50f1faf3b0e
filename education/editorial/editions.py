"""Documents and their editions: what patients read, and who answered for it.

A document has a stable address and editions. An edition is written as a draft, reviewed, approved,
published with a moment to go live, and from then on never changed: an edit is a new draft beside it.
Which edition is live follows from the moments alone, so nothing has to run at midnight, and publishing is
one statement: either the old or the new edition is live, never none or two. After GOV.UK's publisher.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.clinic.models import Risk
from education.clinic.words import unknown_words
from education.editorial import checks
from education.editorial.findings import Finding
from education.editorial.rows import held
from education.editorial.standing import IN_WORK, EditionQuerySet
from education.editorial.states import (
    DECIDED,
    DRAFTS_ONLY,
    LOCKED,
    ONE_DRAFT,
    EditionError,
    LiveEditionError,
    Origin,
    State,
)
from education.editorial.verbs import Verbs
from education.wording.blocks import PLAIN, TITLE, Style, Text
from education.wording.markup import faults as markdown_faults
from education.wording.markup import headings

if TYPE_CHECKING:
    from education.editorial.models import Person


class Edition(Verbs, models.Model):
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

    revision = models.PositiveIntegerField(_("times saved"), default=0, editable=False)

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
    assigned_to = models.ForeignKey(
        "editorial.Person", models.PROTECT, null=True, blank=True, editable=False,
        related_name="+", verbose_name=_("waits for"),
    )  # fmt: skip
    # Why each warning may stay, by its code; written when the edition is published.
    reasons = models.JSONField(_("reasons"), default=dict, blank=True, editable=False)
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
            "review_due_on", "signed_by", "assigned_to", "reasons", "live_from", "retire_from",
        }
    )  # fmt: skip
    # Reverse names of rows that belong to the edition, such as its sources; copied with it.
    parts: ClassVar[tuple[str, ...]] = ()
    # Fields that are written in Markdown.
    prose: ClassVar[tuple[str, ...]] = ()
    # Fields that patients read, in their order, and how they read them.
    reads: ClassVar[Mapping[str, Style]] = {"title": TITLE, "summary": PLAIN}
    # For lists of all kinds: the field, seen from here, that names its regions with spaces between them;
    # and ``risk`` as data: the field it depends on, the risk by value of that field, and for other values.
    region_field: ClassVar[str] = ""
    risk_field: ClassVar[str] = ""
    risks: ClassVar[dict[Any, str]] = {}
    usual_risk: ClassVar[str] = Risk.OTHER

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
                condition=IN_WORK,
                name="%(class)s_one_is_in_work",
                violation_error_message=ONE_DRAFT,
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in-review", "approved"]), name="%(class)s_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(origin="starter")
                | Q(reviewed_by__isnull=False, reviewed_on__isnull=False, review_due_on__isnull=False),
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
        return str(self.document.named(self.title or str(self.document)))

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        stored = self._stored()
        if stored and not stored.is_draft:
            raise LiveEditionError(LOCKED)
        if self.decisions_made(since=stored):
            raise EditionError(DECIDED)
        if not self.number:
            self.number = self._next_number()
        self.revision += 1
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
        manager: Any = type(self)._default_manager
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

    @property
    def risk(self) -> str:
        """How often it is to be reviewed: see ``Risk``. Rooms say more."""
        return Risk.EMERGENCY if self.document.is_emergency_text else Risk.OTHER

    def is_overdue(self, on: date | None = None) -> bool:
        """Whether its next review was due before a day (today by default)."""
        return self.review_due_on is not None and self.review_due_on < (on or timezone.localdate())

    # What patients read

    def read_parts(self) -> None:
        """Read the rows that belong to it now, once for whatever is asked of them afterwards."""
        models.prefetch_related_objects([self], *self.parts)

    @property
    def language(self) -> str:
        return str(self.document.language)

    def texts(self) -> list[Text]:
        """Return what patients read of it, field by field, the words of its parts included.

        The field of a part is called as in the form of the edition, like ``steps-0-how``.
        """
        found = texts_of(self, self.reads)
        for name in self.parts if self.pk else ():
            rows = getattr(self, name).all()
            if reads := rows.model.reads:
                for place, row in enumerate(rows):
                    found += texts_of(row, reads, f"{name}-{place}-", f"{row}: ")
        return found

    def anchors(self) -> set[str]:
        """Return the places of its page to which a link can lead; rooms add their own."""
        found = {"help"}
        for name in self.prose:
            dashed = name.replace("_", "-")
            for part in (name, dashed):
                found.update({part, *(heading.id for heading in headings(getattr(self, name), part=part))})
        return found

    def care_regions(self) -> dict[str, str]:
        """Return the regions whose emergency card its page shows, each with the field that names it."""
        return {}

    def own_findings(self) -> Iterable[Finding]:
        """Return what the checks of its own room find."""
        return ()

    # What it still lacks

    def faults(self) -> dict[str, list[Any]]:
        """Return what keeps the draft from a review beyond its empty fields; rooms add their own.

        By the name of the field, or ``NON_FIELD_ERRORS``.
        """
        found: dict[str, list[Any]] = {}
        if self.author_id is None and self.origin == Origin.CLINIC:
            found["author"] = [_("Choose who wrote it.")]
        for field in self._meta.concrete_fields:
            text = getattr(self, field.attname)
            if isinstance(text, str) and (unknown := unknown_words(text)):
                found[field.name] = [
                    _("The site cannot fill in {%(word)s}. Choose one under 'Local number or name'.")
                    % {"word": unknown[0]}
                ]
        for name in self.prose:
            if wrong := markdown_faults(getattr(self, name)):
                found[name] = [*found.get(name, []), *wrong]
        if "citations" in self.parts and not self.citations.all():
            found[NON_FIELD_ERRORS] = [_("Name at least one source under 'What does it rest on?'.")]
        return found

    def errors(self) -> list[Finding]:
        """Return what has to be mended before anybody can review or publish it: ``missing`` and more."""
        return [finding for finding in self.findings() if finding.is_error]

    def warnings(self) -> list[Finding]:
        """Return what may stay for a written reason."""
        return [finding for finding in self.findings() if not finding.is_error]

    def findings(self) -> list[Finding]:
        """Return errors and warnings together, each of which is found anew at each call."""
        missing = [
            Finding(code="missing", text=str(text), field="" if name == NON_FIELD_ERRORS else name)
            for name, texts in self.missing().items()
            for text in texts
        ]
        return [*missing, *checks.findings(self)]

    def missing(self) -> dict[str, list[Any]]:
        """Return all that stands between this draft and a review, by the name of the field."""
        found: dict[str, list[Any]] = {}
        try:
            # What the database itself makes sure of is not asked again: that would be ten queries more.
            given = {f.name for f in self._meta.concrete_fields if f.is_relation and getattr(self, f.attname)}
            self.full_clean(given, validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            found = {name: [_said(fault) for fault in faults] for name, faults in error.error_dict.items()}
        for name, faults in self.faults().items():
            found[name] = [*found.get(name, []), *faults]
        return found

    def _words(self) -> dict[str, Any]:
        kept = self.decisions | {"id", "document", "number", "origin", "author", "change_note", "revision"}
        return {
            field.name: getattr(self, field.name)
            for field in self._meta.concrete_fields
            if field.name not in kept
        } | {"written_on": timezone.localdate()}


def _said(fault: ValidationError) -> Any:
    """Return what to do about a field of a draft; Django itself says only that it must not be empty."""
    return _("Write this part.") if fault.code in {"blank", "null"} else fault.messages[0]


def texts_of(row: models.Model, reads: Mapping[str, Style], before: str = "", of: str = "") -> list[Text]:
    """Return what patients read of a row; ``before`` and ``of`` go in front of names and labels."""
    return [
        Text(getattr(row, name), style, f"{before}{name}", f"{of}{row._meta.get_field(name).verbose_name}")  # type: ignore[union-attr]
        for name, style in reads.items()
    ]
