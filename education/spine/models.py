"""The words about a region of the spine. The facts of nature are in ``anatomy.py``."""

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from education.editorial.documents import Document
from education.editorial.editions import Edition
from education.editorial.models import Citation
from education.spine.anatomy import Region
from education.wording.blocks import PLAIN, PROSE, TITLE


class RegionPage(Document):
    """The page of one region; its address is the region's own."""

    page: ClassVar = "spine/"

    class Meta(Document.Meta):
        verbose_name = _("region page")
        verbose_name_plural = _("region pages")
        constraints = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(slug__in=[region.value for region in Region]),
                name="regionpage_is_of_a_region",
                violation_error_message=_("Use one of: neck, upper-back, low-back, shoulder."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("spine:region", args=[self.slug])


class RegionPageEdition(Edition):
    document = models.ForeignKey(RegionPage, models.CASCADE, related_name="editions")

    what_is_there = models.TextField(_("what is there"), help_text=_("Bones, muscles and nerves."))
    what_it_feels_like = models.TextField(_("what trouble feels like"))
    where_it_spreads = models.TextField(_("where it spreads"))
    good_to_know = models.TextField(_("good to know"), blank=True)

    parts: ClassVar = ("citations",)
    region_field: ClassVar = "document__slug"
    prose: ClassVar = ("what_is_there", "what_it_feels_like", "where_it_spreads", "good_to_know")
    reads: ClassVar = {"title": TITLE, "summary": PLAIN, **dict.fromkeys(prose, PROSE)}

    class Meta(Edition.Meta):
        verbose_name = _("edition of a region page")
        verbose_name_plural = _("editions of region pages")

    def care_regions(self) -> dict[str, str]:
        return {self.document.slug: ""}


class RegionPageCitation(Citation):
    edition = models.ForeignKey(RegionPageEdition, models.CASCADE, related_name="citations")
