"""The pages on which staff export documents and bring them in from another clinic."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from education.editorial.models import Person
from education.editorial.states import Standing
from education.library.changes import Change, changed_labels, changes
from education.library.files import StarterText
from education.library.front import StarterError
from education.library.loading import MODELS
from education.library.parcel import unpack
from education.library.receiving import (
    ChangedMeanwhile,
    Outcome,
    Planned,
    Received,
    bring_in,
    plan,
    receive,
)  # fmt: skip
from education.library.sending import editions_of, export, file_name
from education.library.uploads import Kept, forget, keep, kept, sweep, waiting
from education.library.zips import MAX_BYTES, ZipError, too_large
from education.staff.roles import WRITE
from education.staff.trail import Act, record

View = Callable[..., HttpResponse]

FORM_BYTES = 64 * 1024  # what a form may add to the file in it
ON_A_PAGE = 50
WORDS_OF = 40  # documents whose changed words are shown at once
SAID = 400  # characters of a refusal
DONE = "exchange_done"


def kinds_for(user: Any) -> list[str]:
    """Return the kinds of documents that an account may see."""
    return [kind for kind, (model, _edition) in MODELS.items() if user.has_perm(_view_permission(model))]


def _view_permission(model: Any) -> str:
    return f"{model._meta.app_label}.view_{model._meta.model_name}"


def kind_label(kind: str) -> str:
    return capfirst(str(MODELS[kind][0]._meta.verbose_name_plural))


def _page(request: HttpRequest, name: str, title: str, **context: Any) -> TemplateResponse:
    """Show a staff page in the frame of the admin."""
    context |= admin.site.each_context(request) | {"title": title, "page": name}
    return TemplateResponse(request, f"admin/library/{name}.html", context)


def said(error: StarterError) -> str:
    """Return why something was refused, in one sentence that is short enough for a page."""
    text = str(error)
    return text if len(text) <= SAID else f"{text[:SAID]}…"


# The two doors


class ExportForm(forms.Form):
    """Which documents to export, and which words of them."""

    use_required_attribute = False

    words = forms.ChoiceField(
        label=gettext_lazy("Which words?"),
        choices=[
            ("live", gettext_lazy("What patients see now")),
            ("newest", gettext_lazy("The newest words, also of drafts")),
        ],
        widget=forms.RadioSelect,
        initial="live",
    )
    kind = forms.ChoiceField(label=gettext_lazy("Which documents?"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("In which language?"), required=False)

    def __init__(self, *args: Any, kinds: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = list(kinds)
        choices = [(kind, kind_label(kind)) for kind in self.kinds]
        self.fields["kind"].choices = [("", _("All")), *choices]  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", _("All")), *settings.LANGUAGES]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """Return what ``editions_of`` asks, and the kinds; call only when valid."""
        data = self.cleaned_data
        return {
            "kinds": [data["kind"]] if data["kind"] else self.kinds,
            "newest": data["words"] == "newest",
            "language": data["language"],
        }


class UploadForm(forms.Form):
    use_required_attribute = False

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
        error_messages={
            "required": gettext_lazy("Choose a file that was exported here or at another clinic.")
        },
    )


def _overview(request: HttpRequest, **context: Any) -> TemplateResponse:
    person = Person.of(request.user)
    shown = {
        "export_form": ExportForm(kinds=kinds_for(request.user)),
        "upload_form": UploadForm(),
        "may_import": person is not None and person.may(WRITE),
        "person": person,
        "waiting": waiting(request.session),
        "megabytes": MAX_BYTES // 1024**2,
        "done": request.session.pop(DONE, None),
    }
    return _page(request, "overview", _("Export and import"), **(shown | context))


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Both doors: documents on their way out, and in."""
    sweep()
    return _overview(request)


# Out


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Choose single documents of a kind."""
    kinds = kinds_for(request.user)
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds else kinds[0]
    newest = request.GET.get("words") == "newest"
    search = request.GET.get("q", "").strip()[:80]
    document_model, edition_model = MODELS[kind]
    documents = document_model.objects.order_by("slug", "language")
    for word in search.split():
        titled = edition_model.objects.filter(title__icontains=word).values("document")
        documents = documents.filter(slug__icontains=word) | documents.filter(pk__in=titled)
    shown = Paginator(documents.values_list("pk", flat=True), ON_A_PAGE).get_page(request.GET.get("page"))
    editions = editions_of(kind, newest=newest, documents=list(shown)).prefetch_related(None)
    return _page(
        request, "choose", _("Choose single documents"), kinds=[(name, kind_label(name)) for name in kinds],
        kind=kind, newest=newest, search=search, shown=shown,
        rows=[(edition, Standing(edition.standing).label) for edition in editions],
    )  # fmt: skip


@require_POST
def export_page(request: HttpRequest) -> HttpResponse:
    """Hand out the chosen documents as one zip, and write down who took them."""
    form = ExportForm(request.POST, kinds=kinds_for(request.user))
    if not form.is_valid():
        return _overview(request, export_form=form)
    wanted = form.wanted()
    if "documents" in request.POST:
        wanted["documents"] = _numbers(request.POST.getlist("document"))
    try:
        content, texts = export(**wanted)
    except StarterError as error:
        return _overview(request, export_form=form, export_fault=said(error))
    name = file_name()
    record(request.user, Act.EXPORT, called=name, note=_listed(texts))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/zip", headers=headers)


def _numbers(values: Iterable[str]) -> list[int]:
    return [int(value) for value in values if value.isdecimal() and len(value) < 19]


def _listed(texts: list[StarterText]) -> str:
    """Return what was exported, for the audit trail."""
    count = ngettext("%(number)s document", "%(number)s documents", len(texts)) % {"number": len(texts)}
    return "\n".join([count, *(text.path for text in texts)])


# In


def _may_import(request: HttpRequest) -> Person:
    person = Person.of(request.user)
    if person is None or not person.may(WRITE):
        raise PermissionDenied
    return person


@csrf_exempt  # checked inside, once the size is known: the check reads the whole upload
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take in a zip and look through it; nothing is stored but the zip itself."""
    if request.method != "POST":
        return redirect("admin:library_exchange_changelist")
    length = str(request.META.get("CONTENT_LENGTH") or "")
    if length.isdecimal() and int(length) > MAX_BYTES + FORM_BYTES:
        return _overview(request, import_fault=too_large())
    return _upload(request)


