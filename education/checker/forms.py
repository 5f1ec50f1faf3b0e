"""A screen of the protocol as a form, and the earlier answers that travel with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Field, Fieldset, Layout, Submit
from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from education.checker.conditions import PENDING, UNSURE, YES, Answers
from education.checker.parts import Protocol
from education.checker.screens import NONE, Asked, Screen, ScreenError, keep_known, read_choices, read_ticks

SALT = "checker.trail"
FORM_ID = "checker"
# How long the longest label of a group may be, in letters, for its choices to stand side by side.
SIDE_BY_SIDE = {"short": 14, "middling": 30}

ERRORS = {
    "nothing": _("Select the ones you have, or select '%(none)s'"),
    "none-and-more": _("Select the ones you have, or select '%(none)s'. Not both."),
    "unknown": _("Select from the list."),
}


class TrailError(ValueError):
    """The answers that came with a form were not written by this site."""


@dataclass(frozen=True, kw_only=True)
class Trail:
    """What has been answered so far, which screen is open, and which were seen before it.

    It travels in the form, signed, because nothing is kept on the server. It never grows old.
    """

    version: str
    answers: Answers = field(default_factory=dict)
    screen: str = ""  # "" while the start page or the list of answers is shown
    seen: tuple[str, ...] = ()
    is_change: bool = False  # the open screen was opened again to change an answer

    def sealed(self) -> str:
        """Return the trail as signed text for a hidden field."""
        row = [self.version, dict(self.answers), self.screen, self.seen, self.is_change]
        return signing.dumps(row, salt=SALT, compress=True)

    @classmethod
    def opened(cls, text: str, protocol: Protocol) -> Self:
        """Read a sealed trail; answers that this version no longer knows are left out.

        Raises ``TrailError`` when the text is not ours, or of a shape that this version cannot read.
        """
        try:
            _version, answers, screen, seen, is_change = signing.loads(text, salt=SALT)
            return cls(
                version=protocol.version,
                answers=keep_known(protocol, answers),
                screen=screen if screen in protocol.screens else "",
                seen=tuple(id for id in seen if id in protocol.screens),
                is_change=bool(is_change),
            )
        except (signing.BadSignature, ValueError, TypeError, AttributeError) as error:
            raise TrailError from error

    def answered(self, more: Answers) -> Self:
        """Return the trail with further answers; the open screen becomes one of those seen."""
        seen = (*(id for id in self.seen if id != self.screen), self.screen)
        return replace(
            self, answers={**self.answers, **more}, seen=seen if self.screen else self.seen,
            screen="", is_change=False,
        )  # fmt: skip


class TickList(forms.CheckboxSelectMultiple):
    """Checkboxes; the hook for the script that lets 'none of these' clear the rest."""

    def __init__(self) -> None:
        super().__init__(attrs={"data-none": NONE})


class ScreenForm(forms.Form):
    """One screen. The field of a tick-list has the screen's name, a choice that of its question."""

    use_required_attribute = False

    def __init__(
        self,
        screen: Screen,
        *args: Any,
        earlier: Answers | None = None,
        ticked: QueryDict | None = None,  # what stood on the page, not sent as an answer yet
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.screen = screen
        self.more: Answers = {}
        if screen.is_ticks:
            self.fields[screen.id] = tick_list(screen, earlier or {})
        else:
            for question in screen.questions:
                self.fields[question.id] = choice(question, (earlier or {}).get(question.id))
        if ticked is not None:
            self.initial = {name: ticked.getlist(name) for name in self.fields if name in ticked}
        self.helper = FormHelper()
        self.helper.form_id = FORM_ID
        self.helper.form_action = "checker:check"
        self.helper.disable_csrf = True  # nothing is stored and nobody is signed in: see decision 4
        # Errors come from us, in one place; js/again.js reads the rest.
        self.helper.attrs = {"novalidate": "", "data-module": "again", "data-again": "same"}
        self.helper.layout = self._layout()

    def _layout(self) -> Layout:
        button = Submit("go", _("Continue"))
        names = list(self.fields)
        if len(names) == 1:
            self.helper.question = names[0]
            return Layout(Field(names[0]), button)
        parts = [part for name in names for part in self._group(name)]
        return Layout(Fieldset(self.screen.title, *parts), button)

    def _group(self, name: str) -> list[Any]:
        """Return a group of choices; those with few words stand side by side."""
        longest = max(len(str(label)) for _value, label in self.fields[name].choices)  # type: ignore[attr-defined]
        for size, most in SIDE_BY_SIDE.items():
            if longest <= most:
                return [HTML(f'<div class="question__group question__group--{size}">'), name, HTML("</div>")]
        return [name]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return data
        try:
            if self.screen.is_ticks:
                self.more = read_ticks(self.screen, data[self.screen.id])
            else:
                self.more = read_choices(self.screen, data)
        except ScreenError as error:
            name = error.question if error.question in self.fields else next(iter(self.fields))
            self.add_error(name, ERRORS[error.code] % {"none": self.screen.none.label})
        return data

    def answers(self) -> Answers:
        """Return the answers of this screen; call only when valid."""
        return self.more

    @property
    def helps(self) -> list[Asked]:
        """The questions of a tick-list with something to explain."""
        return [q for q in self.screen.questions if q.help] if self.screen.is_ticks else []


def tick_list(screen: Screen, earlier: Mapping[str, str]) -> forms.MultipleChoiceField:
    ticked = [question.id for question in screen.questions if earlier.get(question.id) == YES]
    if any(earlier.get(question.id) in {PENDING, UNSURE} for question in screen.questions):
        ticked.append(UNSURE)
    elif not ticked and all(question.id in earlier for question in screen.questions):
        ticked.append(NONE)
    return forms.MultipleChoiceField(
        label=screen.title,
        help_text=screen.hint,
        required=False,
        widget=TickList,
        initial=ticked,
        choices=[
            *((question.id, question.label) for question in screen.questions),
            (screen.unsure.value, screen.unsure.label),
            (screen.none.value, screen.none.label),
        ],
        error_messages={"invalid_choice": ERRORS["unknown"], "invalid_list": ERRORS["unknown"]},
    )


def choice(question: Asked, earlier: str | None) -> forms.ChoiceField:
    asked = forms.ChoiceField(
        label=question.label,
        help_text=question.help,
        widget=forms.RadioSelect,
        initial=earlier,
        choices=[(option.value, option.label) for option in question.options],
        error_messages={
            "required": _("Choose an answer: %(question)s") % {"question": question.label},
            "invalid_choice": ERRORS["unknown"],
        },
    )
    asked.why = question.why  # type: ignore[attr-defined]  # shown by templates/guide/field.html
    return asked
