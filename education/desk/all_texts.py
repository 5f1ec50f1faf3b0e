"""All texts of all kinds in one list: searched, narrowed, sorted. Every count on the desk leads here."""

from dataclasses import dataclass
from math import ceil
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.db.models.functions import JSONObject
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import formats
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from education.clinic.models import Risk
from education.clinic.words import with_words
from education.desk.home import kinds_to_add, there_already
from education.desk.listing import Found, Listed, Reader, Wanted, ask
from education.desk.lists import LISTS, STANDINGS, lists_for
from education.desk.telling import Known, day_and_time, edition_url, kind_of, state_of
from education.editorial.kinds import kinds, regions
from education.editorial.models import Person
from education.editorial.reviewing import Due, review_due
from education.editorial.rows import gather
from education.staff.roles import PUBLISH, REVIEW, WRITE

ON_A_PAGE = 50
FIRST_FIELDS = ("q", "show", "standing")  # the others are folded away
MOST_PEOPLE = 100  # names to choose from; in a clinic there are a handful

# By the name in the address: the heading of the column, and the order.
SORTS: dict[str, tuple[Any, Any]] = {
    "title": (_("Title"), F("title")),
    "kind": (_("Kind"), F("kind")),
    "live": (_("Patients see"), F("live_from")),
    "work": (_("In work"), F("state")),
    "review": (_("Next review"), F("due_on")),
}


