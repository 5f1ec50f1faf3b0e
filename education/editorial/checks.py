"""What is checked before a text goes out: errors have to be mended, warnings need a reason.

``Edition.errors`` and ``Edition.warnings`` ask here. Rooms above an edition add checks with ``also``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models.functions import JSONObject, TruncDate
from django.urls import Resolver404, resolve
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from education.editorial.findings import Finding
from education.editorial.rows import gather
from education.editorial.states import Standing
from education.wording.advice import hints
from education.wording.blocks import Text
from education.wording.grades import Reading, measure
from education.wording.hints import Hint, Severity
from education.wording.links import Link, links_of
from education.wording.markup import PAGES

if TYPE_CHECKING:
    from education.editorial.editions import Edition

BROKEN_LINK = "broken-link"  # the code of a finding

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
    return [
        Cited(citation.source.url, f"citations-{place}-source")
        for place, citation in enumerate(citations.all())
    ]


def _links(edition: "Edition", texts: Iterable[Text], sources: Iterable[Cited]) -> Iterator[Finding]:
    found = [(text, link) for text in texts if text.style.is_markdown for link in links_of(text.text)]
    own = [(text, link) for text, link in found if link.href.startswith(("page:", "#"))]
    targets = [(text, link, target) for text, link in own if (target := _target(edition, link.href))]
    addresses = [(link.href, text.field) for text, link in found if link.is_outside]
    addresses += [(source.url, source.field) for source in sources if source.url]
    asked = _pages_at(edition, {target for _text, _link, target in targets})
    if addresses:
        asked[DEAD] = _dead_ones([url for url, _field in addresses])
    rows = gather(**asked) if asked else {}
    yield from _lost_links(edition, targets, rows)
    yield from _dead_links(addresses, rows.get(DEAD, []))


def broken_links(edition: "Edition", texts: Iterable[Text]) -> list[Finding]:
    """Return the links of texts to our own pages that lead nowhere."""
    return [finding for finding in _links(edition, texts, ()) if finding.code == BROKEN_LINK]


DEAD = "dead"  # among the rows that are asked for, those of outside links


def _dead_ones(urls: Sequence[str]) -> Any:
    outside: Any = apps.get_model("editorial", "OutsideLink")
    facts = JSONObject(url="url", problem="problem", day=TruncDate("checked_at"))
    return outside.objects.filter(url__in=urls, works=False).annotate(row=facts)


def _dead_links(addresses: Sequence[tuple[str, str]], rows: Iterable[dict[str, Any]]) -> Iterator[Finding]:
    dead = {row["url"]: row for row in rows}
    for url, field in addresses:
        if link := dead.get(url):
            day = date_format(date.fromisoformat(link["day"]), "DATE_FORMAT")
            said = _("This address did not work on %(day)s: %(url)s (%(problem)s). Mend it or take it out.")
            facts = {"day": day, "url": url, "problem": link["problem"]}
            yield Finding(code="dead-link", text=said % facts, field=field, is_error=False)


# Links to our own pages


def _lost_links(
    edition: "Edition", links: Iterable[tuple[Text, Link, "Target"]], rows: Mapping[str, Any]
) -> Iterator[Finding]:
    shown: dict[Any, list[Any]] = {}
    places: dict[Any, set[str]] = {}
    for text, link, target in links:
        page = target.model, target.slug
        if page not in shown:
            shown[page] = list(_editions_at(edition, target, rows))
        if target.anchor and page not in places:
            places[page] = set().union(*(other.anchors() for other in shown[page]))
        if target.model is None:
            problem = "" if target.is_fixed else _("There is no such page")
        elif not shown[page]:
            problem = _("No page with this address is published or scheduled in this language")
        elif target.anchor and target.anchor not in places[page]:
            problem = _("That page has no such place")
        else:
            continue
        if problem:
            said = _("%(label)s: the link %(link)s leads nowhere. %(problem)s.")
            facts = {"label": capfirst(text.label), "link": link.href, "problem": problem}
            yield Finding(code=BROKEN_LINK, text=said % facts, field=text.field)


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


def _pages_at(edition: "Edition", targets: Iterable[Target]) -> dict[str, Any]:
    """Return what asks for the editions that patients see or will see at each target, by kind of document.

    Texts are read with them only where a link leads to a place on the page.
    """
    found: dict[str, Any] = {}
    for model in {target.model for target in targets if target.model}:
        there = [target for target in targets if target.model is model]
        editions: Any = model._meta.get_field("editions").related_model
        texts = editions.prose if any(target.anchor for target in there) else ()
        pages = (
            editions.objects.in_language(edition.language)
            .with_standing()
            .filter(standing__in=[Standing.LIVE, Standing.SCHEDULED])
            .annotate(row=JSONObject(slug="document__slug", id="id", **{name: name for name in texts}))
        )
        slugs = {target.slug for target in there}
        found[model._meta.model_name] = pages if "" in slugs else pages.filter(document__slug__in=slugs)
    return found


def _editions_at(edition: "Edition", target: Target, rows: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the editions at a target, this one among them: it will be there too."""
    if target.model is None:
        return
    if isinstance(edition.document, target.model) and target.slug in {"", edition.document.slug}:
        yield edition
    editions = target.model._meta.get_field("editions").related_model
    for row in rows[target.model._meta.model_name]:
        if target.slug in {"", row["slug"]}:
            yield editions(**{name: value for name, value in row.items() if name != "slug"})
