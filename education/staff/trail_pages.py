"""The staff pages of the audit trail: read, narrowed, searched and taken along as a table. Never changed."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, ClassVar

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import FieldDoesNotExist, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import CharField, Model, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.staff.models import Act, Entry
from education.staff.pages import OnlyLookedAt
from education.staff.recorded import RecordedAdmin
from education.staff.trail import record

BOM = "\ufeff"  # so that spreadsheets read the table as UTF-8
ROWS_A_PIECE = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def of_this_century(day: date) -> None:
    """Refuse a day that begins or ends before or after all time, in one zone or another."""
    if not 2000 <= day.year < 2100:
        raise ValidationError(_("Choose a day between 2000 and 2099."))


class TrailForm(forms.Form):
    """What to look for in the trail; everything may stay empty."""

    q = forms.CharField(label=_("Search words"), required=False, max_length=200, strip=True)
    who = forms.CharField(label=_("Who"), required=False, max_length=200)
    act = forms.ChoiceField(label=_("What"), required=False)
    kind = forms.ChoiceField(label=_("About what"), required=False)
    since = forms.DateField(label=_("From day"), required=False, validators=[of_this_century])
    until = forms.DateField(label=_("To day"), required=False, validators=[of_this_century])
    thing_id = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        anything = [("", _("anything"))]
        self.fields["act"].choices = anything + list(Act.choices)  # type: ignore[attr-defined]
        self.fields["kind"].choices = anything + kinds()  # type: ignore[attr-defined]
        for name in ("since", "until"):
            self.fields[name].widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        self.fields["who"].widget.attrs["list"] = "trail-names"

    def narrowed(self, entries: QuerySet[Entry]) -> QuerySet[Entry]:
        """Return the entries that are looked for; call only when valid."""
        wanted = self.cleaned_data
        for word in wanted["q"].split():
            entries = entries.filter(
                Q(who__icontains=word) | Q(thing__icontains=word) | Q(note__icontains=word)
            )
        for field in ("who", "act"):
            if wanted[field]:
                entries = entries.filter(**{field: wanted[field]})
        if wanted["since"]:
            entries = entries.filter(at__gte=midnight(wanted["since"]))
        if wanted["until"]:
            entries = entries.filter(at__lt=midnight(wanted["until"] + timedelta(days=1)))
        if wanted["kind"] and wanted["thing_id"]:
            return entries.filter(about(wanted["kind"], wanted["thing_id"]))
        return entries.filter(kind=wanted["kind"]) if wanted["kind"] else entries


def midnight(day: Any) -> datetime:
    """Return when a day begins at the clinic."""
    return timezone.make_aware(datetime.combine(day, time.min))


def kinds() -> list[tuple[str, Any]]:
    """Return the kinds of things that can stand in the trail, by name."""
    shown = [model for model in admin.site._registry if model is not Entry]
    named = [(model._meta.label_lower, capfirst(model._meta.verbose_name)) for model in shown]
    return sorted(named, key=lambda row: str(row[1]))


def about(kind: str, thing_id: str) -> Q:
    """Return what is told of one thing; of a document also what is told of its editions."""
    wanted = Q(kind=kind, thing_id=thing_id)
    model = model_of(kind)
    try:
        editions = model._meta.get_field("editions").related_model if model else None
        number = model._meta.pk.to_python(thing_id) if model and model._meta.pk else None
    except (FieldDoesNotExist, ValidationError):
        return wanted
    if editions is None:
        return wanted
    # By the number itself: by the relation, one that is too long for the database would be sent to it.
    keys = editions._base_manager.filter(document__pk=number).annotate(key=Cast("pk", CharField()))
    return wanted | Q(kind=editions._meta.label_lower, thing_id__in=keys.values("key"))


def model_of(kind: str) -> type[Model] | None:
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None


class TrailPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than somebody would turn pages: counting a long trail would take longest."""

    MOST = 10_000

    @cached_property
    def count(self) -> int:
        found: int = self.object_list[: self.MOST].count()  # type: ignore[attr-defined]
        return found


