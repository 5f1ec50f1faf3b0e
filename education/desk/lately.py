"""What changed lately: the last things that were done to texts, in sentences, from the audit trail."""

from typing import Any

from django.db import models
from django.db.models.functions import Coalesce, JSONObject
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.clinic.words import with_words
from education.desk.listing import Reader
from education.desk.telling import ago, page_of
from education.editorial.kinds import kinds
from education.editorial.rows import moment
from education.editorial.states import Standing
from education.staff.models import Entry
from education.staff.trail import Act

DONE = {
    Act.ADD: _("{who} added {thing}."),
    Act.SAVE: _("{who} saved {thing}."),
    Act.DELETE: _("{who} deleted {thing}."),
    Act.SUBMIT: _("{who} sent {thing} to review."),
    Act.SEND_BACK: _("{who} sent {thing} back."),
    Act.WITHDRAW: _("{who} withdrew {thing} from review."),
    Act.APPROVE: _("{who} approved {thing}."),
    Act.PUBLISH: _("{who} published {thing}."),
    Act.SCHEDULE: _("{who} scheduled {thing}."),
    Act.TAKE_BACK: _("{who} took {thing} back."),
    Act.SIGN: _("{who} signed {thing}, without a change."),
    Act.RETIRE: _("{who} retired {thing}."),
    Act.KEEP: _("{who} canceled the retirement of {thing}."),
    Act.ASSIGN: _("{who} assigned {thing}."),
    Act.DRAFT: _("{who} started a new draft of {thing}."),
    Act.COMMENT: _("{who} commented on {thing}."),
    Act.RATE: _("{who} rated {thing} with PEMAT."),
    Act.LINK: _("{who} made a preview link for {thing}."),
    Act.LINK_CLOSED: _("{who} closed a preview link for {thing}."),
    Act.IMPORT: _("{who} imported {thing}."),
}
# What the act alone would tell wrongly: a page that is still there, and one draft of several.
PLANNED_RETIREMENT = _("{who} planned when to retire {thing}.")
DRAFT_DELETED = _("{who} deleted a draft of {thing}.")
LATELY, LOOK_BACK, READ = 8, 300, 24  # shown; entries looked through; entries of which some may be one


def latest_entries() -> models.QuerySet[Any]:
    """The newest entries about texts, as rows. Only the newest of all are looked through."""
    labels = [model._meta.label_lower for kind in kinds() for model in (kind.edition, kind.document)]
    newest = Entry.objects.order_by("-pk").values("pk")[:LOOK_BACK]
    about = Entry.objects.filter(pk__in=newest, kind__in=labels, act__in=list(DONE)).order_by("-pk")
    who = Coalesce("user__person__name", "who", output_field=models.CharField())
    found: models.QuerySet[Any] = Entry.objects.filter(pk__in=about.values("pk")[:READ]).annotate(
        row=JSONObject(
            pk="pk", kind="kind", thing_id="thing_id", act="act", at="at", thing="thing", who=who,
            edition="to_edition", after="to_standing",
        )
    )  # fmt: skip
    return found


def lately(rows: list[dict[str, Any]], reader: Reader) -> list[dict[str, str]]:
    """Return the last things that were done to texts: a sentence with a link, and when.

    What somebody did twice in a row to one text stands there once.
    """
    told, last = [], None
    for row in sorted(rows, key=lambda row: -int(row["pk"])):
        what = (row["who"], row["act"], row["kind"], row["thing_id"])
        if what != last:
            said = _sentence(row, reader.clinic.words)
            told.append({"said": said, "when": ago(moment(row["at"]), reader.today)})
        last = what
    return told[:LATELY]


def _sentence(row: dict[str, Any], words: dict[str, str]) -> str:
    url = page_of(f"{row['kind'].replace('.', '_')}_change", row["thing_id"])
    thing = format_html("“{}”", with_words(row["thing"], words))
    if url and row["act"] != Act.DELETE:
        thing = format_html('<a href="{}">{}</a>', url, thing)
    return format_html(str(_done(row)), who=row["who"] or gettext("The site"), thing=thing)


def _done(row: dict[str, Any]) -> Any:
    if row["act"] == Act.RETIRE and row["after"] == Standing.LIVE:
        return PLANNED_RETIREMENT
    if row["act"] == Act.DELETE and row["edition"]:
        return DRAFT_DELETED
    return DONE[Act(row["act"])]
