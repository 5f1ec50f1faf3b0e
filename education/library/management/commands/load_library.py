from typing import Any

from django.core.management.base import BaseCommand, CommandError

from education.library.files import StarterError
from education.library.loading import load


class Command(BaseCommand):
    help = "Load what is new in the starter library. What the clinic has written stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = load()
        except StarterError as error:
            raise CommandError(f"The starter library was not loaded. {error}") from error
        if result.added or result.replaced or result.beside:
            self.stdout.write(
                f"Starter library: {result.added} added, {result.replaced} brought up to date, "
                f"{result.beside} newer texts wait as drafts beside yours."
            )
        if result.waiting:
            self.stdout.write(
                f"Starter library: {result.waiting} newer texts wait until your drafts are finished."
            )
