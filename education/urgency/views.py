from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from education.clinic.requests import SiteRequest
from education.editorial.rows import gather
from education.urgency.models import ANY_REGION, CareCardEdition, cards_from_rows


@require_safe
def emergency(request: SiteRequest) -> TemplateResponse:
    """The signs that need help at once, whichever part of the spine hurts."""
    editions = CareCardEdition.objects.in_force().in_language(get_language())
    found = gather(cards=editions.of_regions(ANY_REGION).rows())
    cards = cards_from_rows(found["cards"], request.clinic)
    context = {"cards": cards, "starter": any(card["is_starter_unreviewed"] for card in cards)}
    return TemplateResponse(request, "urgency/emergency.html", context)
