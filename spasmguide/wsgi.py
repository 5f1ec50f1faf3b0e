"""The entry point for the application server."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spasmguide.settings")

_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Hand a request to Django, without a Content-Type that Django would stumble over.

    It reads that header before any page of ours could answer, so that a broken one would be a fault of
    the server instead of the sender's.
    """
    try:
        parse_header_parameters(environ.get("CONTENT_TYPE", ""))
    except (ValueError, LookupError):
        environ["CONTENT_TYPE"] = "application/octet-stream"
    return _django(environ, start_response)
