"""Choices for texts that hold codes, such as regions or the addresses of other documents.

What is stored stays a text. A code that is stored and no longer in the list stands there all the same and
stays chosen, so that saving never drops it.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.desk.insertions import drawing_choices
from education.editorial.prose import drawing

Label = str | Promise


def names_of(choices: Any) -> dict[str, Label]:
    """Return the names of choices by their codes, without the groups they stand in."""
    return {str(code): name for _group, options in _grouped(choices) for code, name in options}


def called(code: str, names: dict[str, Label]) -> str:
    """Return what people call a code: its name, or the code itself with a word that it is gone."""
    return str(names[code]) if code in names else gettext("%(code)s (no longer in the list)") % {"code": code}


def _grouped(choices: Any) -> Iterator[tuple[Label | None, list[tuple[str, Label]]]]:
    for code, name in choices:
        if isinstance(name, list | tuple):
            yield code, [(str(one), label) for one, label in name]
        else:
            yield None, [(str(code), name)]


class Ticks(forms.CheckboxSelectMultiple):
    """Boxes for a text of codes with spaces between them: first those that are ticked, in their order."""

    template_name = "admin/desk/widgets/ticks.html"

    def format_value(self, value: Any) -> list[str]:
        return value.split() if isinstance(value, str) else super().format_value(value)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        sent = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
        return " ".join(dict.fromkeys(code for text in sent for code in str(text).split()))

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        names, place = names_of(self.choices), 0
        ticked: list[tuple[str, Label]] = [(code, called(code, names)) for code in dict.fromkeys(value)]
        groups: list[tuple[Any, list[tuple[str, Label]]]] = [(None, ticked), *_grouped(self.choices)]
        found: list[Any] = []
        for group, options in groups:
            boxes = []
            for code, label in options:
                if options is ticked or code not in value:
                    boxes.append(
                        self.create_option(name, code, str(label), options is ticked, place, attrs=attrs)
                    )
                    place += 1
            if group is None and found and found[-1][0] is None:
                found[-1][1].extend(boxes)
            elif boxes:
                found.append((group, boxes, place))
        return found


class OneOf(forms.Select):
    """A list to choose one code from."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        names = names_of(self.choices)
        found = super().optgroups(name, value, attrs)
        for code in value:
            if code and code not in names:
                gone = self.create_option(name, code, called(code, names), True, len(found), attrs=attrs)
                found.append((None, [gone], len(found)))
        return found


class Drawing(OneOf):
    """One of our line drawings by its name; the chosen one is shown."""

    template_name = "admin/desk/widgets/drawing.html"

    def __init__(self) -> None:
        super().__init__(choices=[("", gettext("No drawing")), *drawing_choices()])

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"] |= {"drawing": drawing(value or ""), "all": "../insert/drawings/"}
        return context


class MainAndOthers(forms.MultiWidget):
    """A main code and others behind it: without a main one, the first of the others takes its place."""

    template_name = "admin/desk/widgets/main-and-others.html"

    def __init__(self, choices: Any, *, main: Label, nothing: Label, others: Label) -> None:
        super().__init__({"": OneOf(choices=[("", nothing), *choices]), "also": Ticks(choices=choices)})
        self.main, self.others = main, others

    @property
    def choices(self) -> Any:
        main: Any = self.widgets[0]
        return main.choices

    def decompress(self, value: Any) -> list[str]:
        main, _space, others = str(value or "").partition(" ")
        return [main, others]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        sent = super().value_from_datadict(data, files, name)
        return " ".join(dict.fromkeys(" ".join(filter(None, sent)).split()))

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"] |= {"main": self.main, "others": self.others}
        return context


class ByTitle(forms.MultiWidget):
    """Documents to choose by their titles and, in a large library, words to find others by."""

    template_name = "admin/desk/widgets/by-title.html"

    def __init__(self, choice: OneOf | Ticks, *, search: Label) -> None:
        super().__init__({"": choice, "find": forms.TextInput(attrs={"class": "vTextField"})})
        self.search = search
        self.is_large: Callable[[], bool] = lambda: False
        self.found: list[str] = []  # addresses that fit the words which were sent

    @property
    def choice(self) -> Any:
        return self.widgets[0]

    @property
    def choices(self) -> Any:
        return self.choice.choices

    @choices.setter
    def choices(self, choices: Any) -> None:
        self.choice.choices = choices

    @property
    def is_many(self) -> bool:
        return isinstance(self.choice, Ticks)

    @property
    def use_fieldset(self) -> bool:  # type: ignore[override]
        return self.is_many

    def id_for_label(self, id_: str) -> str:
        return "" if self.is_many else f"{id_}_0"

    def decompress(self, value: Any) -> list[str]:
        return [value or "", ""]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [text or "" for text in super().value_from_datadict(data, files, name)]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        if self.found:  # they stand in the list now
            value = [value[0], ""]
        context: dict[str, Any] = super().get_context(name, value, attrs)
        words = context["widget"]["subwidgets"][1]["value"]
        context["widget"] |= {"search": self.search, "is_large": words or self.is_large()}
        return context


class ByTitleField(forms.CharField):
    """The addresses of documents as a text. A form gives it ``find``: from words to addresses that fit."""

    widget: ByTitle
    find: Callable[[str], list[str]]

    def clean(self, value: Any) -> str:
        text, words = value
        return str(super().clean(self._with_found(text, words) if words.strip() else text))

    def _with_found(self, text: str, words: str) -> str:
        found = self.find(words)
        if len(found) == 1:
            return " ".join(dict.fromkeys([*text.split(), *found])) if self.widget.is_many else found[0]
        self.widget.found = found
        if not found:
            raise ValidationError(_("No title has all of these words. Try fewer."))
        if self.widget.is_many:
            raise ValidationError(_("Several have these words. Tick those that you mean, then save."))
        raise ValidationError(_("Several have these words. Choose one in the list, then save."))

    def has_changed(self, initial: Any, data: Any) -> bool:
        text, words = data
        return bool(words.strip()) or text != (initial or "")
