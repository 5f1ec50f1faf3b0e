"""A page of the site as a patient would get it, with an edition in it that patients may not see yet.

The room's own view makes the page. It gets the request of a patient: without cookies, account or form.
"""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import get_resolver, get_script_prefix, resolve, set_script_prefix
from django.utils import translation

from education.clinic.models import Clinic
from education.clinic.requests import SiteRequest
from education.editorial.previewing import previewing
from education.editorial.reading import in_language
from education.editorial.states import Standing

# What a patient's page is made from; nothing else of the member of staff who looks at it.
FACTS = ("HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "wsgi.url_scheme")
# What is not a page for patients.
CLOSED = ("/admin/", "/preview/", settings.MEDIA_URL)


@dataclass(kw_only=True)
class Preview:
    """What a page says about being a preview; its templates read it as ``request.preview``.

    ``link`` is there for somebody outside, with the ``form`` for comments and those given so far.
    """

    edition: Any
    link: Any = None
    form: Any = None
    comments: list[Any] = field(default_factory=list)
    thanks: bool = False

    @property
    def standing(self) -> Standing:
        return Standing(self.edition.standing)


def page_of(edition: Any, clinic: Clinic) -> str:
    """Return the path at which patients find an edition's document, in its own language."""
    return in_language(clinic, edition.document.language, edition.document)


def in_other_language(clinic: Clinic, path: str, language: str) -> str:
    """Return the path of the same page among the words of another language."""
    _language, rest = _split(clinic, path)
    return rest if language == clinic.first_language else f"/{language}{rest}"


def patients_page(request: HttpRequest, preview: Preview, path: str) -> HttpResponse:
    """Return the answer to a patient who opens a path of the site while the edition is in force."""
    patient = _patient(request, path, preview)
    rest, language = patient.path_info, patient.LANGUAGE_CODE
    prefix = get_script_prefix()
    set_script_prefix(path.removesuffix(rest.removeprefix("/")))
    try:
        with previewing(preview.edition), translation.override(language):
            return _answer(patient)
    finally:
        set_script_prefix(prefix)


def _split(clinic: Clinic, path: str) -> tuple[str, str]:
    """Return the language of a path, and the path without it."""
    first, _slash, rest = path.removeprefix("/").partition("/")
    if first in dict(settings.LANGUAGES) and first != clinic.first_language:
        return first, f"/{rest}"
    return clinic.first_language, path


def _patient(request: HttpRequest, path: str, preview: Preview) -> Any:
    clinic: Clinic = request.clinic  # type: ignore[attr-defined]
    patient: Any = SiteRequest()
    patient.method = "GET"
    patient.META = {name: request.META[name] for name in FACTS if name in request.META}
    patient.GET = request.GET
    patient.path = path
    patient.LANGUAGE_CODE, patient.path_info = _split(clinic, path)
    patient.clinic, patient.preview = clinic, preview
    return patient


def _answer(patient: Any) -> HttpResponse:
    try:
        if patient.path_info.startswith(CLOSED):
            raise Http404
        found = resolve(patient.path_info)
        patient.resolver_match = found
        answer = found.func(patient, *found.args, **found.kwargs)
    except Http404 as missing:
        not_found: Any = get_resolver().resolve_error_handler(404)
        answer = not_found(patient, missing)
    return answer.render() if isinstance(answer, TemplateResponse) else answer
