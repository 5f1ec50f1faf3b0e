"""The staff page of an edition, for every room to build on.

A draft is a form in the order in which patients read the page; saving it is in ``saving.py``, what helps
while one writes in ``editor_pages.py``. Any other edition is shown as it is, with what is possible next.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.clinic.words import with_words
from education.desk.act_pages import ActPages, faults_of
from education.desk.as_read import as_read
from education.desk.comment_pages import CommentPages
from education.desk.comparing import compare_url
from education.desk.editor_pages import EditorPages
from education.desk.fields import comfortable, prose_for
from education.desk.hint_pages import HintPages, beside, lacking
from education.desk.link_pages import LinkPages
from education.desk.preview_pages import PreviewPages
from education.desk.rating import PematPages
from education.desk.saving import SafeSaving
from education.desk.sections import sections_of
from education.desk.used import uses_on_page
from education.editorial.findings import Finding
from education.editorial.models import Person
from education.editorial.reading import in_language
from education.editorial.reviewing import review_of
from education.editorial.states import Standing
from education.staff.recorded import RecordedAdmin


class DraftForm(forms.ModelForm):  # type: ignore[type-arg]
    """Takes what is unfinished: a draft needs only what it cannot be stored without."""

    needed: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.required = name in self.needed


class EditionAdmin(
    CommentPages, PreviewPages, LinkPages, PematPages, ActPages, HintPages, EditorPages, SafeSaving,
    RecordedAdmin,
):  # fmt: skip
    """One edition: what the patient reads, and who answers for it."""

    change_form_template = "admin/desk/edition.html"
    delete_confirmation_template = "admin/desk/delete-draft.html"
    form = DraftForm
    list_display = ("title", "document", "number", "standing", "reviewed_by", "review_due_on")
    # There can be ten times as many editions as documents, and this list stands in no menu: the newest first,
    # without sorting or searching them all. Texts are searched in the list of all texts.
    list_filter = ("state",)
    ordering = ("-pk",)
    list_per_page = 50
    show_full_result_count = False

    class Media:
        js = ("js/admin-names.js",)

    # What a draft cannot be saved without; everything else is asked for when it goes to review.
    needed: ClassVar[tuple[str, ...]] = ("title",)
    # In the order in which patients read: headings, the fields under them, and what a writer should know
    # first; the name of rows, such as "citations", says where these stand.
    words: ClassVar[tuple[Any, ...]] = ()
    rows: ClassVar[dict[str, int]] = {"summary": 3}
    who = ("author", "written_on", "evidence_checked_on", "change_note")
    answered_for = (
        "standing", "number", "comes_from", "submitted_by", "given_to", "reviewed_by", "second_reviewer",
        "signed_by", "reviewed_on", "review_due_on", "live_from", "retire_from",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        editions: Any = super().get_queryset(request)
        relations = [field.name for field in self.opts.concrete_fields if field.is_relation]
        queryset: models.QuerySet[Any] = editions.with_standing().select_related(*relations)
        return queryset

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        is_draft = obj is None or obj.is_draft
        sections: list[tuple[Any, dict[str, Any]]] = [
            (
                section[0],
                {"fields": section[1], "description": section[2] if section[2:] and is_draft else ""},
            )
            for section in self.words
            if not isinstance(section, str)
        ]
        sections.append((_("Who wrote it?"), {"fields": self.who}))
        if is_draft:
            return sections
        for _heading, section in sections:
            section["fields"] = self._as_read(request, obj, section["fields"])
        return [*sections, (_("Who answers for it?"), {"fields": self.answered_for})]

    def _as_read(self, request: HttpRequest, edition: Any, names: Sequence[str]) -> list[Any]:
        """Return fields to look at: what patients read of them stands there as they read it."""
        clinic = request.clinic  # type: ignore[attr-defined]
        return [
            as_read(self.opts.get_field(name), style, clinic, edition.language)
            if (style := edition.reads.get(name))
            else name
            for name in names
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.answered_for

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.needed = self.needed  # the class was made for this page alone
        return form

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs |= prose_for(db_field, db_field.name in self.model.prose)
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        return comfortable(formfield, self.rows.get(db_field.name, 8))

    @admin.display(description=_("status"))
    def standing(self, edition: Any) -> str:
        return str(Standing(edition.standing).label)

    @admin.display(description=_("comes from"))
    def comes_from(self, edition: Any) -> str:
        return str(edition.get_origin_display())

    @admin.display(description=_("assigned to"))
    def given_to(self, edition: Any) -> Person | str:
        person: Person | None = edition.assigned_to
        return person or self.get_empty_value_display()

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

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        edition = kwargs.get("obj") or context.get("original")
        if edition is not None:
            context |= self._around(request, edition, context)
        return super().render_change_form(request, context, *args, **kwargs)

    def _around(self, request: HttpRequest, edition: Any, context: dict[str, Any]) -> dict[str, Any]:
        """Return what stands around the form: what can be done with the edition, and what is missing."""
        clinic = request.clinic  # type: ignore[attr-defined]
        page = in_language(clinic, edition.document.language, edition.document)
        may_write = self.has_change_permission(request, edition)
        errors = edition.errors() if edition.is_draft else []
        missing, to_mend = lacking(edition, {error.field for error in errors})
        sections = sections_of(
            self.words, context["adminform"], context["inline_admin_formsets"], missing, to_mend
        )
        return {
            "title": with_words(str(edition), clinic.words),
            "subtitle": None,
            "acts": self.possible_acts(request, edition),
            "edition": edition,
            "standing": Standing(edition.standing).label,
            "faults": faults_of(errors, edition),
            "missing": missing,
            "to_mend": to_mend,
            "reasons": reasons_of(edition),
            "sections": sections,
            "may_write": may_write,
            "page_url": page if edition.standing == Standing.LIVE else "",
            "document_url": self.document_url(edition),
            "uses": uses_on_page(edition),
            "compare_url": compare_url(edition) if edition.number > 1 else "",
            "review": review_of(edition, clinic) if edition.standing == Standing.LIVE else None,
        } | (
            self.editor(request, edition) | self._with_hints(request, edition, context, errors)
            if may_write
            else {}
        )

    def _with_hints(
        self, request: HttpRequest, edition: Any, context: dict[str, Any], errors: Sequence[Finding]
    ) -> dict[str, Any]:
        """Put the hints beside the fields, and return those of the page."""
        is_sent = request.method == "POST"
        found = self.posted_hints(request, edition, errors) if is_sent else self.stored_hints(edition, errors)
        form = context["adminform"].form
        beside(found, [form[name] for name in form.fields], edition.reads.__contains__)
        for formset in context["inline_admin_formsets"]:
            reads = getattr(formset.formset.model, "reads", {})
            for row in [*formset.formset.forms, formset.formset.empty_form]:
                beside(found, [row[name] for name in row.fields], reads.__contains__)
        return {"found": found}

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Ask before a draft is deleted, and lead back to its other editions."""
        edition = self.get_object(request, unquote(object_id))
        if edition is None:
            messages.info(request, gettext("This draft is deleted already."))
            return redirect("admin:index")
        document_url = self.document_url(edition)
        clinic = request.clinic  # type: ignore[attr-defined]
        about = {
            "title": gettext("Delete this draft?"),
            "edition": edition,
            "shown_title": with_words(str(edition), clinic.words),
            "document_url": document_url,
            "is_only": not edition.document.editions.exclude(pk=edition.pk).exists(),
        }
        answer = super().delete_view(request, object_id, about | (extra_context or {}))
        return redirect(document_url) if isinstance(answer, HttpResponseRedirect) else answer

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        messages.success(request, gettext("The draft is deleted. What patients see has not changed."))
        return redirect("admin:index")

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self.note_copy(request)
        return super().log_change(request, obj, message)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Stay on the page after saving, or go on to the act whose button was pressed."""
        if "_act" in request.POST:
            return redirect(self.act_url(obj, "submit"))
        if "_preview" in request.POST:
            return redirect(self.preview_url(obj))
        messages.success(request, gettext("Saved. Patients see nothing of it yet."))
        return redirect(self.edition_url(obj))


def reasons_of(edition: Any) -> list[tuple[list[str], str]]:
    """Return why each warning may stay, with what the checks say of it now, if they still do."""
    if not edition.reasons:
        return []
    edition.read_parts()
    warned: dict[str, list[str]] = {}
    for warning in edition.warnings():
        warned.setdefault(warning.code, []).append(str(warning.text))
    return [(warned.get(code, []), reason) for code, reason in edition.reasons.items()]
