"""Serve the style sheets, written one file per block, as one: ``css/site.css``.

A patient on a slow phone pays for every request, an author for every long file. Cascade layers make
the order of the files irrelevant, apart from ``tokens.css``, which names the layers.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from threading import get_ident
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage

NAME = "css/site.css"


def css_files() -> list[Path]:
    """Return the files that make up the sheet, ``tokens.css`` first."""
    folder = Path(settings.BASE_DIR) / "static" / "css"
    files = [path for path in folder.rglob("*.css") if "admin" not in path.stem]
    return sorted(files, key=lambda path: (path.name != "tokens.css", str(path)))


def stylesheet() -> str:
    """Return the whole sheet, without comments and indentation, which are for us."""
    whole = "\n".join(path.read_text() for path in css_files())
    lines = re.sub(r"/\*.*?\*/", "", whole, flags=re.DOTALL).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


class StylesheetFinder(BaseFinder):
    """Finds one file, ``css/site.css``, made anew each time the static files are collected."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path != NAME:
            return []
        written = Path(settings.STATIC_ROOT) / NAME
        written.parent.mkdir(parents=True, exist_ok=True)
        fresh = written.with_name(f"{written.name}.{get_ident()}")
        fresh.write_text(stylesheet())
        fresh.replace(written)  # in one step: another thread may be reading it
        return [str(written)] if find_all else str(written)

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        storage = InMemoryStorage()
        storage.save(NAME, ContentFile(stylesheet()))
        yield NAME, storage
