"""The desk: what needs whoever opens the staff pages, the most pressing first.

Two queries, however many texts there are: one for all lists of texts, one for everything else. Other rooms
add notes of their own without being known here: the front door hands them in (``NoteSource``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import JSONObject
from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext

from education.desk.lately import lately, latest_entries
from education.desk.listing import Found, Listed, Reader, Wanted, ask
from education.desk.lists import WorkList, lists_for
from education.desk.telling import Known, Row, page_of, row_of
from education.editorial.kinds import kinds
from education.editorial.models import OutsideLink, Person
from education.editorial.rows import gather
from education.staff.roles import PUBLISH, REVIEW, WRITE

MOST = 5  # rows of a list on the desk
ALWAYS = ("to-review", "to-publish", "drafts")  # these say also that they are empty
ONLY_COUNTED = ("starter", "reasons")
# By how often a clinic begins one; kinds that are not named here come last.
OFTEN_WRITTEN = ("article", "checklist", "carecard", "regionpage")

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something to know that is no text: one or two sentences, and perhaps a link."""

    text: str
    url: str = ""
    link: str = ""
    is_loud: bool = False


class NoteSource(Protocol):
    """Where notes come from. ``parts`` names what is to be gathered (see ``rows.gather``) for ``notes``."""

    def parts(self, reader: Reader) -> dict[str, QuerySet[Any]]: ...

    def notes(self, reader: Reader, rows: Rows) -> Iterable[Note]: ...


@dataclass(frozen=True, kw_only=True)
class Block:
    """A list on the desk: how many there are in all, and the first of them."""

    name: str
    heading: str
    empty: str
    hint: str
    url: str
    total: int
    rows: list[Row]

    @property
    def is_loud(self) -> bool:
        return self.name == "failing-safe"

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of the first day."""

    text: str
    link: str
    url: str
    is_done: bool


def counted(things: QuerySet[Any]) -> QuerySet[Any]:
    """Return one row with the number of things, to be gathered with others."""
    one = things.order_by().annotate(all=Value(1)).values("all")
    number: QuerySet[Any] = one.annotate(row=JSONObject(number=Count("pk", distinct=True)))
    return number


def number_of(rows: Rows, name: str) -> int:
    return int(rows[name][0]["number"]) if rows[name] else 0


def list_url(name: str = "", **query: str) -> str:
    """Return the page of all texts, narrowed to a list or by its other filters."""
    chosen = ({"show": name} if name else {}) | query
    return page_of("texts") + (f"?{urlencode(chosen)}" if chosen else "")


def desk(request: HttpRequest, sources: Iterable[NoteSource] = ()) -> dict[str, Any]:
    """Return what the desk shows to whoever asks."""
    reader = Reader.of(request.user, request.clinic)  # type: ignore[attr-defined]
    lists = lists_for(reader)
    found = ask(
        reader,
        **{one.name: _wanted(one, reader) for one in lists},
        live=Wanted(which=Q(live__isnull=False), most=1),
    )
    shown = {one.name: _shown(one, found[one.name]) for one in lists}
    sources = (_Clinic(), _Links(), *sources)
    rows = gather(
        **Known.parts(text for texts in shown.values() for text in texts),
        **_parts(reader, sources),
        lately=latest_entries(),
        **there_already(),
    )
    known = Known.of(rows)
    blocks = [
        _block(one, found[one.name], [row_of(one.name, text, reader, known) for text in shown[one.name]])
        for one in lists
    ]
    return {
        "reader": reader,
        "blocks": [block for block in blocks if block.total or block.name in ALWAYS],
        "quiet": [block for block in blocks if not block.total and block.name not in ALWAYS],
        "notes": [*_own_notes(reader), *_notes(reader, sources, rows)],
        "steps": _first_day(reader, found, rows),
        "lately": lately(rows["lately"], reader),
        "has_role": any(reader.may(power) for power in (WRITE, REVIEW, PUBLISH)),
        "texts_url": list_url(),
        "add": kinds_to_add(reader, rows),
    }


def _wanted(one: WorkList, reader: Reader) -> Wanted:
    return Wanted(which=one.which(reader), order=one.order(reader), most=MOST)


def _shown(one: WorkList, found: Found) -> list[Listed]:
    return [] if one.name in ONLY_COUNTED else found.rows


def _block(one: WorkList, found: Found, rows: list[Row]) -> Block:
    return Block(
        name=one.name,
        heading=str(one.heading),
        empty=str(one.empty),
        hint=str(one.hint),
        url=list_url(one.name),
        total=found.total,
        rows=rows,
    )


# Notes


def _parts(reader: Reader, sources: Iterable[NoteSource]) -> dict[str, QuerySet[Any]]:
    return {name: part for source in sources for name, part in source.parts(reader).items()}


def _notes(reader: Reader, sources: Iterable[NoteSource], rows: Rows) -> list[Note]:
    return [note for source in sources for note in source.notes(reader, rows)]


def _own_notes(reader: Reader) -> Iterable[Note]:
    """Yield what the reader's own account lacks."""
    if reader.person is None:
        yield _unknown_person(reader)


