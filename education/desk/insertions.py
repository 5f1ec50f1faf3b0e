"""What can be put into a text: links to our pages, drawings, words that each clinic fills in."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.clinic.words import KNOWN
from education.editorial.kinds import kinds
from education.editorial.prose import drawing
from education.wording.markup import PAGES, drawings
from education.wording.structure import TO_TELL

FIXED = ((_("Check your symptoms"), "page:checker"),)
MOST = 30  # of each kind: somebody who wants more types a word of it


@dataclass(frozen=True, kw_only=True)
class Insertion:
    """Something to put into a text: what it is called, and the line that puts it there."""

    label: str
    line: str
    hint: str = ""
    address: str = ""  # of a link: selected words can take the place of its own
    drawing: SafeString | str = ""
    picture: str = ""  # address of a picture to show


def pages(language: str, words: str = "") -> list[Insertion]:
    """Return our own pages in a language, those with all of ``words`` in their title or address."""
    found = [
        Insertion(label=str(label), address=address, line=f"[{label}]({address})", hint=gettext("page"))
        for label, address in FIXED
        if all(word.casefold() in str(label).casefold() for word in words.split())
    ]
    for kind in kinds():
        editions = kind.edition.objects.in_force().filter(document__language=language)
        for word in words.split():
            editions = editions.filter(Q(title__icontains=word) | Q(document__slug__icontains=word))
        for edition in editions.select_related("document").order_by("title")[:MOST]:
            if address := address_of(edition.document):
                link = Insertion(
                    label=edition.title,
                    hint=kind.label,
                    address=address,
                    line=f"[{_words(edition.title)}]({address})",
                )
                found.append(link)
    return found


def address_of(document: Any) -> str:
    """Return how a text names a document's own page, like ``page:articles/sciatica``, or ``""``."""
    path = document.get_absolute_url().removeprefix(get_script_prefix())
    address = f"page:{path.strip('/')}"
    return address if PAGES.match(address) else ""


def drawing_choices() -> list[tuple[str, str]]:
    """Return our line drawings, each with what it is called."""
    return [(name, name.replace("-", " ").capitalize()) for name in drawings()]


def figures() -> list[Insertion]:
    """Return our line drawings."""
    return [
        Insertion(
            label=label,
            line=f"![{TO_TELL}](figure:{name})",
            drawing=drawing(name),
        )
        for name, label in drawing_choices()
    ]


def local_words(words: dict[str, str]) -> list[Insertion]:
    """Return the words that each clinic fills in, with what this one has."""
    return [Insertion(label=words.get(name, ""), line=f"{{{name}}}", hint=name) for name in sorted(KNOWN)]


def _words(text: str) -> str:
    return text.replace("[", "(").replace("]", ")")
