"""What every answer of the site has in common: headers, the clinic, and the language of the path."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix, set_script_prefix
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_cache_control

from education.clinic.models import Clinic

GetResponse = Callable[[HttpRequest], HttpResponse]

ADMIN = "/admin/"
# These answer without the database, so that a broken one can still be told apart from a dead server.
WITHOUT_CLINIC = ("/healthz", settings.MEDIA_URL)

HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "magnetometer=(), microphone=(), payment=(), usb=(), browsing-topics=()"
    ),
}
# Answers of patients, and texts that are not theirs yet.
NEVER_KEPT = frozenset({"checker", "preview"})
PUBLIC_SECONDS = 120  # how long a proxy may keep a page: a changed care card must show soon


class PublicPages:
    """Send our headers, and let any proxy keep a public page: it is the same for everybody."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if response.has_header("Cache-Control"):
            return response
        if request.path.startswith(ADMIN) or NEVER_KEPT.intersection(request.path.split("/")):
            add_never_cache_headers(response)
        elif request.method in {"GET", "HEAD"} and response.status_code in {200, 304}:
            patch_cache_control(response, public=True, max_age=PUBLIC_SECONDS)
        return response


class ClinicAndLanguage:
    """Give each request its clinic, and its language from the path.

    The clinic's first language stands at ``/``, each other one that it has switched on at ``/es/``.
    Which is first is a row and not a setting, so Django's ``i18n_patterns`` cannot say it. Here the
    language is a script prefix: ``reverse()`` then keeps a reader within the language of the page.
    The staff pages are not prefixed; they speak the language of the browser.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(WITHOUT_CLINIC):
            return self.get_response(request)
        clinic = Clinic.load()
        request.clinic = clinic  # type: ignore[attr-defined]  # SiteRequest says so to the views
        prefix = get_script_prefix()
        if request.path_info.startswith(ADMIN):
            language = translation.get_language_from_request(request)
        else:
            language = clinic.first_language
            first_part = request.path_info.split("/")[1]
            if first_part in clinic.other_languages:
                language = first_part
                request.path_info = request.path_info.removeprefix(f"/{language}")
                set_script_prefix(f"{prefix}{language}/")
        request.LANGUAGE_CODE = language
        try:
            with translation.override(language), timezone.override(clinic.zone):
                response = self.get_response(request)
                response.headers.setdefault("Content-Language", language)
                return response
        finally:
            set_script_prefix(prefix)
