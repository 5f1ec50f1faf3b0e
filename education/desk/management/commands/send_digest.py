from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from education.clinic.models import Clinic
from education.desk.digest import digest
from education.desk.notices import Notice, is_on, send
from education.editorial.models import Person


class Command(BaseCommand):
    help = (
        "Tell each colleague by e-mail what waits for them and which reviews are due. Nobody gets more than "
        "one a day, and nobody gets an empty one. Run it by cron, each morning."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Print what would be sent, send nothing.")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        clinic = Clinic.load()
        with translation.override(clinic.first_language), timezone.override(clinic.zone):
            if not is_on():
                self.stdout.write(_("E-mail is not set up (EMAIL_HOST is empty), so this is only printed:"))
            if dry_run or not is_on():
                self._print(clinic)
            else:
                self._send(clinic)

    def _print(self, clinic: Clinic) -> None:
        digests = self._digests(Person.objects.all(), clinic)
        if not digests:
            self.stdout.write(_("Nobody has anything waiting."))
        for person, notice in digests:
            address = person.user.email if person.user else ""
            self.stdout.write(f"\n{person.name} <{address or _('no address')}>\n{notice.text}")

    def _send(self, clinic: Clinic) -> None:
        today = timezone.localdate()
        waiting = Q(digest_sent_on=None) | Q(digest_sent_on__lt=today)
        sent = failed = 0
        for person, notice in self._digests(Person.objects.filter(waiting).exclude(user__email=""), clinic):
            # Taken before it is sent: two commands at once send one e-mail.
            mine = Person.objects.filter(waiting, pk=person.pk)
            if not mine.update(digest_sent_on=today):
                continue
            if send([notice]):
                sent += 1
            else:
                failed += 1
                Person.objects.filter(pk=person.pk).update(digest_sent_on=person.digest_sent_on)
        outcome = {"sent": sent, "failed": failed}
        self.stdout.write(_("%(sent)d sent, %(failed)d could not be sent.") % outcome)

    def _digests(self, people: Any, clinic: Clinic) -> list[tuple[Person, Notice]]:
        with_account = people.filter(user__is_active=True).select_related("user").order_by("pk")
        digests = ((person, digest(person, clinic)) for person in with_account)
        return [(person, notice) for person, notice in digests if notice]
