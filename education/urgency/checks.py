"""What this room asks of every page before it goes out: that the emergency card of its region is there."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from education.editorial.checks import also
from education.editorial.editions import Edition
from education.editorial.findings import Finding
from education.urgency.levels import Level
from education.urgency.models import CareCardEdition

EMERGENCY = [level.value for level in Level if level.is_emergency]


@also
def emergency_card_is_live(edition: Edition) -> Iterator[Finding]:
    """Yield an error for each region of the page that has no emergency card in its language."""
    regions = edition.care_regions()
    if not regions:
        return
    cards = CareCardEdition.objects.in_force().in_language(edition.language).of_regions(*regions)
    live = set(cards.filter(document__level__in=EMERGENCY).values_list("document__region", flat=True))
    for region in sorted(regions.keys() - live):
        said = _("No emergency card for '%(region)s' is published in this language. Publish it first.")
        yield Finding(code="no-emergency-card", text=said % {"region": region}, field=regions[region])
