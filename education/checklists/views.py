"""The home-care plans, and one of them."""

from itertools import groupby
from typing import Any

from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from education.checklists.models import ChecklistCitation, ChecklistEdition, Phase, Step
from education.clinic.requests import SiteRequest
from education.clinic.words import with_words
from education.editorial.points import points
from education.editorial.prose import drawing
from education.editorial.reading import edition_or_404
from education.editorial.reviewing import review_of
from education.editorial.rows import gather
from education.spine.anatomy import Region
from education.spine.chips import region_chips
from education.urgency.levels import Level
from education.urgency.models import CareCardEdition, cards_from_rows

CARD_LEVELS = (Level.EMERGENCY_CALL, Level.EMERGENCY_GO, Level.URGENT_TODAY)
# The columns of boxes on paper: each phase its own days, the last one two weeks.
SHEET_DAYS = {
    Phase.FIRST_2_DAYS: range(1, 3),
    Phase.DAYS_3_TO_14: range(3, 15),
    Phase.AFTER: range(1, 15),
}


def phases(rows: list[dict[str, Any]], words: dict[str, str]) -> list[dict[str, Any]]:
    """Return the phases of a plan that have steps, in order, each with its steps."""
    steps = sorted(rows, key=lambda row: (Phase.values.index(row["phase"]), row["position"]))
    return [
        {
            "slug": phase,
            "name": Phase(phase).label,
            "steps": [_step(row, words) for row in group],
        }
        for phase, group in groupby(steps, key=lambda row: row["phase"])
    ]


def _step(row: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    texts = {
        name: with_words(row[name] or "", words)
        for name in ("action", "how", "why", "feel", "easier", "harder")
    }
    svg = drawing(row["figure"])
    return (
        row
        | texts
        | {
            "id": row["key"],
            "stop": points(with_words(row["stop"], words)),
            "not_for": points(with_words(row["not_for"], words)),
            "drawing": {"svg": svg} if svg else None,
        }
    )


@require_safe
def checklist_detail(request: SiteRequest, slug: str) -> TemplateResponse:
    """A plan to tick off on the screen."""
    return TemplateResponse(request, "checklists/detail.html", plan_context(request, slug))


@require_safe
def checklist_sheet(request: SiteRequest, slug: str) -> TemplateResponse:
    """The same plan as a short table for paper, with a box for each day of two weeks."""
    context = plan_context(request, slug)
    context["sheet_trail"] = [
        *context["trail"],
        {"title": context["edition"].title, "url": reverse("checklists:detail", args=[slug])},
    ]
    for phase in context["phases"]:
        phase["days"] = SHEET_DAYS[phase["slug"]]
    if alternates := getattr(request, "alternates", None):
        request.alternates = {language: f"{path}sheet/" for language, path in alternates.items()}
    return TemplateResponse(request, "checklists/sheet.html", context)


def plan_context(request: SiteRequest, slug: str) -> dict[str, Any]:
    """Return all that a page about a plan shows."""
    edition = edition_or_404(request, ChecklistEdition, slug)
    cards = CareCardEdition.objects.in_force().in_language(get_language())
    found = gather(
        steps=Step.objects.filter(edition=edition).rows(),
        cards=cards.of_regions(edition.region).rows(),
        sources=ChecklistCitation.objects.filter(edition=edition).rows(),
    )
    words = request.clinic.words
    is_held_back = review_of(edition, request.clinic).has_failed_safe
    if is_held_back:  # nobody has checked the steps for too long
        found["steps"] = []
    return {
        "edition": edition,
        "is_held_back": is_held_back,
        "trail": [{"title": _("Care at home"), "url": reverse("checklists:list")}],
        "summary": with_words(edition.summary, words),
        "goal": with_words(edition.goal, words),
        "region": region_chips([edition.region])[0],
        "not_for": [with_words(line, words) for line in edition.not_for_list],
        "stop_rules": [with_words(line, words) for line in edition.stop_rule_list],
        "safety_net": with_words(edition.safety_net, words),
        "phases": phases(found["steps"], words),
        "step_count": len(found["steps"]),
        "cards": cards_from_rows(found["cards"], request.clinic, *CARD_LEVELS),
        "sources": sorted(found["sources"], key=lambda row: row["position"]),
    }


@require_safe
def checklist_list(request: SiteRequest) -> TemplateResponse:
    editions = ChecklistEdition.objects.in_force().in_language(get_language())
    order = [region.value for region in Region]
    plans = sorted(
        editions.select_related("document").only(
            "title", "summary", "region", "cause", "goal", "document__slug", "document__language"
        ),
        key=lambda plan: (order.index(plan.region), plan.title),
    )
    by_region = [
        (_(Region(region).label), list(group))
        for region, group in groupby(plans, key=lambda plan: plan.region)
    ]
    return TemplateResponse(request, "checklists/list.html", {"regions": by_region})
