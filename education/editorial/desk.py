"""The staff pages of documents and their editions, for every room to build on.

A document's page lists its editions. An edition's page shows the one act that is possible next: a draft
can be changed and sent to review, an edition in review approved or sent back, a live one edited, signed
or retired, an older one restored. The rules themselves are in ``editions.py``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.clinic.models import Clinic
from education.editorial.editions import Edition, Standing, State
from education.editorial.models import Person

if TYPE_CHECKING:
    DocumentAdminBase = admin.ModelAdmin[Any]
    EditionAdminBase = admin.ModelAdmin[Any]
    InlineBase = admin.StackedInline[Any, Any]
else:
    DocumentAdminBase = EditionAdminBase = admin.ModelAdmin
    InlineBase = admin.StackedInline

MONTHS_TO_REVIEW = {True: 6, False: 24}  # emergency text, other text (docs/decisions.md)


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"


class NoteForm(forms.Form):
    """An act that needs nothing but a yes."""


class CommentForm(forms.Form):
    comment = forms.CharField(
        label=_("What should change?"),
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
    )


class ReviewForm(forms.Form):
    review_due_on = forms.DateField(
        label=_("Next review due on"), widget=DateInput,
        help_text=_("Emergency text: within 6 months. Home care: 12 months. Other text: 24 months."),
    )  # fmt: skip


class ApprovalForm(ReviewForm):
    live_on = forms.DateField(
        label=_("Goes live on"),
        widget=DateInput,
        required=False,
        help_text=_("Empty means at once."),
    )
    live_at = forms.TimeField(
        label=_("At"),
        widget=TimeInput,
        required=False,
        help_text=_("Empty means at the start of that day."),
    )

    def moment(self) -> datetime | None:
        """Return when the edition goes live, in the clinic's time zone; ``None`` for at once."""
        day = self.cleaned_data["live_on"]
        if day is None:
            return None
        at = self.cleaned_data["live_at"] or time.min
        return timezone.make_aware(datetime.combine(day, at))


