from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from education.desk.document_admin import DocumentAdmin
from education.desk.edition_admin import EditionAdmin
from education.desk.fields import MARKDOWN
from education.desk.inlines import CitationInline
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


@admin.register(RegionPage)
class RegionPageAdmin(DocumentAdmin):
    edition_model = RegionPageEdition
