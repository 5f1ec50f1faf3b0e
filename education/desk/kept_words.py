"""The page for words that cannot be saved where they were meant to go: it shows them all, to keep."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views import csrf

from education.desk.posted import words_of


@dataclass(frozen=True, kw_only=True)
class Way:
    """Something to do next: a page to open, or, without one, the words to send once more.

    ``button`` is the name of the button with which they are sent.
    """

    label: str
    url: str = ""
    button: str = ""
    opens_apart: bool = False


def kept_page(
    request: HttpRequest, model: Any, *, title: str, said: str, ways: list[Way], status: int = 403
) -> HttpResponse:
    """Answer a form that cannot be saved: what happened, what to do, and every word that was sent."""
    context = admin.site.each_context(request) | {
        "title": title,
        "said": said,
        "ways": ways,
        "words": [(called(name, model), text) for name, text in words_of(request.POST)],
        "sent": sent_pairs(request),
        "page": request.path,
    }
    return TemplateResponse(request, "admin/desk/kept.html", context, status=status)


def sent_pairs(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Yield all that was sent, to be sent once more; its token and the names of buttons are new."""
    for name, values in request.POST.lists():
        if name != "csrfmiddlewaretoken" and not name.startswith("_") and "__prefix__" not in name:
            for value in values:
                yield name, str(value)


def called(name: str, model: Any = None) -> str:
    """Return what people call a field of a form: 'Key points', 'Step 2: how'."""
    found = re.match(r"^(\w+)-(\d+)-(\w+)$", name)
    try:
        if model is None:
            raise FieldDoesNotExist
        if not found:
            return capfirst(str(model._meta.get_field(name).verbose_name))
        row = model._meta.get_field(found[1]).related_model
        label = str(row._meta.get_field(found[3]).verbose_name)
        return f"{capfirst(str(row._meta.verbose_name))} {int(found[2]) + 1}: {label}"
    except (FieldDoesNotExist, AttributeError):
        return capfirst(name.replace("-", " ").replace("_", " "))


def as_text(request: HttpRequest, model: Any) -> HttpResponse:
    """Return the words that were sent as a text file."""
    parts = [f"{called(name, model)}\n\n{text}\n" for name, text in words_of(request.POST)]
    response = HttpResponse("\n\n".join(parts), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{gettext("my words")}.txt"'
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is no longer right, as after signing in anew in another window.

    The words of an edition are shown, and can be sent again, if the form is surely one of our own.
    """
    try:
        match = resolve(request.path_info)
    except Resolver404:
        match = None
    staff = getattr(match.func, "model_admin", None) if match else None
    if not (match and staff and (match.url_name or "").endswith("edition_change") and _is_ours(request)):
        return csrf.csrf_failure(request, reason)
    ways = [Way(label=gettext("Save again"), button="_save")]
    return kept_page(
        request,
        staff.model,
        title=gettext("Your words are not saved yet"),
        said=gettext("You signed in again since this page was opened. Press the button once more."),
        ways=ways,
    )


def _is_ours(request: HttpRequest) -> bool:
    """Whether a page of this site sent the form, as browsers say and other sites cannot."""
    origin = urlsplit(request.headers.get("Origin", ""))
    return origin.netloc == request.get_host() and origin.scheme == request.scheme
