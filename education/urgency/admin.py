from typing import Any, ClassVar

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.desk.document_admin import DocumentAdmin, FirstDraftForm
from education.desk.edition_admin import EditionAdmin
from education.desk.inlines import CitationInline
from education.urgency.levels import Level
from education.urgency.models import CareCard, CareCardCitation, CareCardEdition

PLACEHOLDERS = _("This card stands on every page about its region, and on the results of the checker. "
                 "{emergency} stands for your emergency number, {emergency_department} for the local word, "
                 "{advice} for your advice line.")  # fmt: skip


class CareCardCitationInline(CitationInline):
    model = CareCardCitation


@admin.register(CareCardEdition)
class CareCardEditionAdmin(EditionAdmin):
    inlines = (CareCardCitationInline,)
    stands_in_others = True
    words = (
        (_("What does the patient read?"), ("title", "lead_in", "items", "after"), PLACEHOLDERS),
        "citations",
    )
    rows: ClassVar = {"items": 10, "after": 4}


class CareCardForm(FirstDraftForm):
    """A new card: a region has one at most for each level."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        own = {name: data.get(name) for name in ("region", "level", "language")}
        if there := CareCard.objects.filter(**own).first():
            url = reverse("admin:urgency_carecard_change", args=[there.pk])
            told = gettext("There is a card for this region and level already.")
            self.add_error("level", format_html('{} <a href="{}">{}</a>', told, url, gettext("Open it.")))
        return data


@admin.register(CareCard)
class CareCardAdmin(DocumentAdmin):
    edition_model = CareCardEdition
    form = CareCardForm
    list_display = ("shown_title", "region", "level", *DocumentAdmin.list_display[2:])
    list_filter = ("region", "level", *DocumentAdmin.list_filter)
    identity = ("region", "level", "language", "original")

    def save_model(self, request: Any, obj: CareCard, form: Any, change: bool) -> None:
        if not change:
            obj.slug = f"{obj.region}-{Level(obj.level).slug}"
        super().save_model(request, obj, form, change)
