"""Staff pages that leave their mark in the audit trail instead of Django's own log."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import models
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from education.staff.trail import Act, record

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = admin.ModelAdmin


NOTHING = "–"
VALUE_LENGTH = 200  # characters of a long text that stand in an entry


class RecordedAdmin(Base):
    """A model's staff pages whose additions, changes and deletions stand in the audit trail."""

    changed = Act.SAVE
    tells_values = False  # whether an entry also says from what to what each field was changed

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        if self.tells_values and not add:
            return values_changed(form, formsets)
        return super().construct_change_message(request, form, formsets, add)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return self._record(request, Act.ADD, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return self._record(request, self.changed, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return [self._record(request, Act.DELETE, thing, "") for thing in queryset]

    def _record(self, request: HttpRequest, act: Act, thing: models.Model, message: Any) -> Any:
        edition, called = getattr(thing, "number", None), self.called(thing)
        return record(request.user, act, thing, called=called, note=told(message), to_edition=edition)

    def called(self, thing: Any) -> str:
        """Return what people call a thing; ``""`` where its own text says that well enough."""
        return ""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The history of a thing is the trail, narrowed to it."""
        kind = self.opts.label_lower
        return redirect(f"{reverse('admin:staff_entry_changelist')}?kind={kind}&thing_id={object_id}")


def told(message: Any) -> str:
    """Return Django's message about a change as a sentence: the fields by name."""
    if not isinstance(message, list):
        return str(message or "")
    parts = []
    for entry in message:
        for what in entry.values():
            fields = ", ".join(str(field) for field in what.get("fields", ()))
            parts.append(" ".join(text for text in (str(what.get("object", "")), fields) if text))
    return "; ".join(part for part in parts if part)


def values_changed(form: Any, formsets: Any = (), but: tuple[str, ...] = ()) -> str:
    """Return each changed field of a valid form with its values before and after, one on a line.

    ``but`` names fields to leave out.
    """
    lines = [
        f"{_label(form, name)}: {_shown(form[name], form[name].initial)}"
        f" → {_shown(form[name], form.cleaned_data.get(name))}"
        for name in form.changed_data
        if name not in but
    ]
    for part in formsets or ():
        for row in part.forms:
            lines += [f"{row.instance}, {line}" for line in values_changed(row).splitlines()]
    return "\n".join(lines)


def _label(form: Any, name: str) -> str:
    return str(form[name].label).rstrip("?:")


def _shown(field: Any, value: Any) -> str:
    """Return a value as the form shows it: the label of a choice, yes or no, a dash for nothing."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list | tuple | models.QuerySet):
        return ", ".join(_shown(field, one) for one in value) or NOTHING
    if isinstance(value, int) and isinstance(field.field, ModelChoiceField):
        found: Any = field.field.queryset
        value = found.filter(pk=value).first() or value
    text = str(value if value is not None else "")
    choices = {str(key): str(label) for key, label in field.field.choices} if _has_choices(field) else {}
    return " ".join(choices.get(text, text).split())[:VALUE_LENGTH] or NOTHING


def _has_choices(field: Any) -> bool:
    return hasattr(field.field, "choices") and not isinstance(field.field, ModelChoiceField)
