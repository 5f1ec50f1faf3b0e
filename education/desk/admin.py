from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from education.editorial.models import Person, Source
from education.editorial.where_used import ShowsUses
from education.staff.accounts import AccountAdmin
from education.staff.recorded import RecordedAdmin


@admin.register(Person)
class PersonAdmin(ShowsUses, RecordedAdmin):
    tells_values = True
    list_display = ("name", "credentials", "role", "is_clinician", "user")
    list_select_related = ("user",)
    search_fields = ("name",)
    fieldsets = (
        (_("As patients see them"), {"fields": ("name", "credentials", "role")}),
        (_("What they may do"), {"fields": ("is_clinician", "user")}),
    )


@admin.register(Source)
class SourceAdmin(ShowsUses, RecordedAdmin):
    list_display = ("title", "authors", "publisher", "year")
    search_fields = ("title", "authors", "slug")
    prepopulated_fields = {"slug": ("authors", "title")}


class PersonOfAccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person on the page of an account, by the name of the account unless another one is given."""

    name = forms.CharField(
        label=_("Name, if patients should read another one"), max_length=80, required=False
    )

    class Meta:
        labels = {"role": _("What they are, in plain words")}
        help_texts = {"role": _("Like: physical therapist, editor. Stands under each text.")}

    def __init__(self, *args: Any, account: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_name(self) -> Any:
        return self.cleaned_data["name"] or self.account.get_full_name()[:80] or self.account.username[:80]


class PersonOfAccountFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return super().get_form_kwargs(index) | {"account": self.instance}


class PersonInline(admin.StackedInline):  # type: ignore[type-arg]
    """Who an account is for patients, entered together with the account."""

    model = Person
    form = PersonOfAccountForm
    formset = PersonOfAccountFormSet
    fieldsets = ((_("As patients see them"), {"fields": ("role", "credentials", "name", "is_clinician")}),)
    template = "admin/staff/person.html"
    can_delete = False


AccountAdmin.inlines.append(PersonInline)
