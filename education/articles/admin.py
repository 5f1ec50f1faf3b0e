from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.articles.coverage.choices import begun_with, said_of
from education.articles.forms import BY_TITLE, WIDGETS, ArticleDraftForm, found, in_words, label_of
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
from education.desk.as_read import in_its_place
from education.desk.choosing import ByTitleField
from education.desk.document_admin import DocumentAdmin, FirstDraftForm
from education.desk.edition_admin import EditionAdmin
from education.desk.fields import MARKDOWN
from education.desk.inlines import CitationInline, PartInline
from education.desk.used import ShowsUses
from education.staff.recorded import RecordedAdmin

HINTS = {
    "regions": _("Leave them all out for a page about every region. If you only tick others, the first of "
                 "them becomes the main one."),
    "checklist": _("The home-care plan that patients find under what they can do now."),
    "related": _("Patients find them at the end, in this order. One that you tick now comes last."),
    "covers": _("What other pages offer their readers, and this article answers."),
}  # fmt: skip


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
    rows: ClassVar = {"summary": 3, "key_points": 5, "body": 24}
    form = ArticleDraftForm

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.words = request.clinic.words  # type: ignore[attr-defined]
        return form

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in WIDGETS:
            widget = WIDGETS[db_field.name]()
            kind = ByTitleField if db_field.name in BY_TITLE else forms.CharField
            hint = HINTS.get(db_field.name, db_field.help_text)
            if db_field.name == "covers":
                board = reverse("articles:coverage-elements")
                hint = format_html('{} <a href="{}">{}</a>', hint, board, gettext("Who answers what"))
            return kind(label=db_field.verbose_name, help_text=hint, required=False, widget=widget)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sections = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return sections
        told = in_words(obj, request.clinic.words)  # type: ignore[attr-defined]
        for _heading, section in sections:
            section["fields"] = [
                in_its_place(self.opts.get_field(name), _saying(told[name])) if name in told else name
                for name in section["fields"]
            ]
        return sections

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.find_view)
        find = path("<path:object_id>/find/<slug:what>/", view, name="articles_articleedition_find")
        return [find, *super().get_urls()]

    def find_view(self, request: HttpRequest, object_id: str, what: str) -> JsonResponse:
        """Find the plans or articles with some words in their titles, while somebody types them."""
        edition = self.edition_to_read(request, object_id)
        if what not in BY_TITLE:
            raise Http404
        words = request.GET.get("q", "")[:100].strip()
        clinic = request.clinic  # type: ignore[attr-defined]
        rows = found(what, edition, words).values("slug", "title", "shown") if words else []
        titles = [{"value": row["slug"], "label": label_of(row, clinic.words)} for row in rows]
        return JsonResponse({"found": titles})


def _saying(text: str) -> Callable[[Any], str]:
    return lambda _edition: text


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

    def told(self, request: HttpRequest, edition: Any) -> dict[str, str]:
        return in_words(edition, request.clinic.words)  # type: ignore[attr-defined]

    def first_draft(self, document: Any, said: dict[str, Any], person: Any) -> Any:
        draft = super().first_draft(document, said, person)
        topics = Topic.objects.filter(language=document.language)
        draft.topic = topics.first() or Topic.objects.create(
            slug="more", language=document.language, title=gettext("More")
        )
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


class GlossaryForm(FirstDraftForm):
    """A new glossary: its page has one address in each language."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.instance.slug = "glossary"
        if Glossary.objects.filter(slug="glossary", language=data.get("language")).exists():
            self.add_error("language", gettext("There is a glossary in this language already."))
        return data


@admin.register(Glossary)
class GlossaryAdmin(DocumentAdmin):
    edition_model = GlossaryEdition
    form = GlossaryForm
    identity = ("language", "original")


@admin.register(Topic)
class TopicAdmin(ShowsUses, RecordedAdmin):
    list_display = ("title", "language", "position")
    list_filter = ("language",)


admin.site.register(Picture, PictureAdmin)