class RetirementForm(forms.Form):
    retire_on = forms.DateField(
        label=_("Taken off the site on"),
        widget=DateInput,
        required=False,
        help_text=_("Empty means at once."),
    )

    def moment(self) -> datetime | None:
        day = self.cleaned_data["retire_on"]
        return timezone.make_aware(datetime.combine(day, time.min)) if day else None


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something that staff can do with an edition: when, its words, its form, and the doing.

    ``do`` takes edition, form and person, and returns the edition to show next.
    """

    name: str
    label: Any
    explanation: Any
    done: Any
    standings: frozenset[str]
    do: Callable[[Any, Any, Person], Any]
    form: type[forms.Form] = NoteForm
    needs_person: bool = True


def _submit(edition: Edition, form: Any, person: Person) -> Edition:
    edition.submit(person)
    return edition


def _send_back(edition: Edition, form: Any, person: Person) -> Edition:
    edition.send_back(form.cleaned_data["comment"])
    return edition


def _approve(edition: Edition, form: Any, person: Person) -> Edition:
    alone = Clinic.load().works_alone
    live_from = form.moment() if isinstance(form, ApprovalForm) else None
    edition.approve(person, form.cleaned_data["review_due_on"], live_from, alone)
    return edition


def _sign(edition: Edition, form: Any, person: Person) -> Edition:
    edition.sign(person, form.cleaned_data["review_due_on"], Clinic.load().works_alone)
    return edition


def _new_draft(edition: Edition, form: Any, person: Person | None) -> Edition:
    return edition.new_draft(person)


def _take_back(edition: Edition, form: Any, person: Person) -> Edition:
    edition.take_back()
    return edition


def _retire(edition: Edition, form: Any, person: Person) -> Edition:
    edition.retire(form.moment())
    return edition


ACTS = (
    Act(
        name="submit", label=_("Send to review"), do=_submit,
        explanation=_("A clinician then reads it. While it is in review nobody can change it."),
        done=_("Sent to review."), standings=frozenset({Standing.DRAFT}),
    ),
    Act(
        name="approve", label=_("Approve"), do=_approve, form=ApprovalForm,
        explanation=_("You answer for this text with your name, as a clinician. Patients see it from "
                      "the day you choose. Emergency text needs the approval of two people."),
        done=_("Approved by you."), standings=frozenset({Standing.IN_REVIEW}),
    ),
    Act(
        name="send-back", label=_("Send back to its writer"), do=_send_back, form=CommentForm,
        explanation=_("It becomes a draft again."), done=_("Sent back."), needs_person=False,
        standings=frozenset({Standing.IN_REVIEW}),
    ),
    Act(
        name="edit", label=_("Edit"), do=_new_draft, needs_person=False,
        explanation=_("Starts a new draft with the same words. Patients keep seeing this edition until "
                      "the new one is approved."),
        done=_("This is a new draft."), standings=frozenset({Standing.LIVE, Standing.SCHEDULED}),
    ),
    Act(
        name="take-back", label=_("Take back"), do=_take_back, needs_person=False,
        explanation=_("It does not go live on its day, and becomes a draft again that has to be reviewed."),
        done=_("Taken back. It is a draft again."), standings=frozenset({Standing.SCHEDULED}),
    ),
    Act(
        name="sign", label=_("Sign: reviewed, no change"), do=_sign, form=ReviewForm,
        explanation=_("You confirm, as a clinician, that you have read this text and checked its sources."),
        done=_("Signed. The review dates have moved."), standings=frozenset({Standing.LIVE}),
    ),
    Act(
        name="restore", label=_("Restore"), do=_new_draft, needs_person=False,
        explanation=_("Starts a new draft with the words of this older edition."),
        done=_("This is a new draft with the older words."),
        standings=frozenset({Standing.SUPERSEDED, Standing.RETIRED}),
    ),
    Act(
        name="retire", label=_("Retire"), do=_retire, form=RetirementForm, needs_person=False,
        explanation=_("Patients no longer find this page. The edition is kept and can be restored."),
        done=_("Retired."), standings=frozenset({Standing.LIVE}),
    ),
)  # fmt: skip


def person_of(request: HttpRequest) -> Person | None:
    """Return the person to whom the account belongs that is signed in."""
    return Person.objects.filter(user__pk=request.user.pk or 0).first()


class PartInline(InlineBase):
    """Rows of an edition, such as its sources."""

    extra = 0
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and (obj is None or obj.is_draft)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_draft)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.is_draft)


class CitationInline(PartInline):
    autocomplete_fields = ("source",)
    fields = ("position", "source", "supports")
    verbose_name = _("source")
    verbose_name_plural = _("What it rests on")


class EditionAdmin(EditionAdminBase):
    """One edition: what the patient reads, and who answers for it."""

    change_form_template = "admin/editorial/edition.html"
    save_on_top = True
    list_display = ("title", "document", "number", "standing", "reviewed_by", "review_due_on")
    list_filter = ("state", "origin", "document__language")
    list_select_related = ("document", "reviewed_by")
    search_fields = ("title", "document__slug")
    # What a draft cannot be saved without; everything else is asked for when it goes to review.
    needed: ClassVar[tuple[str, ...]] = ("title",)
    words: ClassVar[tuple[tuple[Any, tuple[str, ...]], ...]] = ()
    answered_for = (
        "standing", "number", "origin", "reviewed_by", "second_reviewer", "reviewed_on",
        "review_due_on", "live_from", "retire_from",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).with_standing().select_related("document")  # type: ignore[attr-defined,no-any-return]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return (
            *((heading, {"fields": fields}) for heading, fields in self.words),
            (_("Who wrote it"), {"fields": ("author", "written_on", "evidence_checked_on", "change_note")}),
            (_("Who answers for it"), {"fields": self.answered_for}),
        )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.answered_for

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        for name, field in form.base_fields.items():
            field.required = name in self.needed
        return form

    @admin.display(description=_("standing"))
    def standing(self, edition: Any) -> str:
        return str(Standing(edition.standing).label)

    # Nobody adds an edition by itself: a document starts with a draft, and acts make further ones.

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_draft)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is not None and obj.is_draft)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def may_act(self, request: HttpRequest) -> bool:
        return super().has_change_permission(request)

    # Acts

    def get_urls(self) -> list[URLPattern]:
        info = self.opts.app_label, self.opts.model_name
        act = path(
            "<path:object_id>/act/<slug:name>/",
            self.admin_site.admin_view(self.act_view),
            name="{}_{}_act".format(*info),
        )
        return [act, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        edition = self.get_object(request, unquote(object_id))
        context = dict(extra_context or {})
        if edition is not None and self.may_act(request):
            context["acts"] = [
                {
                    "label": act.label,
                    "explanation": act.explanation,
                    "url": self.act_url(edition, act.name),
                }
                for act in ACTS
                if edition.standing in act.standings
            ]
        if edition is not None:
            context |= {
                "edition": edition,
                "is_live": edition.standing == Standing.LIVE,
                "document_url": reverse(
                    f"admin:{self.opts.app_label}_{edition.document._meta.model_name}_change",
                    args=[edition.document_id],
                ),
            }
        return super().change_view(request, object_id, form_url, context)

    def act_url(self, edition: Any, name: str) -> str:
        view = f"admin:{self.opts.app_label}_{self.opts.model_name}_act"
        return reverse(view, args=[edition.pk, name])

    def edition_url(self, edition: Any) -> str:
        view = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(view, args=[edition.pk])

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Ask what an act needs, and do it."""
        edition: Any = self.get_object(request, unquote(object_id))
        act = next((act for act in ACTS if act.name == name), None)
        if edition is None or act is None:
            raise Http404
        if not self.may_act(request):
            raise PermissionDenied
        if edition.standing not in act.standings:
            messages.error(request, gettext("That is no longer possible: somebody was faster."))
            return redirect(self.edition_url(edition))
        person = person_of(request)
        form = act.form(request.POST or None, initial=self._initial(edition))
        if request.method == "POST" and form.is_valid() and (person or not act.needs_person):
            try:
                with transaction.atomic():
                    shown = act.do(edition, form, person)  # type: ignore[arg-type]
            except ValidationError as error:
                for line in said(error, edition):
                    form.add_error(None, line)
            else:
                self.log_change(request, edition, str(act.done))
                messages.success(request, self._result(act, shown))
                return redirect(self.edition_url(shown))
        context = self.admin_site.each_context(request) | {
            "title": act.label,
            "subtitle": str(edition),
            "opts": self.opts,
            "act": act,
            "edition": edition,
            "form": form,
            "person": person,
            "person_is_missing": act.needs_person and person is None,
            "edition_url": self.edition_url(edition),
        }
        return TemplateResponse(request, "admin/editorial/act.html", context)

    def _initial(self, edition: Any) -> dict[str, Any]:
        months = MONTHS_TO_REVIEW[edition.document.is_emergency_text]
        return {"review_due_on": timezone.localdate() + timedelta(days=months * 30)}

    def _result(self, act: Act, edition: Any) -> str:
        if act.name == "approve" and edition.state == State.IN_REVIEW:
            return gettext("Approved by you. This is emergency text: a second person must approve it too.")
        return str(act.done)


