from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from education.clinic.forms import country_choices
from education.clinic.models import Clinic
from education.clinic.pictures import LOGO_BOX, cleaned_picture

if TYPE_CHECKING:
    ClinicAdminBase = admin.ModelAdmin[Clinic]
    ClinicFormBase = forms.ModelForm[Clinic]
else:
    ClinicAdminBase = admin.ModelAdmin
    ClinicFormBase = forms.ModelForm


class ClinicForm(ClinicFormBase):
    """The settings, with the first language apart from the others, and the logo checked."""

    country_code = forms.ChoiceField(label=_("Country"), required=False)
    first_language = forms.ChoiceField(label=_("First language"), choices=settings.LANGUAGES)
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
class ClinicAdmin(ClinicAdminBase):
    form = ClinicForm
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
        (_("How you work"), {"fields": ("works_alone",)}),
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Clinic.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one clinic: go straight to its settings."""
        if Clinic.objects.exists() and self.has_view_or_change_permission(request):
            return redirect(reverse("admin:clinic_clinic_change", args=[1]))
        return super().changelist_view(request, extra_context)
