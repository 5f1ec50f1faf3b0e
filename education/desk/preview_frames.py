"""A previewed page in a frame: its links stay there, and its style sheets show a look."""

import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import Http404

from education.desk.looks import Look, in_look

# Pages that answer a form, which a preview does not send.
ASKING = re.compile(r"(?:[a-z-]+/)?checker/")

TAG = re.compile(r"<(?:a|form)\b[^>]*>")
SHEET = re.compile(r'<link rel="stylesheet" href="/([^"]*)">')
INNER = re.compile(r'\b(href|action)="/(?!/)([^"]*)"')
OUTER = re.compile(r'\bhref="(?:https?:)?//')
APART = ' target="_blank" rel="noopener noreferrer"'


def framed(html: str, root: str, look: Look) -> str:
    """Return a page for the frame at ``root``, as it is in a look.

    Links to other pages of the site stay in the preview. Links to other sites and to the symptom checker
    open a window of their own; links within the page and telephone numbers stay as they are.
    """
    html = TAG.sub(lambda tag: _kept(tag[0], root), html)
    scheme = "dark" if look is Look.DARK else "light"
    html = html.replace('name="color-scheme" content="light dark"', f'name="color-scheme" content="{scheme}"')
    return SHEET.sub(rf'<link rel="stylesheet" href="{root}\1">', html)


def _kept(tag: str, root: str) -> str:
    inner = INNER.search(tag)
    if inner is None:
        return _apart(tag) if OUTER.search(tag) else tag
    if ASKING.match(inner[2]) or inner[2].startswith(("static/", "media/")):
        return _apart(tag)
    return INNER.sub(rf'\1="{root}\2"', tag)


def _apart(tag: str) -> str:
    return tag if "target=" in tag else tag[:-1] + APART + tag[-1]


def static_sheet(path: str, look: Look) -> str:
    """Return one of our style sheets in a look; ``path`` is its address without the first slash.

    Raises ``Http404`` for anything else.
    """
    name = f"/{path}".removeprefix(settings.STATIC_URL)
    if not name.endswith(".css"):
        raise Http404
    # A clinic's sheets were collected at the start; developers' are made when they are asked for.
    if not settings.DEBUG and staticfiles_storage.exists(name):
        with staticfiles_storage.open(name) as sheet:
            return in_look(sheet.read().decode(), look)
    found = finders.find(name)
    if found is None:
        raise Http404
    return in_look(Path(found).read_text(), look)
