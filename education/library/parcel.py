"""A parcel: documents with their sources, topics and pictures, as the files of a library in one zip.

A file ``manifest.toml`` says where it comes from and lists every other file with its digest, so that a
parcel that was damaged or changed on its way is noticed. It is taken whole or refused whole.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import Any

import tomli_w
from django.conf import settings
from django.utils.translation import gettext as _

from education.articles.models import Picture, Topic
from education.editorial.models import Source
from education.editorial.states import Standing
from education.library.files import StarterText, check_names, sources_in, text_of_file, topics_in
from education.library.front import Front, table_in, text_in
from education.library.loading import check
from education.library.writing import PARTS, file_of, table_of
from education.library.zips import ZipError, files_in, shown, zip_of

FORMAT = 1
MAX_DOCUMENTS = 1000
MANIFEST, SOURCES, PICTURES = "manifest.toml", "sources.toml", "pictures.toml"
PICTURE_LINK = re.compile(r"/media/pictures/([\w-]+-\d+x\d+[\w-]*\.webp)", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What the sender says of a document: its edition's number and standing, and what it translates."""

    number: int = 0
    standing: str = ""
    original: str = ""  # the path of the original, if this is a translation


@dataclass(frozen=True, kw_only=True)
class SentPicture:
    """A picture that texts show; ``name`` is that of its file, like ``0f3a-480x120.webp``."""

    name: str
    content: bytes = field(repr=False)
    alt: str
    credit: str
    decorative: bool


@dataclass(frozen=True, kw_only=True)
class Parcel:
    clinic: str
    exported_on: date
    texts: tuple[StarterText, ...]
    sent: Mapping[str, Sent]  # by the path of the text
    sources: tuple[Mapping[str, Any], ...]
    topics: Mapping[str, tuple[Mapping[str, Any], ...]]  # by language
    pictures: tuple[SentPicture, ...]


def pictures_in(text: StarterText) -> set[str]:
    """Return the names of the pictures that a text shows."""
    prose = (text.edition.get(name, "") for name in PARTS.get(text.kind, {}).values())
    return {name for words in prose for name in PICTURE_LINK.findall(words)}


# Out


def pack(parcel: Parcel) -> bytes:
    """Return a parcel as a zip. Raises ``StarterError`` when what is in it could not be read back."""
    files = {SOURCES: _rows("source", parcel.sources)}
    files |= {f"{code}/topics.toml": _rows("topic", topics) for code, topics in parcel.topics.items()}
    files |= {text.path: file_of(text) for text in parcel.texts}
    if parcel.pictures:
        files[PICTURES] = _rows("picture", (_told(picture) for picture in parcel.pictures))
        files |= {f"pictures/{picture.name}": picture.content for picture in parcel.pictures}
    _check_paths(parcel.texts)
    at = datetime.combine(parcel.exported_on, time(), UTC)
    content = zip_of({MANIFEST: _manifest(parcel, files)} | files, at)
    unpack(content)
    return content


def _check_paths(texts: Iterable[StarterText]) -> None:
    seen: set[str] = set()
    for text in texts:
        if text.path in seen:
            raise ZipError(f"{text.path}: {_('two documents have this name. Export one of them.')}")
        seen.add(text.path)


