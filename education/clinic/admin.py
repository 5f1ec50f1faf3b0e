from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AdminFileWidget
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.clinic.forms import country_choices
from education.clinic.models import CheckerMode, Clinic
from education.clinic.pictures import LOGO_BOX, PICTURES, cleaned_picture
from education.staff.recorded import RecordedAdmin
from education.staff.trail import Act

if TYPE_CHECKING:
    ClinicFormBase = forms.ModelForm[Clinic]
else:
    ClinicFormBase = forms.ModelForm


class ClinicForm(ClinicFormBase):
    """The settings, with the first language apart from the others, and the logo checked."""

    country_code = forms.ChoiceField(label=_("Country"), required=False)
    first_language = forms.ChoiceField(label=_("First language"), choices=settings.LANGUAGES)
    logo = forms.FileField(
        label=_("Logo"), required=False, widget=AdminFileWidget(attrs={"accept": PICTURES}),
        help_text=_("PNG, JPEG or WebP, up to 5 MB. It is made smaller and cleaned of hidden data."),
    )  # fmt: skip
    other_languages = forms.MultipleChoiceField(
        label=_("Other languages that patients see"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Switch a language on when its care cards and articles are ready."),
    )

    class Meta:
        exclude = ("languages",)  # every other setting is for the editor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country_code"].choices = country_choices()  # type: ignore[attr-defined]
        self.initial.setdefault("first_language", self.instance.first_language)
        self.initial.setdefault("other_languages", self.instance.other_languages)

    def clean_logo(self) -> Any:
        upload = self.cleaned_data["logo"]
        return cleaned_picture(upload, LOGO_BOX) if isinstance(upload, UploadedFile) else upload

    def save(self, commit: bool = True) -> Any:
        first = self.cleaned_data["first_language"]
        others = [code for code in self.cleaned_data["other_languages"] if code != first]
        self.instance.pk = 1
        self.instance.languages = [first, *others]
        return super().save(commit)


@admin.register(Clinic)
class ClinicAdmin(RecordedAdmin):
    changed = Act.SETTINGS
    tells_values = True
    form = ClinicForm
    readonly_fields = ("mode_in_force", "acceptance")
    fieldsets = (
        (_("Who you are"), {"fields": ("name", "address", "hours", "website", "email", "funding")}),
        (_("How patients reach help"), {
            "fields": ("country_code", "phone", "out_of_hours_phone", "emergency_number",
                       ("advice_line", "advice_phone"), ("crisis_line", "crisis_phone")),
            "description": _("Check every number on the official page of your country, once a year."),
        }),
        (_("What patients see"), {
            "fields": ("first_language", "other_languages", "time_zone", "units", "checker_mode",
                       "accent", "logo"),
        }),
        (_("What the full checker is meant for"), {
            "fields": ("mode_in_force", "acceptance"),
            "description": _("The full checker needs a clinic that has read what it is meant for."),
        }),
        (_("How you work"), {
            "fields": ("works_alone", "review_months_emergency", "review_months_home",
                       "review_months_other", "long_overdue_months"),
            "description": _("When the day of a next review has passed, patients see a note. When it has "
                             "passed for long, home-care plans and the checker ask patients to call you."),
        }),
    )  # fmt: skip

    @admin.display(description=_("what patients get now"))
    def mode_in_force(self, clinic: Clinic) -> str:
        return str(CheckerMode(clinic.effective_checker_mode).label)

    @admin.display(description=_("accepted"))
    def acceptance(self, clinic: Clinic) -> str:
        link = format_html(
            '<a href="{}">{}</a>',
            reverse("admin:checker_protocol_intended_use"),
            gettext("Read and accept it"),
        )
        if not clinic.intended_use_version:
            return format_html("{} {}.", gettext("Not yet."), link)
        accepted = gettext("Version %(version)s by %(name)s on %(day)s.") % {
            "version": clinic.intended_use_version,
            "name": clinic.intended_use_accepted_by,
            "day": date_format(clinic.intended_use_accepted_on) if clinic.intended_use_accepted_on else "–",
        }
        if clinic.has_accepted_intended_use:
            return accepted
        return format_html("{} {} {}.", accepted, gettext("A newer text waits."), link)

    def has_add_permission(self, request: HttpRequest) -> bool:
        # Asked twice for every staff page, so not of the database.
        return super().has_add_permission(request) and not request.clinic.is_set_up  # type: ignore[attr-defined]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one clinic: go straight to its settings."""
        if Clinic.objects.exists() and self.has_view_or_change_permission(request):
            return redirect(reverse("admin:clinic_clinic_change", args=[1]))
        return super().changelist_view(request, extra_context)
