"""What is said about an edition, by colleagues and through preview links.

A comment is never changed and never deleted; it is settled, and can be opened again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext

from education.editorial.models import Comment, Person, PreviewLink
from education.editorial.rows import gather, moment
from education.editorial.verbs import check_power
from education.staff.models import Entry
from education.staff.roles import PUBLISH, REVIEW, WRITE
from education.staff.trail import Act, record

POWERS = (WRITE, REVIEW, PUBLISH)  # one of them is enough to say something
# Texts that sort an edition or speak to colleagues; everything else stands on the page.
NOT_ON_THE_PAGE = frozenset({"comment", "change_note", "regions", "related", "needs", "covers"})


def parts_of(edition: Any) -> list[tuple[str, str]]:
    """Return what a comment can be about, as choices: the whole page, its texts, its rows."""
    texts = [field for field in edition._meta.concrete_fields if _is_read(field)]
    rows = [(name, edition._meta.get_field(name).related_model._meta) for name in edition.parts]
    return [
        ("", gettext("The page as a whole")),
        *((field.name, _capital(field.verbose_name)) for field in texts),
        *((name, _capital(meta.verbose_name_plural)) for name, meta in rows),
    ]


def _is_read(field: Any) -> bool:
    is_text = isinstance(field, (models.CharField, models.TextField))
    is_word = is_text and not field.choices and not isinstance(field, models.SlugField)
    return is_word and field.editable and field.name not in NOT_ON_THE_PAGE


def _capital(name: Any) -> str:
    return str(name)[:1].upper() + str(name)[1:]


@transaction.atomic
def say(edition: Any, by: Person, text: str, field: str = "") -> Comment:
    """Add a colleague's comment; raise ``NotAllowed`` for somebody who has no part in publishing."""
    check_power(by, *POWERS)
    return _say(edition, text, field, user=by.user, by=by, said_by=str(by))


@transaction.atomic
def say_through(link: PreviewLink, edition: Any, name: str, text: str, field: str = "") -> Comment:
    """Add the comment of somebody outside. They may give any name, so the link's stands for who it was."""
    return _say(edition, text, field, link=link, said_by=name)


def _say(edition: Any, text: str, field: str, user: Any = None, **facts: Any) -> Comment:
    about: Any = {"edition_id": edition.pk, "kind": ContentType.objects.get_for_model(edition)}
    said: Comment = Comment.objects.create(**about, text=text, field=field, **facts)
    who = _outside(said.link.for_whom) if said.link else ""
    note = f"{said.text} ({_through(said.said_by)})" if said.link else said.text
    record(user, Act.COMMENT, edition, who=who, called=str(edition), note=note, to_edition=edition.number)
    return said


def _outside(for_whom: str) -> str:
    return gettext("%(name)s (outside)") % {"name": for_whom}


def _through(name: str) -> str:
    return gettext("signed “%(name)s”, through a preview link") % {"name": name}


@transaction.atomic
def settle(comment: Comment, edition: Any, by: Person, settled: bool = True) -> None:
    """Say that a comment is dealt with, or open it again. Repeating it changes nothing."""
    check_power(by, *POWERS)
    waiting = Comment.objects.filter(pk=comment.pk, settled_at__isnull=settled)
    if not waiting.settle(by if settled else None, timezone.now() if settled else None):
        return
    note = gettext("Settled: %(text)s") if settled else gettext("Opened again: %(text)s")
    said = note % {"text": comment.text}
    record(by.user, Act.COMMENT, edition, called=str(edition), note=said, to_edition=edition.number)


@dataclass(frozen=True, kw_only=True)
class Said:
    """Something said about an edition: a comment, or the words with which it was sent back.

    ``pk`` is there for comments only; ``field`` names the field it is about, if it is about one;
    ``through`` says that it came through a link, and under which name.
    """

    who: str
    at: datetime
    text: str
    pk: int | None = None
    field: str = ""
    about: str = ""
    through: str = ""
    settled_by: str = ""
    settled_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.pk is not None and self.settled_at is None


def thread(edition: Any) -> list[Said]:
    """Return all that was said about an edition, the oldest first. One query."""
    labels = dict(parts_of(edition))
    found = gather(comments=_comments(edition), sent_back=_sent_back(edition))
    said = [_said_in(row, edition, labels) for row in found["comments"]]
    said += [
        Said(who=_named(row) or row["who"], at=moment(row["at"]), text=row["text"])
        for row in found["sent_back"]
    ]
    return sorted(said, key=lambda one: (one.at, one.pk or 0))


def _named(row: Mapping[str, Any]) -> str:
    """Return the person of a row as patients see them named, or ``""``."""
    return str(Person(name=row["name"], credentials=row["credentials"])) if row["name"] else ""


def _comments(edition: Any) -> models.QuerySet[Any]:
    comments: models.QuerySet[Any] = Comment.objects.about(edition).annotate(
        row=JSONObject(
            pk="pk", who="said_by", at="made_at", text="text", field="field", link="link__for_whom",
            settled_at="settled_at", name="settled_by__name", credentials="settled_by__credentials",
        )
    )  # fmt: skip
    return comments


def _said_in(row: Mapping[str, Any], edition: Any, labels: dict[str, str]) -> Said:
    return Said(
        pk=row["pk"],
        who=_outside(row["link"]) if row["link"] else row["who"],
        at=moment(row["at"]),
        text=row["text"],
        field="" if row["field"] in edition.parts else row["field"],
        about=labels.get(row["field"], "") if row["field"] else "",
        through=_through(row["who"]) if row["link"] else "",
        settled_by=_named(row),
        settled_at=moment(row["settled_at"]) if row["settled_at"] else None,
    )


def _sent_back(edition: Any) -> models.QuerySet[Any]:
    """With which words it was sent back, from the trail: the edition itself keeps only the last ones."""
    entries = Entry.objects.filter(
        kind=edition._meta.label_lower, thing_id=str(edition.pk), act=Act.SEND_BACK
    )  # fmt: skip
    person = {"name": "user__person__name", "credentials": "user__person__credentials"}
    rows: models.QuerySet[Any] = entries.annotate(row=JSONObject(who="who", at="at", text="note", **person))
    return rows
