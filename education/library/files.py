"""Read the files of the starter library and prove them right.

One file is one document. A fault is reported with the file's name and what to do, and nothing is loaded.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from education.articles.models import Kind
from education.checklists.models import Cause, Phase
from education.clinic.words import unknown_words
from education.editorial.markup import faults
from education.editorial.rows import text_of
from education.spine.anatomy import Region
from education.urgency.levels import Level
from education.urgency.models import ANY_REGION

STARTER = Path(__file__).parent / "starter"

ARTICLE_PARTS = {
    "Body": "body",
    "What you can do now": "what_to_do",
    "How long it lasts": "how_long",
    "What are my choices?": "choices",
    "Daily life": "daily_life",
    "What a doctor may do": "what_a_doctor_may_do",
    "Questions to ask": "questions",
    "More help": "more_help",
}
REGION_PARTS = {
    "What is there": "what_is_there",
    "What trouble feels like": "what_it_feels_like",
    "Where it spreads": "where_it_spreads",
    "Good to know": "good_to_know",
}
DATES = ("written_on", "evidence_checked_on")
DOSE = ("hold_seconds", "repeats", "sets", "times_a_day", "minutes", "days")


class StarterError(Exception):
    """A file of the starter library is wrong; the message names it and says what to do."""


@dataclass(frozen=True, kw_only=True)
class StarterText:
    """A document of the starter library, as rows: fields of the document, its edition and its parts."""

    path: str  # below the folder of the library
    digest: str
    kind: str  # articles, care-cards, checklists, regions, glossary
    language: str
    slug: str
    document: Mapping[str, Any] = field(default_factory=dict)
    edition: Mapping[str, Any]
    sources: tuple[Mapping[str, Any], ...] = ()  # id, supports
    steps: tuple[Mapping[str, Any], ...] = ()
    terms: tuple[Mapping[str, Any], ...] = ()
    topic: str = ""


def read_sources(folder: Path = STARTER) -> list[dict[str, Any]]:
    """Return the sources: id, authors, title, publisher, year, url."""
    return list(_toml(folder / "sources.toml", folder)["source"])


def read_topics(language: str, folder: Path = STARTER) -> list[dict[str, Any]]:
    """Return the topics of a language: slug, title, position."""
    return list(_toml(folder / language / "topics.toml", folder)["topic"])


def languages(folder: Path = STARTER) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def read_texts(folder: Path = STARTER) -> list[StarterText]:
    """Return every document of the library; raise ``StarterError`` at the first fault."""
    known = {source["id"] for source in read_sources(folder)}
    texts = []
    for language in languages(folder):
        topics = {topic["slug"] for topic in read_topics(language, folder)}
        for path in _document_files(folder / language):
            text = read_text(path, folder)
            for source in text.sources:
                if source["id"] not in known:
                    raise StarterError(f"{text.path}: no source {source['id']!r} in sources.toml.")
            if text.topic and text.topic not in topics:
                raise StarterError(f"{text.path}: no topic {text.topic!r} in topics.toml.")
            texts.append(text)
    return texts


def _document_files(folder: Path) -> Iterator[Path]:
    for kind in READERS:
        yield from sorted((folder / kind).glob("*.*"))
    yield from folder.glob("glossary.toml")


def read_text(path: Path, folder: Path = STARTER) -> StarterText:
    """Return one document of the library."""
    name = str(path.relative_to(folder))
    kind = "glossary" if path.stem == "glossary" else path.parent.name
    table, parts = _front(path, folder) if path.suffix == ".md" else (_toml(path, folder), {})
    front = _Front(name, table)
    fields = (READERS | {"glossary": _glossary})[kind](front, parts)
    front.finish()
    text = StarterText(
        path=name,
        digest=sha256(path.read_bytes()).hexdigest(),
        kind=kind,
        language=Path(name).parts[0],
        slug=path.stem,
        **fields,
    )
    _check_words(text)
    return text


class _Front:
    """The table of a file, read field by field, so that a missing or unknown field is a fault."""

    def __init__(self, name: str, table: Mapping[str, Any]) -> None:
        self.name, self.table, self.read = name, dict(table), set[str]()

    def fault(self, message: str) -> StarterError:
        return StarterError(f"{self.name}: {message}")

    def take(self, key: str, kind: type, default: Any = None) -> Any:
        self.read.add(key)
        value = self.table.get(key, default)
        if value is None:
            raise self.fault(f"write a value for {key}.")
        if not isinstance(value, kind):
            raise self.fault(f"{key} must be written as {kind.__name__}.")
        return value.strip() if isinstance(value, str) else value

    def one_of(self, key: str, known: list[str]) -> str:
        value = self.take(key, str)
        if value not in known:
            raise self.fault(f"{key} is {value!r}; use one of {', '.join(known)}.")
        return str(value)

    def lines(self, key: str, default: list[str] | None = None) -> str:
        return text_of(str(item).strip() for item in self.take(key, list, default))

    def dates(self) -> dict[str, Any]:
        """Return when the text was written and its sources were checked."""
        return {key: self.take(key, date) for key in DATES}

    def common(self) -> dict[str, Any]:
        """Return title, summary and the dates."""
        title = self.take("title", str)
        if len(title) > 60:
            raise self.fault("the title has more than 60 characters.")
        return {"title": title, "summary": self.take("summary", str)} | self.dates()

    def sources(self) -> tuple[dict[str, Any], ...]:
        found = []
        for row in self.take("sources", list):
            if set(row) != {"id", "supports"}:
                raise self.fault("each of [[sources]] has id and supports, nothing else.")
            found.append(row)
        if not found:
            raise self.fault("name at least one source.")
        return tuple(found)

    def finish(self) -> None:
        if unknown := sorted(self.table.keys() - self.read):
            raise self.fault(f"nobody reads {', '.join(unknown)}.")


def _toml(path: Path, folder: Path) -> dict[str, Any]:
    name = path.relative_to(folder)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StarterError(f"{name}: cannot be read: {error}") from error


def _front(path: Path, folder: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the TOML between the ``+++`` lines, and the parts by their level-1 heading."""
    name = path.relative_to(folder)
    text = path.read_text(encoding="utf-8")
    found = re.fullmatch(r"\+\+\+\n(.*?)\n\+\+\+\n(.*)", text, re.DOTALL)
    if not found:
        raise StarterError(f"{name}: begin with TOML between two lines of +++.")
    try:
        table = tomllib.loads(found[1])
    except tomllib.TOMLDecodeError as error:
        raise StarterError(f"{name}: cannot be read: {error}") from error
    before, *pieces = re.split(r"^# +(.+)$", found[2], flags=re.MULTILINE)
    if before.strip():
        raise StarterError(f"{name}: text before the first part is not shown anywhere.")
    titles = [title.strip() for title in pieces[::2]]
    if twice := {title for title in titles if titles.count(title) > 1}:
        raise StarterError(f"{name}: the part {min(twice)!r} stands twice.")
    return table, dict(zip(titles, (piece.strip() for piece in pieces[1::2]), strict=True))