@csrf_protect
def _upload(request: HttpRequest) -> HttpResponse:
    _may_import(request)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _overview(request, upload_form=form, import_fault=" ".join(map(str, form.errors["file"])))
    file = form.cleaned_data["file"]
    try:
        if file.size > MAX_BYTES:
            raise ZipError(too_large())
        content = file.read()
        receive(unpack(content))
    except StarterError as error:
        return _overview(request, upload_form=form, import_fault=said(error))
    keep(request.session, file.name, content)
    return redirect("admin:library_exchange_check")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A document of the list, as staff see it."""

    planned: Planned
    kind: str
    labels: list[str]  # of the fields that differ
    changes: list[Change]  # empty where the words are not shown at once
    there: str  # its edition at the clinic that sent it
    standing: str  # of the edition here
    is_ticked: bool


@require_http_methods(["GET", "HEAD", "POST"])
def check_page(request: HttpRequest) -> HttpResponse:
    """Show what an import would change, document by document; bring in what is chosen."""
    person = _may_import(request)
    found = kept(request.session)
    if found is None:
        forget(request.session)
        fault = _("The file is no longer here: it is kept for an hour, and used once. Choose it again.")
        return _overview(request, import_fault=fault)
    try:
        received = receive(unpack(found.content))
    except StarterError as error:
        forget(request.session)
        return _overview(request, import_fault=said(error))
    if request.method != "POST":
        return _check(request, found, received)
    if "cancel" in request.POST:
        forget(request.session)
        messages.info(request, _("Nothing was imported, and the file is removed."))
        return redirect("admin:library_exchange_changelist")
    return _import(request, found, received, person)


def _import(request: HttpRequest, found: Kept, received: Received, person: Person) -> HttpResponse:
    chosen = set(request.POST.getlist("document"))
    if request.POST.get("digest") != found.digest:
        fault = _("You have chosen another file since. Look through this one first.")
        return _check(request, found, received, fault=fault, ticked=set())
    if not chosen:
        return _check(request, found, received, fault=_("Tick at least one document."), ticked=chosen)
    try:
        drafts = bring_in(received, chosen, person)
    except ChangedMeanwhile:
        fault = _("Somebody has begun to work on one of these documents. Nothing was imported: look again.")
        return _check(request, found, received, fault=fault, ticked=chosen)
    except (StarterError, ValidationError) as error:
        fault = said(error) if isinstance(error, StarterError) else " ".join(error.messages)
        return _check(request, found, received, fault=fault, ticked=chosen)
    forget(request.session)
    return _arrived(request, drafts)


def _arrived(request: HttpRequest, drafts: list[Any]) -> HttpResponseRedirect:
    request.session[DONE] = [{"title": str(draft), "url": _edition_url(draft)} for draft in drafts]
    text = ngettext(
        "%(number)s document arrived as a draft. Patients see nothing of it until it is reviewed.",
        "%(number)s documents arrived as drafts. Patients see nothing of them until they are reviewed.",
        len(drafts),
    )
    messages.success(request, text % {"number": len(drafts)})
    return redirect("admin:library_exchange_changelist")


def _edition_url(edition: Any) -> str:
    opts = edition._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[edition.pk])


def _check(
    request: HttpRequest, found: Kept, received: Received, fault: str = "", ticked: set[str] | None = None
) -> TemplateResponse:
    planned = plan(received)
    wanted = request.GET.get("words", "")
    is_short = sum(one.before is not None for one in planned) <= WORDS_OF
    rows = [_row(one, received, is_short or wanted == one.text.path, ticked) for one in planned]
    by_outcome = {outcome: [row for row in rows if row.planned.outcome == outcome] for outcome in Outcome}
    return _page(
        request, "check", _("What this file would change"), kept=found, fault=fault,
        parcel=received.parcel, coming=by_outcome[Outcome.NEW] + by_outcome[Outcome.BESIDE],
        new=by_outcome[Outcome.NEW], beside=by_outcome[Outcome.BESIDE], waiting=by_outcome[Outcome.WAITS],
        same=by_outcome[Outcome.SAME], sources=[s for s in received.sources.values() if s._state.adding],
    )  # fmt: skip


def _row(planned: Planned, received: Received, with_words: bool, ticked: set[str] | None) -> Row:
    text, before = planned.text, planned.before
    sent = received.parcel.sent[text.path]
    there = _("edition %(number)s") % {"number": sent.number} if sent.number else ""
    there += f", {Standing(sent.standing).label}" if there and sent.standing else ""
    return Row(
        planned=planned,
        kind=capfirst(str(MODELS[text.kind][0]._meta.verbose_name)),
        labels=changed_labels(before, text) if before else [],
        changes=changes(before, text) if before and with_words else [],
        there=there,
        standing=str(Standing(planned.edition.standing).label) if planned.edition else "",
        is_ticked=planned.comes_in and (ticked is None or text.path in ticked),
    )
