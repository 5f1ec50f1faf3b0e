"""Home-care plans: phases and steps, with doses as numbers and rules for when to stop."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.clinic.models import Risk
from education.editorial.documents import Document
from education.editorial.editions import Edition
from education.editorial.findings import Finding
from education.editorial.models import Citation
from education.editorial.parts import EditionPart, EditionPartQuerySet
from education.editorial.points import points
from education.editorial.standing import EditionQuerySet
from education.spine.anatomy import Region
from education.wording.blocks import CARD, PLAIN, SIGNS, STEP, TITLE
from education.wording.markup import figure_svg

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise
    Number = models.PositiveSmallIntegerField[int | None, int | None]


class Cause(models.TextChoices):
    SPASM = "spasm", _("muscle spasm")
    NERVE = "nerve", _("pinched nerve")
    ANY = "any", _("spasm or pinched nerve")


class Phase(models.TextChoices):
    """When a step is for. The days count from the start of the pain."""

    FIRST_2_DAYS = "first-2-days", _("First 2 days")
    DAYS_3_TO_14 = "days-3-14", _("Days 3 to 14")
    AFTER = "after", _("After that")


class Checklist(Document):
    page: ClassVar = "checklists/"

    class Meta(Document.Meta):
        verbose_name = _("home-care plan")
        verbose_name_plural = _("home-care plans")

    def get_absolute_url(self) -> str:
        return reverse("checklists:detail", args=[self.slug])


class ChecklistEditionQuerySet(EditionQuerySet):
    def about(self, region: str) -> Self:
        return self.filter(region=region)

    def rows(self) -> Self:
        """Annotate ``row``: what a card or a link to the plan shows."""
        return self.annotate(
            row=JSONObject(
                slug="document__slug",
                title="title",
                summary="summary",
                region="region",
                cause="cause",
            )
        )


class ChecklistEdition(Edition):
    document = models.ForeignKey(Checklist, models.CASCADE, related_name="editions")

    region = models.CharField(
        _("region"), max_length=12, choices=[(region.value, _(region.label)) for region in Region]
    )
    cause = models.CharField(_("for"), max_length=8, choices=Cause, default=Cause.ANY)
    goal = models.CharField(_("goal"), max_length=200, help_text=_("What the plan is for, in one line."))
    not_for = models.TextField(_("who should not use it"), help_text=_("One group of people on each line."))
    stop_rules = models.TextField(
        _("when to stop"), help_text=_("One sign on each line. They stand above the steps.")
    )
    safety_net = models.TextField(
        _("if it does not get better"),
        help_text=_("What to expect, what to watch for, what to do, and by when."),
    )  # fmt: skip

    objects: ClassVar[Any] = ChecklistEditionQuerySet.as_manager()
    parts: ClassVar = ("steps", "citations")
    reads: ClassVar = {
        "title": TITLE, "summary": PLAIN, "goal": PLAIN, "not_for": SIGNS, "stop_rules": SIGNS,
        "safety_net": PLAIN,
    }  # fmt: skip
    region_field: ClassVar = "region"
    usual_risk: ClassVar = Risk.HOME

    class Meta(Edition.Meta):
        verbose_name = _("edition of a home-care plan")
        verbose_name_plural = _("editions of home-care plans")

    def faults(self) -> dict[str, list[Any]]:
        found = super().faults()
        steps = list(self.steps.all())
        if not steps:
            found.setdefault(NON_FIELD_ERRORS, []).append(_("Add at least one step."))
        for step in steps:
            if step.figure and not figure_svg(step.figure):
                found.setdefault(NON_FIELD_ERRORS, []).append(
                    _("Step '%(step)s': there is no drawing called '%(figure)s'.")
                    % {"step": step, "figure": step.figure}
                )
        return found

    def anchors(self) -> set[str]:
        return super().anchors() | {"safety-net"}

    def care_regions(self) -> dict[str, str]:
        return {self.region: "region"}

    def own_findings(self) -> Iterator[Finding]:
        for place, step in enumerate(self.steps.all()):
            if step.is_movement and not step.figure:
                said = gettext("Step '%(step)s' is a movement without a drawing.") % {"step": step}
                yield Finding(code="no-picture", text=said, field=f"steps-{place}-figure", is_error=False)

    @property
    def risk(self) -> str:
        return Risk.HOME

    @property
    def not_for_list(self) -> list[str]:
        return points(self.not_for)

    @property
    def stop_rule_list(self) -> list[str]:
        return points(self.stop_rules)


class StepQuerySet(EditionPartQuerySet):
    def rows(self) -> Self:
        """Annotate ``row``: the whole step."""
        names = [field.name for field in Step._meta.concrete_fields if field.name != "edition"]
        return self.annotate(row=JSONObject(**{name: name for name in names}))


def amount(label: "Words", most: int, unit: "Words" = "") -> "Number":
    """A number of a dose, empty where it makes no sense."""
    return models.PositiveSmallIntegerField(
        label, null=True, blank=True, help_text=unit, validators=[MaxValueValidator(most)]
    )


class Step(EditionPart):
    """One action of a plan."""

    edition = models.ForeignKey(ChecklistEdition, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("place"), default=10)
    key = models.SlugField(_("key"), max_length=20, help_text=_("Stays the same, so that ticks are kept."))
    phase = models.CharField(_("phase"), max_length=12, choices=Phase)
    action = models.CharField(_("action"), max_length=120, help_text=_("One action. Starts with a verb."))
    how = models.TextField(_("how"), blank=True)
    why = models.CharField(_("why"), max_length=200, blank=True)
    feel = models.CharField(_("what it should feel like"), max_length=200, blank=True)
    figure = models.SlugField(_("drawing"), max_length=40, blank=True)

    hold_seconds = amount(_("hold"), 300, _("seconds"))
    repeats = amount(_("repeats"), 50)
    sets = amount(_("sets"), 10)
    times_a_day = amount(_("times a day"), 24)
    minutes = amount(_("minutes each time"), 240)
    days = amount(_("days"), 90)

    stop = models.TextField(_("stop if"), blank=True, help_text=_("One sign on each line."))
    not_for = models.TextField(_("not for"), blank=True, help_text=_("One group on each line."))
    easier = models.CharField(_("easier"), max_length=200, blank=True)
    harder = models.CharField(_("harder"), max_length=200, blank=True)

    objects: ClassVar[Any] = StepQuerySet.as_manager()
    told_apart_by: ClassVar[str] = "key"
    reads: ClassVar = {
        "action": STEP, "how": STEP, "why": STEP, "feel": STEP, "stop": CARD, "not_for": CARD,
        "easier": STEP, "harder": STEP,
    }  # fmt: skip

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "key"],
                name="step_key_is_unique",
                violation_error_message=_("Each step of a plan needs a key of its own."),
            )
        ]

    def __str__(self) -> str:
        return self.action

    @property
    def is_movement(self) -> bool:
        return bool(self.hold_seconds or self.repeats)


class ChecklistCitation(Citation):
    edition = models.ForeignKey(ChecklistEdition, models.CASCADE, related_name="citations")