def _unknown_person(reader: Reader) -> Note:
    text = gettext("You are not entered under People yet, so your name cannot stand under a text.")
    if not reader.may("editorial.add_person"):
        return Note(text=f"{text} {gettext('Ask an administrator to enter you there.')}")
    query = urlencode({"user": reader.user.pk, "name": reader.user.first_name})
    return Note(
        text=text,
        url=f"{page_of('editorial_person_add')}?{query}",
        link=gettext("Enter yourself under People"),
        is_loud=True,
    )


class _Clinic:
    """How the clinic works: alone or not, with e-mail or without."""

    def parts(self, reader: Reader) -> dict[str, QuerySet[Any]]:
        clinicians = Person.objects.filter(is_clinician=True, user__is_active=True)
        accounts = get_user_model()._default_manager.filter(is_active=True, is_staff=True)
        return {"clinicians": counted(clinicians), "accounts": counted(accounts)}

    def notes(self, reader: Reader, rows: Rows) -> Iterable[Note]:
        clinicians = number_of(rows, "clinicians")
        if reader.clinic.works_alone and clinicians > 1 and reader.may("clinic.change_clinic"):
            yield Note(
                text=gettext(
                    "‘One person runs this clinic’ is ticked, but %(number)d clinicians have accounts. "
                    "While it is ticked, whoever writes a text may also approve it."
                )
                % {"number": clinicians},
                url=page_of("clinic_clinic_changelist"),
                link=gettext("Clinic settings"),
                is_loud=True,
            )
        if not settings.EMAIL_HOST:
            yield Note(text=_without_email(reader))


def _without_email(reader: Reader) -> str:
    text = gettext(
        "E-mail is not set up, so nobody is told by e-mail when something waits for them: tell them yourself."
    )
    if not reader.may("clinic.change_clinic"):
        return text
    how = gettext("To switch it on, set EMAIL_HOST on the server: the file docs/hosting.md shows how.")
    return f"{text} {how}"


class _Links:
    """Outside links that did not answer when they were last tried."""

    def parts(self, reader: Reader) -> dict[str, QuerySet[Any]]:
        return {"dead_links": counted(OutsideLink.objects.filter(works=False))}

    def notes(self, reader: Reader, rows: Rows) -> Iterable[Note]:
        number = number_of(rows, "dead_links")
        if number and reader.may(WRITE):
            yield Note(
                text=ngettext(
                    "%(number)d link to another site does not answer.",
                    "%(number)d links to other sites do not answer.",
                    number,
                )
                % {"number": number},
                url=page_of("editorial_outsidelink_changelist"),
                link=gettext("See them, and where they stand"),
            )


# The first day


def _first_day(reader: Reader, found: dict[str, Found], rows: Rows) -> list[Step]:
    """Return the steps of a fresh clinic, for its administrators; none once all are gone."""
    clinic = reader.clinic
    if not (reader.may("auth.change_user") and reader.may("clinic.change_clinic")):
        return []
    unsigned, live = found["starter"].total if "starter" in found else 0, found["live"].total
    steps = [
        Step(
            text=gettext("Give each colleague an account of their own, with a role."),
            link=gettext("Accounts"),
            url=page_of("auth_user_changelist"),
            is_done=clinic.works_alone or number_of(rows, "accounts") > 1,
        ),
        Step(
            text=gettext("Enter who answers for the texts, and tick who is a clinician."),
            link=gettext("People"),
            url=page_of("editorial_person_changelist"),
            is_done=number_of(rows, "clinicians") > 0,
        ),
        Step(
            text=gettext("Let a clinician read the starter texts and sign each one."),
            link=gettext("Starter texts nobody has signed"),
            url=list_url("starter"),
            is_done=unsigned < live or live == 0,
        ),
        Step(
            text=gettext("Name your clinic, its country and its phones."),
            link=gettext("Clinic settings"),
            url=page_of("clinic_clinic_changelist"),
            is_done=bool(clinic.is_set_up and clinic.phone),
        ),
    ]
    return [] if all(step.is_done for step in steps) else steps


# Something new


def there_already() -> dict[str, QuerySet[Any]]:
    """Return in which languages the kinds are there that a language has only one of, to be gathered."""
    return {
        f"{kind.name}-languages": kind.document._base_manager.annotate(row=JSONObject(code="language"))
        for kind in kinds()
        if kind.is_one_for_each_language
    }


def kinds_to_add(reader: Reader, rows: Rows) -> list[dict[str, str]]:
    """Return the kinds of documents that the reader may begin, with the page of a new one.

    ``rows`` are those of ``there_already``.
    """
    found = []
    place = {name: place for place, name in enumerate(OFTEN_WRITTEN)}
    for kind in sorted(kinds(), key=lambda kind: place.get(kind.name, len(place))):
        opts = kind.document._meta
        there = {row["code"] for row in rows.get(f"{kind.name}-languages", ())}
        is_full = there.issuperset(reader.clinic.languages)
        if not is_full and reader.may(f"{opts.app_label}.add_{opts.model_name}"):
            url = page_of(f"{opts.app_label}_{opts.model_name}_add")
            found.append({"label": kind.label, "url": url})
    return found
