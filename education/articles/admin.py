from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.forms import ModelForm
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

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
from education.clinic.pictures import cleaned_picture
from education.editorial.desk import CitationInline, DocumentAdmin, EditionAdmin, PartInline

if TYPE_CHECKING:
    TopicAdminBase = admin.ModelAdmin[Topic]
    PictureAdminBase = admin.ModelAdmin[Picture]
    PictureFormBase = ModelForm[Picture]
else:
    TopicAdminBase = PictureAdminBase = admin.ModelAdmin
    PictureFormBase = ModelForm

PICTURE_BOX = (1200, 1200)  # pixels


class ArticleCitationInline(CitationInline):
    model = ArticleCitation


@admin.register(ArticleEdition)
class ArticleEditionAdmin(EditionAdmin):
    inlines = (ArticleCitationInline,)
    needed = ("title", "topic", "kind", "position")
    words = (
        (_("What the patient reads first"), ("title", "summary", "key_points")),
        (
            _("What the patient reads"),
            (
                "body", "what_to_do", "how_long", "choices", "daily_life", "what_a_doctor_may_do",
                "questions", "more_help",
            ),
        ),
        (_("Where it appears"), ("kind", "topic", "position", "regions", "checklist", "related")),
    )  # fmt: skip


@admin.register(Article)
class ArticleAdmin(DocumentAdmin):
    edition_model = ArticleEdition

    def first_draft(self, document: Any, title: str, person: Any) -> Any:
        draft = super().first_draft(document, title, person)
        draft.topic = Topic.objects.filter(language=document.language).first()
        if draft.topic is None:
            draft.topic = Topic.objects.create(slug="more", language=document.language, title="More")
        return draft


class TermInline(PartInline):
    model = Term
    fields = ("term", "slug", "say", "meaning", "also")


@admin.register(GlossaryEdition)
class GlossaryEditionAdmin(EditionAdmin):
    inlines = (TermInline,)
    words = ((_("What the patient reads"), ("title", "summary")),)


@admin.register(Glossary)
class GlossaryAdmin(DocumentAdmin):
    edition_model = GlossaryEdition


@admin.register(Topic)
class TopicAdmin(TopicAdminBase):
    list_display = ("title", "language", "position")
    list_filter = ("language",)


class PictureForm(PictureFormBase):
    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if isinstance(upload, UploadedFile):
            return cleaned_picture(upload, PICTURE_BOX)
        return upload


@admin.register(Picture)
class PictureAdmin(PictureAdminBase):
    form = PictureForm
    list_display = ("alt", "credit", "line")
    fields = ("file", "alt", "credit", "line")
    readonly_fields = ("line",)

    @admin.display(description=_("copy this line into the article"))
    def line(self, picture: Picture) -> str:
        return format_html("<code>{}</code>", picture.markdown) if picture.pk else "–"
