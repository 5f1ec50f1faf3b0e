"""Take the starter library into the database, without ever touching what the clinic has made."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from education.articles.models import (
    Article,
    ArticleCitation,
    ArticleEdition,
    Glossary,
    GlossaryEdition,
    Term,
    Topic,
)  # fmt: skip
from education.checklists.models import Checklist, ChecklistCitation, ChecklistEdition, Step
from education.editorial.models import Citation, Source
from education.editorial.states import Origin
from education.library.files import (
    STARTER,
    StarterError,
    StarterText,
    languages,
    read_sources,
    read_texts,
    read_topics,
)  # fmt: skip
from education.library.models import LoadedFile
from education.spine.models import RegionPage, RegionPageCitation, RegionPageEdition
from education.urgency.models import CareCard, CareCardCitation, CareCardEdition

MODELS: dict[str, tuple[type[Any], type[Any]]] = {
    "articles": (Article, ArticleEdition),
    "care-cards": (CareCard, CareCardEdition),
    "checklists": (Checklist, ChecklistEdition),
    "regions": (RegionPage, RegionPageEdition),
    "glossary": (Glossary, GlossaryEdition),
}
CITATIONS: dict[str, type[Any]] = {
    "articles": ArticleCitation,
    "care-cards": CareCardCitation,
    "checklists": ChecklistCitation,
    "regions": RegionPageCitation,
}


@dataclass(kw_only=True)
class Loaded:
    """How many documents a loading added, replaced, set beside the clinic's own, or had to leave."""

    added: int = 0
    replaced: int = 0
    beside: int = 0
    waiting: int = 0


@transaction.atomic
def load(folder: Path = STARTER) -> Loaded:
    """Load what is new in the library. Repeating it changes nothing.

    A document that is missing is added and goes live, marked as not yet reviewed. A newer starter text
    takes the place of an older one that nobody has signed; where the clinic has signed or written its
    own, it arrives as a draft beside it. A document that the clinic has deleted stays deleted.
    Raises ``StarterError`` for a wrong file, and then nothing is loaded.
    """
    result = Loaded()
    known = dict(LoadedFile.objects.values_list("path", "digest"))
    new = [text for text in read_texts(folder) if known.get(text.path) != text.digest]
    if not new:
        return result
    _add_sources(folder)
    _add_topics(folder)
    sources = dict(Source.objects.values_list("slug", "pk"))
    for text in new:
        if _take_in(text, sources, text.path in known, result):
            LoadedFile.objects.update_or_create(path=text.path, defaults={"digest": text.digest})
    return result


def _take_in(text: StarterText, sources: dict[str, int], is_known: bool, result: Loaded) -> bool:
    """Load one text; return whether that is done, or must wait for a draft to be finished."""
    document_model, edition_model = MODELS[text.kind]
    document = document_model.objects.filter(slug=text.slug, language=text.language).first()
    if document is None and is_known:
        return True
    if document is None:
        document = document_model.objects.create(
            slug=text.slug, language=text.language, original=_original(text, document_model), **text.document
        )
        draft_of(text, document, sources, origin=Origin.STARTER).publish_starter()
        result.added += 1
        return True
    editions = edition_model.objects.filter(document=document)
    if editions.in_work().exists():
        result.waiting += 1
        return False
    draft = draft_of(text, document, sources, origin=Origin.STARTER)
    if editions.exclude(pk=draft.pk).exclude(origin=Origin.STARTER, reviewed_by=None, retire_from=None):
        result.beside += 1
    else:
        draft.publish_starter(max(timezone.now(), _after_last(editions)))
        result.replaced += 1
    return True


def _original(text: StarterText, document_model: type[Any]) -> Any:
    """Return the document of which a text in another language is the translation; they share the slug."""
    first = settings.STARTER_LANGUAGES[0]
    if text.language == first:
        return None
    return document_model.objects.filter(slug=text.slug, language=first).first()


def _after_last(editions: Any) -> Any:
    return max(edition.live_from for edition in editions if edition.live_from)


def draft_of(
    text: StarterText, document: Any, sources: dict[str, int], is_finished: bool = True, **facts: Any
) -> Any:
    """Return a text as a new draft of a document, stored with its sources, steps and words.

    ``sources`` are the keys of sources as rows of the table; ``facts`` say where the draft comes from.
    A text that is not finished may have empty fields. Raises ``StarterError`` for a value that does not
    fit its field.
    """
    topic = Topic.objects.get(slug=text.topic, language=text.language) if text.topic else None
    edition, parts = rows_of(text, is_finished, document=document, **facts)
    if topic:
        edition.topic = topic
    edition.save()
    for part in parts:
        part.edition = edition
        if isinstance(part, Citation):
            part.source_id = sources[text.sources[part.position - 1]["id"]]
        part.save()
    return edition


def rows_of(text: StarterText, is_finished: bool = True, **facts: Any) -> tuple[Any, list[Any]]:
    """Return the edition and the parts of a text, not stored and not yet joined, each value checked."""
    _document, edition_model = MODELS[text.kind]
    edition = edition_model(**text.edition, **facts)
    parts: list[Any] = [Step(**row) for row in text.steps] + [Term(**row) for row in text.terms]
    if text.sources:
        citation = CITATIONS[text.kind]
        parts += [
            citation(position=place, supports=row["supports"]) for place, row in enumerate(text.sources, 1)
        ]
    for row in (edition, *parts):
        check(text.path, row, is_finished)
    return edition, parts


def check(path: str, row: models.Model, is_finished: bool = True) -> None:
    """Raise ``StarterError`` for a value that does not fit its field, such as a text that is too long."""
    joined = {field.name for field in row._meta.concrete_fields if field.is_relation}
    empty = {field.name for field in row._meta.concrete_fields if getattr(row, field.attname) == ""}
    try:
        row.clean_fields(exclude={"number"} | joined | (set() if is_finished else empty))
    except ValidationError as error:
        faults = "; ".join(f"{name}: {' '.join(said)}" for name, said in error.message_dict.items())
        raise StarterError(f"{path}: {faults}") from error


def _add_sources(folder: Path) -> None:
    Source.objects.bulk_create(
        (Source(**{("slug" if k == "id" else k): v for k, v in row.items()}) for row in read_sources(folder)),
        ignore_conflicts=True,
    )


def _add_topics(folder: Path) -> None:
    Topic.objects.bulk_create(
        (Topic(language=code, **row) for code in languages(folder) for row in read_topics(code, folder)),
        ignore_conflicts=True,
    )
