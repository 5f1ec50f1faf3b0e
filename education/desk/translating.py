"""A text in the clinic's other languages: where it stands, or where to begin it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext

from education.desk.telling import page_of


@dataclass(frozen=True, kw_only=True)
class Translation:
    """A language, with the page of the document in it, or else the form of a new one."""

    language: str
    url: str
    is_there: bool


def check_translation(language: str, original: Any) -> None:
    """Raise ``ValidationError`` unless a document can be translated into a language anew."""
    called = str(dict(settings.LANGUAGES).get(language, language))
    if original.original_id:
        raise ValidationError(
            gettext("That page is a translation itself. Choose the page that it was translated from.")
        )
    if original.language == language:
        raise ValidationError(
            gettext("That page is in %(language)s too. Choose another language, or leave this empty.")
            % {"language": called}
        )
    if original.translations.filter(language=language).exists():
        raise ValidationError(
            gettext("It is translated into %(language)s already. Open it from that page.")
            % {"language": called}
        )


def translations_of(request: HttpRequest, document: Any, said: dict[str, Any]) -> list[Translation]:
    """Return the other languages of the clinic, for the page of an original.

    ``said`` is what the form of a new document asks and a translation has in common with its original.
    Languages without a page are left out for those who cannot add one.
    """
    clinic = request.clinic  # type: ignore[attr-defined]
    languages = [language for language in clinic.languages if language != document.language]
    if document.original_id or not languages:
        return []
    opts = document._meta
    view, names = f"{opts.app_label}_{opts.model_name}", dict(settings.LANGUAGES)
    may_add = request.user.has_perm(f"{opts.app_label}.add_{opts.model_name}")
    there = dict(document.translations.values_list("language", "pk"))
    begun = said | {"original": document.pk}
    found = []
    for language in languages:
        if language in there:
            url = page_of(f"{view}_change", there[language])
        elif may_add:
            url = f"{page_of(f'{view}_add')}?{urlencode(begun | {'language': language})}"
        else:
            continue
        name = str(names.get(language, language))
        found.append(Translation(language=name, url=url, is_there=language in there))
    return found
