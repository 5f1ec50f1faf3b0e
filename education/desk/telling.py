"""What staff are told about texts in lists: who did what, since when, and what comes next, in sentences."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Max, Q
from django.db.models.functions import Coalesce, JSONObject
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from education.clinic.words import with_words
from education.desk.listing import Listed, Reader, in_words
from education.editorial.kinds import kinds, regions
from education.editorial.models import Person
from education.editorial.reviewing import Review, review_due
from education.editorial.rows import moment
from education.editorial.states import State
from education.staff.models import Entry
from education.staff.roles import REVIEW
from education.staff.trail import Act

MOVES = (Act.SUBMIT, Act.SEND_BACK, Act.APPROVE, Act.SAVE, Act.DRAFT, Act.ASSIGN, Act.SIGN)
IN_WORDS = timedelta(days=31)  # a moment longer ago is told by its day


def page_of(name: str, *args: Any) -> str:
    """Return the address of a staff page, or ``""`` where there is none."""
    try:
        return reverse(f"admin:{name}", args=args)
    except NoReverseMatch:
        return ""


def edition_url(text: Listed, edition: int | None = None, act: str = "") -> str:
    """Return the page of an edition of a text (the one to open first by default), or that of an act."""
    opts = text.kind_of_text.edition._meta
    place = f"{opts.app_label}_{opts.model_name}"
    pk = edition or text.edition
    if pk is None:
        return document_url(text)
    return page_of(f"{place}_act", pk, act) if act else page_of(f"{place}_change", pk)


def document_url(text: Listed) -> str:
    opts = text.kind_of_text.document._meta
    return page_of(f"{opts.app_label}_{opts.model_name}_change", text.pk)


def ago(moment: datetime | date, today: date) -> str:
    """Return when something was, as it stands in a sentence: today, 3 days ago, on March 3, 2026."""
    day = timezone.localdate(moment) if isinstance(moment, datetime) else moment
    days = (today - day).days
    if days <= 0:
        return gettext("today")
    if days == 1:
        return gettext("yesterday")
    if days <= IN_WORDS.days:
        return ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}
    return gettext("on %(day)s") % {"day": date_format(day, "DATE_FORMAT")}


def day_and_time(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


@dataclass(frozen=True, kw_only=True)
class Move:
    """Who did something with an edition last, and when."""

    who: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known around some texts: names of people, and the last moves by edition and act."""

    names: dict[int, str]
    moves: dict[tuple[str, str, str], Move]

    @classmethod
    def parts(cls, texts: Iterable[Listed]) -> dict[str, models.QuerySet[Any]]:
        """Return what to gather for some texts."""
        found = list(texts)
        keys = {
            key
            for text in found
            for key in (text.author, text.submitted_by, text.approved_by, text.assigned_to,
                        text.live_signed_by)
            if key
        }  # fmt: skip
        people = Person.objects.filter(pk__in=keys or {0}).annotate(row=JSONObject(pk="pk", name="name"))
        return {"people": people, "moves": _moves(found)}

    @classmethod
    def of(cls, rows: dict[str, list[dict[str, Any]]]) -> "Known":
        return cls(
            names={row["pk"]: row["name"] for row in rows["people"]},
            moves={
                (row["kind"], row["thing_id"], row["act"]): Move(who=row["who"], at=moment(row["at"]))
                for row in rows["moves"]
            },
        )

    def name(self, pk: int | None) -> str:
        return self.names.get(pk or 0, "")

    def move(self, text: Listed, edition: int | None, *acts: Act) -> Move | None:
        """Return the last of some moves of an edition of a text, if the trail knows one."""
        kind = text.kind_of_text.edition._meta.label_lower
        found = [self.moves.get((kind, str(edition), act)) for act in acts]
        return max((move for move in found if move), key=lambda move: move.at, default=None)


def _moves(texts: list[Listed]) -> models.QuerySet[Any]:
    """The last entry of each act about each of these editions."""
    about = Q(pk=None)
    for kind in kinds():
        editions = [
            str(pk)
            for text in texts
            if text.kind == kind.name
            for pk in (text.work, text.live)
            if pk
        ]  # fmt: skip
        if editions:
            about |= Q(kind=kind.edition._meta.label_lower, thing_id__in=editions)
    last = (
        Entry.objects.order_by()
        .filter(about, act__in=MOVES)
        .values("kind", "thing_id", "act")
        .annotate(last=Max("pk"))
        .values("last")
    )
    who = Coalesce("user__person__name", "who", output_field=models.CharField())
    found: models.QuerySet[Any] = Entry.objects.filter(pk__in=last).annotate(
        row=JSONObject(kind="kind", thing_id="thing_id", act="act", at="at", who=who)
    )
    return found


