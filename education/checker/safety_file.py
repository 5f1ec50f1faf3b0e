"""The clinical safety file: everything that a safety officer asks for, to print or to keep."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from education.checker.decision_pages import decision_rows
from education.checker.protocol_pages import releases, results, rule_rows, source_names
from education.checker.rulebook import signed_protocol
from education.checker.safety import load_hazards, outcomes
from education.checker.sentences import named_conditions, outline
from education.checker.views import PROTOCOL
from education.clinic.intended_use import intended_use
from education.clinic.models import CheckerMode, Clinic

STYLE = Path(settings.BASE_DIR) / "static" / "css" / "admin-checker.css"


def safety_context() -> dict[str, Any]:
    """Return everything that the clinical safety file holds."""
    protocol = signed_protocol()
    run = outcomes(protocol, PROTOCOL)
    ordered = sorted(protocol.rules, key=lambda rule: -rule.level)
    clinic = Clinic.load()
    return {
        "clinic": clinic,
        "mode": CheckerMode(clinic.effective_checker_mode).label,
        "protocol": protocol,
        "today": timezone.localdate(),
        "intended_use": intended_use(),
        "rows": list(rule_rows(protocol, ordered, source_names())),
        "facts": [(name, outline(protocol, part)) for name, part in named_conditions(protocol).items()],
        "hazards": load_hazards(PROTOCOL),
        "outcomes": run,
        "decisions": decision_rows(),
        "releases": releases(),
        **results(run),
    }


@require_safe
def safety_file(request: HttpRequest) -> HttpResponse:
    """Everything a safety officer asks for, as one page to print."""
    return TemplateResponse(request, "checker/staff/safety_file.html", safety_context())


@require_safe
def safety_file_download(request: HttpRequest) -> HttpResponse:
    """The same page as a file that carries its own style."""
    context = safety_context() | {"style": mark_safe(STYLE.read_text(encoding="utf-8"))}  # noqa: S308
    response = HttpResponse(render_to_string("checker/staff/safety_file.html", context, request))
    name = f"clinical-safety-file-{context['protocol'].version}-{context['today']:%Y-%m-%d}.html"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
