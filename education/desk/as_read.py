"""The words of an edition as patients read them, on the pages where nobody can change them."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.utils import translation
from django.utils.html import format_html

from education.clinic.models import Clinic
from education.clinic.words import with_words
from education.editorial.prose import prose
from education.wording.blocks import Style


def as_read(field: Any, style: Style, clinic: Clinic, language: str) -> Callable[[Any], Any]:
    """Return what shows a field of a row: Markdown as a page, the clinic's words put in.

    A ``ModelAdmin`` takes it among its fields in the place of the field's name.
    """

    def read(row: Any) -> Any:
        text = getattr(row, field.name)
        if not text:
            return text
        with translation.override(language):
            words = clinic.words
            if not style.is_markdown:
                return with_words(text, words)
            html = prose(text, words, part=field.name, shift=1)
        return format_html('<div class="as-patients" lang="{}">{}</div>', language, html)

    return in_its_place(field, read)


def in_its_place(field: Any, read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return what stands under the name of a field, to be looked at, with what ``read`` says of the row."""

    @admin.display(description=field.verbose_name)
    def shown(row: Any) -> Any:
        return read(row) or admin.site.empty_value_display

    shown.__name__ = field.name
    return shown
