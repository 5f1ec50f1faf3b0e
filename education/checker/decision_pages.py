"""The pages on which clinicians sign the decisions of the protocol."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from education.checker.decisions import Decision, load_decisions
from education.checker.models import DecisionSignature
from education.checker.rulebook import rulebook_page, signed_protocol
from education.checker.views import PROTOCOL
from education.editorial.models import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """A decision with its signatures: signed, signed in another wording only, or not at all."""

    decision: Decision
    signatures: tuple[DecisionSignature, ...]

    @property
    def current(self) -> tuple[DecisionSignature, ...]:
        return tuple(one for one in self.signatures if one.digest == self.decision.digest)

    @property
    def standing(self) -> str:
        if self.current:
            return "signed"
        return "outdated" if self.signatures else "unsigned"


def decision_rows() -> list[DecisionRow]:
    """Return every decision with its signatures, newest first."""
    signatures: dict[str, list[DecisionSignature]] = {}
    for signature in DecisionSignature.objects.all():
        signatures.setdefault(signature.decision, []).append(signature)
    return [
        DecisionRow(decision=decision, signatures=tuple(signatures.get(decision.id, ())))
        for decision in load_decisions(PROTOCOL, signed_protocol())
    ]


@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    rows = decision_rows()
    counts = {name: sum(row.standing == name for row in rows) for name in ("signed", "outdated", "unsigned")}
    title = _("Decisions that await a clinician")
    return rulebook_page(request, "decisions", title, signed_protocol(), rows=rows, counts=counts)


class SignatureForm(forms.Form):
    agree = forms.BooleanField(
        label=gettext_lazy("I have read the text above and agree with it as a clinician."),
        error_messages={"required": gettext_lazy("Tick the box to sign, or leave the decision unsigned.")},
    )
    digest = forms.CharField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Kept with your signature. It does not change the rules."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, id: str) -> HttpResponse:
    """Show a decision in full and let a clinician sign it."""
    row = next((row for row in decision_rows() if row.decision.id == id), None)
    if row is None:
        raise Http404
    person = Person.of(request.user)
    may_sign = request.user.has_perm("checker.add_decisionsignature")
    form = SignatureForm(request.POST or None, initial={"digest": row.decision.digest})
    if request.method == "POST":
        if not may_sign:
            raise PermissionDenied
        if form.is_valid() and person and _sign(form, row.decision, person):
            messages.success(request, _("Signed. Your name stands under this decision."))
            return redirect("admin:checker_protocol_decisions")
    return rulebook_page(
        request,
        "decision",
        row.decision.question,
        signed_protocol(),
        row=row,
        form=form,
        person=person,
        may_sign=may_sign,
        has_signed=any(person and one.person_id == person.pk for one in row.current),
    )


def _sign(form: SignatureForm, decision: Decision, person: Person) -> bool:
    """Keep the signature, or say in the form why not."""
    if form.cleaned_data["digest"] != decision.digest:
        form.add_error(None, _("The text has changed since you opened this page. Read it again."))
        return False
    signature = DecisionSignature(
        decision=decision.id,
        digest=decision.digest,
        text=decision.text,
        protocol_version=signed_protocol().version,
        person=person,
        signed_as=str(person),
        signed_on=timezone.localdate(),
        note=form.cleaned_data["note"],
    )
    try:
        signature.save()
    except ValidationError as error:
        for line in error.messages:
            form.add_error(None, line)
        return False
    return True
