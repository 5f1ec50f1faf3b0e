"""Documents on their way in: what a parcel would change here, and bringing in what was chosen.

What comes in arrives as drafts and is reviewed here like any other: it never takes the place of an
edition, and it is never live by itself. Bringing in the same words twice changes nothing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from PIL import Image

from education.articles.models import Picture, Topic
from education.articles.picture_admin import PICTURE_BOX
from education.clinic.pictures import cleaned_picture, picture_size
from education.editorial.models import Person, Source
from education.editorial.states import Origin, Standing
from education.editorial.verbs import check_power
from education.library.files import StarterText
from education.library.front import DATES
from education.library.loading import MODELS, draft_of, rows_of
from education.library.parcel import PICTURE_LINK, Parcel, SentPicture, pictures_in, source_of
from education.library.sending import whole
from education.library.writing import PARTS, text_of_edition
from education.library.zips import ZipError
from education.staff.roles import WRITE
from education.staff.trail import Act, record

AT_ONCE = 100  # documents whose editions are held in memory together
IN_WORK = {Standing.DRAFT, Standing.IN_REVIEW, Standing.APPROVED}


class Outcome(StrEnum):
    """What bringing in a document would do."""

    NEW = "new"
    BESIDE = "beside"
    SAME = "same"
    WAITS = "waits"


class ChangedMeanwhile(Exception):
    """Since the list was shown, somebody has begun to work on a document that was to come in."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A document of a parcel, and what bringing it in would do.

    ``edition`` is the one here with the same words (SAME), in work (WAITS), or with which the new words
    are compared (BESIDE); ``before`` are the words of the last, ``None`` where there are none.
    """

    text: StarterText
    outcome: Outcome
    document: Any = None
    edition: Any = None
    before: StarterText | None = None

    @property
    def comes_in(self) -> bool:
        return self.outcome in {Outcome.NEW, Outcome.BESIDE}


@dataclass(frozen=True, kw_only=True)
class Received:
    """A parcel in the words of this site: its pictures cleaned, its sources matched with those here."""

    parcel: Parcel
    texts: tuple[StarterText, ...]
    sources: Mapping[str, Source]  # by key; those without a row are new
    pictures: Mapping[str, Picture]  # by the name of the file; those without a row are new
    files: Mapping[str, bytes] = field(repr=False)  # of new pictures, by the name of the file


# What it would change


def receive(parcel: Parcel) -> Received:
    """Return a parcel as this site would hold it; nothing is stored.

    Raises ``StarterError`` for a value that does not fit its field, or a picture that cannot be read.
    """
    for text in parcel.texts:
        rows_of(text, is_finished=False)
    sources = {row["id"]: source for row, source in _matched(parcel.sources)}
    pictures: dict[str, Picture] = {}
    files: dict[str, bytes] = {}
    names: dict[str, str] = {}
    for sent in parcel.pictures:
        name, cleaned = _own_name(sent)
        names[sent.name] = name
        pictures[name] = Picture.objects.filter(file=f"pictures/{name}").first() or Picture(
            file=f"pictures/{name}", alt=sent.alt, credit=sent.credit, decorative=sent.decorative
        )
        if cleaned:
            files[name] = cleaned
    slugs = {id: source.slug for id, source in sources.items()}
    return Received(
        parcel=parcel,
        texts=tuple(_renamed(text, slugs, names) for text in parcel.texts),
        sources={source.slug: source for source in sources.values()},
        pictures=pictures,
        files=files,
    )


def _renamed(text: StarterText, slugs: Mapping[str, str], names: Mapping[str, str]) -> StarterText:
    """Return a text with the keys of its sources and the names of its pictures as they are here."""
    prose = {
        name: PICTURE_LINK.sub(lambda found: f"/media/pictures/{names[found[1]]}", text.edition[name])
        for name in PARTS.get(text.kind, {}).values()
        if name in text.edition
    }
    sources = tuple({**row, "id": slugs[row["id"]]} for row in text.sources)
    return replace(text, edition={**text.edition, **prose}, sources=sources)


def _matched(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], Source]]:
    """Yield sources of a parcel with those here, or new ones.

    The same key may stand for another publication here. Then the one that comes in gets a key of its own,
    made of what it says, so that it is found again.
    """
    wanted = [(row, source_of(row)) for row in rows]
    own = {row["id"]: f"{row['id'][:52]}-{_digest_of(source)}" for row, source in wanted}
    here = {found.slug: found for found in Source.objects.filter(slug__in=[*own, *own.values()])}
    for row, source in wanted:
        found = here.get(source.slug)
        if found is not None and not _is_same(found, source):
            source.slug = own[row["id"]]
            found = here.get(source.slug)
        yield row, found or source


def _digest_of(source: Source) -> str:
    said = "\n".join((source.authors, source.title, source.publisher, str(source.year), source.url))
    return sha256(said.encode()).hexdigest()[:7]


def _is_same(one: Source, other: Source) -> bool:
    """Whether two sources are one publication, though somebody may have corrected how it is named."""
    return one.title.casefold() == other.title.casefold() or (one.url == other.url != "")


def _own_name(sent: SentPicture) -> tuple[str, bytes]:
    """Return the name of a picture on this site, and its cleaned file, empty if the picture is here.

    A picture that was exported here comes back byte for byte; cleaning it again would make another one.
    """
    path = f"pictures/{sent.name}"
    if Picture.objects.filter(file=path).exists() and default_storage.exists(path):
        with default_storage.open(path) as own:
            if own.read() == sent.content:
                return sent.name, b""
    if not _fits(sent):
        raise ZipError(f"{path}: {_('it is no picture that can be read, or not as large as its name says.')}")
    try:
        cleaned = cleaned_picture(SimpleUploadedFile(sent.name, sent.content), PICTURE_BOX)
    except ValidationError as error:
        raise ZipError(f"{path}: {' '.join(error.messages)}") from error
    return str(cleaned.name), cleaned.read()


def _fits(sent: SentPicture) -> bool:
    """Whether a picture is as large as its name says, and no larger than pictures are here."""
    try:
        with Image.open(BytesIO(sent.content), formats=("WEBP",)) as image:
            return image.size == picture_size(sent.name) and max(image.size) <= max(PICTURE_BOX)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return False


def plan(received: Received) -> list[Planned]:
    """Return what bringing in each document would do now."""
    found: dict[str, Planned] = {}
    for kind in MODELS:
        texts = [text for text in received.texts if text.kind == kind]
        for start in range(0, len(texts), AT_ONCE):
            for planned in _plan_some(kind, texts[start : start + AT_ONCE]):
                found[planned.text.path] = planned
    return [found[text.path] for text in received.texts]


def _plan_some(kind: str, texts: list[StarterText]) -> Iterator[Planned]:
    _document_model, edition_model = MODELS[kind]
    here = _documents(kind, texts)
    documents = [here[key] for text in texts if (key := identity(kind, text.language, text)) in here]
    standing: dict[int, list[Any]] = {}
    rows = edition_model.objects.filter(document__in=documents).with_standing().order_by("-number")
    for row in rows.only("document", "number", "title", "state", "live_from", "retire_from"):
        standing.setdefault(row.document_id, []).append(row)
    wanted = {
        row.pk
        for text in texts
        if (document := here.get(identity(kind, text.language, text)))
        for row in _to_compare(standing.get(document.pk, []), text)
    }
    full = {row.pk: row for row in whole(kind, edition_model.objects.filter(pk__in=wanted))}
    for text in texts:
        document = here.get(identity(kind, text.language, text))
        if document is None:
            yield Planned(text=text, outcome=Outcome.NEW)
        else:
            yield _planned(text, document, standing.get(document.pk, []), full)


def identity(kind: str, language: str, thing: Any) -> tuple[Any, ...]:
    """Return what makes a text, or a document here, one and the same document."""
    if kind == "glossary":
        return (language,)
    if kind == "care-cards":
        said = thing.document if isinstance(thing, StarterText) else vars(thing)
        return (language, said["region"], said["level"])
    return (language, thing.slug)


def _documents(kind: str, texts: Iterable[StarterText]) -> dict[tuple[Any, ...], Any]:
    rows = list(texts)
    documents = MODELS[kind][0].objects.filter(language__in={text.language for text in rows})
    if kind not in {"glossary", "care-cards"}:
        documents = documents.filter(slug__in={text.slug for text in rows})
    return {identity(kind, row.language, row): row for row in documents.order_by("-pk")}


def _to_compare(editions: list[Any], text: StarterText) -> list[Any]:
    """Return the editions that may have the same words, and the one that the words are compared with."""
    same = [row for row in editions if " ".join(row.title.split()) == " ".join(text.edition["title"].split())]
    return [*same, *_shown(editions)]


def _shown(editions: list[Any]) -> list[Any]:
    """Return the edition that patients see, or the newest; in a list, empty when there is none."""
    live = [row for row in editions if row.standing == Standing.LIVE]
    return (live or editions)[:1]


def _planned(text: StarterText, document: Any, editions: list[Any], full: Mapping[int, Any]) -> Planned:
    words = words_of(text)
    for row in editions:
        if row.pk in full and words_of(text_of_edition(text.kind, full[row.pk])) == words:
            return Planned(text=text, outcome=Outcome.SAME, document=document, edition=row)
    shown = _shown(editions)
    before = text_of_edition(text.kind, full[shown[0].pk]) if shown else None
    for row in editions:
        if row.standing in IN_WORK:
            return Planned(text=text, outcome=Outcome.WAITS, document=document, edition=row, before=before)
    if not shown:
        return Planned(text=text, outcome=Outcome.NEW, document=document)
    return Planned(text=text, outcome=Outcome.BESIDE, document=document, edition=shown[0], before=before)


def words_of(text: StarterText) -> dict[str, Any]:
    """Return all that makes a text another one. Its days do not: they are of its writing, not its words."""
    words = {name: value for name, value in text.edition.items() if name not in DATES and value != ""}
    terms = sorted(text.terms, key=lambda term: term["slug"])
    return words | {"topic": text.topic, "sources": text.sources, "steps": text.steps, "terms": terms}


# Bringing in


def bring_in(received: Received, chosen: Collection[str], by: Person) -> list[Any]:
    """Bring in the chosen documents, by their paths, as drafts; return the drafts.

    All of them or none. Raises ``ChangedMeanwhile`` when one of them cannot come in any more, and
    ``NotAllowed`` when the person may not write.
    """
    check_power(by, WRITE)
    made: list[str] = []
    try:
        with transaction.atomic():
            return _bring_in(received, chosen, by, made)
    except IntegrityError as error:
        _take_away(made)
        raise ChangedMeanwhile from error
    except BaseException:
        _take_away(made)
        raise


def _bring_in(received: Received, chosen: Collection[str], by: Person, made: list[str]) -> list[Any]:
    coming = [planned for planned in plan(received) if planned.text.path in chosen]
    if len(coming) != len(set(chosen)) or not all(planned.comes_in for planned in coming):
        raise ChangedMeanwhile
    texts = [planned.text for planned in coming]
    _add_topics(received.parcel, texts)
    sources = _add_sources(received, texts)
    _add_pictures(received, texts, made)
    # Originals first, so that their translations find them.
    coming.sort(key=lambda planned: bool(received.parcel.sent[planned.text.path].original))
    return [_draft(received, planned, sources, by) for planned in coming]


def _draft(received: Received, planned: Planned, sources: dict[str, int], by: Person) -> Any:
    text, document = planned.text, planned.document
    if document is None:
        original = _original(text.kind, received.parcel.sent[text.path].original)
        document = MODELS[text.kind][0].objects.create(
            slug=text.slug, language=text.language, original=original, **text.document
        )
    note = _("Imported from %(clinic)s by %(person)s, %(day)s") % {
        "clinic": received.parcel.clinic,
        "person": by.name,
        "day": date_format(timezone.localdate(), "j F Y"),
    }
    facts = {"origin": Origin.CLINIC, "author": by, "change_note": note}
    draft = draft_of(text, document, sources, is_finished=False, **facts)
    record(
        by.user, Act.IMPORT, draft, called=str(draft), note=note, to_edition=draft.number,
        from_edition=planned.edition.number if planned.edition else None, to_standing=Standing.DRAFT,
    )  # fmt: skip
    return draft


def _original(kind: str, path: str) -> Any:
    """Return the document here of which another one is the translation, if it is here."""
    if not path:
        return None
    language, slug = path.partition("/")[0], path.rpartition("/")[2].rpartition(".")[0]
    return MODELS[kind][0].objects.filter(language=language, slug=slug).first()


def _add_topics(parcel: Parcel, texts: Iterable[StarterText]) -> None:
    wanted = {(text.language, text.topic) for text in texts}
    for language, rows in parcel.topics.items():
        for row in rows:
            if (language, row["slug"]) in wanted:
                facts = {name: row[name] for name in ("title", "position")}
                Topic.objects.get_or_create(slug=row["slug"], language=language, defaults=facts)


def _add_sources(received: Received, texts: Iterable[StarterText]) -> dict[str, int]:
    """Return the rows of the sources of these texts, by key, once they are all here."""
    wanted = {row["id"] for text in texts for row in text.sources}
    for slug, source in received.sources.items():
        if slug in wanted and source._state.adding:
            source.save()
    return {slug: source.pk for slug, source in received.sources.items() if not source._state.adding}


def _add_pictures(received: Received, texts: Iterable[StarterText], made: list[str]) -> None:
    for name in sorted({name for text in texts for name in pictures_in(text)}):
        picture = received.pictures[name]
        path = str(picture.file.name)
        if picture._state.adding:
            picture.save()
        if name in received.files and not default_storage.exists(path):
            default_storage.save(path, ContentFile(received.files[name]))
            made.append(path)


def _take_away(paths: Iterable[str]) -> None:
    """Remove the files of pictures that came with an import that failed."""
    for path in paths:
        default_storage.delete(path)
