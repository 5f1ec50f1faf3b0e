"""Rate an edition that is no draft with the PEMAT, and see how ratings go from edition to edition."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from education.clinic.words import with_words
from education.desk.kept_words import keeping
from education.editorial.models import PematRating, Person
from education.editorial.states import EditionError, Standing
from education.editorial.verbs import check_power
from education.staff.roles import REVIEW
from education.staff.trail import Act, record
from education.wording.pemat import FLOOR, Answer, Answers, Item, Scale, groups, items, score, to_lift

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object

NOT_YET = gettext_lazy("This is a draft. Send it to review first: what is rated must stay as it is.")
LABELS = {
    Answer.AGREE: gettext_lazy("Agree"),
    Answer.DISAGREE: gettext_lazy("Disagree"),
    Answer.SKIP: gettext_lazy("Does not apply"),
}


@transaction.atomic
def rate(edition: Any, by: Person, answers: Answers) -> PematRating:
    """Keep a person's rating of an edition that is no draft. Ratings are only ever added.

    Raises ``NotAllowed``, ``EditionError`` for a draft, ``ValueError`` when an answer is missing.
    """
    check_power(by, REVIEW)
    if edition.is_draft:
        raise EditionError(NOT_YET)
    scores = {scale.value: score(answers, scale) for scale in Scale}
    rating: PematRating = PematRating.objects.create(
        kind=ContentType.objects.get_for_model(edition), edition_id=edition.pk, by=by, said_by=str(by),
        answers={str(number): answer.value for number, answer in answers.items()}, **scores,
    )  # fmt: skip
    note, name = said_of(rating), str(edition)
    record(by.user, Act.RATE, edition, called=name, note=note, to_edition=edition.number)
    return rating


def said_of(rating: PematRating) -> str:
    return _("Understandability %(one)s, actionability %(other)s, out of 100.") % {
        "one": rating.understandability, "other": rating.actionability,
    }  # fmt: skip


class PematForm(forms.Form):
    """One question for each item: agree, disagree or, where that can be, does not apply."""

    use_required_attribute = False  # errors come from us, in one place

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in items():
            self.fields[field_name(item)] = _field(item)

    def answers(self) -> dict[int, Answer]:
        """Return the answers by the number of the item; call only when valid."""
        return {item.number: Answer(self.cleaned_data[field_name(item)]) for item in items()}

    def sections(self) -> list[dict[str, Any]]:
        """Return the questions by scale and group, as the page shows them."""
        return [
            {
                "title": _(scale.label),
                "groups": [
                    {"title": _(group.title), "questions": [self._question(item) for item in group.items]}
                    for group in groups()
                    if group.scale is scale
                ],
            }
            for scale in Scale
        ]

    def _question(self, item: Item) -> dict[str, Any]:
        return {
            "number": item.number,
            "skip": _(item.skip) if item.skip else "",
            "field": self[field_name(item)],
        }


def field_name(item: Item) -> str:
    return f"item-{item.number}"


def _field(item: Item) -> forms.ChoiceField:
    missing = _("Item %(number)s: choose an answer.") % {"number": item.number}
    return forms.ChoiceField(
        label=_(item.says),
        choices=[(answer.value, LABELS[answer]) for answer in item.answers],
        widget=forms.RadioSelect,
        error_messages={"required": missing, "invalid_choice": missing},
    )


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a rating came to on one scale, and what would lift it."""

    scale: str
    percent: int | None
    lift: tuple[str, ...]

    @property
    def is_low(self) -> bool:
        return self.percent is not None and self.percent < FLOOR


def results_of(rating: PematRating) -> list[Result]:
    answers = {int(number): Answer(answer) for number, answer in rating.answers.items()}
    return [
        Result(
            scale=_(scale.label),
            percent=getattr(rating, scale.value),
            lift=tuple(_(item.lift) for item in to_lift(answers, scale)),
        )
        for scale in Scale
    ]


def ratings_of(document: Any) -> list[dict[str, Any]]:
    """Return all ratings of a document's editions with the number of the edition, the newest first."""
    editions = {edition.pk: edition for edition in document.editions.only("number", "document")}
    ratings = PematRating.objects.about(*editions.values())
    return [{"rating": rating, "edition": editions[rating.edition_id]} for rating in ratings]


class PematPages(Base):
    """Gives each edition a page on which reviewers rate it."""

    if TYPE_CHECKING:

        def edition_url(self, edition: Any) -> str: ...
        def document_url(self, edition: Any) -> str: ...

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_pemat"
        page = keeping(self.pemat_view, lambda _request, item: PematForm().fields.get(item))
        return [path("<path:object_id>/pemat/", page, name=name), *super().get_urls()]

    def pemat_url(self, edition: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_pemat", args=[edition.pk])

    def pemat_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show how an edition was rated, and let reviewers rate it."""
        edition: Any = self.get_object(request, unquote(object_id))
        may_rate = request.user.has_perm(REVIEW)
        if edition is None:
            raise Http404
        if not self.has_view_permission(request, edition) or (request.method == "POST" and not may_rate):
            raise PermissionDenied
        if edition.is_draft:
            messages.error(request, NOT_YET)
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", edition.pk)
        person = Person.of(request.user)
        form = PematForm(request.POST if request.method == "POST" else None)
        if person and form.is_valid():
            rating = rate(edition, person, form.answers())
            messages.success(request, _("Your rating is kept.") + " " + said_of(rating))
            return redirect(self.pemat_url(edition))
        return self._pemat_page(request, edition, form if may_rate else None, person)

    def _pemat_page(
        self, request: HttpRequest, edition: Any, form: PematForm | None, person: Person | None
    ) -> TemplateResponse:
        history = ratings_of(edition.document)
        newest = next((row["rating"] for row in history if row["edition"].pk == edition.pk), None)
        context = self.admin_site.each_context(request) | {
            "title": _("How easy is it to understand and to act on?"),
            "subtitle": with_words(str(edition), request.clinic.words),  # type: ignore[attr-defined]
            "opts": self.opts,
            "edition": edition,
            "form": form,
            "person": person,
            "newest": newest,
            "results": results_of(newest) if newest else [],
            "history": history,
            "floor": FLOOR,
            "standing": Standing(edition.standing).label,
            "edition_url": self.edition_url(edition),
            "document_url": self.document_url(edition),
        }
        return TemplateResponse(request, "admin/desk/pemat.html", context)
