"""The staff pages of documents and their editions, for every room to build on.

A document's page lists its editions. An edition's page shows the one act that is possible next: a draft
can be changed and sent to review, an edition in review approved or sent back, a live one edited, signed
or retired, an older one restored. The rules themselves are in ``editions.py``.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.editorial.acts import ACTS, Act
from education.editorial.models import Person
from education.editorial.reading import in_language
from education.editorial.states import Standing, State

if TYPE_CHECKING:
    DocumentAdminBase = admin.ModelAdmin[Any]
    EditionAdminBase = admin.ModelAdmin[Any]
    InlineBase = admin.StackedInline[Any, Any]
else:
    DocumentAdminBase = EditionAdminBase = admin.ModelAdmin
    InlineBase = admin.StackedInline


def person_of(request: HttpRequest) -> Person | None:
    """Return the person to whom the account belongs that is signed in."""
    return Person.objects.filter(user__pk=request.user.pk or 0).first()


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month; the 31st becomes the last day of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))


TALL = 12  # rows: a text of several paragraphs


class Prose(forms.CharField):
    """A text of several lines. Browsers send line ends of their own; one kind is kept."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")


def comfortable(formfield: Any, rows: int) -> Any:
    """Return a field to write in: tall enough, and never cutting off what is pasted into it."""
    if isinstance(formfield, Prose):
        formfield.widget.attrs |= {"rows": rows, "class": f"vLargeTextField{' tall' if rows > TALL else ''}"}
    if formfield is not None:
        formfield.widget.attrs.pop("maxlength", None)  # the browser would cut without a word
        for link in ("can_change_related", "can_delete_related", "can_view_related"):
            if hasattr(formfield.widget, link):  # a row of signs beside a choice: adding is enough
                setattr(formfield.widget, link, False)
    return formfield


def prose_for(field: Any) -> dict[str, Any]:
    return {"form_class": Prose} if isinstance(field, models.TextField) else {}


MARKDOWN = _("Headings start with ##, smaller ones with ###. A line that starts with '- ' is a list, with "
             "'1. ' a step. **Two stars** make bold. [Words](page:articles/sciatica) make a link. "
             "{emergency} stands for your emergency number, {advice} for your advice line, {clinic} for "
             "your name.")  # fmt: skip


class PartInline(InlineBase):
    """Rows of an edition, such as its sources."""

    extra = 0
    show_change_link = False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs |= prose_for(db_field)
        return comfortable(super().formfield_for_dbfield(db_field, request, **kwargs), 3)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """An empty row to begin with, so that the first one needs no script."""
        name = self.model._meta.get_field("edition").remote_field.related_name
        return 0 if obj is None or getattr(obj, name).exists() else 1

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
    verbose_name_plural = _("What does it rest on?")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("source")


class DraftForm(forms.ModelForm):  # type: ignore[type-arg]
    """Takes what is unfinished: a draft needs only what it cannot be stored without."""

    needed: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.required = name in self.needed


