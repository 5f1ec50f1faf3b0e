from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from education.checklists.models import Checklist, ChecklistCitation, ChecklistEdition, Step
from education.desk.choosing import Drawing
from education.desk.document_admin import DocumentAdmin, FirstDraftForm
from education.desk.edition_admin import EditionAdmin
from education.desk.inlines import CitationInline, PartInline
from education.spine.anatomy import Region


class StepInline(PartInline):
    model = Step
    verbose_name_plural = _("What does the patient do?")
    is_folded = True
    derived: ClassVar = {"key": "action"}
    fieldsets = (
        (None, {"fields": ("position", "phase", "action", "how", "why", "feel", "figure")}),
        (
            _("Dose, in numbers"),
            {"fields": (("hold_seconds", "repeats", "sets"), ("minutes", "times_a_day", "days"))},
        ),
        (_("Limits"), {"fields": ("stop", "not_for", "easier", "harder")}),
        (_("Name of the step for the site; made for you if you leave it empty"), {"fields": ("key",)}),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "figure":
            kwargs["widget"] = Drawing()
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class ChecklistCitationInline(CitationInline):
    model = ChecklistCitation


@admin.register(ChecklistEdition)
class ChecklistEditionAdmin(EditionAdmin):
    inlines = (StepInline, ChecklistCitationInline)
    needed = ("title", "region", "cause")
    also_at = (("sheet/", _("The sheet for paper")),)
    words = (
        (_("What does the patient read first?"), ("title", "summary", "goal")),
        (_("What keeps the patient safe?"), ("not_for", "stop_rules")),
        "steps",
        (_("What if it does not get better?"), ("safety_net",)),
        "citations",
        (_("Where does it appear?"), ("region", "cause")),
    )
    rows: ClassVar = {"summary": 3, "not_for": 4, "stop_rules": 5, "safety_net": 5}


class FirstPlanForm(FirstDraftForm):
    """A new plan: its region is asked, because a guess would put the wrong care cards beside it."""

    region = forms.ChoiceField(
        label=_("Region"),
        choices=[("", "---------"), *((region.value, _(region.label)) for region in Region)],
    )


@admin.register(Checklist)
class ChecklistAdmin(DocumentAdmin):
    edition_model = ChecklistEdition
    form = FirstPlanForm
    asked = ("title", "region")
