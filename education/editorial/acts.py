"""What staff can do with an edition: when, in which words, asking for what, and the doing itself.

The rules are in ``editions.py``; here stands what the page of an act says and asks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from education.clinic.models import Clinic
from education.editorial.editions import Edition, check_due
from education.editorial.models import Person
from education.editorial.states import Standing

WRITE_A_DAY = _("Write the day like 2026-12-31.")


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"


class NoteForm(forms.Form):
    """An act that needs nothing but a yes."""

    use_required_attribute = False  # errors come from us, in one place


class CommentForm(NoteForm):
    comment = forms.CharField(
        label=_("What should change?"),
        error_messages={"required": _("Say what should change, so that the writer knows.")},
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
    )


class ReviewForm(NoteForm):
    review_due_on = forms.DateField(
        label=_("Next review due on"), widget=DateInput,
        error_messages={
            "required": _("Choose the day of the next review."), "invalid": WRITE_A_DAY,
        },
        help_text=_("Emergency text: within 6 months. Home care: 12 months. Other text: 24 months."),
    )  # fmt: skip

    def clean_review_due_on(self) -> date:
        return check_due(self.cleaned_data["review_due_on"], timezone.localdate())


class ApprovalForm(ReviewForm):
    live_on = forms.DateField(
        label=_("Goes live on"),
        widget=DateInput,
        error_messages={"invalid": WRITE_A_DAY},
        required=False,
        help_text=_("Empty means at once."),
    )
    live_at = forms.TimeField(
        label=_("At"),
        widget=TimeInput,
        error_messages={"invalid": _("Write the time like 14:30.")},
        required=False,
        help_text=_("Empty means at the start of that day."),
    )

    def moment(self) -> datetime | None:
        """Return when the edition goes live, in the clinic's time zone; ``None`` for at once."""
        day = self.cleaned_data["live_on"]
        if day is None:
            return None
        at = self.cleaned_data["live_at"] or time.min
        return timezone.make_aware(datetime.combine(day, at))


class RetirementForm(NoteForm):
    retire_on = forms.DateField(
        label=_("Taken off the site on"),
        widget=DateInput,
        error_messages={"invalid": WRITE_A_DAY},
        required=False,
        help_text=_("Empty means at once."),
    )

    def moment(self) -> datetime | None:
        day = self.cleaned_data["retire_on"]
        return timezone.make_aware(datetime.combine(day, time.min)) if day else None


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something that staff can do with an edition: when, its words, its form, and the doing.

    ``do`` takes edition, form and person, and returns the edition to show next.
    """

    name: str
    label: Any
    explanation: Any
    done: Any
    standings: frozenset[str]
    do: Callable[[Any, Any, Person], Any]
    form: type[forms.Form] = NoteForm
    needs_person: bool = True

    def form_for(self, edition: Any) -> type[forms.Form]:
        """Return the form to ask with; the first of two people cannot yet say when it goes live."""
        if self.form is ApprovalForm and waits_for_a_second(edition):
            return ReviewForm
        return self.form


def waits_for_a_second(edition: Any) -> bool:
    """Whether an approval now would be the first of the two that emergency text needs."""
    return (
        edition.document.is_emergency_text
        and edition.reviewed_by_id is None
        and not Clinic.load().works_alone
    )


def _submit(edition: Edition, form: Any, person: Person) -> Edition:
    edition.submit(person)
    return edition


def _send_back(edition: Edition, form: Any, person: Person) -> Edition:
    edition.send_back(form.cleaned_data["comment"])
    return edition


def _approve(edition: Edition, form: Any, person: Person) -> Edition:
    alone = Clinic.load().works_alone
    live_from = form.moment() if isinstance(form, ApprovalForm) else None
    edition.approve(person, form.cleaned_data["review_due_on"], live_from, alone)
    return edition


def _sign(edition: Edition, form: Any, person: Person) -> Edition:
    edition.sign(person, form.cleaned_data["review_due_on"], Clinic.load().works_alone)
    return edition


def _new_draft(edition: Edition, form: Any, person: Person | None) -> Edition:
    return edition.new_draft(person)


def _take_back(edition: Edition, form: Any, person: Person) -> Edition:
    edition.take_back()
    return edition


def _retire(edition: Edition, form: Any, person: Person) -> Edition:
    edition.retire(form.moment())
    return edition


ACTS = (
    Act(
        name="submit", label=_("Send to review"), do=_submit,
        explanation=_("A clinician then reads it. While it is in review nobody can change it."),
        done=_("Sent to review."), standings=frozenset({Standing.DRAFT}),
    ),
    Act(
        name="approve", label=_("Approve"), do=_approve, form=ApprovalForm,
        explanation=_("You answer for this text with your name, as a clinician. Patients see it from "
                      "the day you choose. Emergency text needs the approval of two people."),
        done=_("Approved by you."), standings=frozenset({Standing.IN_REVIEW}),
    ),
    Act(
        name="send-back", label=_("Send back to its writer"), do=_send_back, form=CommentForm,
        explanation=_("It becomes a draft again."), done=_("Sent back."), needs_person=False,
        standings=frozenset({Standing.IN_REVIEW}),
    ),
    Act(
        name="edit", label=_("Edit"), do=_new_draft, needs_person=False,
        explanation=_("Starts a new draft with the same words. Patients keep seeing this edition until "
                      "the new one is approved."),
        done=_("This is a new draft."), standings=frozenset({Standing.LIVE, Standing.SCHEDULED}),
    ),
    Act(
        name="take-back", label=_("Take back"), do=_take_back, needs_person=False,
        explanation=_("It does not go live on its day, and becomes a draft again that has to be reviewed."),
        done=_("Taken back. It is a draft again."), standings=frozenset({Standing.SCHEDULED}),
    ),
    Act(
        name="sign", label=_("Sign: reviewed, no change"), do=_sign, form=ReviewForm,
        explanation=_("You confirm, as a clinician, that you have read this text and checked its sources."),
        done=_("Signed. The review dates have moved."), standings=frozenset({Standing.LIVE}),
    ),
    Act(
        name="restore", label=_("Restore"), do=_new_draft, needs_person=False,
        explanation=_("Starts a new draft with the words of this older edition."),
        done=_("This is a new draft with the older words."),
        standings=frozenset({Standing.SUPERSEDED, Standing.RETIRED}),
    ),
    Act(
        name="retire", label=_("Retire"), do=_retire, form=RetirementForm, needs_person=False,
        explanation=_("Patients no longer find this page. The edition is kept and can be restored."),
        done=_("Retired."), standings=frozenset({Standing.LIVE}),
    ),
)  # fmt: skip
