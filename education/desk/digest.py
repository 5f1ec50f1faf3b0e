"""The digest: what waits for a person, as one e-mail a day. Numbers and links, no word of any text."""

from django.conf import settings
from django.utils.translation import gettext

from education.clinic.models import Clinic
from education.desk.home import list_url
from education.desk.listing import Reader, Wanted, ask
from education.desk.lists import WorkList, lists_for
from education.desk.notices import Notice
from education.editorial.models import Person
from education.staff.roles import REVIEW

OF_MINE = ("to-review", "to-publish", "sent-back", "commented", "assigned")
# These are told to those who can do something about them: reviewers, and administrators who can ask one.
OF_THE_CLINIC = ("failing-safe", "stopping-soon", "overdue", "due-soon")


def digest(person: Person, clinic: Clinic) -> Notice | None:
    """Return what waits for a person with an account; ``None`` when nothing does."""
    reader = Reader(user=person.user, person=person, clinic=clinic)
    lists = [one for one in lists_for(reader) if _is_told(one, reader)]
    if not lists:
        return None
    found = ask(reader, **{one.name: Wanted(which=one.which(reader), most=1) for one in lists})
    lines = [
        f"{one.heading}: {found[one.name].total}\n{settings.SITE_URL}{list_url(one.name)}"
        for one in lists
        if found[one.name].total
    ]
    if not lines:
        return None
    hello = gettext("This waits for you at %(site)s:") % {"site": clinic.name}
    return Notice(
        people=(person,),
        subject=gettext("%(site)s: what waits for you") % {"site": clinic.name},
        text="\n\n".join([hello, *lines]),
        url=settings.SITE_URL + "/admin/",
    )


def _is_told(one: WorkList, reader: Reader) -> bool:
    if one.name in OF_THE_CLINIC:
        return reader.may(REVIEW) or reader.may("clinic.change_clinic")
    return one.name in OF_MINE
