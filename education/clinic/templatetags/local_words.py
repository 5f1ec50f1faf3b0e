"""The clinic's own words in titles and names that templates show."""

from collections.abc import Mapping

from django import template

from education.clinic.words import with_words

register = template.Library()


@register.filter
def filled(text: object, words: Mapping[str, str]) -> str:
    """Return a text as patients read it: ``{{ title|filled:clinic.words }}``."""
    return with_words(str(text), words)
