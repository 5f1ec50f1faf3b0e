import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from education.editorial.editions import Edition
from education.editorial.models import OutsideLink, Source
from education.editorial.outside import is_public, try_address
from education.wording.links import links_of


class Command(BaseCommand):
    help = (
        "Try the links to other sites in all texts that are live or in work, and those of the sources. "
        "The desk and the checks before publishing tell which ones are dead. Run it by cron, once a week."
    )
    # Tests try addresses of their own machine.
    stealth_options = ("allowed",)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pause", type=float, default=1, help="Seconds between requests to one site.")
        parser.add_argument("--timeout", type=float, default=10, help="Seconds to wait for an answer.")

    def handle(
        self,
        *args: Any,
        pause: float,
        timeout: float,
        allowed: Callable[[str], bool] = is_public,
        **options: Any,
    ) -> None:
        began = timezone.now()
        addresses = sorted(address for address in set(addresses_in_use()) if len(address) <= LONGEST)
        dead, asked = 0, dict[str, float]()
        for address in addresses:
            site = urlsplit(address).netloc
            time.sleep(max(0.0, asked.get(site, 0) + pause - time.monotonic()))
            outcome = try_address(address, allowed=allowed, seconds=timeout)
            asked[site] = time.monotonic()
            found = {"works": outcome.works, "problem": _(outcome.problem) if outcome.problem else ""}
            OutsideLink.objects.update_or_create(
                url=address, defaults={**found, "checked_at": timezone.now()}
            )
            if not outcome.works:
                dead += 1
                self.stdout.write(f"{address}  {found['problem']}")
        OutsideLink.objects.filter(checked_at__lt=began).delete()
        self.stdout.write(_("%(all)s links tried, %(dead)s dead.") % {"all": len(addresses), "dead": dead})


LONGEST: int = OutsideLink._meta.get_field("url").max_length or 0


def addresses_in_use() -> Iterator[str]:
    """Yield each address of another site that patients can follow now, or once a draft is out."""
    for model in apps.get_models():
        if issubclass(model, Edition):
            editions: Any = model
            for rows in (editions.objects.in_force(), editions.objects.in_work()):
                for edition in rows.iterator(chunk_size=200):
                    yield from addresses_of(edition)
    yield from Source.objects.exclude(url="").values_list("url", flat=True)


def addresses_of(edition: Edition) -> Iterator[str]:
    for name, style in edition.reads.items():
        if style.is_markdown:
            yield from (link.href for link in links_of(getattr(edition, name)) if link.is_outside)
