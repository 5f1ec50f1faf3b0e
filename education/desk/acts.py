"""What staff can do with an edition: when, by whom, in which words, asking for what, and the doing itself.

The rules are in ``verbs.py``; here stands what the page of an act says and asks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from education.desk import forms
from education.editorial.models import Person
from education.editorial.states import NOT_LEAVING, STAYS, Standing
from education.staff.roles import PUBLISH, REVIEW, WRITE


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something that staff can do with an edition: when, its words, its form, and the doing.

    ``explanation`` says what happens, ``seen_by`` who notices, ``then`` what comes next. ``do`` takes
    edition, form and person, and returns the edition to show next. ``powers`` names the permissions of
    which one is enough.
    """

    name: str
    label: Any
    explanation: Any
    seen_by: Any
    then: Any
    done: Any
    standings: frozenset[str]
    powers: tuple[str, ...]
    do: Callable[[Any, Any, Person], Any]
    form: type[forms.NoteForm] = forms.NoteForm
    done_later: Any = ""  # what is said in place of ``done`` when it happens at a moment to come
    asks_whole: bool = False  # what is missing stops it
    is_review: bool = False  # only for clinicians who did not write it
    is_own: bool = False  # only for whoever wrote it or sent it to review
    hindrance: Callable[[Any], Any] = lambda edition: ""  # why it cannot be, though the standing would fit

    def is_allowed(self, user: Any, edition: Any) -> bool:
        """Whether this account may do it to this edition when it stands where it has to."""
        has_power = any(user.has_perm(power) for power in self.powers)
        return has_power and (not self.is_own or is_by(edition, user))

    def is_open_to(self, user: Any, edition: Any) -> bool:
        """Whether it is possible now."""
        return (
            edition.standing in self.standings
            and self.is_allowed(user, edition)
            and not self.hindrance(edition)
        )


def is_by(edition: Any, user: Any) -> bool:
    """Whether it was this account's person who wrote the edition or sent it to review."""
    people = (edition.author, edition.submitted_by)
    return user.pk in {person.user_id for person in people if person}


def _submit(edition: Any, form: Any, person: Person) -> Any:
    edition.submit(person)
    return edition


def _send_back(edition: Any, form: Any, person: Person) -> Any:
    edition.send_back(person, form.cleaned_data["comment"])
    return edition


def _withdraw(edition: Any, form: Any, person: Person) -> Any:
    edition.withdraw(person)
    return edition


def _approve(edition: Any, form: Any, person: Person) -> Any:
    edition.approve(person, form.cleaned_data["review_due_on"], form.cleaned_data["seen"])
    return edition


def _publish(edition: Any, form: Any, person: Person) -> Any:
    edition.publish(person, form.moment(), form.reasons)
    return edition


def _sign(edition: Any, form: Any, person: Person) -> Any:
    due, seen = form.cleaned_data["review_due_on"], form.cleaned_data["seen"]
    edition.sign(person, due, form.sources_checked, seen)
    return edition


def _new_draft(edition: Any, form: Any, person: Person) -> Any:
    return edition.new_draft(person)


def _take_back(edition: Any, form: Any, person: Person) -> Any:
    edition.take_back(person)
    return edition


def _retire(edition: Any, form: Any, person: Person) -> Any:
    edition.retire(person, form.moment())
    return edition


def _keep(edition: Any, form: Any, person: Person) -> Any:
    edition.keep(person)
    return edition


def _assign(edition: Any, form: Any, person: Person) -> Any:
    edition.assign(person, form.cleaned_data["to"])
    return edition


NOT_YET = _("Patients see nothing of it yet.")

