from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from education.editorial.models import Person, Source

if TYPE_CHECKING:
    PersonAdminBase = admin.ModelAdmin[Person]
    SourceAdminBase = admin.ModelAdmin[Source]
else:
    PersonAdminBase = SourceAdminBase = admin.ModelAdmin


@admin.register(Person)
class PersonAdmin(PersonAdminBase):
    list_display = ("name", "credentials", "role", "is_clinician", "user")
    list_select_related = ("user",)
    search_fields = ("name",)
    fieldsets = (
        (_("As patients see them"), {"fields": ("name", "credentials", "role")}),
        (_("What they may do"), {"fields": ("is_clinician", "user")}),
    )


@admin.register(Source)
class SourceAdmin(SourceAdminBase):
    list_display = ("title", "authors", "publisher", "year")
    search_fields = ("title", "authors", "slug")
    prepopulated_fields = {"slug": ("authors", "title")}
