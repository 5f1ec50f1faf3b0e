from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from education.editorial.models import Person
from education.library.changes import changed_labels
from education.library.front import StarterError
from education.library.parcel import unpack
from education.library.receiving import ChangedMeanwhile, Outcome, Planned, bring_in, plan, receive
from education.library.zips import MAX_BYTES, too_large

SAID = {
    Outcome.NEW: "new here",
    Outcome.BESIDE: "other words than yours",
    Outcome.SAME: "you have it already",
    Outcome.WAITS: "waits, because a draft is in work",
}


class Command(BaseCommand):
    help = (
        "Show what a zip of documents would change, and with --yes bring it in as drafts. "
        "Nothing that the clinic has written is overwritten."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a zip that was exported here or at another clinic")
        parser.add_argument("--only", action="append", metavar="PATH", help="only this document; repeatable")
        parser.add_argument("--yes", action="store_true", help="bring the documents in")
        parser.add_argument("--by", metavar="USER", help="the account of the author of the drafts")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            received = receive(unpack(_content(options["file"])))
        except StarterError as error:
            raise CommandError(f"Nothing was imported. {error}") from error
        planned = [one for one in plan(received) if not options["only"] or one.text.path in options["only"]]
        for one in planned:
            self.stdout.write(_line(one))
        chosen = {one.text.path for one in planned if one.comes_in}
        if not options["yes"]:
            self.stdout.write(f"{len(chosen)} would arrive as drafts. Bring them in with --yes --by USER.")
            return
        person = _author(options["by"])
        try:
            drafts = bring_in(received, chosen, person) if chosen else []
        except ChangedMeanwhile as error:
            raise CommandError("Nothing was imported: somebody has begun to work on one of these.") from error
        except (StarterError, ValidationError) as error:
            raise CommandError(f"Nothing was imported. {error}") from error
        self.stdout.write(f"{len(drafts)} documents arrived as drafts.")


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise CommandError(f"Nothing was imported. {too_large()}")
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror or error}.") from error


def _line(planned: Planned) -> str:
    labels = changed_labels(planned.before, planned.text) if planned.before else []
    differing = f" ({', '.join(labels)})" if labels and planned.comes_in else ""
    return f"{planned.text.path}: {SAID[planned.outcome]}{differing}"


def _author(name: str | None) -> Person:
    if not name:
        raise CommandError("Nothing was imported. Name the account of their author: --by USER.")
    user = get_user_model().objects.filter(username=name).first()
    person = Person.of(user) if user else None
    if person is None:
        raise CommandError(f"Nothing was imported. No person under People has the account {name!r}.")
    return person