def said(error: ValidationError, edition: Edition) -> list[str]:
    """Return the messages of an error, each with the name of the field it is about."""
    if not hasattr(error, "error_dict"):
        return error.messages
    found = []
    for name, lines in error.message_dict.items():
        label = "" if name == "__all__" else str(edition._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        found += [f"{label[:1].upper()}{label[1:]}: {line}" if label else line for line in lines]
    return found


class FirstDraftForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new document, with the title of its first draft."""

    title = forms.CharField(label=_("Title"), max_length=60, help_text=_("As patients read it."))


class DocumentAdmin(DocumentAdminBase):
    """A document and its editions."""

    change_form_template = "admin/editorial/document.html"
    form = FirstDraftForm
    list_display: tuple[str, ...] = (
        "shown_title",
        "slug",
        "language",
        "shown_standing",
        "shown_work",
        "review_due",
    )
    list_filter: ClassVar[Any] = ("language",)
    search_fields = ("slug", "editions__title")
    edition_model: ClassVar[type[Any]]
    # What identifies the document; it cannot be changed once it is made.
    identity: ClassVar[tuple[str, ...]] = ("slug", "language", "original")
    autocomplete_fields = ("original",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        editions = self.edition_model.objects.filter(document=OuterRef("pk")).order_by("-number")
        live = editions.in_force()
        documents: models.QuerySet[Any] = super().get_queryset(request)
        return documents.annotate(
            newest_title=Subquery(editions.values("title")[:1]),
            live_number=Subquery(live.values("number")[:1]),
            live_origin=Subquery(live.values("origin")[:1]),
            live_reviewed_on=Subquery(live.values("reviewed_on")[:1]),
            live_due_on=Subquery(live.values("review_due_on")[:1]),
            work_state=Subquery(editions.exclude(state=State.APPROVED).values("state")[:1]),
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.identity if obj else ("title", *self.identity)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.identity if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj or "slug" not in self.identity else {"slug": ("title",)}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj:
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change=change, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and obj is not None and not obj.editions.filter(state=State.APPROVED).exists()

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def first_draft(self, document: Any, title: str, person: Person | None) -> Any:
        """Return the first edition of a new document; rooms fill in what a draft cannot be without."""
        return self.edition_model(document=document, title=title, author=person)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if not change:
                person = person_of(request)
                self.first_draft(obj, form.cleaned_data["title"], person).save()

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        messages.success(request, gettext("This is the first draft. Fill it in, then send it to review."))
        return redirect(self.edition_url(obj.editions.get()))

    def edition_url(self, edition: Any) -> str:
        opts = self.edition_model._meta
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[edition.pk])

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        editions = self.edition_model.objects.filter(document=unquote(object_id)).with_standing()
        rows = [
            {
                "edition": edition,
                "url": self.edition_url(edition),
                "standing": Standing(edition.standing).label,
            }
            for edition in editions.select_related("author", "reviewed_by").order_by("-number")
        ]
        context = {"editions": rows, "show_save": False, "show_save_and_continue": False}
        context |= {"show_save_and_add_another": False}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    @admin.display(description=_("title"), ordering="newest_title")
    def shown_title(self, document: Any) -> str:
        return str(document.newest_title or document.slug)

    @admin.display(description=_("patients see"), ordering="live_number")
    def shown_standing(self, document: Any) -> str:
        if document.live_number is None:
            return gettext("nothing")
        number = gettext("edition %(number)s") % {"number": document.live_number}
        unreviewed = document.live_origin == "starter" and document.live_reviewed_on is None
        return f"{number}, {gettext('not yet reviewed')}" if unreviewed else number

    @admin.display(description=_("in work"), ordering="work_state")
    def shown_work(self, document: Any) -> str:
        return str(State(document.work_state).label) if document.work_state else "–"

    @admin.display(description=_("next review"), ordering="live_due_on")
    def review_due(self, document: Any) -> Any:
        due = document.live_due_on
        if due and due < timezone.localdate():
            return format_html("<strong>{} {}</strong>", due.isoformat(), gettext("overdue"))
        return due or "–"
