from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminFileWidget
from django.core.files.uploadedfile import UploadedFile
from django.forms import ModelForm
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.articles.models import (
    Article,
    ArticleCitation,
    ArticleEdition,
    Glossary,
    GlossaryEdition,
    Kind,
    Picture,
    Term,
    Topic,
)  # fmt: skip
from education.clinic.pictures import PICTURES, cleaned_picture
from education.editorial.desk import (
    MARKDOWN,
    CitationInline,
    DocumentAdmin,
    EditionAdmin,
    PartInline,
)  # fmt: skip

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
        (_("What does the patient read first?"), ("title", "summary", "key_points")),
        (
            _("What does the patient read then?"),
            (
                "body", "what_to_do", "how_long", "choices", "daily_life", "what_a_doctor_may_do",
                "questions", "more_help",
            ),
            MARKDOWN,
        ),
        (_("Where does it appear?"), ("kind", "topic", "position", "regions", "checklist", "related")),
    )  # fmt: skip
    rows: ClassVar = {"summary": 3, "key_points": 5, "body": 24}

    def months_to_next_review(self, edition: Any) -> int:
        return 12 if edition.kind == Kind.EXERCISE else super().months_to_next_review(edition)


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
    words = ((_("What does the patient read?"), ("title", "summary")),)


@admin.register(Glossary)
class GlossaryAdmin(DocumentAdmin):
    edition_model = GlossaryEdition


@admin.register(Topic)
class TopicAdmin(TopicAdminBase):
    list_display = ("title", "language", "position")
    list_filter = ("language",)


class PictureForm(PictureFormBase):
    file = forms.FileField(
        label=_("Picture"), widget=AdminFileWidget(attrs={"accept": PICTURES}),
        help_text=_("PNG, JPEG or WebP, up to 5 MB. It is made smaller and cleaned of hidden data."),
    )  # fmt: skip

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
        if not picture.pk:
            return gettext("The line appears here once the picture is saved.")
        return format_html('<code class="picture-line">{}</code>', picture.markdown)