def _parts(front: _Front, parts: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    if unknown := [title for title in parts if title not in known]:
        raise front.fault(f"there is no part called {unknown[0]!r}.")
    if list(parts) != [title for title in known if title in parts]:
        raise front.fault("the parts stand in the wrong order.")
    for title, text in parts.items():
        for fault in faults(text):
            raise front.fault(f"{title}: {fault}")
    return {known[title]: text for title, text in parts.items()}


def _article(front: _Front, parts: Mapping[str, str]) -> dict[str, Any]:
    regions = front.take("regions", list)
    if unknown := set(regions) - set(Region):
        raise front.fault(f"no such region: {', '.join(sorted(unknown))}.")
    edition = front.common() | {
        "kind": front.one_of("kind", Kind.values),
        "position": front.take("position", int),
        "regions": " ".join(regions),
        "key_points": front.lines("key_points"),
        "checklist": front.take("checklist", str, ""),
        "related": " ".join(front.take("related", list, [])),
        **_parts(front, parts, ARTICLE_PARTS),
    }
    return {"edition": edition, "sources": front.sources(), "topic": front.take("topic", str)}


def _region(front: _Front, parts: Mapping[str, str]) -> dict[str, Any]:
    edition = front.common() | _parts(front, parts, REGION_PARTS)
    return {"edition": edition, "sources": front.sources()}


def _care_card(front: _Front, _parts: Mapping[str, str]) -> dict[str, Any]:
    region = front.one_of("region", [*Region, ANY_REGION])
    level = Level.from_slug(front.one_of("level", [level.slug for level in Level]))
    if not front.name.endswith(f"/{region}-{level.slug}.toml"):
        raise front.fault(f"call the file {region}-{level.slug}.toml.")
    edition = {
        "title": front.take("title", str),
        "lead_in": front.take("lead_in", str),
        "items": front.lines("items"),
        "after": front.take("after", str, ""),
        **front.dates(),
    }
    document = {"region": region, "level": level.value}
    return {"document": document, "edition": edition, "sources": front.sources()}


def _checklist(front: _Front, _parts: Mapping[str, str]) -> dict[str, Any]:
    edition = front.common() | {
        "region": front.one_of("region", list(Region)),
        "cause": front.one_of("cause", Cause.values),
        "goal": front.take("goal", str),
        "not_for": front.lines("not_for"),
        "stop_rules": front.lines("stop_rules"),
        "safety_net": front.take("safety_net", str),
    }
    steps = tuple(_step(front, place, row) for place, row in enumerate(front.take("step", list), 1))
    return {"edition": edition, "sources": front.sources(), "steps": steps}


def _step(front: _Front, place: int, row: Mapping[str, Any]) -> dict[str, Any]:
    step = _Front(f"{front.name}: step {place}", row)
    found = {
        "position": place * 10,
        "key": step.take("id", str),
        "phase": step.one_of("phase", Phase.values),
        "action": step.take("action", str),
        **{name: step.take(name, str, "") for name in ("how", "why", "feel", "figure", "easier", "harder")},
        **{name: step.take(name, int) for name in DOSE if name in row},
        "stop": step.lines("stop", []),
        "not_for": step.lines("not_for", []),
    }
    step.finish()
    return found


def _glossary(front: _Front, _parts: Mapping[str, str]) -> dict[str, Any]:
    terms = []
    for place, row in enumerate(front.take("term", list), 1):
        term = _Front(f"{front.name}: term {place}", row)
        terms.append(
            {
                "slug": term.take("slug", str),
                "term": term.take("term", str),
                "say": term.take("say", str, ""),
                "meaning": term.take("meaning", str),
                "also": ", ".join(term.take("also", list, [])),
            }
        )
        term.finish()
    return {"edition": front.common(), "terms": tuple(terms)}


Reader = Callable[[_Front, Mapping[str, str]], dict[str, Any]]
READERS: dict[str, Reader] = {
    "articles": _article,
    "care-cards": _care_card,
    "checklists": _checklist,
    "regions": _region,
}


def _check_words(text: StarterText) -> None:
    """Raise ``StarterError`` for a placeholder that no clinic can fill."""
    rows = (text.edition, *text.steps, *text.terms)
    for value in (value for row in rows for value in row.values() if isinstance(value, str)):
        if unknown := unknown_words(value):
            raise StarterError(f"{text.path}: there is no word {{{unknown[0]}}} to fill in.")