class EntryAdmin(OnlyLookedAt, RecordedAdmin):
    """The audit trail."""

    standings: ClassVar[dict[str, Any]] = {}  # where an edition can stand; rooms above put it in words
    per_page = 100
    fields = (
        "at", "who", "act", "thing", "kind", "thing_id", "from_edition", "to_edition", "stood_before",
        "stands_now", "note",
    )  # fmt: skip

    @admin.display(description=_("stood before"))
    def stood_before(self, entry: Entry) -> str:
        return str(self.standings.get(entry.from_standing, entry.from_standing))

    @admin.display(description=_("stands now"))
    def stands_now(self, entry: Entry) -> str:
        return str(self.standings.get(entry.to_standing, entry.to_standing))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The trail, or the history of one thing for somebody who may see no more than that."""
        form = TrailForm(request.GET)
        is_valid = form.is_valid()
        sees_all = self.has_view_permission(request)
        if not sees_all and not (is_valid and self._may_see(request, form.cleaned_data)):
            raise PermissionDenied
        entries = form.narrowed(Entry.objects.all()) if is_valid else Entry.objects.none()
        if "csv" in request.GET and is_valid:
            return self._table(request, entries)
        return self._page(request, form, entries, sees_all)

    def _may_see(self, request: HttpRequest, wanted: dict[str, Any]) -> bool:
        """Whether somebody may view the one thing that is asked about."""
        model = model_of(wanted["kind"])
        pages = self.admin_site._registry.get(model) if model else None
        if pages is None or not wanted["thing_id"]:
            return False
        thing = pages.get_object(request, wanted["thing_id"])
        return thing is not None and pages.has_view_permission(request, thing)

    def _page(
        self, request: HttpRequest, form: TrailForm, entries: QuerySet[Entry], sees_all: bool
    ) -> TemplateResponse:
        paginator = TrailPaginator(entries, self.per_page)
        page = paginator.get_page(request.GET.get("p"))
        rows = list(page.object_list)
        links = links_of(self.admin_site, rows)
        thing = form.cleaned_data.get("thing_id") if form.is_valid() else ""
        context = self.admin_site.each_context(request) | {
            "title": _("History") if thing else _("Audit trail"),
            "subtitle": rows[0].thing if thing and rows else None,
            "opts": self.opts,
            "form": form,
            "page": page,
            "is_cut": paginator.count == TrailPaginator.MOST,
            "rows": [
                {
                    "entry": entry,
                    "link": links.get((entry.kind, entry.thing_id)),
                    "stood_before": self.stood_before(entry),
                    "stands_now": self.stands_now(entry),
                }
                for entry in rows
            ],
            "sees_all": sees_all,
            "names": User.objects.order_by("username").values_list("username", flat=True)[:500]
            if sees_all
            else [],
            "query": without(request, "p"),
            "csv": without(request, "p", csv="1"),
        }
        return TemplateResponse(request, "admin/staff/trail.html", context)

    def _table(self, request: HttpRequest, entries: QuerySet[Entry]) -> StreamingHttpResponse:
        """Send exactly what is looked for as a table. That it was taken along is written down as well."""
        asked = "&".join(f"{name}={value}" for name, value in request.GET.items() if value and name != "csv")
        made = record(request.user, Act.EXPORT, called=gettext("audit trail"), note=asked)
        day = timezone.localdate().isoformat()
        headers = {"Content-Disposition": f'attachment; filename="audit-trail-{day}.csv"'}
        return StreamingHttpResponse(
            lines_of(entries.filter(pk__lt=made.pk), self.standings),
            content_type="text/csv; charset=utf-8",
            headers=headers,
        )

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return redirect("admin:staff_entry_changelist")


def without(request: HttpRequest, *names: str, **more: str) -> str:
    """Return the query of a page without some of its parts."""
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    for name, value in more.items():
        query[name] = value
    return query.urlencode()


def links_of(site: admin.AdminSite, entries: list[Entry]) -> dict[tuple[str, str], str]:
    """Return the pages of the things that still exist, by kind and id. One query, however many kinds."""
    keys: dict[str, set[str]] = {}
    for entry in entries:
        if entry.kind and entry.thing_id.isdigit():
            keys.setdefault(entry.kind, set()).add(entry.thing_id)
    found = [
        model._base_manager.filter(pk__in=ids).order_by()
        .annotate(kind_of=Value(kind, CharField()), key_of=Cast("pk", CharField()))
        .values_list("kind_of", "key_of")
        for kind, ids in keys.items()
        if (model := model_of(kind)) in site._registry and model is not None
    ]  # fmt: skip
    if not found:
        return {}
    return {
        (kind, key): url for kind, key in found[0].union(*found[1:], all=True) if (url := _url(kind, key))
    }


def _url(kind: str, key: str) -> str:
    try:
        return reverse(f"admin:{kind.replace('.', '_')}_change", args=[key])
    except NoReverseMatch:
        return ""


# The table

COLUMNS = (
    "at", "who", "act", "kind", "thing_id", "thing", "from_edition", "to_edition", "from_standing",
    "to_standing", "note",
)  # fmt: skip


class _Lines:
    """Takes the lines of the csv writer."""

    def write(self, line: str) -> str:
        return line


def lines_of(entries: QuerySet[Entry], standings: dict[str, Any]) -> Iterator[str]:
    """Return the table piece by piece, the newest entry first, times in the clinic's zone.

    Zone and language are those of now: the pieces are made when the request has been left behind.
    """
    acts = {act: str(label) for act, label in Act.choices}
    stood = {standing: str(label) for standing, label in standings.items()}
    names = [str(Entry._meta.get_field(name).verbose_name) for name in COLUMNS]  # type: ignore[union-attr]
    return _pieces(entries.values_list(*COLUMNS), names, acts, stood, timezone.get_current_timezone())


def _pieces(
    rows: Any, names: list[str], acts: dict[str, str], stood: dict[str, str], zone: tzinfo
) -> Iterator[str]:
    writer = csv.writer(_Lines())
    yield BOM + writer.writerow(names)
    piece = []
    for at, who, act, *others, before, after, note in rows.iterator(chunk_size=ROWS_A_PIECE):
        moment = at.astimezone(zone).isoformat(sep=" ", timespec="seconds")
        stands = (stood.get(before, before), stood.get(after, after))
        piece.append(
            writer.writerow(map(harmless, (moment, who, acts.get(act, act), *others, *stands, note)))
        )
        if len(piece) == ROWS_A_PIECE:
            yield "".join(piece)
            piece.clear()
    yield "".join(piece)


def harmless(cell: Any) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
