"""The digest: what waits for a person, as one e-mail a day.

Numbers and links; of the person's own texts whose review is due also the titles, which patients can read.
"""

from collections.abc import Iterator

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from education.clinic.models import Clinic
from education.clinic.words import with_words
from education.desk.home import list_url
from education.desk.listing import Found, Listed, Reader, Wanted, ask
from education.desk.lists import WorkList, answered_for, lists_for
from education.desk.notices import Notice
from education.desk.telling import kind_of
from education.editorial.models import Person
from education.staff.roles import REVIEW

OF_MINE = ("to-review", "to-publish", "sent-back", "commented", "assigned")
# These are told to those who can do something about them, reviewers, and administrators who can ask one;
# and to whoever wrote or last reviewed such a text.
OF_THE_CLINIC = ("failing-safe", "stopping-soon", "overdue", "due-soon")
MOST = 10  # titles of a list


def digest(person: Person, clinic: Clinic) -> Notice | None:
    """Return what waits for a person with an account; ``None`` when nothing does."""
    reader = Reader(user=person.user, person=person, clinic=clinic)
    lists = [one for one in lists_for(reader) if one.name in OF_MINE + OF_THE_CLINIC]
    if not lists:
        return None
    found = ask(reader, **_wanted(lists, reader))
    told = [one for one in lists if _is_told(one, reader, found)]
    if not told:
        return None
    hello = gettext("This waits for you at %(site)s:") % {"site": clinic.name}
    return Notice(
        people=(person,),
        subject=gettext("%(site)s: what waits for you") % {"site": clinic.name},
        text="\n\n".join([hello, *("\n".join(_lines(one, reader, found)) for one in told)]),
        url=settings.SITE_URL + "/admin/",
    )


def _own(one: WorkList) -> str:
    return f"{one.name}-own"


def _wanted(lists: list[WorkList], reader: Reader) -> dict[str, Wanted]:
    wanted = {one.name: Wanted(which=one.which(reader), most=1) for one in lists}
    return wanted | {
        _own(one): Wanted(which=one.which(reader) & answered_for(reader), order=one.order(reader), most=MOST)
        for one in lists
        if one.name in OF_THE_CLINIC
    }


def _is_told(one: WorkList, reader: Reader, found: dict[str, Found]) -> bool:
    if one.name in OF_MINE or reader.may(REVIEW) or reader.may("clinic.change_clinic"):
        return found[one.name].total > 0
    return found[_own(one)].total > 0


def _lines(one: WorkList, reader: Reader, found: dict[str, Found]) -> Iterator[str]:
    yield f"{one.heading}: {found[one.name].total}"
    yield f"{settings.SITE_URL}{list_url(one.name)}"
    own = found.get(_own(one))
    if own is None or not own.total:
        return
    yield gettext("You wrote or last reviewed:")
    for text in own.rows:
        yield _named(text, reader.clinic)
    if more := own.total - len(own.rows):
        yield ngettext("- and %(number)d more", "- and %(number)d more", more) % {"number": more}


def _named(text: Listed, clinic: Clinic) -> str:
    facts = {
        "title": with_words(text.live_title or "", clinic.words),
        "kind": kind_of(text),
        "day": date_format(text.due_on) if text.due_on else "",
    }
    return gettext("- %(title)s (%(kind)s): review due on %(day)s") % facts
