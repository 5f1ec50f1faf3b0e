"""The page of an act: what it asks, and the doing of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, PermissionDenied, ValidationError
from django.forms import Field
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from education.clinic.words import with_words
from education.desk.acts import ACTS, Act
from education.desk.comparing import compare_url
from education.desk.kept_words import Way, keeping, kept_page
from education.desk.notices import after_act
from education.desk.telling import day_and_time
from education.desk.used import uses_on_page
from education.editorial.findings import Finding
from education.editorial.models import Person
from education.editorial.reviewing import review_of
from education.editorial.states import NotAllowed, Standing, State
from education.staff.roles import PUBLISH, REVIEW

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object


MISSING = "missing"  # the code of what is found in a field by itself; its text does not name the field


class ActPages(Base):
    """Gives each edition a page for each act."""

    def get_urls(self) -> list[URLPattern]:
        info = self.opts.app_label, self.opts.model_name
        act = path(
            "<path:object_id>/act/<slug:name>/",
            keeping(self.act_view, asked_of_act),
            name="{}_{}_act".format(*info),
        )
        return [act, *super().get_urls()]

    def act_url(self, edition: Any, name: str) -> str:
        view = f"admin:{self.opts.app_label}_{self.opts.model_name}_act"
        return reverse(view, args=[edition.pk, name])

    def edition_url(self, edition: Any) -> str:
        view = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(view, args=[edition.pk])

    def document_url(self, edition: Any) -> str:
        view = f"admin:{self.opts.app_label}_{edition.document._meta.model_name}_change"
        return reverse(view, args=[edition.document_id])

    def possible_acts(self, request: HttpRequest, edition: Any) -> list[dict[str, Any]]:
        """Return what this person can do with the edition now, for the edition's page."""
        return [
            {
                "name": act.name,
                "label": act.label,
                "explanation": act.explanation,
                "url": self.act_url(edition, act.name),
            }
            for act in ACTS
            if act.is_open_to(request.user, edition)
        ]

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Ask what an act needs, and do it."""
        edition: Any = self.get_object(request, unquote(object_id))
        act = next((act for act in ACTS if act.name == name), None)
        if edition is None or act is None:
            raise Http404
        if not act.is_allowed(request.user, edition):
            raise PermissionDenied
        if not act.is_open_to(request.user, edition):
            if request.method == "POST" and act.form.takes_words:
                return self._too_late(request, act, edition)
            messages.error(request, why_not(act, edition))
            return redirect(self.edition_url(edition))
        person = Person.of(request.user)
        clinic = request.clinic  # type: ignore[attr-defined]
        form = act.form(request.POST if request.method == "POST" else None, edition=edition, clinic=clinic)
        if request.method == "POST" and person and form.is_valid():
            try:
                shown = act.do(edition, form, person)
            except ValidationError as error:
                for fault in said(error, edition):
                    form.add_error(None, fault.text)
            else:
                messages.success(request, self._result(act, shown))
                after_act(request, act.name, shown, person)
                return redirect(self._next(request, act, shown))
        return self._act_page(request, act, edition, form, person)

    def _too_late(self, request: HttpRequest, act: Act, edition: Any) -> HttpResponse:
        """Give back the words of an act that a colleague has made impossible meanwhile."""
        way = Way(label=gettext("Open the edition"), url=self.edition_url(edition), opens_apart=True)
        said = (
            f"{why_not(act, edition)} {gettext('Your words are all here: copy or download what you need.')}"
        )
        title = gettext("Your words could not be sent")
        return kept_page(request, title=title, said=said, ways=[way], status=409)

    def _act_page(
        self, request: HttpRequest, act: Act, edition: Any, form: Any, person: Person | None
    ) -> TemplateResponse:
        clinic = request.clinic  # type: ignore[attr-defined]
        obstacle = obstacle_of(act, edition, person, clinic.works_alone) if person else ""
        asks_whole = act.asks_whole and person is not None and not obstacle
        findings = form.findings if asks_whole else []
        errors = [finding for finding in findings if finding.is_error]
        warnings = [finding for finding in findings if not finding.is_error]
        live = form.live if act.name in {"submit", "approve", "publish"} else None
        context = self.admin_site.each_context(request) | {
            "title": act.label,
            "subtitle": with_words(str(edition), clinic.words),
            "opts": self.opts,
            "act": act,
            "edition": edition,
            "standing": Standing(edition.standing).label,
            "form": form,
            "buttons": getattr(form, "buttons", ()),
            "faults": faults_of(errors, edition),
            "warnings": faults_of(warnings, edition),
            "is_stale": self._is_stale(form, edition),
            "obstacle": obstacle,
            "in_work": self._in_work(edition) if act.name in {"edit", "restore"} else None,
            "colleagues": colleagues(edition, person) if obstacle else [],
            "later": form.scheduled if act.name in {"publish", "retire"} else [],
            "leaving": live if live and act.name == "publish" and live.retire_from else None,
            "person": person,
            "uses": uses_on_page(edition) if act.name in {"approve", "publish", "sign", "retire"} else None,
            "compare_url": compare_url(edition, live) if live else "",
            "review": review_of(edition, clinic) if act.name == "sign" else None,
            "edition_url": self.edition_url(edition),
            "send_back_url": self.act_url(edition, "send-back") if act.name in {"approve", "publish"} else "",
            "assign_url": self.act_url(edition, "assign") if act.name == "approve" else "",
            "document_url": self.document_url(edition),
        }
        return TemplateResponse(request, "admin/desk/act.html", context)

    def _is_stale(self, form: Any, edition: Any) -> bool:
        """Whether the text has been changed since the page was opened."""
        seen = form.cleaned_data.get("seen") if form.is_bound and hasattr(form, "cleaned_data") else None
        return seen is not None and seen != edition.revision

    def _in_work(self, edition: Any) -> dict[str, Any] | None:
        """The edition, if any, that has to be finished before another draft can begin."""
        editions = type(edition).objects.in_work().with_standing().filter(document=edition.document_id)
        found = editions.first()
        if found is None:
            return None
        standing = Standing(found.standing).label
        return {
            "number": found.number,
            "standing": standing,
            "is_draft": found.is_draft,
            "url": self.edition_url(found),
        }

    def _next(self, request: HttpRequest, act: Act, edition: Any) -> str:
        """Who approves and may publish goes straight on to that."""
        if act.name == "approve" and edition.state == State.APPROVED and request.user.has_perm(PUBLISH):
            return self.act_url(edition, "publish")
        return self.edition_url(edition)

    def _result(self, act: Act, edition: Any) -> str:
        if act.name == "approve" and edition.state == State.IN_REVIEW:
            return gettext("Approved by you. This is emergency text: a second person must approve it too.")
        if act.name == "sign" and edition.signed_by_id:
            return gettext("Signed by you. This is emergency text: a second person must sign it too.")
        if act.name == "assign" and (to := edition.assigned_to):
            return gettext("Assigned to %(name)s, who finds it on their desk.") % {"name": to.name}
        moment = {"publish": edition.live_from, "retire": edition.retire_from}.get(act.name)
        if moment and moment > timezone.now():
            return str(act.done_later) % {"moment": day_and_time(moment)}
        return str(act.done) % {"due": date_format(edition.review_due_on) if act.name == "sign" else ""}


def asked_of_act(request: HttpRequest, name: str) -> Field | None:
    """Return the field of an act's form by its name."""
    wanted = request.resolver_match.kwargs["name"]  # type: ignore[union-attr]
    act = next((act for act in ACTS if act.name == wanted), None)
    return act.form.base_fields.get(name) if act else None