def _rows(name: str, rows: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join(table_of(name, row) for row in rows).lstrip().encode()


def _told(picture: SentPicture) -> dict[str, Any]:
    told: dict[str, Any] = {"file": picture.name, "alt": picture.alt, "credit": picture.credit}
    return told | ({"decorative": True} if picture.decorative else {})


def _manifest(parcel: Parcel, files: Mapping[str, bytes]) -> bytes:
    head = {"format": FORMAT, "clinic": parcel.clinic, "exported_on": parcel.exported_on}
    rows = []
    for path, content in files.items():
        row: dict[str, Any] = {"path": path, "sha256": sha256(content).hexdigest()}
        if sent := parcel.sent.get(path):
            row |= {"edition": sent.number, "standing": sent.standing}
            row |= {"original": sent.original} if sent.original else {}
        rows.append(row)
    return tomli_w.dumps(head).encode() + b"".join(table_of("file", row).encode() for row in rows)


# In


def unpack(content: bytes) -> Parcel:
    """Return the parcel in a zip, every file of it proved right.

    Raises ``StarterError`` (``ZipError``) at the first fault, with the name of the file and the reason.
    """
    files = files_in(content)
    if MANIFEST not in files:
        raise ZipError(_("%(name)s: it is missing, so this zip is no export.") % {"name": MANIFEST})
    head, sent = _read_manifest(files.pop(MANIFEST))
    _check_list(files, sent)
    sources = _sources(files)
    topics = {code: _topics(code, files) for code in _languages(files)}
    texts = _texts(files)
    for text in texts:
        slugs = (topic["slug"] for topic in topics.get(text.language, ()))
        check_names(text, (source["id"] for source in sources), slugs)
        for name in sorted(pictures_in(text)):
            if f"pictures/{name}" not in files:
                fault = _("the picture %(name)s, which it shows, is not in the zip.")
                raise ZipError(f"{text.path}: {fault % {'name': shown(name)}}")
    return Parcel(
        **head,
        texts=tuple(texts),
        sent={text.path: sent[text.path][1] for text in texts},
        sources=tuple(sources),
        topics={code: tuple(rows) for code, rows in topics.items()},
        pictures=tuple(_pictures(files)),
    )


def _read_manifest(content: bytes) -> tuple[dict[str, Any], dict[str, tuple[str, Sent]]]:
    """Return what the manifest says of the whole, and of each file by its path: digest and more."""
    front = Front(MANIFEST, table_in(MANIFEST, text_in(MANIFEST, content)))
    known = front.take("format", int)
    if known != FORMAT:
        fault = _("its format is %(format)s, and this site reads format %(known)s only.")
        raise front.fault(fault % {"format": known, "known": FORMAT})
    head = {"clinic": front.take("clinic", str), "exported_on": front.take("exported_on", date)}
    if not 0 < len(head["clinic"]) <= 80 or not head["clinic"].isprintable():
        raise front.fault(_("the name of the clinic is empty, too long or not one line."))
    files: dict[str, tuple[str, Sent]] = {}
    for _place, row in front.rows("file", _("file"), []):
        path = row.take("path", str)
        if path in files:
            raise row.fault(_("%(path)s is listed twice.") % {"path": shown(path)})
        files[path] = row.take("sha256", str), _sent(path, row)
        row.finish()
    front.finish()
    return head, files


def _sent(path: str, row: Front) -> Sent:
    standing = row.one_of("standing", Standing.values) if "standing" in row.table else ""
    original = row.take("original", str, "")
    if original and (original.split("/")[1:-1] != path.split("/")[1:-1] or original == path):
        raise row.fault(_("a translation and its original are of the same kind."))
    return Sent(number=row.take("edition", int, 0), standing=standing, original=original)


def _check_list(files: Mapping[str, bytes], sent: Mapping[str, tuple[str, Sent]]) -> None:
    """Raise ``ZipError`` unless exactly the listed files are there, as they were sent."""
    for path in sorted(sent.keys() - files.keys()):
        raise ZipError(f"{shown(path)}: {_('it is listed in manifest.toml, but not in the zip.')}")
    for path, content in files.items():
        if path not in sent:
            raise ZipError(f"{path}: {_('it is not listed in manifest.toml.')}")
        if sha256(content).hexdigest() != sent[path][0]:
            raise ZipError(f"{path}: {_('it has been changed or damaged since it was exported.')}")


def _languages(files: Mapping[str, bytes]) -> list[str]:
    known = dict(settings.LANGUAGES)
    found = sorted({path.split("/")[0] for path in files if "/" in path} - {"pictures"})
    for code in found:
        if code not in known:
            raise ZipError(_("%(code)s/: this site has no language of this name.") % {"code": code})
    return found


def _sources(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    found = sources_in(SOURCES, files[SOURCES]) if SOURCES in files else []
    for place, row in enumerate(found, 1):
        check(f"{SOURCES}: {_('source')} {place}", source_of(row))
    return found


def source_of(row: Mapping[str, Any]) -> Source:
    """Return a row of ``sources.toml`` as a source, not stored."""
    return Source(slug=row["id"], **{key: value for key, value in row.items() if key != "id"})


def _topics(code: str, files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    path = f"{code}/topics.toml"
    found = topics_in(path, files[path]) if path in files else []
    for place, row in enumerate(found, 1):
        check(f"{path}: {_('topic')} {place}", Topic(language=code, **row))
    return found


def _texts(files: Mapping[str, bytes]) -> list[StarterText]:
    paths = [path for path in files if "/" in path and not path.startswith("pictures/")]
    paths = sorted(path for path in paths if not path.endswith("/topics.toml"))
    if not paths:
        raise ZipError(_("There is no document in this zip."))
    if len(paths) > MAX_DOCUMENTS:
        raise ZipError(_("This zip holds more than %(limit)s documents.") % {"limit": MAX_DOCUMENTS})
    return [text_of_file(path, files[path], is_finished=False) for path in paths]


def _pictures(files: Mapping[str, bytes]) -> Iterable[SentPicture]:
    paths = {path for path in files if path.startswith("pictures/")}
    content = files.get(PICTURES, b"")
    front = Front(PICTURES, table_in(PICTURES, text_in(PICTURES, content)))
    for place, row in front.rows("picture", _("picture"), []):
        path = f"pictures/{row.take('file', str)}"
        if path not in paths:
            raise row.fault(_("%(path)s is not in the zip, or stands here twice.") % {"path": shown(path)})
        paths.remove(path)
        yield _picture(place, row, path.partition("/")[2], files[path])
    front.finish()
    for path in sorted(paths):
        raise ZipError(f"{path}: {_('it is not listed in pictures.toml.')}")


def _picture(place: int, row: Front, name: str, content: bytes) -> SentPicture:
    told = {"alt": row.take("alt", str, ""), "credit": row.take("credit", str)}
    decorative = bool(row.take("decorative", bool, False))
    row.finish()
    if decorative == bool(told["alt"]):
        raise row.fault(_("say what the picture shows, or that it is decorative; not both."))
    picture = Picture(file=f"pictures/{name}", decorative=decorative, **told)
    check(f"{PICTURES}: {_('picture')} {place}", picture)
    return SentPicture(name=name, content=content, decorative=decorative, **told)
