"""The needs of an article as boxes to tick, and what the coverage board hands on to a new one."""

from collections.abc import Container, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from education.articles.coverage.elements import elements
from education.articles.coverage.needs import Need, in_order
from education.spine.anatomy import Region


class NeedsField(forms.MultipleChoiceField):
    """The nine needs as boxes; what is kept is their codes with spaces between them."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_boxes, **kwargs)
        self.error_messages["invalid_choice"] = gettext_lazy("Tick boxes of this list only.")

    def prepare_value(self, value: Any) -> Any:
        return value.split() if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        return in_order(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def _boxes() -> list[tuple[str, str]]:
    return [(need.value, f"{_(need.label)}: {_(need.question)}") for need in Need]


def begun_with(query: Mapping[str, str]) -> dict[str, str]:
    """Return the need, the region or the element from whose empty place an article was begun, if any."""
    known: dict[str, Container[str]] = {"needs": set(Need), "regions": set(Region), "covers": elements()}
    return {name: query[name] for name, codes in known.items() if query.get(name, "") in codes}


def said_of(begun: Mapping[str, str]) -> str:
    """Return the same in words."""
    names = [_(Need(begun["needs"]).question)] if "needs" in begun else []
    names += [_(Region(begun["regions"]).label)] if "regions" in begun else []
    names += [_(elements()[begun["covers"]].element)] if "covers" in begun else []
    return " – ".join(names)
