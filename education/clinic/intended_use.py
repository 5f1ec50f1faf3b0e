"""What the full symptom checker is meant for, read from ``intended_use.toml``. Plain Python, no Django."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("intended_use.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A heading and the sentences below it."""

    heading: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntendedUse:
    """The text that a clinic accepts, and its law in short by group of countries."""

    version: str
    dated: date
    parts: tuple[Part, ...]
    law: tuple[Part, ...]


@cache
def intended_use() -> IntendedUse:
    """Return the text in force; raise ``KeyError`` when the file lacks something."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return IntendedUse(
        version=table["version"],
        dated=table["dated"],
        parts=tuple(Part(heading=row["heading"], points=tuple(row["points"])) for row in table["part"]),
        law=tuple(Part(heading=row["group"], points=tuple(row["points"])) for row in table["law"]),
    )
