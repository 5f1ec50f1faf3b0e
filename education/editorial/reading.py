"""Find the edition that a patient may read at an address."""

from typing import Any, TypeVar

from django.http import Http404
from django.urls import get_script_prefix, set_script_prefix
from django.utils import timezone
from django.utils.translation import get_language

from education.clinic.requests import SiteRequest
from education.editorial.editions import Edition
from education.editorial.previewing import previewed
from education.editorial.states import State

E = TypeVar("E", bound=Edition)


class Gone(Http404):
    """The document was published once and has been retired."""


class NotInThisLanguage(Http404):
    """The document is there in another language only: ``title``, at ``url``, in ``language``."""

    def __init__(self, title: str, url: str, language: str) -> None:
        super().__init__()
        self.title, self.url, self.language = title, url, language


def edition_or_404(request: SiteRequest, model: type[E], slug: str, *also: str) -> E:
    """Return the edition in force of a slug, in the language of the page, with its people.

    ``also`` names further relations to load with it. One query; more only where nothing is found or the
    clinic has several languages. Tells the page's address in the other languages to the template.
    Raises ``NotInThisLanguage``, ``Gone`` or ``Http404``.
    """
    language = get_language()
    related = ("document", "author", "reviewed_by", "second_reviewer", *also)
    editions: Any = model.objects.in_force().select_related(*related)
    edition = editions.filter(document__slug=slug, document__language=language).first()
    if edition is None and (shown := previewed(model)):
        # A text without a translation, with the words of another language around it.
        edition = editions.filter(document__slug=slug, pk=shown.pk).first()
    if edition is None:
        raise _why_not(request, model, slug)
    clinic = request.clinic
    if len(clinic.languages) > 1:
        request.alternates = _alternates(clinic, editions, edition)
    found: E = edition
    return found


def _why_not(request: SiteRequest, model: type[E], slug: str) -> Http404:
    clinic = request.clinic
    others = model.objects.in_force().select_related("document").filter(
        document__slug=slug, document__language__in=clinic.languages
    )  # fmt: skip
    for other in others:
        language = other.document.language
        url = in_language(clinic, language, other.document)
        return NotInThisLanguage(other.title, url, language)
    published = model._base_manager.filter(
        document__slug=slug, state=State.APPROVED, live_from__lte=timezone.now()
    )
    return Gone() if published.exists() else Http404()


def _alternates(clinic: Any, editions: Any, edition: Any) -> dict[str, str]:
    original = edition.document.original_id or edition.document_id
    family = editions.filter(document__language__in=clinic.languages)
    same = family.filter(document__original=original) | family.filter(document=original)
    return {
        other.document.language: in_language(clinic, other.document.language, other.document)
        for other in same
    }


def in_language(clinic: Any, language: str, document: Any) -> str:
    """Return the path of a document in its own language, whatever the language of this request."""
    prefix = get_script_prefix()
    try:
        set_script_prefix("/" if language == clinic.first_language else f"/{language}/")
        return str(document.get_absolute_url())
    finally:
        set_script_prefix(prefix)