class EditionAdmin(EditionAdminBase):
    """One edition: what the patient reads, and who answers for it."""

    change_form_template = "admin/editorial/edition.html"
    form = DraftForm
    save_on_top = True
    list_display = ("title", "document", "number", "standing", "reviewed_by", "review_due_on")
    list_filter = ("state", "origin", "document__language")
    search_fields = ("title", "document__slug")

    class Media:
        js = ("js/admin-names.js",)

    # What a draft cannot be saved without; everything else is asked for when it goes to review.
    needed: ClassVar[tuple[str, ...]] = ("title",)
    # Headings, the fields under them, and what a writer should know first.
    words: ClassVar[tuple[tuple[Any, ...], ...]] = ()
    rows: ClassVar[dict[str, int]] = {"summary": 3}
    months_to_review = 24  # emergency text: 6 (docs/decisions.md)
    answered_for = (
        "standing", "number", "origin", "submitted_by", "reviewed_by", "second_reviewer", "signed_by",
        "reviewed_on", "review_due_on", "live_from", "retire_from",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        editions: Any = super().get_queryset(request)
        queryset: models.QuerySet[Any] = editions.with_standing().select_related("document", "reviewed_by")
        return queryset

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        is_draft = obj is None or obj.is_draft
        sections: list[tuple[Any, dict[str, Any]]] = [
            (
                heading,
                {"fields": fields, "classes": ("wide",), "description": hint[0] if hint and is_draft else ""},
            )
            for heading, fields, *hint in self.words
        ]
        who = ("author", "written_on", "evidence_checked_on", "change_note")
        sections.append((_("Who wrote it?"), {"fields": who}))
        if is_draft:
            return sections
        return [*sections, (_("Who answers for it?"), {"fields": self.answered_for})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.answered_for

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.needed = self.needed  # the class was made for this page alone
        return form

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs |= prose_for(db_field)
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        return comfortable(formfield, self.rows.get(db_field.name, 8))

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
        context |= {"show_save_and_continue": False, "show_save_and_add_another": False}
        if edition is not None:
            context |= self._around(request, edition)
        return super().change_view(request, object_id, form_url, context)

    def _around(self, request: HttpRequest, edition: Any) -> dict[str, Any]:
        """Return what stands around the form: what can be done with the edition, and what is missing."""
        acts = [
            {
                "name": act.name,
                "label": act.label,
                "explanation": act.explanation,
                "url": self.act_url(edition, act.name),
            }
            for act in ACTS
            if edition.standing in act.standings and self.may_act(request)
        ]
        clinic = request.clinic  # type: ignore[attr-defined]
        page = in_language(clinic, edition.document.language, edition.document)
        return {
            "title": edition.title or edition.document.slug,
            "subtitle": None,
            "acts": acts,
            "edition": edition,
            "standing": Standing(edition.standing).label,
            "missing": said(edition.missing(), edition) if edition.is_draft else [],
            "page_url": page if edition.standing == Standing.LIVE else "",
            "document_url": self.document_url(edition),
        }

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Stay on the page after saving, or go on to the act whose button was pressed."""
        if "_act" in request.POST:
            return redirect(self.act_url(obj, "submit"))
        messages.success(request, gettext("Saved. Patients see nothing of it yet."))
        return redirect(self.edition_url(obj))

    def document_url(self, edition: Any) -> str:
        view = f"admin:{self.opts.app_label}_{edition.document._meta.model_name}_change"
        return reverse(view, args=[edition.document_id])

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
        missing = said(edition.missing(), edition) if act.name == "submit" else []
        form = act.form_for(edition)(request.POST or None, initial=self._initial(edition))
        if request.method == "POST" and form.is_valid() and (person or not act.needs_person):
            try:
                with transaction.atomic():
                    shown = act.do(edition, form, person)  # type: ignore[arg-type]
                    self._log(request, act, edition, shown)
            except ValidationError as error:
                for fault in said(error, edition):
                    form.add_error(None, fault.text)
            else:
                messages.success(request, self._result(act, shown))
                return redirect(self.edition_url(shown))
        context = self.admin_site.each_context(request) | {
            "title": act.label,
            "subtitle": str(edition),
            "opts": self.opts,
            "act": act,
            "edition": edition,
            "form": form,
            "missing": missing,
            "later": self._later(edition) if act.name == "approve" else None,
            "person": person,
            "person_is_missing": act.needs_person and person is None,
            "edition_url": self.edition_url(edition),
            "document_url": self.document_url(edition),
        }
        return TemplateResponse(request, "admin/editorial/act.html", context)

    def _log(self, request: HttpRequest, act: Act, edition: Any, shown: Any) -> None:
        self.log_change(request, edition, str(act.label))
        if shown.pk != edition.pk:
            self.log_addition(request, shown, str(act.done))

    def months_to_next_review(self, edition: Any) -> int:
        return 6 if edition.document.is_emergency_text else self.months_to_review

    def _later(self, edition: Any) -> Any:
        """The edition, if any, that is scheduled and will take the place of one approved now."""
        editions = type(edition).objects.with_standing().filter(document=edition.document_id)
        return editions.filter(standing=Standing.SCHEDULED).order_by("live_from").first()

    def _initial(self, edition: Any) -> dict[str, Any]:
        months = self.months_to_next_review(edition)
        return {"review_due_on": months_after(timezone.localdate(), months)}

    def _result(self, act: Act, edition: Any) -> str:
        if act.name == "approve" and edition.state == State.IN_REVIEW:
            return gettext("Approved by you. This is emergency text: a second person must approve it too.")
        if act.name == "sign" and edition.signed_by_id:
            return gettext("Signed by you. This is emergency text: a second person must sign it too.")
        return str(act.done)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something to mend: a sentence, and the id of the field on the edition's page, if it is about one."""

    text: str
    field_id: str = ""


def said(error: ValidationError | dict[str, list[Any]], edition: Any) -> list[Fault]:
    """Return the faults of an error, each with the name of the field it is about."""
    if isinstance(error, ValidationError):
        if not hasattr(error, "error_dict"):
            return [Fault(text=text) for text in error.messages]
        error = error.message_dict
    found = []
    for name, texts in error.items():
        if name == NON_FIELD_ERRORS:
            found += [Fault(text=str(text)) for text in texts]
            continue
        label = str(edition._meta.get_field(name).verbose_name)
        label = label[:1].upper() + label[1:]
        label += " " if label.endswith("?") else ": "
        found += [Fault(text=f"{label}{text}", field_id=f"id_{name}") for text in texts]
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
    search_fields = ("slug",)  # and the titles of its editions, see get_search_results
    edition_model: ClassVar[type[Any]]

    class Media:
        js = ("js/admin-names.js",)

    # What identifies the document; it cannot be changed once it is made.
    identity: ClassVar[tuple[str, ...]] = ("slug", "language", "original")
    autocomplete_fields = ("original",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        editions = self.edition_model.objects.filter(document=OuterRef("pk")).order_by("-number")
        live = editions.in_force()
        documents: models.QuerySet[Any] = super().get_queryset(request)
        shown: models.QuerySet[Any] = documents.annotate(
            newest_title=Subquery(editions.values("title")[:1]),
            live_number=Subquery(live.values("number")[:1]),
            live_origin=Subquery(live.values("origin")[:1]),
            live_reviewed_on=Subquery(live.values("reviewed_on")[:1]),
            live_due_on=Subquery(live.values("review_due_on")[:1]),
            work_state=Subquery(editions.exclude(state=State.APPROVED).values("state")[:1]),
        )
        return shown

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Find documents by their address and all their titles, each once."""
        for word in search_term.split():
            titles = self.edition_model._base_manager.filter(title__icontains=word)
            queryset = queryset.filter(Q(slug__icontains=word) | Q(pk__in=titles.values("document")))
        return queryset, False

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
        document = self.get_object(request, unquote(object_id))
        editions = self.edition_model.objects.filter(document=document).with_standing()
        rows = [
            {
                "edition": edition,
                "url": self.edition_url(edition),
                "standing": Standing(edition.standing).label,
            }
            for edition in editions.select_related("author", "reviewed_by").order_by("-number")
        ]
        context = {"editions": rows, "show_save": False, "show_save_and_continue": False}
        if document is not None:
            context |= {"title": self.shown_title(document), "subtitle": None}
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
