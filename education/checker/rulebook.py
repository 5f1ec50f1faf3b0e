"""The rulebook: the staff pages about the rules, their frame, and the rules that they show.

They store nothing but signatures and the acceptance of the intended use.
"""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import get_language, gettext_lazy

from education.checker.parts import Protocol
from education.checker.views import SIGNED_LANGUAGE, protocol_in

PAGES = (
    ("checker_protocol_changelist", gettext_lazy("Rules")),
    ("checker_protocol_questions", gettext_lazy("Questions")),
    ("checker_protocol_flows", gettext_lazy("Drawing of the flow")),
    ("checker_protocol_cases", gettext_lazy("Test cases")),
    ("checker_protocol_simulator", gettext_lazy("Simulator")),
    ("checker_protocol_decisions", gettext_lazy("Decisions to sign")),
    ("checker_protocol_history", gettext_lazy("History")),
    ("checker_protocol_intended_use", gettext_lazy("Intended use")),
    ("checker_protocol_safety_file", gettext_lazy("Safety file")),
)


def protocol_for_staff() -> Protocol:
    """Return the rules in the language of the page, or in English where they have no words in it."""
    protocol = protocol_in(get_language()) or protocol_in(SIGNED_LANGUAGE)
    if protocol is None:
        raise Http404
    return protocol


def signed_protocol() -> Protocol:
    """Return the rules in the language in which they are signed."""
    protocol = protocol_in(SIGNED_LANGUAGE)
    if protocol is None:
        raise Http404
    return protocol


def rulebook_page(
    request: HttpRequest, name: str, title: str, protocol: Protocol, **context: Any
) -> TemplateResponse:
    """Show a staff page in the frame of the admin."""
    context |= admin.site.each_context(request)
    context |= {"title": title, "protocol": protocol, "pages": PAGES, "page": f"checker_protocol_{name}"}
    return TemplateResponse(request, f"checker/staff/{name}.html", context)