ACTS = (
    Act(
        name="submit", label=_("Send to review"), do=_submit, powers=(WRITE,), asks_whole=True,
        explanation=_("A clinician then reads it. While it is in review nobody can change it."),
        seen_by=NOT_YET,
        then=_("A clinician approves it, or sends it back to you with a comment."),
        done=_("Sent to review. Reviewers find it on their desk."), standings=frozenset({Standing.DRAFT}),
    ),
    Act(
        name="approve", label=_("Approve"), do=_approve, form=forms.ReviewForm, powers=(REVIEW,),
        asks_whole=True, is_review=True,
        explanation=_("You answer for this text with your name, as a clinician. It then waits for whoever "
                      "publishes. Emergency text needs the approval of two people."),
        seen_by=_("Patients see nothing of it yet. Once it is published, they see your name under it."),
        then=_("Somebody who publishes decides when it goes live."),
        done=_("Approved by you. Now it has to be published."), standings=frozenset({Standing.IN_REVIEW}),
    ),
    Act(
        name="publish", label=_("Publish"), do=_publish, form=forms.PublishForm, powers=(PUBLISH,),
        asks_whole=True,
        explanation=_("Patients see it from the moment you choose. It takes the place of the edition that "
                      "they see now, if there is one."),
        seen_by=_("Everybody who opens the page. Whoever had it open just before may see the "
                  "older text for a minute or two."),
        then=_("Older editions are kept and can be restored. Your desk reminds you of the next review."),
        done=_("Published. Patients see it now."),
        done_later=_("Scheduled. From %(moment)s on, patients see it."),
        standings=frozenset({Standing.APPROVED, Standing.SCHEDULED}),
    ),
    Act(
        name="send-back", label=_("Send back to its writer"), do=_send_back, form=forms.CommentForm,
        explanation=_("It becomes a draft again. You say what should change."), powers=(REVIEW, PUBLISH),
        done=_("Sent back. Its writer finds your comment on top of the draft."),
        seen_by=_("The writer finds your comment on top of the draft. Patients see nothing of it."),
        then=_("The writer changes it and sends it to review again. It then needs every approval anew."),
        standings=frozenset({Standing.IN_REVIEW, Standing.APPROVED}),
    ),
    Act(
        name="withdraw", label=_("Withdraw from review"), do=_withdraw, powers=(WRITE,), is_own=True,
        explanation=_("It becomes a draft again, so that you can go on writing. Approvals given so far no "
                      "longer count."),
        seen_by=_("Reviewers no longer find it on their desk. Patients see nothing of it."),
        then=_("You change it and send it to review again."),
        done=_("Withdrawn. It is a draft again."), standings=frozenset({Standing.IN_REVIEW}),
    ),
    Act(
        name="assign", label=_("Assign"), do=_assign, form=forms.AssignForm, powers=(WRITE,),
        explanation=_("Say who takes the next step."), done=_("Nobody in particular has it to do now."),
        seen_by=_("That person, on their desk. Patients see nothing of it."),
        then=_("Nothing else changes. Everybody else may still take the step."),
        standings=frozenset({Standing.DRAFT, Standing.IN_REVIEW, Standing.APPROVED}),
    ),
    Act(
        name="edit", label=_("Edit"), do=_new_draft, powers=(WRITE,),
        explanation=_("Starts a new draft with the same words. This edition stays as it is, live or "
                      "scheduled, until the new one takes its place."),
        seen_by=_("Only your colleagues."),
        then=_("You change the draft, save it, and send it to review."),
        done=_("This is a new draft. Change it, then send it to review."),
        standings=frozenset({Standing.LIVE, Standing.SCHEDULED}),
    ),
    Act(
        name="take-back", label=_("Take back"), do=_take_back, powers=(PUBLISH,),
        explanation=_("It does not go live on its day, and becomes a draft again that has to be reviewed."),
        seen_by=_("Patients keep seeing what they see now."),
        then=_("Somebody changes the draft and sends it to review again, or deletes it."),
        done=_("Taken back. It is a draft again, and needs a new review."),
        standings=frozenset({Standing.SCHEDULED}),
    ),
    Act(
        name="sign", label=_("Sign: reviewed, no change"), do=_sign, form=forms.SignForm, powers=(REVIEW,),
        is_review=True,
        explanation=_("You confirm, as a clinician, that you have read this text and it is still right."),
        seen_by=_("Patients see your name and today's date under the page. Its words stay as they are."),
        then=_("The next review is due on the day below. If something should change, choose 'Edit' instead."),
        done=_("Signed. The next review is due on %(due)s."), standings=frozenset({Standing.LIVE}),
    ),
    Act(
        name="restore", label=_("Restore"), do=_new_draft, powers=(WRITE,),
        explanation=_("Starts a new draft with the words of this older edition."),
        seen_by=_("Only your colleagues. Patients see the same as before."),
        then=_("You read the draft, change it if needed, and send it to review."),
        done=_("This is a new draft with the older words. Read it, then send it to review."),
        standings=frozenset({Standing.SUPERSEDED, Standing.RETIRED}),
    ),
    Act(
        name="retire", label=_("Retire"), do=_retire, form=forms.RetirementForm, powers=(PUBLISH,),
        explanation=_("Patients no longer find this page. The edition is kept and can be restored."),
        seen_by=_("Whoever opens the page's address reads that it has been taken off the site."),
        then=_("Until that moment you can cancel it. Afterwards 'Restore' starts a draft with its words."),
        done=_("Retired. Patients no longer find this page."),
        done_later=_("Planned. On %(moment)s it leaves the site. Until then you can cancel it here."),
        standings=frozenset({Standing.LIVE}),
        hindrance=lambda edition: STAYS if edition.document.is_emergency_text else "",
    ),
    Act(
        name="keep", label=_("Cancel the retirement"), do=_keep, powers=(PUBLISH,),
        explanation=_("The page stays on the site after all."),
        seen_by=_("Patients notice nothing."),
        then=_("Nothing else changes: its next review is due on the same day as before."),
        done=_("The page stays on the site."), standings=frozenset({Standing.LIVE}),
        hindrance=lambda edition: "" if edition.retire_from else NOT_LEAVING,
    ),
)  # fmt: skip
