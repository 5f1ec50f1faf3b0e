"""Open a zip that somebody sends, trusting nothing in it, and make one.

A zip is taken whole or refused whole. Sizes are counted while reading: what a zip says about itself
may be wrong on purpose.
"""

import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO

from django.utils.translation import gettext as _

from education.library.front import StarterError

MAX_BYTES = 25 * 1024 * 1024  # of the zip
MAX_UNPACKED = 60 * 1024 * 1024  # bytes of all files together
MAX_TEXT = 512 * 1024  # bytes of one text
MAX_PICTURE = 5 * 1024 * 1024  # bytes of one picture
MAX_FILES = 1500
MAX_RATIO = 100  # how much larger a file may be than what it is packed into

SHOWN = 80  # characters of a file's name in a message
BEGINS = b"PK\x03\x04"
ENCRYPTED = 0x1 | 0x40
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
SLUG = r"[A-Za-z0-9_-]{1,80}"
LANGUAGE = r"[a-z]{2,3}(-[a-z0-9]{2,8})?"
KNOWN = re.compile(
    rf"manifest\.toml|sources\.toml|pictures\.toml|pictures/[\w-]{{1,120}}\.webp"
    rf"|{LANGUAGE}/(topics\.toml|glossary\.toml|(articles|regions)/{SLUG}\.md"
    rf"|(care-cards|checklists)/{SLUG}\.toml)",
    re.ASCII,
)
FOLDERS = re.compile(rf"pictures/|{LANGUAGE}/((articles|regions|care-cards|checklists)/)?", re.ASCII)

# What reading a broken zip can end in, beside its own error.
BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, OSError, EOFError, ValueError, IndexError,
    RuntimeError, NotImplementedError, OverflowError, MemoryError,
)  # fmt: skip


class ZipError(StarterError):
    """The zip is refused; the message says which file in it is wrong, and why."""


def files_in(content: bytes) -> dict[str, bytes]:
    """Return the files of a zip by their names, or raise ``ZipError`` for the first thing that is wrong."""
    if len(content) > MAX_BYTES:
        raise ZipError(too_large())
    if not content.startswith(BEGINS):
        raise ZipError(_("This file is not a zip. Choose a file that was exported here."))
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = _checked(archive.infolist())
            return {entry.filename: _read(archive, entry) for entry in entries}
    except BROKEN as error:
        raise ZipError(_("This zip is broken and cannot be read. Export it again.")) from error


def too_large() -> str:
    return _("This file is larger than %(limit)s MB. Export fewer documents at a time.") % {
        "limit": MAX_BYTES // 1024**2
    }


def _checked(entries: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """Return the entries that are files, once all that they say about themselves is right."""
    if len(entries) > MAX_FILES:
        raise ZipError(_("This zip holds more than %(limit)s files.") % {"limit": MAX_FILES})
    seen: dict[str, str] = {}
    for entry in entries:
        if fault := _fault_of_name(entry.orig_filename) or _fault_of_entry(entry):
            raise ZipError(f"{shown(entry.orig_filename)}: {fault}")
        key = unicodedata.normalize("NFKC", entry.filename).casefold().rstrip("/")
        if key in seen:
            raise ZipError(f"{shown(entry.filename)}: {_('this file is in the zip twice.')}")
        seen[key] = entry.filename
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        limit = {"limit": MAX_UNPACKED // 1024**2}
        raise ZipError(_("This zip is larger than %(limit)s MB when it is unpacked.") % limit)
    return [entry for entry in entries if not entry.filename.endswith("/")]


def _fault_of_name(name: str) -> str:
    if any(unicodedata.category(letter) in {"Cc", "Cf", "Cs"} for letter in name):
        return _("its name holds a character that no name has.")
    if "\\" in name or ":" in name or name.startswith(("/", "~")):
        return _("its name is a path outside the zip.")
    if ".." in name.split("/") or "." in name.split("/") or "//" in name:
        return _("its name leads out of its folder.")
    if not KNOWN.fullmatch(name) and not FOLDERS.fullmatch(name):
        return _("no file of this name belongs into an export.")
    return ""


def _fault_of_entry(entry: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    is_folder = entry.filename.endswith("/")
    if kind not in {0, stat.S_IFDIR if is_folder else stat.S_IFREG}:
        return _("it is a link or another special file.")
    if entry.flag_bits & ENCRYPTED:
        return _("it is locked with a password.")
    if entry.compress_type not in METHODS:
        return _("it is packed in a way that is not read here.")
    if entry.file_size > (0 if is_folder else limit_of(entry.filename)):
        return _("it is too large.")
    if entry.file_size > MAX_RATIO * max(entry.compress_size, 100):
        return _("it is packed far too tightly for a text or a picture.")
    return ""


def limit_of(name: str) -> int:
    """Return how many bytes a file may have."""
    return MAX_PICTURE if name.endswith(".webp") else MAX_TEXT


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as file:
        content = file.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise ZipError(f"{shown(entry.filename)}: {_('it is not as long as the zip says.')}")
    return content


def shown(name: str) -> str:
    """Return a name from outside as it can stand in a message."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in name)
    return plain if len(plain) <= SHOWN else f"{plain[:SHOWN]}…"


def zip_of(files: Mapping[str, bytes], at: datetime) -> bytes:
    """Return a zip of these files."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, content)
    return written.getvalue()
