"""Read the files of the starter library and prove them right.

One file is one document. A fault is reported with the file's name and what to do, and nothing is loaded.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from education.articles.coverage import elements, needs
from education.articles.models import Kind
from education.checklists.models import Cause, Phase
from education.clinic.words import unknown_words
from education.library.front import DATES, Front, StarterError, front_in, table_in, text_in
from education.spine.anatomy import Region
from education.urgency.levels import Level
from education.urgency.models import ANY_REGION
from education.wording.blocks import LONGEST
from education.wording.markup import faults

__all__ = ["DATES", "STARTER", "StarterError", "StarterText"]

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
DOSE = ("hold_seconds", "repeats", "sets", "times_a_day", "minutes", "days")
SAYINGS = ("how", "why", "feel", "figure", "easier", "harder")  # of a step


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


# A folder of files


def read_sources(folder: Path = STARTER) -> list[dict[str, Any]]:
    """Return the sources: id, authors, title, publisher, year, url."""
    return sources_in("sources.toml", _content(folder / "sources.toml", folder))


def read_topics(language: str, folder: Path = STARTER) -> list[dict[str, Any]]:
    """Return the topics of a language: slug, title, position."""
    return topics_in(f"{language}/topics.toml", _content(folder / language / "topics.toml", folder))


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
            check_names(text, known, topics)
            texts.append(text)
    return texts


def read_text(path: Path, folder: Path = STARTER) -> StarterText:
    """Return one document of the library."""
    return text_of_file(path.relative_to(folder).as_posix(), _content(path, folder))


def _document_files(folder: Path) -> Iterator[Path]:
    for kind in READERS:
        yield from sorted((folder / kind).glob("*.*"))
    yield from folder.glob("glossary.toml")


def _content(path: Path, folder: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        name = path.relative_to(folder).as_posix()
        raise StarterError(f"{name}: {_('cannot be read:')} {error}") from error


# One file


def text_of_file(name: str, content: bytes, is_finished: bool = True) -> StarterText:
    """Return the document in a file.

    ``name`` is the path below the folder of the library, like ``en/articles/sciatica.md``. A text that
    is not finished may lack sources and have faults that keep it from a review.
    """
    language, *folder, file = name.split("/")
    kind = folder[0] if folder else "glossary"
    text = text_in(name, content)
    table, parts = front_in(name, text) if name.endswith(".md") else (table_in(name, text), {})
    front = Front(name, table, is_finished)
    fields = (READERS | {"glossary": _glossary})[kind](front, parts)
    front.finish()
    found = StarterText(
        path=name,
        digest=sha256(content).hexdigest(),
        kind=kind,
        language=language,
        slug=file.rpartition(".")[0],
        **fields,
    )
    _check_words(found)
    return found


def sources_in(name: str, content: bytes) -> list[dict[str, Any]]:
    """Return the sources in a file: id, authors, title; publisher, year and url where they are known."""
    front = Front(name, table_in(name, text_in(name, content)))
    found = []
    for _place, row in front.rows("source", _("source"), []):
        source = {key: row.take(key, str) for key in ("id", "authors", "title")}
        source |= {key: row.take(key, str) for key in ("publisher", "url") if key in row.table}
        source |= {key: row.take(key, int) for key in ("year",) if key in row.table}
        row.finish()
        found.append(source)
    front.finish()
    _check_once(front, (source["id"] for source in found))
    return found


def topics_in(name: str, content: bytes) -> list[dict[str, Any]]:
    """Return the topics in a file: slug, title, position."""
    front = Front(name, table_in(name, text_in(name, content)))
    found = []
    for _place, row in front.rows("topic", _("topic"), []):
        topic = {"slug": row.take("slug", str), "title": row.take("title", str)}
        found.append(topic | {"position": row.take("position", int)})
        row.finish()
    front.finish()
    _check_once(front, (topic["slug"] for topic in found))
    return found


def check_names(text: StarterText, sources: Iterable[str], topics: Iterable[str]) -> None:
    """Raise ``StarterError`` for a source or a topic that no file describes."""
    known = set(sources)
    for source in text.sources:
        if source["id"] not in known:
            fault = _("no source %(id)r in sources.toml.") % {"id": source["id"]}
            raise StarterError(f"{text.path}: {fault}")
    if text.topic and text.topic not in set(topics):
        fault = _("no topic %(slug)r in topics.toml.") % {"slug": text.topic}
        raise StarterError(f"{text.path}: {fault}")


def _check_once(front: Front, keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise front.fault(_("%(key)r stands twice.") % {"key": key})
        seen.add(key)


def _check_words(text: StarterText) -> None:
    """Raise ``StarterError`` for a placeholder that no clinic can fill."""
    rows = (text.edition, *text.steps, *text.terms)
    for value in (value for row in rows for value in row.values() if isinstance(value, str)):
        if unknown := unknown_words(value):
            fault = _("there is no word {%(word)s} to fill in.") % {"word": unknown[0]}
            raise StarterError(f"{text.path}: {fault}")


# The kinds of documents


def _parts(front: Front, parts: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    if unknown := [title for title in parts if title not in known]:
        raise front.fault(_("there is no part called %(title)r.") % {"title": unknown[0]})
    if list(parts) != [title for title in known if title in parts]:
        raise front.fault(_("the parts stand in the wrong order."))
    if endless := [title for title, text in parts.items() if len(text) > LONGEST]:
        raise front.fault(_("the part %(title)r is too long for one page.") % {"title": endless[0]})
    for title, text in parts.items() if front.is_finished else ():
        for fault in faults(text):
            raise front.fault(f"{title}: {fault}")
    return {known[title]: text for title, text in parts.items() if text}


def _article(front: Front, parts: Mapping[str, str]) -> dict[str, Any]:
    regions = front.words("regions")
    if unknown := set(regions.split()) - set(Region):
        raise front.fault(_("no such region: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    edition = front.common() | {
        "kind": front.one_of("kind", Kind.values),
        "position": front.take("position", int),
        "regions": regions,
        "key_points": front.lines("key_points"),
        "checklist": front.take("checklist", str, ""),
        "related": front.words("related", []),
        "needs": _codes(front, "needs", needs.in_order),
        "covers": _codes(front, "covers", elements.in_order),
        **_parts(front, parts, ARTICLE_PARTS),
    }
    return {"edition": edition, "sources": front.sources(), "topic": front.take("topic", str)}


def _codes(front: Front, key: str, in_order: Callable[[Iterable[str]], str]) -> str:
    """Return codes of the coverage board as the text of a field."""
    try:
        return in_order(front.words(key, []).split())
    except ValueError as error:
        raise front.fault(_("the coverage board has no %(codes)s.") % {"codes": error}) from error


def _region(front: Front, parts: Mapping[str, str]) -> dict[str, Any]:
    if not front.name.endswith(tuple(f"/{region}.md" for region in Region)):
        raise front.fault(_("call the file %(names)s.") % {"names": ", ".join(f"{r}.md" for r in Region)})
    edition = front.common() | _parts(front, parts, REGION_PARTS)
    return {"edition": edition, "sources": front.sources()}


def _care_card(front: Front, _parts: Mapping[str, str]) -> dict[str, Any]:
    region = front.one_of("region", [*Region, ANY_REGION])
    level = Level.from_slug(front.one_of("level", [level.slug for level in Level]))
    if not front.name.endswith(f"/{region}-{level.slug}.toml"):
        raise front.fault(_("call the file %(names)s.") % {"names": f"{region}-{level.slug}.toml"})
    edition = {
        "title": front.title(),
        "lead_in": front.take("lead_in", str),
        "items": front.lines("items"),
        "after": front.take("after", str, ""),
        **front.dates(),
    }
    document = {"region": region, "level": level.value}
    return {"document": document, "edition": edition, "sources": front.sources()}


def _checklist(front: Front, _parts: Mapping[str, str]) -> dict[str, Any]:
    edition = front.common() | {
        "region": front.one_of("region", list(Region)),
        "cause": front.one_of("cause", Cause.values),
        "goal": front.take("goal", str),
        "not_for": front.lines("not_for"),
        "stop_rules": front.lines("stop_rules"),
        "safety_net": front.take("safety_net", str),
    }
    steps = tuple(_step(place, row) for place, row in front.rows("step", _("step"), _none(front)))
    _check_once(front, (step["key"] for step in steps))
    return {"edition": edition, "sources": front.sources(), "steps": steps}


def _step(place: int, row: Front) -> dict[str, Any]:
    found = {
        "position": place * 10,
        "key": row.take("id", str),
        "phase": row.one_of("phase", Phase.values),
        "action": row.take("action", str),
        **{name: row.take(name, str, "") for name in SAYINGS},
        **{name: row.take(name, int) for name in DOSE if name in row.table},
        "stop": row.lines("stop", []),
        "not_for": row.lines("not_for", []),
    }
    row.finish()
    return found


def _glossary(front: Front, _parts: Mapping[str, str]) -> dict[str, Any]:
    terms = []
    for _place, row in front.rows("term", _("term"), _none(front)):
        terms.append(
            {
                "slug": row.take("slug", str),
                "term": row.take("term", str),
                "say": row.take("say", str, ""),
                "meaning": row.take("meaning", str),
                "also": names_of(row.texts("also", [])),
            }
        )
        row.finish()
    _check_once(front, (term["slug"] for term in terms))
    return {"edition": front.common(), "terms": tuple(terms)}


def names_of(items: Iterable[str]) -> str:
    """Return names as the text of a field, with commas between them."""
    return ", ".join(name.strip() for item in items for name in item.split(",") if name.strip())


def _none(front: Front) -> list[Any] | None:
    """What stands for a missing list of rows: nothing in a finished text, an empty list in a draft."""
    return None if front.is_finished else []


Reader = Callable[[Front, Mapping[str, str]], dict[str, Any]]
READERS: dict[str, Reader] = {
    "articles": _article,
    "care-cards": _care_card,
    "checklists": _checklist,
    "regions": _region,
}
