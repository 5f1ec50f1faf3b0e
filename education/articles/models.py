"""Articles, their topics, the glossary, and the pictures that staff add."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Self

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.articles.coverage import elements, needs
from education.articles.coverage.choices import element_choices, need_choices, region_choices
from education.checklists.models import Checklist
from education.clinic.models import Risk
from education.editorial.documents import Document
from education.editorial.editions import Edition
from education.editorial.findings import Finding
from education.editorial.models import Citation
from education.editorial.parts import EditionPart
from education.editorial.points import points
from education.editorial.standing import EditionQuerySet
from education.spine.anatomy import Region
from education.wording.blocks import PLAIN, PROSE, TITLE, Style
from education.wording.links import pictures_of
from education.wording.markup import DECORATIVE


class Kind(models.TextChoices):
    """What sort of page it is; the parts that it needs follow from it (docs/editing.md)."""

    CONDITION = "condition", _("condition")
    SYMPTOM = "symptom", _("symptom")
    TREATMENT = "treatment", _("treatment")
    EXERCISE = "exercise", _("exercise")
    EXPLAINER = "explainer", _("explainer")


class Topic(models.Model):
    """A shelf of the library, in one language."""

    slug = models.SlugField(_("key"), max_length=40)
    language = models.CharField(_("language"), max_length=8, default="en")
    title = models.CharField(_("title"), max_length=60)
    position = models.PositiveSmallIntegerField(_("place in the library"), default=10)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["position", "title"]
        constraints = [models.UniqueConstraint(fields=["language", "slug"], name="topic_key_is_unique")]

    def __str__(self) -> str:
        return self.title


class Article(Document):
    page: ClassVar = "articles/"

    class Meta(Document.Meta):
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    def get_absolute_url(self) -> str:
        return reverse("articles:detail", args=[self.slug])


class ArticleEditionQuerySet(EditionQuerySet):
    def about(self, region: str) -> Self:
        """Editions about a region, and those about every region."""
        return self.filter(Q(regions__contains=region) | Q(regions=""))

    def for_lists(self) -> Self:
        """Only what a list shows, with the topic, in the order of the library."""
        return self.select_related("document", "topic").only(
            "title", "summary", "kind", "regions", "position", "document__slug",
            "document__language", "topic__title", "topic__slug", "topic__position",
        ).order_by("topic__position", "position", "title")  # fmt: skip

    def rows(self) -> Self:
        """Annotate ``row``: what a card or a link to the article shows."""
        return self.annotate(
            row=JSONObject(
                slug="document__slug",
                title="title",
                summary="summary",
                regions="regions",
                topic="topic__slug",
                topic_position="topic__position",
                position="position",
            )
        )


class ArticleEdition(Edition):
    """All parts of an article, in the order in which a patient reads them."""

    document = models.ForeignKey(Article, models.CASCADE, related_name="editions")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.CONDITION)
    topic = models.ForeignKey(
        Topic, models.PROTECT, related_name="+", verbose_name=_("topic"),
        help_text=_("The shelf of the library on which it stands."),
    )  # fmt: skip
    position = models.PositiveSmallIntegerField(
        _("place in its topic"), default=100, help_text=_("Small numbers come first.")
    )
    regions = models.CharField(
        _("regions"), max_length=60, blank=True,
        help_text=_("The first one sets the care cards: neck, upper-back, low-back, shoulder. "
                    "Empty means all."),
    )  # fmt: skip
    key_points = models.TextField(
        _("key points"), blank=True,
        help_text=_("Three to five lines. The first is the main message; "
                    "the last points to the signs that need help."),
    )  # fmt: skip
    body = models.TextField(_("body"), blank=True, help_text=_("What it is, feels like, comes from."))
    what_to_do = models.TextField(
        _("what you can do now"),
        blank=True,
        help_text=_("Four to seven numbered steps, one action each."),
    )
    how_long = models.TextField(_("how long it lasts"), blank=True)
    choices = models.TextField(
        _("what are my choices?"), blank=True,
        help_text=_("A table: choice, how it may help, good to know. The first row is waiting."),
    )  # fmt: skip
    daily_life = models.TextField(_("daily life"), blank=True)
    what_a_doctor_may_do = models.TextField(_("what a doctor may do"), blank=True)
    questions = models.TextField(
        _("questions to ask"),
        blank=True,
        help_text=_("Four to six, each on a line that starts with '- '."),
    )
    more_help = models.TextField(_("more help"), blank=True)
    checklist = models.SlugField(
        _("matching checklist"),
        max_length=80,
        blank=True,
        help_text=_("The address of a home-care plan."),
    )
    related = models.CharField(
        _("related articles"), max_length=300, blank=True,
        help_text=_("Their addresses, with spaces between them."),
    )  # fmt: skip

    needs = models.CharField(
        _("what people need to know"), max_length=200, blank=True,
        help_text=_("The needs that this article answers: they fill the coverage board."),
    )  # fmt: skip
    covers = models.TextField(
        _("elements of the coverage board"), blank=True,
        help_text=_("Their numbers, with spaces between them, like 001-04."),
    )  # fmt: skip

    objects: ClassVar[Any] = ArticleEditionQuerySet.as_manager()
    parts: ClassVar = ("citations",)
    region_field: ClassVar = "regions"
    risk_field: ClassVar = "kind"
    risks: ClassVar = {Kind.EXERCISE: Risk.HOME}
    prose: ClassVar = (
        "body", "what_to_do", "how_long", "choices", "daily_life", "what_a_doctor_may_do", "questions",
        "more_help",
    )  # fmt: skip
    reads: ClassVar = {
        "title": TITLE, "summary": PLAIN, "key_points": PLAIN, **dict.fromkeys(prose, PROSE),
        "more_help": Style(is_markdown=True, leads_out=True),
    }  # fmt: skip

    class Meta(Edition.Meta):
        verbose_name = _("edition of an article")
        verbose_name_plural = _("editions of articles")

    @property
    def region_list(self) -> list[str]:
        return self.regions.split()

    @property
    def main_region(self) -> str:
        """The region whose care cards the page shows; ``any`` when it is about all."""
        return (self.region_list or ["any"])[0]

    @property
    def key_point_list(self) -> list[str]:
        return points(self.key_points)

    @property
    def related_slugs(self) -> list[str]:
        return self.related.split()

    @property
    def risk(self) -> str:
        return Risk.HOME if self.kind == Kind.EXERCISE else super().risk

    # What stands there in codes, as the comparison shows it.

    def get_regions_display(self) -> str:
        return in_lines(self.regions, dict(region_choices()))

    def get_needs_display(self) -> str:
        return in_lines(self.needs, dict(need_choices()))

    def get_covers_display(self) -> str:
        return in_lines(self.covers, dict(pair for _page, pairs in element_choices() for pair in pairs))

    def clean(self) -> None:
        super().clean()
        check_regions(self.regions)
        self.needs = in_order("needs", self.needs, needs.in_order)
        self.covers = in_order("covers", self.covers, elements.in_order)

    def faults(self) -> dict[str, list[Any]]:
        found = super().faults()
        kind = Kind(self.kind)
        for name in NEEDED_PARTS[kind]:
            if not getattr(self, name).strip():
                told = _("Write this part: articles of the kind '%(kind)s' need it.") % {"kind": kind.label}
                found.setdefault(name, []).append(told)
        number = len(self.key_point_list)
        if number and not 3 <= number <= 5:
            found.setdefault("key_points", []).append(_("Write three to five lines."))
        known = set(
            Article.objects.filter(slug__in=self.related_slugs, language=self.document.language)
            .values_list("slug", flat=True)
        )  # fmt: skip
        if unknown := [slug for slug in self.related_slugs if slug not in known]:
            found.setdefault("related", []).append(
                _("There is no article '%(slug)s' in this language.") % {"slug": unknown[0]}
            )
        return found

    def care_regions(self) -> dict[str, str]:
        return {} if self.kind == Kind.EXPLAINER else {self.main_region: "regions"}

    def own_findings(self) -> Iterator[Finding]:
        if self.kind in NEEDS_PICTURE and not any(pictures_of(getattr(self, name)) for name in self.prose):
            said = gettext("It has no picture. One of what to do helps people who find reading hard.")
            yield Finding(code="no-picture", text=said, field="what_to_do", is_error=False)
        plans = Checklist.objects.filter(slug=self.checklist, language=self.language)
        if self.checklist and not plans.exists():
            said = gettext("There is no home-care plan '%(slug)s' in this language.")
            yield Finding(code="broken-link", text=said % {"slug": self.checklist}, field="checklist")


# The parts that each kind of article cannot be without.
NEEDED_PARTS = {
    Kind.CONDITION: (
        "key_points", "body", "what_to_do", "how_long", "choices", "daily_life",
        "what_a_doctor_may_do", "questions", "more_help",
    ),
    Kind.SYMPTOM: (
        "key_points", "body", "what_to_do", "how_long", "what_a_doctor_may_do", "questions", "more_help",
    ),
    Kind.TREATMENT: (
        "key_points", "body", "how_long", "daily_life", "what_a_doctor_may_do", "questions", "more_help",
    ),
    Kind.EXERCISE: ("key_points", "body", "more_help"),
    Kind.EXPLAINER: ("key_points", "body", "questions", "more_help"),
}  # fmt: skip


NEEDS_PICTURE = frozenset({Kind.CONDITION, Kind.EXERCISE})


def in_lines(text: str, names: Mapping[str, str]) -> str:
    """Return the codes of a field as their names, each on a line."""
    return "\n".join(names.get(code, code) for code in text.split())


def check_regions(text: str) -> None:
    """Raise ``ValidationError`` unless ``text`` names regions with spaces between them."""
    unknown = set(text.split()) - {region.value for region in Region}
    if unknown:
        raise ValidationError(
            {"regions": _("Not a region: %(names)s. Choose another, or take it away.")
             % {"names": ", ".join(sorted(unknown))}}
        )  # fmt: skip


def in_order(name: str, text: str, order: Callable[[list[str]], str]) -> str:
    """Return the codes of a field, each once and in order; raise ``ValidationError`` for an unknown one."""
    try:
        return order(text.split())
    except ValueError as error:
        fault = _("The coverage board has no %(codes)s. Take it away.") % {"codes": error}
        raise ValidationError({name: fault}) from error


class ArticleCitation(Citation):
    edition = models.ForeignKey(ArticleEdition, models.CASCADE, related_name="citations")


class Glossary(Document):
    """The list of words, one for each language."""

    page: ClassVar = "glossary"

    class Meta(Document.Meta):
        verbose_name = _("glossary")
        verbose_name_plural = _("glossaries")

    def get_absolute_url(self) -> str:
        return reverse("articles:glossary")


class GlossaryEdition(Edition):
    document = models.ForeignKey(Glossary, models.CASCADE, related_name="editions")

    parts: ClassVar = ("terms",)

    class Meta(Edition.Meta):
        verbose_name = _("edition of the glossary")
        verbose_name_plural = _("editions of the glossary")

    def faults(self) -> dict[str, list[Any]]:
        found = super().faults()
        if not self.terms.all():
            found.setdefault(NON_FIELD_ERRORS, []).append(_("Add at least one word."))
        return found

    def anchors(self) -> set[str]:
        return set(self.terms.values_list("slug", flat=True))


WORD = Style(is_title=True, teaches_words=True)
MEANING = Style(teaches_words=True)


class Term(EditionPart):
    """A word of the glossary."""

    edition = models.ForeignKey(GlossaryEdition, models.CASCADE, related_name="terms")
    slug = models.SlugField(_("address"), max_length=60)
    term = models.CharField(_("word"), max_length=80)
    say = models.CharField(
        _("say"), max_length=80, blank=True, help_text=_("How to say it: ruh-DIK-yoo-LOP-uh-thee.")
    )
    meaning = models.TextField(_("meaning"), max_length=400)
    also = models.CharField(_("also called"), max_length=200, blank=True)

    told_apart_by: ClassVar[str] = "slug"
    reads: ClassVar = {"term": WORD, "meaning": MEANING}

    class Meta:
        verbose_name = _("word")
        verbose_name_plural = _("words")
        ordering = ["term"]
        constraints = [models.UniqueConstraint(fields=["edition", "slug"], name="term_is_unique")]

    def __str__(self) -> str:
        return self.term


def picture_name(_picture: Any, name: str) -> str:
    return f"pictures/{name}"


class Picture(models.Model):
    """A picture that staff put into articles. The original is not kept, only the cleaned copy."""

    file = models.ImageField(
        _("picture"), upload_to=picture_name,
        help_text=_("PNG, JPEG or WebP, up to 5 MB. It is made smaller and cleaned of hidden data."),
    )  # fmt: skip
    decorative = models.BooleanField(
        _("decorative"), default=False,
        help_text=_("It only pleases the eye: people who cannot see it miss nothing."),
    )  # fmt: skip
    alt = models.CharField(
        _("what it shows"), max_length=150, blank=True,
        help_text=_("For people who cannot see it. Say what it tells, not 'picture of'."),
    )  # fmt: skip
    credit = models.CharField(
        _("made by, and licence"), max_length=200, help_text=_("For example: own work, 2026.")
    )

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decorative=True, alt="") | models.Q(decorative=False) & ~models.Q(alt=""),
                name="picture_is_told_or_decorative",
                violation_error_message=_("Say what the picture shows, or tick 'decorative'; not both."),
            )
        ]

    def __str__(self) -> str:
        return self.alt or gettext("decorative picture")

    @property
    def markdown(self) -> str:
        """The line that shows it in an article."""
        if self.decorative:
            return f"![{DECORATIVE}]({self.file.url})"
        words = re.sub(r"([\\`*_\[\]<>!&|])", r"\\\1", self.alt)  # as they are, not as Markdown
        return f"![{words}]({self.file.url})"
