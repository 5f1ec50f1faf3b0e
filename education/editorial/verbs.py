"""What people do with an edition: the only ways in which its standing changes.

Each verb asks whether the person may do it, then decides with one statement that holds only while the
edition still stands where it stood, so that two people acting at once cannot both succeed. What was done
stands in the audit trail, written in the same transaction.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import IntegrityError, transaction
from django.db.models import Exists, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.clinic.models import Clinic, months_after
from education.editorial.findings import by_field
from education.editorial.states import (
    FASTER,
    NEEDS_ACCOUNT,
    NEEDS_ROLE,
    NOT_LEAVING,
    ONE_DRAFT,
    STAYS,
    EditionError,
    NotAllowed,
    Origin,
    Standing,
    State,
)
from education.staff.models import Entry
from education.staff.roles import PUBLISH, PUBLISHER, REVIEW, REVIEWER, WRITE, WRITER
from education.staff.trail import Act, record

if TYPE_CHECKING:
    from education.editorial.models import Person

    Base: Any = object  # the fields that the verbs decide about are those of ``Edition``
else:
    Base = object

WROTE = (Act.SAVE, Act.IMPORT)  # what the trail says of those who brought words into an edition
ROLE_OF = {WRITE: WRITER, REVIEW: REVIEWER, PUBLISH: PUBLISHER}
BACK_TO_DRAFT: dict[str, Any] = {
    "state": State.DRAFT, "submitted_by": None, "reviewed_by": None, "second_reviewer": None,
    "reviewed_on": None, "review_due_on": None, "reasons": {},
}  # fmt: skip


def check_power(by: "Person", *powers: str) -> None:
    """Raise ``NotAllowed`` unless the person has one of the powers."""
    if by.user_id is None:
        raise NotAllowed(NEEDS_ACCOUNT)
    if not any(by.may(power) for power in powers):
        raise NotAllowed(NEEDS_ROLE, params={"role": ROLE_OF[powers[0]]})


def check_due(due: date, today: date) -> date:
    """Return the day of the next review, which must be in the future and within three years."""
    if not today < due <= months_after(today, 36):
        raise EditionError(_("Choose a next review between tomorrow and three years from today."))
    return due


def _to_the_minute(moment: datetime) -> str:
    """Return a moment as the audit trail tells it: at the clinic, with what its zone is ahead of UTC."""
    return timezone.localtime(moment).isoformat(sep=" ", timespec="minutes")


class Verbs(Base):  # type: ignore[misc]
    """The verbs of ``Edition``; each takes the person who acts, first."""

    @transaction.atomic
    def submit(self, by: "Person") -> None:
        """Send the draft, as it is stored, to review. Who sends it cannot be its only approver."""
        check_power(by, WRITE)
        stored = self._stored()
        if stored and stored.is_draft:
            stored.check_errors()
        self._decide(Standing.DRAFT, state=State.IN_REVIEW, submitted_by=by, comment="")
        self._record(by, Act.SUBMIT, Standing.DRAFT, Standing.IN_REVIEW)

    @transaction.atomic
    def send_back(self, by: "Person", comment: str) -> None:
        """Give it back to its writer, with what to change. Approvals given so far are void."""
        check_power(by, REVIEW, PUBLISH)
        if not comment.strip():
            raise EditionError(_("Say what should change, so that the writer knows."))
        before = self._decide((Standing.IN_REVIEW, Standing.APPROVED), comment=comment, **BACK_TO_DRAFT)
        self._record(by, Act.SEND_BACK, before, Standing.DRAFT, note=comment)

    @transaction.atomic
    def withdraw(self, by: "Person") -> None:
        """Take one's own text out of review, to write on. Approvals given so far are void."""
        check_power(by, WRITE)
        if by.pk not in {self._now("author"), self._now("submitted_by")}:
            raise NotAllowed(
                _("Only who wrote it or sent it to review withdraws it. Reviewers can send it back.")
            )
        self._decide(Standing.IN_REVIEW, **BACK_TO_DRAFT)
        self._record(by, Act.WITHDRAW, Standing.IN_REVIEW, Standing.DRAFT)

    @transaction.atomic
    def approve(self, by: "Person", review_due_on: date, seen: int | None = None) -> None:
        """Answer for the edition by name, as a clinician. It then waits for its publisher.

        Emergency text needs two people: the first approval leaves it in review. A clinic that says it has
        one person lets that person approve alone what they wrote. ``seen`` is the ``revision`` that the
        person read, if known; another one is refused.
        """
        alone = Clinic.load().works_alone
        self.check_reviewer(by, alone)
        self._check_seen(seen)
        today = timezone.localdate()
        review: dict[str, Any] = {"reviewed_on": today, "review_due_on": check_due(review_due_on, today)}
        self._stored_or_self().check_errors()
        stored = self._now("reviewed_by")
        first = stored if self._still_counts(stored) else None
        if alone or not self.document.is_emergency_text:
            self._decide(Standing.IN_REVIEW, reviewed_by=by, state=State.APPROVED, **review)
            after = Standing.APPROVED
        elif stored is not None and (stored == by.pk or self._was_last_to(Act.APPROVE, by)):
            raise EditionError(_("Emergency text needs two people. Ask a colleague to approve too."))
        elif first is None:
            self._decide(Standing.IN_REVIEW, Q(reviewed_by=stored), reviewed_by=by, **review)
            after = Standing.IN_REVIEW
        else:
            still = Q(reviewed_by=first)
            self._decide(
                Standing.IN_REVIEW, still, second_reviewer=by, state=State.APPROVED, **review
            )  # fmt: skip
            after = Standing.APPROVED
        self._record(by, Act.APPROVE, Standing.IN_REVIEW, after)

    @transaction.atomic
    def publish(
        self, by: "Person", live_from: datetime | None = None, reasons: Mapping[str, str] | None = None
    ) -> None:
        """Let an approved edition go live at a moment (now by default), or at another one than was chosen.

        ``reasons`` says, by the code of each warning, why it may stay; they are kept with the edition.
        """
        check_power(by, PUBLISH)
        stored = self._stored_or_self()
        stored.check_errors()
        kept = stored.check_reasons(reasons or {})
        now = timezone.now()
        moment = max(live_from or now, now)
        before = self._live_number()
        stood = self._decide((Standing.APPROVED, Standing.SCHEDULED), live_from=moment, reasons=kept)
        act, after = (
            (Act.SCHEDULE, Standing.SCHEDULED) if moment > now else (Act.PUBLISH, Standing.LIVE)
        )  # fmt: skip
        said = [f"{code}: {reason}" for code, reason in kept.items()]
        if moment > now:
            said.insert(0, _to_the_minute(moment))
        self._record(by, act, stood, after, note="\n".join(said), from_edition=before)

    @transaction.atomic
    def sign(
        self, by: "Person", review_due_on: date, sources_checked: bool = False, seen: int | None = None
    ) -> None:
        """Record a review that changed nothing: the text stays, its review dates move.

        Emergency text needs two people here too: nothing moves until the second one signs.
        """
        alone = Clinic.load().works_alone
        self.check_reviewer(by, alone)
        self._check_seen(seen)
        today = timezone.localdate()
        review: dict[str, Any] = {
            "reviewed_on": today, "review_due_on": check_due(review_due_on, today), "signed_by": None
        }  # fmt: skip
        if sources_checked:
            review["evidence_checked_on"] = today
        stored = self._now("signed_by")
        first = stored if self._still_counts(stored) else None
        if alone or not self.document.is_emergency_text:
            self._decide(Standing.LIVE, reviewed_by=by, second_reviewer=None, **review)
        elif stored is not None and (stored == by.pk or self._was_last_to(Act.SIGN, by)):
            raise EditionError(_("Emergency text needs two people. Ask a colleague to sign too."))
        elif first is None:
            self._decide(Standing.LIVE, Q(signed_by=stored), signed_by=by)
        else:
            people = {"reviewed_by_id": first, "second_reviewer": by}
            self._decide(Standing.LIVE, Q(signed_by=first), **people, **review)
        checked = gettext("Sources checked.") if sources_checked else gettext("Sources not checked.")
        self._record(by, Act.SIGN, Standing.LIVE, Standing.LIVE, note=checked)

    @transaction.atomic
    def take_back(self, by: "Person") -> None:
        """Make a draft again of an edition that is to go live later."""
        check_power(by, PUBLISH)
        self._decide(Standing.SCHEDULED, live_from=None, **BACK_TO_DRAFT)
        self._record(by, Act.TAKE_BACK, Standing.SCHEDULED, Standing.DRAFT)

    @transaction.atomic
    def retire(self, by: "Person", at: datetime | None = None) -> None:
        """Take the page off the site at a moment (now by default). The edition is kept.

        Emergency text stays: no warning sign goes without two people who put another text in its place.
        """
        check_power(by, PUBLISH)
        if self.document.is_emergency_text:
            raise EditionError(STAYS)
        now = timezone.now()
        moment = max(at or now, now)
        self._decide(Standing.LIVE, retire_from=moment)
        after = Standing.LIVE if moment > now else Standing.RETIRED
        self._record(by, Act.RETIRE, Standing.LIVE, after, note=_to_the_minute(moment))

    @transaction.atomic
    def keep(self, by: "Person") -> None:
        """Cancel a retirement that has not come yet."""
        check_power(by, PUBLISH)
        if self._now("retire_from") is None:
            raise EditionError(NOT_LEAVING)
        self._decide(Standing.LIVE, Q(retire_from__isnull=False), retire_from=None)
        self._record(by, Act.KEEP, Standing.LIVE, Standing.LIVE)

    @transaction.atomic
    def assign(self, by: "Person", to: "Person | None") -> None:
        """Say for whom it waits; nobody, for everybody."""
        check_power(by, WRITE)
        before = self._decide((Standing.DRAFT, Standing.IN_REVIEW, Standing.APPROVED), assigned_to=to)
        self._record(by, Act.ASSIGN, before, before, note=str(to or ""))

    @transaction.atomic
    def new_draft(self, by: "Person") -> Self:
        """Return a new draft with the words of this edition; this one stays as it is.

        It serves an edit (from the live edition) and a restoration (from an older one).
        """
        check_power(by, WRITE)
        try:
            with transaction.atomic():
                if self._siblings().in_work().exists():
                    raise EditionError(ONE_DRAFT)
                stored: Any = self._siblings().with_standing().get(pk=self.pk)
                edition: Any = type(self)
                draft = edition(**stored._words(), document=self.document, author=by)
                if stored.standing in {Standing.SUPERSEDED, Standing.RETIRED}:
                    draft.change_note = gettext("Restored from edition %(number)s.") % {"number": self.number}
                draft.save()
                for name in self.parts:
                    for part in getattr(stored, name).all():
                        part.copy_to(draft)
        except IntegrityError as error:
            raise EditionError(ONE_DRAFT) from error
        draft._record(by, Act.DRAFT, "", Standing.DRAFT, from_edition=self.number)
        new: Self = draft
        return new

    @transaction.atomic
    def publish_starter(self, at: datetime | None = None) -> None:
        """Let an edition of the starter library go live; its pages say that it is unreviewed."""
        if self.origin != Origin.STARTER:
            raise EditionError(_("Only the starter library is published without a review."))
        self._decide(Standing.DRAFT, state=State.APPROVED, live_from=at or timezone.now())

    # What the verbs ask

    def check_errors(self) -> None:
        """Raise ``EditionError`` with all that has to be mended, by the name of the field."""
        if errors := self.errors():
            raise EditionError(by_field(errors))

    def check_reasons(self, reasons: Mapping[str, str]) -> dict[str, str]:
        """Return the reason of each warning; raise ``EditionError`` when one has none."""
        kept: dict[str, str] = {}
        silent = []
        for warning in self.warnings():
            if reason := reasons.get(warning.code, "").strip():
                kept[warning.code] = reason
            else:
                silent.append(warning)
        if silent:
            told = "; ".join(dict.fromkeys(str(warning.text) for warning in silent))
            raise EditionError(_("Write down why this may stay: %(told)s"), params={"told": told})
        return kept

    def check_reviewer(self, by: "Person", alone: bool) -> None:
        check_power(by, REVIEW)
        if not by.is_clinician:
            raise NotAllowed(
                _("Only a clinician can review this, and you are not marked as one under People.")
            )
        if alone:
            return
        theirs = self._words_brought().filter(user=by.user)
        now = self._siblings().filter(pk=self.pk).annotate(changed=Exists(theirs))
        author, sender, changed = now.values_list("author", "submitted_by", "changed").first() or (None,) * 3
        if by.pk == author:
            raise NotAllowed(_("You wrote this. Ask a colleague to review it."))
        if by.pk == sender:
            raise NotAllowed(_("You sent this to review. Ask a colleague to approve it."))
        if changed:
            raise NotAllowed(_("You changed this draft yourself. Ask a colleague to approve it."))

    def writers(self) -> Any:
        """Return the people who cannot review it: as ``check_reviewer`` asks."""
        people: Any = self._meta.get_field("author").related_model
        wrote = Q(user__in=self._words_brought().values("user"))
        return people.objects.filter(Q(pk__in=[self.author_id or 0, self.submitted_by_id or 0]) | wrote)

    def _words_brought(self) -> Any:
        """What the trail says of words that came into it, whoever stands there as its author."""
        return Entry.objects.filter(
            act__in=WROTE, kind=self._meta.label_lower, thing_id=str(self.pk), user__isnull=False
        )

    def _still_counts(self, first: int | None) -> bool:
        """Whether the first of two people may still review; if not, theirs is as if it were not given."""
        people = self._meta.get_field("reviewed_by").related_model.objects
        person = people.filter(pk=first, is_clinician=True).select_related("user").first() if first else None
        return person is not None and person.may(REVIEW)

    def _was_last_to(self, act: Act, by: "Person") -> bool:
        """Whether it was their account that did something last, whoever the account belonged to then."""
        done = Entry.objects.filter(kind=self._meta.label_lower, thing_id=str(self.pk), act=act)
        account: int | None = done.order_by("-pk").values_list("user", flat=True).first()
        return account == by.user_id

    def _check_seen(self, seen: int | None) -> None:
        if seen is not None and seen != self._now("revision"):
            raise EditionError(
                _("This text has changed since you opened the page. Read it before you answer for it.")
            )

    def _stored_or_self(self) -> Any:
        return self._stored() or self

    def _now(self, name: str) -> Any:
        """Return the value of a field as the database has it now."""
        return self._siblings().filter(pk=self.pk).values_list(name, flat=True).first()

    def _live_number(self) -> int | None:
        """The number of the edition that patients see now."""
        number: int | None = self._siblings().in_force().values_list("number", flat=True).first()
        return number

    def _decide(self, expected: Any, still: Q | None = None, **decisions: Any) -> str:
        """Write decisions down if the edition still stands as expected and ``still`` holds.

        ``expected`` is a standing or several. Returns where it stood.
        """
        wanted = (expected,) if isinstance(expected, str) else expected
        editions = type(self)._default_manager.with_standing()
        found = editions.filter(pk=self.pk).first()
        before = str(found.standing) if found else ""
        held = editions.filter(still or Q(), pk=self.pk, standing=before)
        try:
            with transaction.atomic():
                decided = before in wanted and held.decide(**decisions)
        except IntegrityError as error:
            fault = _("Another edition goes live at that very moment. Choose another minute.")
            raise EditionError(fault) from error
        if not decided:
            now = editions.filter(pk=self.pk).first()
            label = Standing(now.standing).label if now else gettext("deleted")
            raise EditionError(FASTER, params={"standing": label})
        self.refresh_from_db()
        return before

    def _record(
        self, by: "Person", act: Act, before: str, after: str, *,
        note: str = "", from_edition: int | None = None,
    ) -> None:  # fmt: skip
        thing: Any = self
        record(
            by.user, act, thing, called=str(self), note=note, to_edition=self.number,
            from_edition=from_edition, from_standing=before, to_standing=after,
        )  # fmt: skip
