from itertools import count
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.desk.used import ShowsUses
from education.editorial.models import OutsideLink, Person, Source
from education.editorial.states import Standing
from education.staff.accounts import AccountAdmin
from education.staff.pages import OnlyLookedAt
from education.staff.recorded import RecordedAdmin
from education.staff.roles import WRITE
from education.staff.trail_pages import EntryAdmin

WHAT_THEY_ARE = _("What they are, in plain words")  # 'role' is what an account has
LIKE = _("Like: physical therapist, editor. Stands under each text.")


@admin.register(Person)
class PersonAdmin(ShowsUses, RecordedAdmin):
    tells_values = True
    list_display = ("name", "credentials", "what_they_are", "is_clinician", "user")
    list_select_related = ("user",)
    search_fields = ("name",)
    fieldsets = (
        (_("As patients see them"), {"fields": ("name", "credentials", "role")}),
        (_("What they may do"), {"fields": ("is_clinician", "user")}),
    )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs |= {"labels": {"role": WHAT_THEY_ARE}, "help_texts": {"role": LIKE}}
        return super().get_form(request, obj, change=change, **kwargs)

    @admin.display(description=_("what they are"), ordering="role")
    def what_they_are(self, person: Person) -> str:
        return person.role


class SourceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A source; its key is made from its authors and year unless one is given."""

    class Meta:
        help_texts = {
            "slug": _(
                "A short name for it, like nice-2020. Patients do not see it. "
                "Leave it empty to have it made from authors and year."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("slug") == "":
            data["slug"] = self.instance.slug or key_of(data.get("authors", ""), data.get("year"))
        return data


def key_of(authors: str, year: int | None) -> str:
    """Return a key that no source has: of the first author and the year, with a number if need be."""
    first = slugify(authors.partition(",")[0])[:40].strip("-_") or "source"
    key = f"{first}-{year}" if year else first
    taken = set(Source.objects.filter(slug__startswith=key).values_list("slug", flat=True))
    numbered = (f"{key}-{number}" for number in count(2))
    return key if key not in taken else next(one for one in numbered if one not in taken)


@admin.register(Source)
class SourceAdmin(ShowsUses, RecordedAdmin):
    form = SourceForm
    list_display = ("title", "authors", "publisher", "year")
    search_fields = ("title", "authors", "slug")
    fields = ("authors", "title", "publisher", "year", "url", "slug")


@admin.register(OutsideLink)
class OutsideLinkAdmin(OnlyLookedAt, ShowsUses, RecordedAdmin):
    """Links to other sites, as they answered when they were last tried. They are mended in the texts."""

    list_display = ("url", "works", "problem", "checked_at")
    list_filter = ("works",)
    search_fields = ("url",)
    fields = ("url", "works", "problem", "checked_at")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False  # the desk leads here when one does not answer

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(WRITE)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"title": gettext("Links to other sites")} | (extra_context or {})
        return super().changelist_view(request, context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return super().change_view(request, object_id, form_url, {"lead": "link", **(extra_context or {})})


class PersonOfAccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person on the page of an account, by the name of the account unless another one is given."""

    name = forms.CharField(
        label=_("Name, if patients should read another one"), max_length=80, required=False,
        widget=AdminTextInputWidget,
    )  # fmt: skip

    class Meta:
        labels = {"role": WHAT_THEY_ARE}
        help_texts = {"role": LIKE}

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
EntryAdmin.standings.update(Standing.choices)
