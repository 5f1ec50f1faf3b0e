"""The page on which staff accept the intended use of the checker for their clinic."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from education.checker.rulebook import protocol_for_staff, rulebook_page
from education.clinic.intended_use import intended_use
from education.clinic.models import Clinic

ACCEPTANCE = ["intended_use_version", "intended_use_accepted_by", "intended_use_accepted_on"]


class AcceptanceForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=80,
        error_messages={"required": gettext_lazy("Write your name.")},
    )
    accept = forms.BooleanField(
        label=gettext_lazy("I have read this text and accept it for our clinic."),
        error_messages={"required": gettext_lazy("Tick the box to accept the text.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def intended_use_page(request: HttpRequest) -> HttpResponse:
    """Show what the full checker is for, and let staff accept it for the clinic."""
    clinic = Clinic.load()
    may_accept = clinic.is_set_up and request.user.has_perm("clinic.change_clinic")
    name = request.user.get_full_name() if request.user.is_authenticated else ""
    form = AcceptanceForm(request.POST or None, initial={"name": name})
    if request.method == "POST":
        if not may_accept:
            raise PermissionDenied
        if form.is_valid():
            clinic.accept_intended_use(form.cleaned_data["name"], timezone.localdate())
            clinic.save(update_fields=ACCEPTANCE)
            _log_acceptance(request, clinic)
            messages.success(
                request, _("Accepted. The full checker can now be chosen in the clinic settings.")
            )
            return redirect("admin:checker_protocol_intended_use")
    return rulebook_page(
        request,
        "intended_use",
        _("Intended use of the symptom checker"),
        protocol_for_staff(),
        intended_use=intended_use(),
        clinic=clinic,
        form=form,
        may_accept=may_accept,
    )


def _log_acceptance(request: HttpRequest, clinic: Clinic) -> None:
    words = f"Accepted the intended use of the checker, version {clinic.intended_use_version}."
    admin.site.get_model_admin(Clinic).log_change(request, clinic, words)
