"""The page for words that cannot be saved where they were meant to go: it shows them all, to keep."""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views import csrf

from education.desk.conflicts import shown
from education.desk.posted import filled_in

DOWNLOAD = "_words"  # give back what was sent as a text file
ROW = re.compile(r"(\w+)-(\d{1,4})-(\w+)")

Asked = Callable[[HttpRequest, str], forms.Field | None]


@dataclass(frozen=True, kw_only=True)
class Way:
    """Something to do next: a page to open, or, without one, the words to send once more.

    ``button`` is the name of the button with which they are sent.
    """

    label: str
    url: str = ""
    button: str = ""
    opens_apart: bool = False


def keeping(view: Callable[..., HttpResponse], asked: Asked) -> Callable[..., HttpResponse]:
    """Return a view for staff; what somebody sends who was signed out, or lost a role, is shown, not dropped.

    ``asked`` returns the field of the view's form by its name, so that the words have labels.
    """
    for_staff = admin.site.admin_view(view)

    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_sent = request.method == "POST" and any(filled_in(request.POST))
        if is_sent and not admin.site.has_permission(request):
            return _signed_out(request)
        if is_sent and DOWNLOAD in request.POST:
            return _as_text(request)
        try:
            answer: HttpResponse = for_staff(request, *args, **kwargs)
        except PermissionDenied:
            if not is_sent:
                raise
            return _not_allowed(request)
        return answer

    kept.asked = asked  # type: ignore[attr-defined]
    return kept


def kept_page(
    request: HttpRequest, *, title: str, said: str, ways: list[Way], status: int = 403
) -> HttpResponse:
    """Answer a form that cannot be saved: what happened, what to do, and every word that was sent."""
    context = admin.site.each_context(request) | {
        "is_nav_sidebar_enabled": False,
        "title": title,
        "said": said,
        "ways": ways,
        "words": list(_words_in(request)),
        "sent": sent_pairs(request),
        "page": request.path,
        "download": DOWNLOAD,
    }
    return TemplateResponse(request, "admin/desk/kept.html", context, status=status)


def sent_pairs(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Yield all that was sent, to be sent once more; its token and the names of buttons are new."""
    for name, values in request.POST.lists():
        if name != "csrfmiddlewaretoken" and not name.startswith("_") and "__prefix__" not in name:
            for value in values:
                yield name, str(value)


def field_of(staff: Any, request: HttpRequest, name: str) -> forms.Field | None:
    """Return the field of an edition's form, or of a row in it, by its name."""
    try:
        if row := ROW.fullmatch(name):
            part = staff.opts.get_field(row[1]).related_model
            more = next(inline.form.declared_fields for inline in staff.inlines if inline.model is part)
            field = deepcopy(more.get(row[3])) or part._meta.get_field(row[3]).formfield()
            field.label = f"{capfirst(str(part._meta.verbose_name))} {int(row[2]) + 1}: {field.label}"
        else:
            field = staff.formfield_for_dbfield(staff.opts.get_field(name), request)
    except (FieldDoesNotExist, AttributeError, StopIteration):
        return None
    found: forms.Field | None = field
    return found


def _words_in(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Yield what was filled in, as people call it and read it."""
    asked: Asked = request.resolver_match.func.asked  # type: ignore[union-attr]
    is_staff = admin.site.has_permission(request)
    for name, values in filled_in(request.POST):
        # Some fields have several names, which begin with their own.
        field = asked(request, name) or asked(request, name.rpartition("_")[0])
        if isinstance(field, forms.ModelChoiceField) and not is_staff:
            continue  # what is only chosen is sent again, and its name is not for everybody
        text = shown(field, {name: values}) if field else "\n".join(values).replace("\r\n", "\n")
        if text:
            yield _label(field, name), text


def _label(field: forms.Field | None, name: str) -> str:
    return capfirst(str((field and field.label) or name.replace("-", " ").replace("_", " ")))


def _as_text(request: HttpRequest) -> HttpResponse:
    parts = [f"{label}\n\n{text}\n" for label, text in _words_in(request)]
    response = HttpResponse("\n\n".join(parts), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{gettext("my words")}.txt"'
    return response


def _signed_out(request: HttpRequest) -> HttpResponse:
    sign_in = f"{reverse('admin:login')}?{urlencode({'next': request.path})}"
    ways = [
        Way(label=gettext("Sign in, in a new tab"), url=sign_in, opens_apart=True),
        Way(label=gettext("I have signed in: send it now"), button="_save"),
    ]
    return kept_page(
        request, ways=ways,
        title=gettext("You were signed out before your words were saved"),
        said=gettext("They are all here. Sign in, come back to this page, and send them."),
    )  # fmt: skip


def _not_allowed(request: HttpRequest) -> HttpResponse:
    return kept_page(
        request, ways=[Way(label=gettext("Go to your desk"), url=reverse("admin:index"))],
        title=gettext("Your account may not do this"),
        said=gettext(
            "Your words are all here: copy or download what you need. "
            "An administrator can give you the role that it takes."
        ),
    )  # fmt: skip


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is no longer right, as after signing in anew in another window.

    What was written at the desk is shown, and can be sent again, if the form is surely one of our own.
    """
    match = request.resolver_match
    if not (match and hasattr(match.func, "asked") and _is_ours(request)):
        return csrf.csrf_failure(request, reason)
    ways = [Way(label=gettext("Send again"), button="_save")]
    return kept_page(
        request, ways=ways,
        title=gettext("Your words are not saved yet"),
        said=gettext("You signed in again since this page was opened. Press the button once more."),
    )  # fmt: skip


def _is_ours(request: HttpRequest) -> bool:
    """Whether a page of this site sent the form, as browsers say and other sites cannot."""
    origin = urlsplit(request.headers.get("Origin", ""))
    return origin.netloc == request.get_host() and origin.scheme == request.scheme
