"""Regions as links, for chips, lists and the explorer."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from education.spine.anatomy import Region

NOTES = {
    Region.NECK: gettext_noop("From the head to the shoulders, and down an arm"),
    Region.UPPER_BACK: gettext_noop("Between and below the shoulder blades, behind the ribs"),
    Region.LOW_BACK: gettext_noop("From the waist to the hips, and down a leg"),
    Region.SHOULDER: gettext_noop("Shoulder and shoulder blade"),
}


def region_chips(slugs: Iterable[str]) -> list[dict[str, str]]:
    """Return ``slug``, ``name``, ``note`` and ``url`` of each region, leaving out what is none."""
    known = set(Region)
    return [
        {
            "slug": slug,
            "name": _(Region(slug).label),
            "note": _(NOTES[Region(slug)]),
            "url": reverse("spine:region", args=[slug]),
        }
        for slug in slugs
        if slug in known
    ]