# A text in the desk's lists


def kind_of(text: Listed) -> str:
    """Return what a text is, where it belongs and its language: Care card, low back, Spanish."""
    known = dict(regions())
    places = [str(known[region]) for region in text.regions.split() if region in known]
    language = dict(settings.LANGUAGES).get(text.language, text.language)
    parts = [text.kind_of_text.label, *(place[:1].lower() + place[1:] for place in places)]
    return ", ".join([*parts, str(language)] if len(settings.LANGUAGES) > 1 else parts)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A text in a list: its title, what there is to know, and what to do about it."""

    title: str
    url: str
    kind: str
    said: str
    action: str
    action_url: str
    marks: tuple[str, ...] = ()
    is_quiet: bool = False  # to look at; nothing has to be done


def row_of(name: str, text: Listed, reader: Reader, known: Known) -> Row:
    """Return a text as it stands in a list of ``lists.py``."""
    teller = TELLERS.get(name, _other)
    review = review_due(text.due_on, text.risk, reader.clinic, reader.today)
    said, action, url, edition = teller(text, reader, known, review)
    return Row(
        title=with_words(text.title, reader.clinic.words),
        url=edition_url(text, edition),
        kind=kind_of(text),
        said=said,
        action=action,
        action_url=url,
        marks=tuple(_marks(name, text, reader)),
        is_quiet=action in {gettext("Look"), gettext("Open")},
    )


Told = tuple[str, str, str, int | None]


def _marks(name: str, text: Listed, reader: Reader) -> Iterable[str]:
    if text.risk == "emergency":
        yield gettext("Emergency text")
    if name != "assigned" and reader.pk and text.assigned_to == reader.pk:
        yield gettext("Assigned to you")


def _to_review(text: Listed, reader: Reader, known: Known, review: Review) -> Told:
    if text.state != State.IN_REVIEW:
        said = gettext("Signed by %(who)s. Emergency text needs a second person.") % {
            "who": known.name(text.live_signed_by)
        }
        return said, gettext("Sign"), edition_url(text, text.live, "sign"), text.live
    return _in_review(text, reader, known), gettext("Review"), edition_url(text, text.work), text.work


def _in_review(text: Listed, reader: Reader, known: Known) -> str:
    if text.approved_by:
        move = known.move(text, text.work, Act.APPROVE)
        who = known.name(text.approved_by)
        if move:
            facts = {"who": who, "when": ago(move.at, reader.today)}
            return gettext("Approved by %(who)s %(when)s. Emergency text needs a second person.") % facts
        return gettext("Approved by %(who)s. Emergency text needs a second person.") % {"who": who}
    move = known.move(text, text.work, Act.SUBMIT)
    if move:
        facts = {"who": known.name(text.submitted_by) or move.who, "when": ago(move.at, reader.today)}
        return gettext("Sent by %(who)s %(when)s.") % facts
    who = known.name(text.submitted_by) or known.name(text.author)
    return gettext("Sent by %(who)s.") % {"who": who} if who else ""


def _to_publish(text: Listed, reader: Reader, known: Known, review: Review) -> Told:
    said = _approved(text, reader, known)
    return said, gettext("Publish"), edition_url(text, text.work, "publish"), text.work


def _approved(text: Listed, reader: Reader, known: Known) -> str:
    move = known.move(text, text.work, Act.APPROVE)
    who = known.name(text.approved_by)
    if move:
        facts = {"who": who or move.who, "when": ago(move.at, reader.today)}
        return gettext("Approved by %(who)s %(when)s.") % facts
    return gettext("Approved by %(who)s.") % {"who": who} if who else ""


def _waiting(text: Listed, reader: Reader, known: Known, review: Review) -> Told:
    if text.state == State.IN_REVIEW:
        said = f"{gettext('It is in review.')} {_in_review(text, reader, known)}"
    else:
        said = f"{_approved(text, reader, known)} {gettext('Now it has to be published.')}"
    return said, gettext("Look"), edition_url(text, text.work), text.work


def _sent_back(text: Listed, reader: Reader, known: Known, review: Review) -> Told:
    move = known.move(text, text.work, Act.SEND_BACK)
    said = gettext("It says there what should change.")
    if move:
        facts = {"who": move.who, "when": ago(move.at, reader.today)}
        said = gettext("Sent back by %(who)s %(when)s, with what should change.") % facts
    return said, gettext("Go on writing"), edition_url(text, text.work), text.work


def _draft(text: Listed, reader: Reader, known: Known, review: Review) -> Told:
    move = known.move(text, text.work, Act.SAVE, Act.DRAFT)
    said = ""
    if move:
        said = gettext("Last saved %(when)s.") % {"when": ago(move.at, reader.today)}
    elif text.written_on:
        said = gettext("Begun %(when)s.") % {"when": ago(text.written_on, reader.today)}
    return said, gettext("Go on writing"), edition_url(text, text.work), text.work


def _commented(text: Listed, reader: Reader, known: Known, review: Review) -> Told:
    said = ngettext("%(number)d open comment.", "%(number)d open comments.", text.comments)
    url = edition_url(text, text.work) + "#comments"
    return said % {"number": text.comments}, gettext("Read"), url, text.work


def _assigned(text: Listed, reader: Reader, known: Known, review: Review) -> Told:
    move = known.move(text, text.work, Act.ASSIGN)
    said = gettext("It is %(state)s.") % {"state": state_of(text)}
    if move:
        facts = {"who": move.who, "when": ago(move.at, reader.today), "state": state_of(text)}
        said = gettext("By %(who)s %(when)s. It is %(state)s.") % facts
    action = gettext("Go on writing") if text.state == State.DRAFT else gettext("Open")
    return said, action, edition_url(text, text.work), text.work


def _scheduled(text: Listed, reader: Reader, known: Known, review: Review) -> Told:
    said = []
    if text.coming_from:
        said.append(gettext("On %(moment)s it goes live.") % {"moment": day_and_time(text.coming_from)})
    if text.retire_from:
        said.append(gettext("On %(moment)s it leaves the site.") % {"moment": day_and_time(text.retire_from)})
    edition = text.coming or text.live
    return " ".join(said), gettext("Look"), edition_url(text, edition), edition


def _due(text: Listed, reader: Reader, known: Known, review: Review) -> Told:
    said = review.sentence
    if text.work:
        said = f"{said} {gettext('A newer edition is %(state)s.') % {'state': state_of(text)}}"
        return said, gettext("Open"), edition_url(text, text.work), text.live
    if reader.person and reader.person.is_clinician and reader.may(REVIEW):
        return said, gettext("Review"), edition_url(text, text.live, "sign"), text.live
    return said, gettext("Look"), edition_url(text, text.live), text.live


def _behind(text: Listed, reader: Reader, known: Known, review: Review) -> Told:
    said = gettext("The original has gone live anew since this was checked.")
    if text.work:
        said = f"{said} {gettext('A newer edition is %(state)s.') % {'state': state_of(text)}}"
        return said, gettext("Open"), edition_url(text, text.work), text.live
    return said, gettext("Bring up to date"), edition_url(text, text.live, "edit"), text.live


def _other(text: Listed, reader: Reader, known: Known, review: Review) -> Told:
    who = known.name(text.author)
    said = gettext("Written by %(who)s.") % {"who": who} if who else ""
    return said, gettext("Open"), edition_url(text), text.edition


def _untouched(text: Listed, reader: Reader, known: Known, review: Review) -> Told:
    who = known.name(text.author)
    move = known.move(text, text.work, Act.SAVE, Act.DRAFT)
    since = move.at if move else text.written_on
    if who and since:
        facts = {"who": who, "when": ago(since, reader.today)}
        said = gettext("Written by %(who)s, last touched %(when)s.") % facts
    else:
        said = gettext("Last touched %(when)s.") % {"when": ago(since, reader.today)} if since else ""
    return said, gettext("Open"), edition_url(text, text.work), text.work


def state_of(text: Listed) -> str:
    """Return where the edition in work stands, in words; ``""`` without one."""
    return in_words(text.state) if text.state else ""


TELLERS = {
    "to-review": _to_review,
    "to-publish": _to_publish,
    "waiting": _waiting,
    "sent-back": _sent_back,
    "drafts": _draft,
    "commented": _commented,
    "assigned": _assigned,
    "scheduled": _scheduled,
    "failing-safe": _due,
    "stopping-soon": _due,
    "overdue": _due,
    "due-soon": _due,
    "behind": _behind,
    "untouched": _untouched,
}
