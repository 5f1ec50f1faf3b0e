"""What every template may use beside its own page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from education.clinic.models import Clinic
from education.clinic.qr import qr_code


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the clinic, the page's languages and its address.

    ``request.alternates`` (language code to path) is set by a view whose page has another address
    in each language; other pages stand at the same path behind the language.
    """
    clinic: Clinic = getattr(request, "clinic", None) or Clinic()
    language = translation.get_language() or clinic.first_language
    if request.path.startswith("/admin/"):
        return {"clinic": clinic, "page_language": language}
    paths: dict[str, str] | None = getattr(request, "alternates", None)
    if paths is None:
        paths = {code: path_in(clinic, code, request) for code in clinic.languages}
    return {
        "clinic": clinic,
        "page_language": language,
        "canonical": settings.SITE_URL + request.path,
        "qr": SimpleLazyObject(lambda: qr_code(settings.SITE_URL + request.path)),
        "alternates": hreflangs(clinic, paths),
        "languages": [
            {
                "code": code,
                "name": translation.get_language_info(code)["name_local"],
                "url": paths.get(code) or path_in(clinic, code, request),
                "is_current": code == language,
            }
            for code in clinic.languages
        ]
        if len(clinic.languages) > 1
        else [],
    }


def hreflangs(clinic: Clinic, paths: dict[str, str]) -> list[dict[str, str]]:
    """Return the addresses of the page by language, this one's included, or none when it has only one."""
    if len(paths) < 2:
        return []
    found = [{"code": code, "url": settings.SITE_URL + path} for code, path in paths.items()]
    default = paths.get(clinic.first_language, next(iter(paths.values())))
    return [*found, {"code": "x-default", "url": settings.SITE_URL + default}]


def path_in(clinic: Clinic, language: str, request: HttpRequest) -> str:
    """Return the path of the same page in another language."""
    prefix = "" if language == clinic.first_language else f"/{language}"
    return prefix + request.path_info