def why_not(act: Act, edition: Any) -> str:
    """Return why an act is not possible now, though somebody has asked for its page."""
    if edition.standing in act.standings:
        return str(act.hindrance(edition))
    standing = Standing(edition.standing).label
    return gettext("That is no longer possible: this edition is '%(standing)s' now.") % {"standing": standing}


def obstacle_of(act: Act, edition: Any, person: Person, works_alone: bool) -> str:
    """Return why this person cannot review this edition, before they have read it all; or ``""``."""
    if not act.is_review:
        return ""
    try:
        edition.check_reviewer(person, works_alone)
    except NotAllowed as refused:
        return str(refused.messages[0])
    first = edition.reviewed_by_id if act.name == "approve" else edition.signed_by_id
    if first == person.pk and edition.document.is_emergency_text and not works_alone:
        if act.name == "approve":
            return gettext("You have approved this emergency text. A colleague must approve it too.")
        return gettext("You have signed this emergency text. A colleague must sign it too.")
    return ""


def colleagues(edition: Any, person: Person | None) -> list[Person]:
    """Return who can review an edition in somebody's place."""
    people: Any = Person.objects.who_may(REVIEW).filter(is_clinician=True)
    others = people.exclude(pk__in=edition.writers().values("pk"))
    return list(others.exclude(pk=person.pk) if person else others)


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
    return [_fault(name, text, edition) for name, texts in error.items() for text in texts]


def faults_of(findings: Iterable[Finding], edition: Any) -> list[Fault]:
    """Return findings as faults, each with what to write instead if that is known."""
    return [
        _fault(found.field, found.text, edition)
        if found.code == MISSING
        else Fault(text=f"{found.text} {better(found)}".strip(), field_id=found.field and f"id_{found.field}")
        for found in findings
    ]


def better(finding: Finding) -> str:
    return gettext("Better: %(better)s.") % {"better": finding.better} if finding.better else ""


def _fault(name: str, text: Any, edition: Any) -> Fault:
    if name in {"", NON_FIELD_ERRORS}:
        return Fault(text=str(text))
    try:
        label = str(edition._meta.get_field(name).verbose_name)
    except FieldDoesNotExist:  # a field of a part, such as a step
        return Fault(text=str(text), field_id=f"id_{name}")
    label = label[:1].upper() + label[1:]
    label += " " if label.endswith("?") else ": "
    return Fault(text=f"{label}{text}", field_id=f"id_{name}")
