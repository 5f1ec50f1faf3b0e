from typing import Any, ClassVar

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.articles.coverage.fields import NeedsField, begun_with, said_of
from education.articles.models import (
    Article,
    ArticleCitation,
    ArticleEdition,
    Glossary,
    GlossaryEdition,
    Picture,
    Term,
    Topic,
)  # fmt: skip
from education.articles.picture_admin import PictureAdmin
from education.desk.document_admin import DocumentAdmin
from education.desk.edition_admin import EditionAdmin
from education.desk.fields import MARKDOWN
from education.desk.inlines import CitationInline, PartInline
from education.editorial.where_used import ShowsUses
from education.staff.recorded import RecordedAdmin


class ArticleCitationInline(CitationInline):
    model = ArticleCitation


@admin.register(ArticleEdition)
class ArticleEditionAdmin(EditionAdmin):
    inlines = (ArticleCitationInline,)
    needed = ("title", "topic", "kind", "position")
    words = (
        (_("What does the patient read first?"), ("title", "summary", "key_points")),
        (
            _("What does the patient read then?"),
            (
                "body", "what_to_do", "how_long", "choices", "daily_life", "what_a_doctor_may_do",
                "questions", "more_help",
            ),
            MARKDOWN,
        ),
        "citations",
        (
            _("Where does it appear?"),
            ("kind", "topic", "position", "regions", "checklist", "related", "needs", "covers"),
        ),
    )  # fmt: skip
    rows: ClassVar = {"summary": 3, "key_points": 5, "body": 24, "covers": 2}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "needs":
            return NeedsField(label=db_field.verbose_name, help_text=db_field.help_text)
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "covers":
            url = reverse("articles:coverage-elements")
            link = format_html('<a href="{}">{}</a>', url, gettext("The list"))
            formfield.help_text = format_html("{} {}", formfield.help_text, link)
        return formfield


@admin.register(Article)
class ArticleAdmin(DocumentAdmin):
    edition_model = ArticleEdition

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        context = {"subtitle": said_of(begun_with(request.GET)) or None}
        return super().add_view(request, form_url, context | (extra_context or {}))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if not change and (begun := begun_with(request.GET)):
                obj.editions.update(**begun)

    def first_draft(self, document: Any, title: str, person: Any) -> Any:
        draft = super().first_draft(document, title, person)
        draft.topic = Topic.objects.filter(language=document.language).first()
        if draft.topic is None:
            draft.topic = Topic.objects.create(slug="more", language=document.language, title="More")
        return draft


class TermInline(PartInline):
    model = Term
    is_folded = True
    derived: ClassVar = {"slug": "term"}
    fields = ("term", "say", "meaning", "also", "slug")


@admin.register(GlossaryEdition)
class GlossaryEditionAdmin(EditionAdmin):
    inlines = (TermInline,)
    words = ((_("What does the patient read?"), ("title", "summary")), "terms")


@admin.register(Glossary)
class GlossaryAdmin(DocumentAdmin):
    edition_model = GlossaryEdition


@admin.register(Topic)
class TopicAdmin(ShowsUses, RecordedAdmin):
    list_display = ("title", "language", "position")
    list_filter = ("language",)


admin.site.register(Picture, PictureAdmin)
