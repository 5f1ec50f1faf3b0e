from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from education.editorial.desk import CitationInline, DocumentAdmin, EditionAdmin
from education.urgency.levels import Level
from education.urgency.models import CareCard, CareCardCitation, CareCardEdition


class CareCardCitationInline(CitationInline):
    model = CareCardCitation


@admin.register(CareCardEdition)
class CareCardEditionAdmin(EditionAdmin):
    inlines = (CareCardCitationInline,)
    words = ((_("What the patient reads"), ("title", "lead_in", "items", "after")),)


@admin.register(CareCard)
class CareCardAdmin(DocumentAdmin):
    edition_model = CareCardEdition
    list_display = ("shown_title", "region", "level", *DocumentAdmin.list_display[2:])
    list_filter = ("region", "level", "language")
    identity = ("region", "level", "language", "original")

    def save_model(self, request: Any, obj: CareCard, form: Any, change: bool) -> None:
        if not change:
            obj.slug = f"{obj.region}-{Level(obj.level).slug}"
        super().save_model(request, obj, form, change)
