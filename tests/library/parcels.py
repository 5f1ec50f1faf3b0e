"""Parcels to test with: exported here, then changed, damaged or made hostile."""

import re
import zipfile
from hashlib import sha256
from io import BytesIO

import tomli_w

from education.articles.models import Picture
from education.clinic.pictures import cleaned_picture
from education.library.loading import MODELS
from education.library.parcel import unpack
from education.library.receiving import bring_in, plan, receive
from education.library.sending import export
from tests.factories import picture_file

ARTICLE = "en/articles/cramps.md"


def exported(*kinds, **wanted):
    """Return a zip of all documents here, or of some kinds."""
    return export(kinds or list(MODELS), **wanted)[0]


def files_of(content):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files, **options):
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


def listed(files):
    """Return the files with a manifest that lists them truly, as a careful attacker would write it."""
    files = dict(files)
    manifest = files.pop("manifest.toml").decode()
    head = manifest.partition("\n[[file]]")[0]
    said = dict(re.findall(r'path = "([^"]+)"\nsha256 = "[^"]+"\n((?:(?!\n?\[\[).*\n)*)', manifest))
    rows = "".join(
        f"\n[[file]]\n{tomli_w.dumps({'path': path, 'sha256': sha256(content).hexdigest()})}"
        f"{said.get(path, '')}"
        for path, content in files.items()
    )
    return {"manifest.toml": f"{head}\n{rows}".encode()} | files


def with_files(content, new, *, relist=True):
    """Return a zip in which some files are other ones, or new; ``None`` removes a file."""
    files = files_of(content)
    for name, text in new.items():
        files.pop(name, None)
        if text is not None:
            files[name] = text.encode() if isinstance(text, str) else text
    return zipped(listed(files) if relist else files)


def with_words(content, name, old, new, *, relist=True):
    """Return a zip in one file of which some words are other ones."""
    text = files_of(content)[name].decode()
    assert old in text
    return with_files(content, {name: text.replace(old, new, 1)}, relist=relist)


def outcomes(content):
    """Return what bringing in each document would do, by its path."""
    return {one.text.path: str(one.outcome) for one in plan(receive(unpack(content)))}


def brought_in(content, person, *paths):
    """Bring in some documents, or all that can come in; return the drafts."""
    received = receive(unpack(content))
    chosen = paths or [one.text.path for one in plan(received) if one.comes_in]
    return bring_in(received, chosen, person)


def make_picture(color="teal", **facts):
    """Return a picture of this site, with its file."""
    cleaned = cleaned_picture(picture_file(color=color), (1200, 1200))
    return Picture.objects.create(file=cleaned, **{"alt": "A knee.", "credit": "Own work, 2026", **facts})


def emptied():
    """Take every document, source, topic and picture away, as on the site of another clinic.

    No page of the site lets staff do this.
    """
    from education.articles.models import Topic
    from education.editorial.models import Source

    for document, edition in MODELS.values():
        for name in edition.parts:
            getattr(edition, name).rel.related_model.objects.all()._raw_delete("default")
        edition.objects.all()._raw_delete("default")
        document.objects.all()._raw_delete("default")
    for model in (Source, Topic, Picture):
        model.objects.all().delete()


def everything():
    """Return all that an import could change, to compare before and after."""
    from education.articles.models import Topic
    from education.editorial.models import Source
    from education.staff.models import Entry

    models = [model for pair in MODELS.values() for model in pair] + [Source, Topic, Picture, Entry]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
