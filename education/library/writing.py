"""Write an edition as a file of the library: the same words come back when the file is read.

What a file cannot tell apart is not kept: space around a text, and the kind of its line ends.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import tomli_w

from education.editorial.points import lines, text_of
from education.library.files import ARTICLE_PARTS, DOSE, REGION_PARTS, SAYINGS, StarterText, names_of
from education.library.front import DATES, FENCE
from education.urgency.levels import Level

# The fields of an edition that stand in the table of its file, in their order.
FIELDS: dict[str, tuple[str, ...]] = {
    "articles": (
        "kind", "title", "position", "regions", "summary", "key_points", "checklist", "related", "needs",
        "covers",
    ),
    "care-cards": ("title", "lead_in", "items", "after"),
    "checklists": (
        "title", "summary", "region", "cause", "goal", "not_for", "stop_rules", "safety_net",
    ),
    "regions": ("title", "summary"),
    "glossary": ("title", "summary"),
}  # fmt: skip
PARTS: dict[str, dict[str, str]] = {"articles": ARTICLE_PARTS, "regions": REGION_PARTS}

LISTS = frozenset({"key_points", "items", "not_for", "stop_rules", "stop"})  # one item on a line
WORDS = frozenset({"regions", "related", "needs", "covers"})  # with spaces between them
OPTIONAL = frozenset({"checklist", "related", "needs", "covers", "after", "say", "also", "stop", *SAYINGS})
OPTIONAL_IN_STEPS = OPTIONAL | {"not_for"}

HEADING_LIKE = re.compile(r"^(\\*# )", re.MULTILINE)


def text_of_edition(kind: str, edition: Any) -> StarterText:
    """Return an edition of a kind (``articles``, ``care-cards`` ...) as its file will hold it."""
    document = edition.document
    slug, identity = document.slug, {}
    if kind == "care-cards":
        slug = f"{document.region}-{Level(document.level).slug}"
        identity = {"region": document.region, "level": document.level}
    names = (*FIELDS[kind], *PARTS.get(kind, {}).values())
    values = {name: normal(name, getattr(edition, name)) for name in names}
    words = {name: value for name, value in values.items() if value != "" or name in FIELDS[kind]}
    days = {name: day for name in DATES if (day := getattr(edition, name))}
    found = StarterText(
        path=path_of(kind, document.language, slug),
        digest="",
        kind=kind,
        language=document.language,
        slug="glossary" if kind == "glossary" else slug,
        document=identity,
        edition=words | days,
        sources=tuple(_citations(edition)) if kind != "glossary" else (),
        steps=tuple(_steps(edition)) if kind == "checklists" else (),
        terms=tuple(_terms(edition)) if kind == "glossary" else (),
        topic=edition.topic.slug if kind == "articles" else "",
    )
    return with_digest(found)


def path_of(kind: str, language: str, slug: str) -> str:
    """Return where a document lies below the folder of the library."""
    if kind == "glossary":
        return f"{language}/glossary.toml"
    return f"{language}/{kind}/{slug}.{'md' if kind in PARTS else 'toml'}"


def with_digest(text: StarterText) -> StarterText:
    return replace(text, digest=sha256(file_of(text)).hexdigest())


def normal(name: str, value: Any) -> Any:
    """Return the value of a field as it comes back from a file."""
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if name in LISTS:
        return text_of(lines(text))
    if name in WORDS:
        return " ".join(text.split())
    return names_of([text]) if name == "also" else text


def _citations(edition: Any) -> Iterable[dict[str, str]]:
    for citation in sorted(edition.citations.all(), key=lambda row: (row.position, row.pk)):
        yield {"id": citation.source.slug, "supports": normal("supports", citation.supports)}


def _steps(edition: Any) -> Iterable[dict[str, Any]]:
    rows = sorted(edition.steps.all(), key=lambda row: (row.position, row.pk))
    for place, step in enumerate(rows, 1):
        said = {name: normal(name, getattr(step, name)) for name in ("key", "phase", "action", *SAYINGS)}
        dose = {name: amount for name in DOSE if (amount := getattr(step, name)) is not None}
        lists = {name: normal(name, getattr(step, name)) for name in ("stop", "not_for")}
        yield {"position": place * 10} | said | dose | lists


def _terms(edition: Any) -> Iterable[dict[str, str]]:
    for term in sorted(edition.terms.all(), key=lambda row: (row.term.casefold(), row.slug)):
        names = ("slug", "term", "say", "meaning", "also")
        yield {name: normal(name, getattr(term, name)) for name in names}


# The file


def file_of(text: StarterText) -> bytes:
    """Return a document as the file of which ``text_of_file`` makes it again."""
    rows = "".join(table_of("sources", source) for source in text.sources)
    rows += "".join(table_of("step", _step(step)) for step in text.steps)
    rows += "".join(table_of("term", _listed(term, OPTIONAL)) for term in text.terms)
    table = tomli_w.dumps(_front(text), indent=2) + rows
    if text.kind not in PARTS:
        return table.encode()
    parts = "".join(
        f"\n# {title}\n\n{HEADING_LIKE.sub(GUARD, text.edition[name])}\n"
        for title, name in PARTS[text.kind].items()
        if text.edition.get(name)
    )
    return f"{FENCE}{table}{FENCE}{parts}".encode()


GUARD = r"\\\1"  # a line that looks like the title of a part gets a backslash before it


def table_of(name: str, row: Mapping[str, Any]) -> str:
    """Return one row of a list of tables as TOML."""
    return f"\n[[{name}]]\n{tomli_w.dumps(row, indent=2)}"


def _front(text: StarterText) -> dict[str, Any]:
    fields = {name: text.edition[name] for name in FIELDS[text.kind]}
    if text.kind == "articles":
        fields["topic"] = text.topic
    if text.kind == "care-cards":
        level = Level(text.document["level"]).slug
        fields = {"region": text.document["region"], "level": level} | fields
    fields |= {name: text.edition[name] for name in DATES if name in text.edition}
    return _listed(fields, OPTIONAL)


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    named = {"id": step["key"]} | {k: v for k, v in step.items() if k not in {"key", "position"}}
    return _listed(named, OPTIONAL_IN_STEPS)


def _listed(fields: Mapping[str, Any], optional: frozenset[str]) -> dict[str, Any]:
    """Return fields as a file holds them: lists as lists, and nothing that is optional and empty."""
    kept = {name: value for name, value in fields.items() if value != "" or name not in optional}
    found: dict[str, Any] = {}
    for name, value in kept.items():
        if name in LISTS:
            found[name] = lines(value)
        elif name in WORDS:
            found[name] = value.split()
        else:
            found[name] = value.split(", ") if name == "also" else value
    return found
