"""Keep a zip between its upload and the yes of the person who sent it, for an hour at most.

It lies in a file that only the site can read. Its name and digest are known to the person's session alone,
so that nobody else can go on with it, and what is brought in is what was looked at.
"""

import os
import secrets
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

SECONDS = 60 * 60
KEY = "exchange"


@dataclass(frozen=True, kw_only=True)
class Kept:
    name: str  # as the person's own machine calls it
    digest: str
    content: bytes


def folder() -> Path:
    return Path(settings.DATA_DIR) / "exchange"


def keep(session: Any, name: str, content: bytes) -> None:
    """Keep a zip for a session, instead of the one kept before."""
    forget(session)
    sweep()
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    token = secrets.token_hex(16)
    opened = os.open(folder() / token, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as file:
        file.write(content)
    session[KEY] = {"token": token, "name": name[:120], "digest": sha256(content).hexdigest()}


def kept(session: Any) -> Kept | None:
    """Return the zip of a session; ``None`` when there is none, it is too old, or not as it was."""
    row = session.get(KEY)
    if not row:
        return None
    try:
        content = (folder() / row["token"]).read_bytes() if waiting(session) else b""
    except OSError:
        return None
    if sha256(content).hexdigest() != row["digest"]:
        return None
    return Kept(name=row["name"], digest=row["digest"], content=content)


def waiting(session: Any) -> str:
    """Return the name of the zip that waits for a session, or ``""``."""
    row = session.get(KEY)
    try:
        is_fresh = row and time.time() - (folder() / row["token"]).stat().st_mtime < SECONDS
    except OSError:
        return ""
    return str(row["name"]) if is_fresh else ""


def forget(session: Any) -> None:
    """Remove the zip of a session, once it is used or not wanted any more."""
    if row := session.pop(KEY, None):
        (folder() / row["token"]).unlink(missing_ok=True)


def sweep() -> None:
    """Remove what nobody came back for within the hour."""
    oldest = time.time() - SECONDS
    for path in folder().glob("*"):
        try:
            if path.stat().st_mtime < oldest:
                path.unlink()
        except OSError:
            continue  # somebody else was faster
