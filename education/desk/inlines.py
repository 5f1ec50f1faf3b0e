"""Rows of an edition on its staff page, such as its sources."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.forms.utils import ErrorDict
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from education.desk.fields import comfortable, prose_for
from education.desk.posted import PUT_BACK
from education.editorial.models import Source

if TYPE_CHECKING:
    InlineBase = admin.StackedInline[Any, Any]
    RowForm = forms.ModelForm[Any]
else:
    InlineBase = admin.StackedInline
    RowForm = forms.ModelForm

MOST_OFFERED = 30  # sources: a longer list is no help
LONGEST_KEY = 18  # digits: databases know no longer ones


class RowsFormSet(forms.models.BaseInlineFormSet):  # type: ignore[type-arg]
    """Rows whose places follow one another, and whose keys are made where nobody gave one."""

    step: ClassVar[int] = 1  # from one place to the next
    derived: ClassVar[dict[str, str]] = {}  # key field -> the field of which it is made
    is_only_shown: ClassVar[bool] = False

    def get_queryset(self) -> Any:
        """Return the rows of the edition, which are read once for forms, checks and hints."""
        self.instance.read_parts()
        return getattr(self.instance, self.get_default_prefix()).all()

    def is_valid(self) -> bool:
        return self.is_only_shown or super().is_valid()

    def full_clean(self) -> None:
        if self.is_only_shown:
            self._errors: list[Any] = []
            self._non_form_errors = self.error_class()
            for form in self.forms:
                form._errors = ErrorDict()  # type: ignore[attr-defined]
        else:
            super().full_clean()

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for name in self.derived:
            if name in form.fields:
                form.fields[name].required = False
        if "position" in form.fields and form.instance.pk is None:
            place = form.fields["position"]
            place.required, place.initial = False, self._next_place()
            place.has_changed = lambda initial, data: False  # a row with nothing but a place is empty

    @cached_property
    def empty_form(self) -> Any:
        """The form of a row to come: one and the same, so that hints can be put beside its fields."""
        return super().empty_form

    def _next_place(self) -> int:
        return max((row.position for row in self.get_queryset()), default=0) + self.step

    def clean(self) -> None:
        for form in self._kept():
            if "position" in form.fields and form.cleaned_data.get("position") is None:
                form.instance.position = form.cleaned_data["position"] = self._next_place()
        for name, origin in self.derived.items():
            self._make_keys(name, origin)
        super().clean()

    def _make_keys(self, name: str, origin: str) -> None:
        taken = {form.cleaned_data.get(name) for form in self._kept()}
        most: int = self.model._meta.get_field(name).max_length  # type: ignore[union-attr]
        for form in self._kept():
            text = form.cleaned_data.get(origin)
            if text and not form.cleaned_data.get(name):
                key = next(key for key in _keys(slugify(text), most) if key not in taken)
                taken.add(key)
                form.cleaned_data[name] = key
                setattr(form.instance, name, key)

    def _kept(self) -> Iterator[Any]:
        for form in self.forms:
            if hasattr(form, "cleaned_data") and form.has_changed() and form not in self.deleted_forms:
                yield form


def _keys(key: str, most: int) -> Iterator[str]:
    """Yield a key, and others with a number behind it, none longer than ``most``."""
    key = key[:most].strip("-") or "row"
    yield key
    for number in range(2, 10_000):
        yield f"{key[: most - len(str(number)) - 1]}-{number}"


class PartInline(InlineBase):
    """Rows of an edition, such as its sources."""

    template = "admin/desk/rows.html"
    formset = RowsFormSet
    extra = 0
    show_change_link = False
    # How far apart places are, which keys are made of which field, and whether saved rows are folded.
    step: ClassVar[int] = 10
    derived: ClassVar[dict[str, str]] = {}
    is_folded: ClassVar[bool] = False

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        # The class was made for this page alone.
        formset.step, formset.derived = self.step, self.derived
        formset.is_only_shown = PUT_BACK in request.POST
        return formset

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs |= prose_for(db_field)
        return comfortable(super().formfield_for_dbfield(db_field, request, **kwargs), 3)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """An empty row, so that another one needs no script."""
        return 1 if obj is not None and obj.is_draft else 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and (obj is None or obj.is_draft)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_draft)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.is_draft)


class KnownChoice(AutocompleteSelect):
    """A choice by search that does not ask again for the one that stands there."""

    known: Any = None

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        if self.known is None or value != [str(self.known.pk)]:
            keys = [key for key in value if key.isdecimal() and len(key) <= LONGEST_KEY]
            return super().optgroups(name, keys, attrs)
        return [(None, [self.create_option(name, self.known.pk, str(self.known), True, 0)], 0)]


class CitationForm(RowForm):
    """A source, chosen from the list, or found by its words where the list needs a script."""

    words = forms.CharField(
        label=_("Or find it by its words"), required=False, max_length=200,
        help_text=_("Some words of its title or authors, or its short name. Then save: if several "
                    "sources fit, they stand in the list above."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "source" in self.fields:
            self.fields["source"].required = False
            if self.instance.source_id:
                self.fields["source"].widget.widget.known = self.instance.source

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        words, source = cleaned.get("words", ""), cleaned.get("source")
        is_as_it_was = source is None or source.pk == self.initial.get("source")
        if "source" not in self.errors and (source is None or (words and is_as_it_was)):
            found = list(find_sources(words)[: MOST_OFFERED + 1]) if words else []
            if len(found) == 1:
                cleaned["source"] = self.instance.source = found[0]
            else:
                if found:  # else the search stays
                    self._offer(found[:MOST_OFFERED])
                self.add_error("source", _which(words, found))
        return cleaned

    def _offer(self, sources: list[Source]) -> None:
        self.fields["source"].widget = forms.Select(
            choices=[("", "---------"), *((source.pk, str(source)) for source in sources)]
        )


def find_sources(words: str) -> models.QuerySet[Source]:
    """Return the sources with this key or, when there is none, with all of these words."""
    if Source.objects.filter(slug=words.strip()).exists():
        return Source.objects.filter(slug=words.strip())
    found = Source.objects.all()
    for word in words.split():
        found = found.filter(Q(title__icontains=word) | Q(authors__icontains=word) | Q(slug__icontains=word))
    return found


def _which(words: str, found: list[Source]) -> ValidationError:
    if not words:
        return ValidationError(_("Choose a source."))
    if not found:
        return ValidationError(_("No source has these words. Try fewer, or add it under Sources."))
    return ValidationError(_("Several sources have these words. Choose one, or write more words."))


class CitationInline(PartInline):
    form = CitationForm
    fields = ("position", "source", "words", "supports")
    step = 1
    verbose_name = _("source")
    verbose_name_plural = _("What does it rest on?")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Leave out the search by words where nothing can be chosen."""
        can_choose = obj is None or self.has_change_permission(request, obj)
        return tuple(name for name in self.fields if can_choose or name != "words")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "source":
            kwargs["widget"] = KnownChoice(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
