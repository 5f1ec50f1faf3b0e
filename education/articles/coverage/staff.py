"""The coverage board: what our texts answer, and what is still to be written."""

from collections import Counter
from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from education.articles.coverage.board import Board, ElementRow, columns
from education.articles.coverage.elements import ORIGINS, Kind, Use
from education.articles.coverage.needs import Need
from education.clinic.requests import SiteRequest

View = Callable[[SiteRequest], HttpResponse]

PAGES = (
    ("coverage", gettext_lazy("What patients ask, by region")),
    ("coverage-elements", gettext_lazy("What other sites offer")),
)
STATES = {
    "answered": gettext_lazy("Answered"),
    "in-work": gettext_lazy("In work"),
    "open": gettext_lazy("Nothing yet"),
    "left-out": gettext_lazy("Left out on purpose"),
}


def for_staff(view: View) -> Any:
    """Let in staff who may see articles, nobody else."""

    def page(request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm("articles.view_article"):
            raise PermissionDenied
        return view(request)  # type: ignore[arg-type]  # our middleware made it a SiteRequest

    return admin.site.admin_view(update_wrapper(page, view))


@require_safe
def needs(request: SiteRequest) -> HttpResponse:
    """The grid: each need in each region."""
    board = Board(request.clinic, _language(request))
    rows = [(need, [board.cell(region, need) for region, _name in columns()]) for need in Need]
    by_region = [
        {"name": name, "cells": [board.cell(region, need) for need in Need]} for region, name in columns()
    ]
    cells = [cell for _need, row in rows for cell in row]
    return _page(
        request, "needs", _("Coverage board: what our texts answer"), name="coverage",
        rows=[{"name": _(need.label), "question": _(need.question), "cells": row} for need, row in rows],
        regions=by_region, columns=columns(), filled=sum(bool(cell.answers) for cell in cells),
        total=len(cells), may_write=_may_write(request),
    )  # fmt: skip


@require_safe
def element_list(request: SiteRequest) -> HttpResponse:
    """The elements of five other pages, and what answers them."""
    rows = Board(request.clinic, _language(request)).element_rows()
    wanted = {name: request.GET.get(name, "") for name in ("origin", "kind", "use", "state")}
    shown = [row for row in rows if _fits(row, wanted)]
    counts = Counter(row.state for row in rows)
    return _page(
        request, "elements", _("Coverage board: what other sites offer"), name="coverage-elements",
        groups=[
            {"title": _(title), "rows": found}
            for origin, title in ORIGINS.items()
            if (found := [row for row in shown if row.element.origin == origin])
        ],
        shown=len(shown), total=len(rows), wanted=wanted,
        counts=[(label, counts[state]) for state, label in STATES.items()],
        filters=_filters(), may_write=_may_write(request),
    )  # fmt: skip


def _fits(row: ElementRow, wanted: dict[str, str]) -> bool:
    has = {
        "origin": row.element.origin, "kind": row.element.kind, "use": row.element.use, "state": row.state,
    }  # fmt: skip
    return all(not value or has[name] == value for name, value in wanted.items())


def _filters() -> list[dict[str, Any]]:
    return [
        {"name": "state", "label": _("Answer"), "options": list(STATES.items())},
        {"name": "kind", "label": _("Kind"), "options": [(kind.value, _(kind.label)) for kind in Kind]},
        {"name": "use", "label": _("What we do with it"), "options": [(u.value, _(u.label)) for u in Use]},
        {"name": "origin", "label": _("Page"), "options": [(id, _(title)) for id, title in ORIGINS.items()]},
    ]


def _language(request: SiteRequest) -> str:
    """Return the language that was asked for, if the clinic has it, or else its first."""
    asked = request.GET.get("language", "")
    return asked if asked in request.clinic.languages else request.clinic.first_language


def _may_write(request: SiteRequest) -> bool:
    return request.user.has_perm("articles.add_article")


def _page(request: SiteRequest, template: str, title: str, **context: Any) -> TemplateResponse:
    languages = [
        {"code": code, "name": get_language_info(code)["name_local"]} for code in request.clinic.languages
    ]
    context |= admin.site.each_context(request)
    context |= {
        "title": title, "pages": PAGES, "language": _language(request),
        "languages": languages if len(languages) > 1 else [],
    }  # fmt: skip
    return TemplateResponse(request, f"admin/articles/coverage_{template}.html", context)
