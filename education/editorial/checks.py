"""What is checked before a text goes out: errors have to be mended, warnings need a reason.

``Edition.errors`` and ``Edition.warnings`` ask here. Rooms above an edition add checks with ``also``.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.urls import Resolver404, resolve
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from education.editorial.findings import Finding
from education.editorial.states import Standing
from education.wording.advice import hints
from education.wording.blocks import Text
from education.wording.grades import Reading, measure
from education.wording.hints import Hint, Severity
from education.wording.links import Link, links_of
from education.wording.markup import PAGES

if TYPE_CHECKING:
    from education.editorial.editions import Edition

Check = Callable[[Any], Iterable[Finding]]

_further: list[Check] = []


def also(check: Check) -> Check:
    """Let a room above add a check of every edition; it takes the edition."""
    _further.append(check)
    return check


def findings(edition: "Edition") -> list[Finding]:
    """Return the errors and warnings of an edition, beyond its empty and faulty fields."""
    texts = edition.texts()
    sources = _sources(edition)
    return [
        *_wording(texts, edition.language, [source.url for source in sources]),
        *_grade(measure(texts, edition.language)),
        *_links(edition, texts, sources),
        *edition.own_findings(),
        *(finding for check in _further for finding in check(edition)),
    ]


# Words


def _wording(texts: Iterable[Text], language: str, sources: Sequence[str]) -> Iterator[Finding]:
    for text in texts:
        for hint in hints(text, language, sources=sources):
            if hint.severity != Severity.NOTE:
                yield _finding(text, hint)


def _finding(text: Text, hint: Hint) -> Finding:
    said = hint.said(_)
    if "word" not in hint.facts:  # then what is said does not tell the place
        said = f"{said} ‘{hint.excerpt}’"
    return Finding(
        code=hint.code,
        text=f"{capfirst(text.label)}: {said}",
        field=text.field,
        better=hint.better,
        is_error=hint.severity == Severity.ERROR,
    )


def _grade(reading: Reading) -> Iterator[Finding]:
    if reading.is_easy:
        return
    advice = _("Make sentences shorter, and put short words in the place of long ones.")
    if reading.grade is None:
        said = _("It scores %(one)s on INFLESZ, %(two)s on Fernández Huerta. Aim for 70 and 75 or more.")
        scores = (reading.inflesz, reading.fernandez_huerta)
    elif reading.is_too_hard:
        said = _("It reads at school grade %(one)s. Nothing above grade 8 goes out, and 6 is better.")
        scores = (reading.grade, None)
    else:
        said = _("It reads at school grade %(one)s, SMOG %(two)s. Aim for 6 and 8 at most.")
        scores = (reading.grade, reading.smog)
    shown = {name: round(score or 0, 1) for name, score in zip(("one", "two"), scores, strict=True)}
    code = "too-hard" if reading.is_too_hard else "hard-to-read"
    yield Finding(code=code, text=f"{said % shown} {advice}", is_error=reading.is_too_hard)


# Links


@dataclass(frozen=True)
class Cited:
    """A source of an edition: its address, and the field of the form that names it."""

    url: str
    field: str


def _sources(edition: "Edition") -> list[Cited]:
    if "citations" not in edition.parts or edition.pk is None:
        return []
    citations: Any = edition.citations
    urls = citations.values_list("source__url", flat=True)
    return [Cited(url, f"citations-{place}-source") for place, url in enumerate(urls)]


def _links(edition: "Edition", texts: Iterable[Text], sources: Iterable[Cited]) -> Iterator[Finding]:
    found = [(text, link) for text in texts if text.style.is_markdown for link in links_of(text.text)]
    yield from _lost_links(
        edition, [(text, link) for text, link in found if link.href.startswith(("page:", "#"))]
    )
    outside = [(link.href, text.field) for text, link in found if link.is_outside]
    yield from _dead_links([*outside, *((source.url, source.field) for source in sources if source.url)])


def _dead_links(addresses: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    outside: Any = apps.get_model("editorial", "OutsideLink")
    urls = [url for url, _field in addresses]
    dead = {link.url: link for link in outside.objects.filter(url__in=urls, works=False)} if urls else {}
    for url, field in addresses:
        if link := dead.get(url):
            day = date_format(link.checked_at, "DATE_FORMAT")
            said = _("This address did not work on %(day)s: %(url)s (%(problem)s). Mend it or take it out.")
            facts = {"day": day, "url": url, "problem": link.problem}
            yield Finding(code="dead-link", text=said % facts, field=field, is_error=False)


# Links to our own pages


def _lost_links(edition: "Edition", links: Sequence[tuple[Text, Link]]) -> Iterator[Finding]:
    targets = [(text, link, target) for text, link in links if (target := _target(edition, link.href))]
    pages = _pages(edition, {target for _text, _link, target in targets})
    for text, link, target in targets:
        editions = pages.get(target.model, {}).get(target.slug, [])
        if target.model is None:
            problem = "" if target.is_fixed else _("There is no such page")
        elif not editions:
            problem = _("No page with this address is published or scheduled in this language")
        elif target.anchor and not any(target.anchor in other.anchors() for other in editions):
            problem = _("That page has no such place")
        else:
            continue
        if problem:
            said = _("%(label)s: the link %(link)s leads nowhere. %(problem)s.")
            facts = {"label": capfirst(text.label), "link": link.href, "problem": problem}
            yield Finding(code="broken-link", text=said % facts, field=text.field)


@dataclass(frozen=True)
class Target:
    """Where a link to one of our own pages leads.

    To a document of a model (its slug is empty where a model has one page only), or to a page that the site
    always has (``is_fixed``).
    """

    model: Any
    slug: str = ""
    anchor: str = ""
    is_fixed: bool = False


def _target(edition: "Edition", href: str) -> Target | None:
    """Return where a link leads; ``None`` if its writing is wrong, which is told elsewhere."""
    if href.startswith("#"):
        return Target(type(edition.document), edition.document.slug, href[1:])
    own = PAGES.match(href)
    if own is None:
        return None
    page, slug, anchor = own[1], (own[2] or "").strip("/"), (own[3] or "").removeprefix("#")
    path = f"/{page}/{slug}/" if slug else f"/{page}/"
    try:
        match = resolve(path)
    except Resolver404:
        return Target(None)
    for model in _documents():
        if model.page == (f"{page}/" if slug and match.kwargs else page):
            return Target(model, slug, anchor)
    return Target(None, is_fixed=True)


def _documents() -> Iterator[Any]:
    return (model for model in apps.get_models() if getattr(model, "page", ""))


def _pages(edition: "Edition", targets: Iterable[Target]) -> dict[Any, dict[str, list[Any]]]:
    """Return the editions that patients see or will see at each target, by model and slug."""
    found: dict[Any, dict[str, list[Any]]] = {}
    for model in {target.model for target in targets if target.model}:
        slugs = {target.slug for target in targets if target.model is model}
        editions: Any = model._meta.get_field("editions").related_model
        pages = (
            editions.objects.in_language(edition.language)
            .with_standing()
            .filter(standing__in=[Standing.LIVE, Standing.SCHEDULED])
            .select_related("document")
        )
        if "" not in slugs:
            pages = pages.filter(document__slug__in=slugs)
        known: dict[str, list[Any]] = {}
        for page in [*pages, *([edition] if isinstance(edition.document, model) else [])]:
            known.setdefault("" if "" in slugs else page.document.slug, []).append(page)
        found[model] = known
    return found
