from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from education.checklists.models import Checklist, ChecklistCitation, ChecklistEdition, Step
from education.editorial.desk import CitationInline, DocumentAdmin, EditionAdmin, PartInline
from education.spine.anatomy import Region


class StepInline(PartInline):
    model = Step
    verbose_name_plural = _("What does the patient do?")
    fieldsets = (
        (None, {"fields": ("position", "key", "phase", "action", "how", "why", "feel", "figure")}),
        (
            _("Dose, in numbers"),
            {"fields": (("hold_seconds", "repeats", "sets"), ("minutes", "times_a_day", "days"))},
        ),
        (_("Limits"), {"fields": ("stop", "not_for", "easier", "harder")}),
    )


class ChecklistCitationInline(CitationInline):
    model = ChecklistCitation


@admin.register(ChecklistEdition)
class ChecklistEditionAdmin(EditionAdmin):
    inlines = (StepInline, ChecklistCitationInline)
    needed = ("title", "region", "cause")
    words = (
        (_("What does the patient read first?"), ("title", "summary", "goal")),
        (_("What keeps the patient safe?"), ("not_for", "stop_rules", "safety_net")),
        (_("Where does it appear?"), ("region", "cause")),
    )
    rows: ClassVar = {"summary": 3, "not_for": 4, "stop_rules": 5, "safety_net": 5}
    months_to_review = 12


@admin.register(Checklist)
class ChecklistAdmin(DocumentAdmin):
    edition_model = ChecklistEdition

    def first_draft(self, document: Any, title: str, person: Any) -> Any:
        draft = super().first_draft(document, title, person)
        draft.region = Region.LOW_BACK
        return draft