class NarrowForm(forms.Form):
    """By what the list is narrowed. What is not understood narrows nothing."""

    q = forms.CharField(label=_("Search titles and addresses"), required=False, strip=True, max_length=100)
    show = forms.ChoiceField(label=_("What waits"), required=False)
    standing = forms.ChoiceField(label=_("Status"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    risk = forms.ChoiceField(label=_("Risk"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    assigned = forms.ChoiceField(label=_("Assigned to"), required=False)

    use_required_attribute = False

    def __init__(self, asked: Any, reader: Reader, people: list[tuple[int, str]]) -> None:
        super().__init__(asked, auto_id="narrow_%s")
        known = {one.name for one in lists_for(reader)}
        choices: dict[str, list[tuple[Any, Any]]] = {
            "show": [(one.name, one.heading) for one in LISTS if one.name in known],
            "standing": [(name, label) for name, (label, _which) in STANDINGS.items()],
            "kind": [(kind.name, kind.label) for kind in kinds()],
            "region": list(regions()),
            "risk": list(Risk.choices),
            "language": list(settings.LANGUAGES),
            "assigned": [("nobody", _("nobody")), *((str(pk), name) for pk, name in people)],
        }
        for name, some in choices.items():
            field: Any = self.fields[name]
            field.choices = [("", _("all")), *some]
        if len(settings.LANGUAGES) < 2:
            del self.fields["language"]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A text as a line of the list."""

    title: str
    url: str
    slug: str
    kind: str
    patients_see: list[str]
    in_work: str
    waits_for: str
    due_on: Any
    due: str
    is_overdue: bool


def all_texts(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show the list. ``context`` is that of every staff page."""
    reader = Reader.of(request.user, request.clinic)  # type: ignore[attr-defined]
    if not any(reader.may(power) for power in (WRITE, REVIEW, PUBLISH)):
        raise PermissionDenied
    asked = request.GET
    page = int(asked["page"]) if asked.get("page", "").isdecimal() and len(asked["page"]) < 7 else 1
    found = ask(reader, texts=_wanted(asked, reader, max(page, 1)))["texts"]
    if page > 1 and not found.rows:
        return HttpResponseRedirect("?" + _query(asked, page=None))
    rows = gather(**Known.parts(found.rows), accounts=_people(), **there_already())
    people = sorted(((row["pk"], row["name"]) for row in rows["accounts"]), key=lambda one: one[1])
    form = NarrowForm(asked, reader, people)
    shown = next((one for one in lists_for(reader) if one.name == asked.get("show")), None)
    context = context | {
        "title": str(shown.heading) if shown else gettext("All texts"),
        "first_fields": [form[name] for name in FIRST_FIELDS],
        "more_fields": [field for field in form if field.name not in FIRST_FIELDS],
        "lines": [_line(text, reader, Known.of(rows)) for text in found.rows],
        "columns": _columns(asked),
        "total": ngettext("%(number)d text", "%(number)d texts", found.total) % {"number": found.total},
        "nothing": shown.empty if shown and not _narrowed(asked, "show") else "",
        "is_narrowed": _narrowed(asked),
        "is_narrowed_more": _narrowed(asked, *FIRST_FIELDS),
        "hidden": {"sort": asked["sort"]} if asked.get("sort") else {},
        "pages": _pages(asked, found, page),
        "add": kinds_to_add(reader, rows),
    }
    return TemplateResponse(request, "admin/desk/desk_texts.html", context)


def _people() -> QuerySet[Any]:
    """Everybody to whom something can be assigned, as rows."""
    some = Person.objects.filter(user__is_active=True).order_by("name").values("pk")[:MOST_PEOPLE]
    people: QuerySet[Any] = Person.objects.filter(pk__in=some).annotate(row=JSONObject(pk="pk", name="name"))
    return people


def _narrowed(asked: Any, *besides: str) -> bool:
    names = [name for name in NarrowForm.base_fields if name not in besides]
    return any(asked.get(name) for name in names)


def _wanted(asked: Any, reader: Reader, page: int) -> Wanted:
    which = Q()
    for word in asked.get("q", "")[:100].split():
        which &= Q(title__icontains=word) | Q(slug__icontains=word)
    if asked.get("standing") in STANDINGS:
        which &= STANDINGS[asked["standing"]][1]
    for name, column in (("kind", "kind"), ("risk", "risk"), ("language", "language")):
        if asked.get(name):
            which &= Q(**{column: asked[name][:40]})
    if asked.get("region") in dict(regions()):
        which &= Q(regions__contains=asked["region"])
    which &= _assigned_to(asked.get("assigned", ""))
    order: tuple[Any, ...] = ("title",)
    shown = next((one for one in lists_for(reader) if one.name == asked.get("show")), None)
    if shown:
        which, order = which & shown.which(reader), shown.order(reader)
    name, is_down = _sort(asked)
    if name:
        column = SORTS[name][1]
        order = (column.desc(nulls_last=True) if is_down else column.asc(nulls_last=True), "title")
    return Wanted(which=which, order=order, most=ON_A_PAGE, first=(page - 1) * ON_A_PAGE)


def _assigned_to(who: str) -> Q:
    if who == "nobody":
        return Q(work__isnull=False, assigned_to=None)
    return Q(work__isnull=False, assigned_to=int(who)) if who.isdecimal() and len(who) < 19 else Q()


def _sort(asked: Any) -> tuple[str, bool]:
    """Return by which column the list is sorted, if by one, and whether downwards."""
    sort = asked.get("sort", "")
    name = sort.removeprefix("-")
    return (name, sort.startswith("-")) if name in SORTS else ("", False)


def _query(asked: Any, **changes: str | None) -> str:
    """Return the query of the page with some changes; ``None`` takes a part away."""
    known = (*NarrowForm.base_fields, "sort", "page")
    query = {name: asked[name] for name in known if asked.get(name)} | changes
    return urlencode({name: value for name, value in query.items() if value is not None})


def _columns(asked: Any) -> list[dict[str, Any]]:
    current, is_down = _sort(asked)
    return [
        {
            "name": name,
            "label": label,
            "query": _query(asked, sort=f"-{name}" if name == current and not is_down else name, page=None),
            "order": ("descending" if is_down else "ascending") if name == current else "",
        }
        for name, (label, _column) in SORTS.items()
    ]


def _pages(asked: Any, found: Found, page: int) -> dict[str, Any]:
    last = max(ceil(found.total / ON_A_PAGE), 1)
    before = _query(asked, page=str(page - 1) if page > 2 else None) if page > 1 else None
    return {
        "number": page,
        "last": last,
        "previous": before,
        "next": _query(asked, page=str(page + 1)) if page < last else None,
    }


def _line(text: Listed, reader: Reader, known: Known) -> Line:
    review = review_due(text.due_on, text.risk, reader.clinic, reader.today)
    author = known.name(text.author)
    work = state_of(text)
    return Line(
        title=with_words(text.title, reader.clinic.words),
        url=edition_url(text),
        slug=text.slug,
        kind=kind_of(text),
        patients_see=_patients_see(text),
        in_work=f"{work} ({author})" if work and author else work,
        waits_for=known.name(text.assigned_to),
        due_on=formats.date_format(text.due_on, "DATE_FORMAT") if text.due_on else "",
        due=str(review.due.label) if review.due not in {Due.FINE, Due.UNREVIEWED} else "",
        is_overdue=review.is_urgent,
    )


def _patients_see(text: Listed) -> list[str]:
    said = []
    if text.live is None:
        said.append(gettext("nothing"))
    elif text.is_starter:
        said.append(gettext("edition %(number)d, not yet signed") % {"number": text.live_number})
    else:
        said.append(gettext("edition %(number)d") % {"number": text.live_number})
    if text.coming_from:
        said.append(gettext("a new one from %(moment)s") % {"moment": day_and_time(text.coming_from)})
    if text.retire_from:
        said.append(gettext("until %(moment)s") % {"moment": day_and_time(text.retire_from)})
    if text.behind:
        said.append(gettext("behind its original"))
    return said
