"""Care cards: what needs help how soon. One record for each region, level and language.

Every page that shows warning signs reads these, so that a change is a change everywhere.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from education.clinic.models import Clinic, Risk
from education.clinic.words import with_words
from education.editorial.documents import Document
from education.editorial.editions import Edition
from education.editorial.models import Citation
from education.editorial.points import points
from education.editorial.reviewing import is_long_overdue
from education.editorial.standing import EditionQuerySet
from education.editorial.states import Origin
from education.spine.anatomy import Region
from education.urgency.levels import Level
from education.wording.blocks import CARD, TITLE

ANY_REGION = "any"


class CareCard(Document):
    """The card of a region and a level. Its address is made of both, like ``neck-emergency-go``."""

    region = models.CharField(
        _("region"), max_length=12,
        choices=[*((region.value, _(region.label)) for region in Region), (ANY_REGION, _("any region"))],
    )  # fmt: skip
    level = models.PositiveSmallIntegerField(
        _("level"), choices=[(level.value, _(level.label)) for level in reversed(Level)]
    )

    fixed: ClassVar = frozenset({"slug", "language", "region", "level"})

    class Meta(Document.Meta):
        verbose_name = _("care card")
        verbose_name_plural = _("care cards")
        ordering = ["region", "-level"]
        constraints = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=["language", "region", "level"],
                name="carecard_one_for_each_level",
                violation_error_message=_("There is a card for this region and level already."),
            ),
        ]

    def get_absolute_url(self) -> str:
        if self.region == ANY_REGION:
            return reverse("urgency:emergency")
        return reverse("spine:region", args=[self.region]) + "#help"

    def named(self, title: str) -> str:
        """Return a title with the region, and the language if it is another one: many cards share a title."""
        region = str(self.get_region_display())
        facts = [region[:1].lower() + region[1:]]
        if self.language != settings.LANGUAGE_CODE:
            facts.append(str(dict(settings.LANGUAGES).get(self.language, self.language)))
        return f"{title} ({', '.join(facts)})"

    @property
    def is_emergency_text(self) -> bool:
        return Level(self.level).is_emergency


class CareCardEditionQuerySet(EditionQuerySet):
    def of_regions(self, *regions: str) -> Self:
        return self.filter(document__region__in=regions)

    def rows(self) -> Self:
        """Annotate ``row``: the card as ``card_from_row`` reads it."""
        return self.annotate(
            row=JSONObject(
                region="document__region",
                level="document__level",
                title="title",
                lead_in="lead_in",
                items="items",
                after="after",
                origin="origin",
                reviewed_on="reviewed_on",
                review_due_on="review_due_on",
            )
        )


class CareCardEdition(Edition):
    document = models.ForeignKey(CareCard, models.CASCADE, related_name="editions")

    summary = None  # type: ignore[assignment]  # a card is its own summary
    lead_in = models.CharField(
        _("line above the list"), max_length=160,
        help_text=_("For example: You have back pain and any of these:"),
    )  # fmt: skip
    items = models.TextField(
        _("signs"), help_text=_("One sign on each line, under 15 words. Ten lines at most.")
    )
    after = models.TextField(
        _("text below the list"), blank=True, max_length=900,
        help_text=_("For example: Do not drive yourself."),
    )  # fmt: skip

    objects: ClassVar[Any] = CareCardEditionQuerySet.as_manager()
    parts: ClassVar = ("citations",)
    reads: ClassVar = {"title": TITLE, "lead_in": CARD, "items": CARD, "after": CARD}
    region_field: ClassVar = "document__region"
    risk_field: ClassVar = "document__level"
    risks: ClassVar = {level.value: Risk.EMERGENCY for level in Level if level.is_emergency}

    class Meta(Edition.Meta):
        verbose_name = _("edition of a care card")
        verbose_name_plural = _("editions of care cards")


class CareCardCitation(Citation):
    edition = models.ForeignKey(CareCardEdition, models.CASCADE, related_name="citations")


def cards_from_rows(
    rows: Iterable[Mapping[str, Any]], clinic: Clinic, *levels: Level
) -> list[dict[str, Any]]:
    """Return cards as the page partial shows them, most urgent first, of the given levels if any.

    ``rows`` come from ``CareCardEditionQuerySet.rows``; the clinic's own words are put in for
    ``{emergency}`` and its like, and its settings say how old a review may be.
    """
    cards = [_card(row, clinic) for row in rows if not levels or Level(row["level"]) in levels]
    return sorted(cards, key=lambda card: (-card["rank"], card["region"]))


def _card(row: Mapping[str, Any], clinic: Clinic) -> dict[str, Any]:
    level, words = Level(row["level"]), clinic.words
    due_on = _day(row["review_due_on"])
    return {
        "region": row["region"],
        "level": level.slug,
        "rank": level.value,
        "title": with_words(row["title"], words),
        "lead_in": with_words(row["lead_in"], words),
        "items": points(with_words(row["items"], words)),
        "after": with_words(row["after"], words),
        "is_emergency": level.is_emergency,
        "is_starter_unreviewed": row["origin"] == Origin.STARTER and not row["reviewed_on"],
        "reviewed_on": _day(row["reviewed_on"]),
        "review_due_on": due_on,
        "is_overdue": due_on is not None and due_on < timezone.localdate(),
        "is_long_overdue": is_long_overdue(due_on, clinic),
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def signs_are_unchecked(cards: Iterable[Mapping[str, Any]]) -> bool:
    """Whether nobody may be calmed: no emergency card is among these, or one is too long without a review."""
    emergencies = [card for card in cards if card["is_emergency"]]
    return not emergencies or any(card["is_long_overdue"] for card in emergencies)
