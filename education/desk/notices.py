"""Notices by e-mail: that something waits, and where. Never a word of the text itself.

An act is done before its notice goes out, so a mail server that does not answer breaks nothing: staff are
told, and the server's log keeps why.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from education.clinic.models import Clinic
from education.editorial.models import Person
from education.editorial.states import State
from education.staff.models import Entry
from education.staff.roles import PUBLISH, REVIEW
from education.staff.trail import Act

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One message to several people, each of whom gets it alone: no one sees who else did."""

    people: tuple[Person, ...]
    subject: str
    text: str
    url: str  # of a staff page, in full

    def mails(self) -> list[EmailMessage]:
        footer = gettext("You get this because you have an account at %(site)s.") % {
            "site": settings.SITE_URL
        }
        body = f"{self.text}\n\n{self.url}\n\n-- \n{footer}\n"
        return [
            EmailMessage(subject=self.subject, body=body, to=[person.user.email])
            for person in self.people
            if person.user and person.user.email
        ]


def is_on() -> bool:
    """Whether the site can send e-mail."""
    return bool(settings.EMAIL_HOST)


def send(notices: Iterable[Notice]) -> bool:
    """Send notices; return whether all could be sent. Why not is in the log, without any address."""
    mails = [mail for notice in notices for mail in notice.mails()]
    return not mails or _sent(mails)


def _sent(mails: list[EmailMessage]) -> bool:
    """Send each mail by itself, so that one wrong address keeps no other from going out."""
    failed = len(mails)
    why: Exception | None = None
    try:
        connection = get_connection()
        connection.open()
        for mail in mails:
            try:
                connection.send_messages([mail])
                failed -= 1
            except Exception as error:  # whatever goes wrong with a mail, the act it tells of is done
                why = error
        connection.close()
    except Exception as error:
        why = error
    if why:
        logger.error("%d of %d e-mails could not be sent: %s", failed, len(mails), _told(why))
    return why is None


def _told(error: Exception) -> str:
    """Return what went wrong without the addresses that some errors name."""
    facts = (type(error).__name__, getattr(error, "strerror", ""), getattr(error, "smtp_code", ""))
    return " ".join(str(fact) for fact in facts if fact)


def after_act(request: HttpRequest, name: str, edition: Any, by: Person) -> None:
    """Tell whom an act concerns, once it is in the database."""
    if is_on():
        _send_later(request, _notices_of_act(name, edition, by))


def after_comment(request: HttpRequest | None, edition: Any, by: Person | None) -> None:
    """Tell the author, and whoever has it to do, that something was said; ``by`` is unknown for visitors."""
    if not is_on():
        return
    about = Q(pk__in=[pk for pk in (edition.author_id, edition.assigned_to_id) if pk])
    text = gettext("Somebody commented on a text of yours (%(kind)s).")
    if by:
        text = gettext("%(who)s commented on a text of yours (%(kind)s).")
    subject = gettext("A comment on a text of yours")
    _send_later(request, [_notice(edition, by, _people(about, by), subject, text, "#comments")])


def _send_later(request: HttpRequest | None, notices: list[Notice]) -> None:
    def go() -> None:
        if not send(notices) and request is not None:
            messages.warning(
                request,
                gettext("The e-mail about it could not be sent. Tell your colleagues yourself."),
            )

    transaction.on_commit(go)


def _notices_of_act(name: str, edition: Any, by: Person) -> list[Notice]:
    if name == "submit" or (name == "approve" and edition.state == State.IN_REVIEW):
        subject = gettext("A text waits for your review")
        text = gettext("%(who)s sent a text (%(kind)s) to review.")
        if name == "approve":
            text = gettext("%(who)s approved a text (%(kind)s). Emergency text needs a second person.")
        return [_notice(edition, by, _reviewers(edition, by), subject, text)]
    if name == "sign" and edition.signed_by_id:
        subject = gettext("A text waits for your signature")
        text = gettext("%(who)s signed a text (%(kind)s). Emergency text needs a second person.")
        return [_notice(edition, by, _reviewers(edition, by), subject, text)]
    if name == "approve":
        subject = gettext("A text waits to be published")
        text = gettext("%(who)s approved a text (%(kind)s). It waits to be published.")
        return [_notice(edition, by, _able(PUBLISH, edition, by), subject, text)]
    if name == "send-back":
        subject = gettext("A text was sent back to you")
        text = gettext("%(who)s sent a text (%(kind)s) back to you. What should change stands on its page.")
        writers = Q(pk=edition.author_id) | Q(user__pk__in=_who_submitted(edition))
        return [_notice(edition, by, _people(writers, by), subject, text)]
    if name == "assign" and edition.assigned_to_id:
        subject = gettext("A text was assigned to you")
        text = gettext("%(who)s assigned a text (%(kind)s) to you.")
        return [_notice(edition, by, _people(Q(pk=edition.assigned_to_id), by), subject, text)]
    return []


def _notice(
    edition: Any, by: Person | None, people: Iterable[Person], subject: str, text: str, place: str = ""
) -> Notice:
    opts = edition._meta
    page = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[edition.pk])
    facts = {"who": by.name if by else "", "kind": edition.document._meta.verbose_name}
    return Notice(
        people=tuple(people),
        subject=f"{Clinic.load().name}: {subject}",
        text=text % facts,
        url=f"{settings.SITE_URL}{page}{place}",
    )


def _people(which: Q, by: Person | None) -> list[Person]:
    """People with an account that works and an address, but not who acts: they know."""
    people = Person.objects.filter(which, user__is_active=True).exclude(user__email="")
    return list(people.exclude(pk=by.pk if by else 0).select_related("user"))


def _able(power: str, edition: Any, by: Person, which: Q | None = None) -> list[Person]:
    """Who has a power; if the edition is assigned to one of them, then only they."""
    people = _people((which or Q()) & Q(pk__in=Person.objects.who_may(power).values("pk")), by)
    assigned = [person for person in people if person.pk == edition.assigned_to_id]
    return assigned or people


def _reviewers(edition: Any, by: Person) -> list[Person]:
    """Clinicians who may review it: not who wrote words of it or sent it, unless one works alone."""
    which = Q(is_clinician=True)
    if not Clinic.load().works_alone:
        which &= ~Q(pk__in=edition.writers().values("pk"))
    return _able(REVIEW, edition, by, which)


def _who_submitted(edition: Any) -> list[int]:
    """The account that sent it to review last: the edition itself has forgotten it."""
    sent = Entry.objects.filter(
        kind=edition._meta.label_lower, thing_id=str(edition.pk), act=Act.SUBMIT
    ).order_by("-pk")  # fmt: skip
    return [user for user in sent.values_list("user_id", flat=True)[:1] if user]
