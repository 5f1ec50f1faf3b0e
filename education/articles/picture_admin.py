"""Pictures on the staff pages: uploaded, listed, and put into a text from within it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models import Q
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.articles.models import Picture
from education.clinic.pictures import PICTURES, cleaned_picture
from education.desk.insertions import MOST, Insertion
from education.desk.used import ShowsUses
from education.staff.recorded import RecordedAdmin

if TYPE_CHECKING:
    PictureFormBase = ModelForm[Picture]
else:
    PictureFormBase = ModelForm

PICTURE_BOX = (1200, 1200)  # pixels
TELL_OR_TICK = _("Say what the picture shows, or tick 'decorative' if it only pleases the eye.")
NOT_BOTH = _("A decorative picture is not told about. Take away the words, or the tick.")


class PictureForm(PictureFormBase):
    file = forms.FileField(
        label=_("Picture"), widget=AdminFileWidget(attrs={"accept": PICTURES}),
        help_text=_("PNG, JPEG or WebP, up to 5 MB. It is made smaller and cleaned of hidden data."),
    )  # fmt: skip

    class Meta:
        model = Picture
        fields = ("file", "alt", "decorative", "credit")

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if isinstance(upload, UploadedFile):
            return cleaned_picture(upload, PICTURE_BOX)
        return upload

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        told, decorative = cleaned.get("alt", ""), cleaned.get("decorative", False)
        if "alt" not in self.errors and bool(told) == bool(decorative):
            self.add_error("alt", NOT_BOTH if told else TELL_OR_TICK)
        return cleaned


class PictureAdmin(ShowsUses, RecordedAdmin):
    form = PictureForm
    change_form_template = "admin/desk/picture.html"
    list_display = ("name", "credit", "line")
    search_fields = ("alt", "credit")
    fields = ("file", "alt", "decorative", "credit", "line")
    readonly_fields = ("line",)

    def get_urls(self) -> list[URLPattern]:
        choose = self.admin_site.admin_view(self.choose_view)
        return [path("choose/", choose, name="articles_picture_choose"), *super().get_urls()]

    @admin.display(description=_("what it shows"))
    def name(self, picture: Picture) -> str:
        return str(picture)

    @admin.display(description=_("copy this line into the article"))
    def line(self, picture: Picture) -> str:
        if not picture.pk:
            return gettext("The line appears here once the picture is saved.")
        return format_html('<code class="picture-line">{}</code>', picture.markdown)

    def choose_view(self, request: HttpRequest) -> HttpResponse:
        """List the pictures, each with the line to put into a text, and take in a new one."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        form = PictureForm(request.POST or None, request.FILES or None)
        if request.method == "POST":
            if not self.has_add_permission(request):
                raise PermissionDenied
            if form.is_valid():
                picture = form.save()
                self.log_addition(request, picture, "")
                return redirect(f"{reverse('admin:articles_picture_choose')}?made={picture.pk}")
        search, made = request.GET.get("q", "")[:100], request.GET.get("made", "")
        context = self.admin_site.each_context(request) | {
            "title": gettext("Put in a picture"),
            "items": [as_insertion(picture) for picture in self._found(search, made)],
            "search": search,
            "search_label": gettext("Search by what they show"),
            "made": made,
            "form": form,
            "may_add": self.has_add_permission(request),
        }
        return TemplateResponse(request, "admin/desk/insert-picture.html", context)

    def _found(self, search: str, made: str) -> models.QuerySet[Picture]:
        if made.isdecimal() and len(made) < 19:
            return Picture.objects.filter(pk=made)
        found = Picture.objects.all()
        for word in search.split():
            found = found.filter(Q(alt__icontains=word) | Q(credit__icontains=word))
        return found[:MOST]


def as_insertion(picture: Picture) -> Insertion:
    return Insertion(label=str(picture), line=picture.markdown, hint=picture.credit, picture=picture.file.url)
