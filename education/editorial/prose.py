"""Texts as templates show them: the clinic's words put in, Markdown made into HTML, marked as safe.

This is the one place that vouches for HTML; ``markup.py`` makes it safe.
"""

from collections.abc import Mapping

from django.urls import get_script_prefix
from django.utils.safestring import SafeString, mark_safe

from education.clinic.words import with_words
from education.wording.markup import figure_svg, to_html


def prose(text: str, words: Mapping[str, str], *, part: str, shift: int = 0) -> SafeString:
    """Return a Markdown text as HTML; ``part`` and ``shift`` as in ``to_html``."""
    html = to_html(with_words(text, words), root=get_script_prefix(), part=part, shift=shift)
    return mark_safe(html)  # noqa: S308


def drawing(name: str) -> SafeString:
    """Return one of our line drawings, or ``""``."""
    return mark_safe(figure_svg(name))  # noqa: S308
