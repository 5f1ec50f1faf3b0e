"""The request as our own middleware hands it on."""

from typing import Any

from django.http import HttpRequest

from education.clinic.models import Clinic


class SiteRequest(HttpRequest):
    """A request that knows its clinic.

    ``alternates`` (language code to path) is set by a view whose page has another address in each
    language; pages without it stand at the same path behind the language. ``preview`` is there while
    somebody reads an edition before patients do (``desk/preview_page.py``).
    """

    clinic: Clinic
    alternates: dict[str, str]
    preview: Any
