from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from education.library.front import StarterError
from education.library.loading import MODELS
from education.library.sending import export
from education.staff.trail import Act, record


class Command(BaseCommand):
    help = (
        "Write documents with their sources and pictures into one zip, in the format of the starter library."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the zip to write")
        parser.add_argument(
            "--kind", choices=list(MODELS), action="append", help="only this kind; repeatable"
        )
        parser.add_argument("--language", choices=list(dict(settings.LANGUAGES)), default="")
        parser.add_argument("--newest", action="store_true", help="the newest words, also of drafts")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            content, texts = export(
                options["kind"] or list(MODELS), newest=options["newest"], language=options["language"]
            )
            file.write_bytes(content)
        except StarterError as error:
            raise CommandError(f"Nothing was exported. {error}") from error
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror or error}.") from error
        record(None, Act.EXPORT, who="export_library", called=file.name, note=f"{len(texts)} documents")
        self.stdout.write(f"Wrote {len(texts)} documents to {file}.")
