"""Documents on their way out: which editions, and all that belongs to them, as one zip."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from education.articles.models import Picture, Topic
from education.clinic.models import Clinic
from education.editorial.models import Source
from education.library.files import StarterText
from education.library.loading import CITATIONS, MODELS
from education.library.parcel import (
    MAX_DOCUMENTS,
    Parcel,
    Sent,
    SentPicture,
    pack,
    pictures_in,
)  # fmt: skip
from education.library.writing import path_of, text_of_edition
from education.library.zips import MAX_BYTES, ZipError

SOURCE_FIELDS = ("authors", "title", "publisher", "year", "url")


def editions_of(
    kind: str, *, newest: bool = False, language: str = "", documents: Collection[int] | None = None
) -> models.QuerySet[Any]:
    """Return one edition of each document of a kind: what patients see now, or the newest, also a draft."""
    _document_model, edition_model = MODELS[kind]
    found = edition_model.objects.filter(document__language=language) if language else edition_model.objects
    if documents is not None:
        found = found.filter(document__in=documents)
    if newest:
        later = edition_model.objects.filter(document=OuterRef("document")).order_by("-number")
        found = found.filter(number=Subquery(later.values("number")[:1]))
    else:
        found = found.in_force()
    chosen: models.QuerySet[Any] = whole(kind, found.with_standing())
    return chosen.order_by("document__language", "document__slug")


def whole(kind: str, editions: Any) -> Any:
    """Return editions together with all that their files hold, in a fixed number of queries."""
    joined = ["document", "document__original"] + (["topic"] if kind == "articles" else [])
    parts = {"checklists": ["steps"], "glossary": ["terms"]}.get(kind, [])
    parts += ["citations__source"] if kind in CITATIONS else []
    return editions.select_related(*joined).prefetch_related(*parts)


def export(kinds: Iterable[str], **wanted: Any) -> tuple[bytes, list[StarterText]]:
    """Return a zip of these kinds of documents, and the texts in it; ``wanted`` as in ``editions_of``.

    Raises ``StarterError`` with what to do when there is nothing to export, too much, or something that
    could not be read back.
    """
    pairs: list[tuple[StarterText, Any]] = []
    for kind in kinds:
        editions = editions_of(kind, **wanted)[: MAX_DOCUMENTS + 1 - len(pairs)]
        pairs += [(text_of_edition(kind, edition), edition) for edition in editions]
    if not pairs:
        raise ZipError(_("There is nothing to export: no document fits this choice."))
    if len(pairs) > MAX_DOCUMENTS:
        fault = _("One file holds up to %(limit)s documents. Choose fewer, for example one kind.")
        raise ZipError(fault % {"limit": MAX_DOCUMENTS})
    content = pack(_parcel(pairs))
    if len(content) > MAX_BYTES:
        fault = _("This would be larger than %(limit)s MB. Choose fewer documents, for example one kind.")
        raise ZipError(fault % {"limit": MAX_BYTES // 1024**2})
    return content, [text for text, _edition in pairs]


def file_name() -> str:
    """Return what the file is called, like ``harbor-back-clinic-2026-11-20.zip``."""
    name = slugify(Clinic.load().name)[:60] or "spasmguide"
    return f"{name}-{timezone.localdate().isoformat()}.zip"


def _parcel(pairs: list[tuple[StarterText, Any]]) -> Parcel:
    texts = [text for text, _edition in pairs]
    topics = {edition.topic_id for text, edition in pairs if text.topic}
    by_language: dict[str, list[dict[str, Any]]] = {}
    for topic in Topic.objects.filter(pk__in=topics):
        row = {"slug": topic.slug, "title": topic.title, "position": topic.position}
        by_language.setdefault(topic.language, []).append(row)
    return Parcel(
        clinic=Clinic.load().name,
        exported_on=timezone.localdate(),
        texts=tuple(texts),
        sent={text.path: _sent(text.kind, edition) for text, edition in pairs},
        sources=tuple(_sources(texts)),
        topics={code: tuple(rows) for code, rows in sorted(by_language.items())},
        pictures=tuple(_pictures(texts)),
    )


def _sent(kind: str, edition: Any) -> Sent:
    original = edition.document.original
    path = path_of(kind, original.language, original.slug) if original else ""
    return Sent(number=edition.number, standing=edition.standing, original=path)


def _sources(texts: Iterable[StarterText]) -> Iterable[dict[str, Any]]:
    names = {source["id"] for text in texts for source in text.sources}
    for source in Source.objects.filter(slug__in=names).order_by("slug"):
        said = {name: getattr(source, name) for name in SOURCE_FIELDS}
        kept = {name: value for name, value in said.items() if value or name in {"authors", "title"}}
        yield {"id": source.slug} | kept


def _pictures(texts: Iterable[StarterText]) -> Iterable[SentPicture]:
    shown = {f"pictures/{name}": text.path for text in texts for name in pictures_in(text)}
    pictures = {picture.file.name: picture for picture in Picture.objects.filter(file__in=shown)}
    for name, path in sorted(shown.items()):
        picture = pictures.get(name)
        if picture is None or not picture.file.storage.exists(name):
            fault = _("the picture /media/%(name)s is no longer there. Take it out of the text first.")
            raise ZipError(f"{path}: {fault % {'name': name}}")
        with picture.file.open() as file:
            yield SentPicture(
                name=name.partition("/")[2], content=file.read(), alt=picture.alt, credit=picture.credit,
                decorative=picture.decorative,
            )  # fmt: skip
