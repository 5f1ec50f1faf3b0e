from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.desk.document_admin import DocumentAdmin, FirstDraftForm
from education.desk.edition_admin import EditionAdmin
from education.desk.fields import MARKDOWN
from education.desk.inlines import CitationInline
from education.spine.anatomy import Region
from education.spine.models import RegionPage, RegionPageCitation, RegionPageEdition


class RegionPageCitationInline(CitationInline):
    model = RegionPageCitation


@admin.register(RegionPageEdition)
class RegionPageEditionAdmin(EditionAdmin):
    inlines = (RegionPageCitationInline,)
    words = (
        (
            _("What does the patient read?"),
            (
                "title", "summary", "what_is_there", "what_it_feels_like", "where_it_spreads",
                "good_to_know",
            ),
            MARKDOWN,
        ),
    )  # fmt: skip


class RegionPageForm(FirstDraftForm):
    """A new page about a region, whose address is the region's own."""

    slug = forms.ChoiceField(label=_("Region"), error_messages={"required": _("Choose the region.")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slug: Any = self.fields["slug"]
        slug.required, slug.help_text = True, ""
        slug.choices = [("", "---------"), *((region.value, gettext(region.label)) for region in Region)]


@admin.register(RegionPage)
class RegionPageAdmin(DocumentAdmin):
    edition_model = RegionPageEdition
    form = RegionPageForm

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {}
