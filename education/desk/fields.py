"""Fields to write in: tall enough, with one kind of line end, and never cutting off a word."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from education.wording.blocks import LONGEST

TALL = 12  # rows: a text of several paragraphs


class Prose(forms.CharField):
    """A text of several lines. Browsers send line ends of their own; one kind is kept."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > LONGEST:
            raise ValidationError(
                _("This is too long for one page: it has %(count)s characters, with room for %(most)s. "
                  "Cut it into several pages."),
                params={"count": len(value), "most": LONGEST},
            )  # fmt: skip


class MarkdownArea(AdminTextareaWidget):
    """A text in Markdown, with a toolbar above it and a preview below."""

    template_name = "admin/desk/widgets/markdown.html"


def comfortable(formfield: Any, rows: int) -> Any:
    """Return a field to write in: tall enough, and never cutting off what is pasted into it."""
    if isinstance(formfield, Prose):
        formfield.widget.attrs |= {"rows": rows, "class": f"vLargeTextField{' tall' if rows > TALL else ''}"}
    if formfield is not None:
        formfield.widget.attrs.pop("maxlength", None)  # the browser would cut without a word
        _tell_limit(formfield)
        for link in ("can_change_related", "can_delete_related", "can_view_related"):
            if hasattr(formfield.widget, link):  # a row of signs beside a choice: adding is enough
                setattr(formfield.widget, link, False)
    return formfield


def _tell_limit(formfield: Any) -> None:
    """Say how long a text may be, and let the page count along."""
    limit = getattr(formfield, "max_length", None)
    if limit is None or type(formfield) not in {forms.CharField, Prose}:
        return
    formfield.widget.attrs["data-limit"] = limit
    if str(limit) not in str(formfield.help_text):
        told = _("Up to %(number)s characters.") % {"number": limit}
        formfield.help_text = format_lazy("{} {}", formfield.help_text, told) if formfield.help_text else told


def prose_for(field: Any, is_markdown: bool = False) -> dict[str, Any]:
    """Return what Django has to know to make a form field of a text field."""
    if not isinstance(field, models.TextField):
        return {}
    return {"form_class": Prose} | ({"widget": MarkdownArea} if is_markdown else {})


MARKDOWN = _("The buttons above each field write the marks for you. By hand: headings start with ##, smaller "
             "ones with ###. A line that starts with '- ' is a list, with '1. ' a step. **Two stars** make "
             "bold. [Words](page:articles/sciatica) make a link. {emergency} stands for your emergency "
             "number, {advice} for your advice line, {clinic} for your name.")  # fmt: skip
