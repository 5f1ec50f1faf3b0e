"""Markdown in, safe HTML out. Plain Python, no Django.

Raw HTML is not read, links go to http(s), mailto, tel or our own pages, pictures come from this site. What
is left is cleaned once more against a list of allowed tags before it reaches a page.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

FIGURES = Path(__file__).resolve().parent.parent.parent / "templates" / "figures"
PICTURE = re.compile(r"^/media/pictures/[\w-]+-(\d+)x(\d+)[\w-]*\.webp$")
LINK = re.compile(r"^(https?://|mailto:|tel:\+?[0-9]|page:|#)", re.IGNORECASE)
PAGES = re.compile(r"^page:(articles|spine|checklists|checker|glossary|clinic)(/[a-z0-9-]+)?(#[a-z0-9-]+)?$")
CAPTION = "Table:"
DECORATIVE = "decorative"  # in place of the words of a picture that only pleases the eye

TAGS = {
    "a", "blockquote", "br", "caption", "code", "div", "em", "figcaption", "figure", "h2", "h3",
    "h4", "hr", "img", "li", "ol", "p", "span", "strong", "table", "tbody", "td", "th", "thead",
    "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "*": {"id", "class"},
    "a": {"href"},
    "div": {"role", "tabindex", "aria-labelledby"},
    "img": {"src", "alt", "width", "height", "loading", "decoding"},
    "ol": {"start"},
    "span": {"data-figure", "data-alt"},
    "th": {"scope"},
}


@dataclass(frozen=True, kw_only=True)
class Heading:
    level: int
    id: str
    text: str


@lru_cache(maxsize=2048)
def to_html(text: str, *, root: str = "/", part: str = "body", shift: int = 0) -> str:
    """Return the HTML of a Markdown text.

    ``root`` is the path in front of our own pages (``/`` or ``/es/``), ``part`` goes in front of the
    ids of headings, ``shift`` moves headings down (1: ``##`` becomes ``h3``).
    """
    env: dict[str, Any] = {"root": root, "part": part, "shift": shift}
    cleaned = nh3.clean(
        _parser().render(text, env),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
        clean_content_tags={"script", "style"},
    )
    return re.sub(r'<span data-figure="([a-z0-9-]+)" data-alt="([^"]*)"></span>', _drawing, cleaned)


def headings(text: str, *, part: str = "body") -> tuple[Heading, ...]:
    """Return the headings of a text in order, with the ids that ``to_html`` gives them."""
    return tuple(_headings(_parser().parse(text, {}), part))


def faults(text: str) -> list[str]:
    """Return what is wrong with a text, each in a sentence for its writer; empty when it is right."""
    found: list[str] = []
    for token in _flat(_parser().parse(text, {})):
        if token.type == "heading_open" and token.tag in {"h1", "h5", "h6"}:
            found.append("Use ## and ### for headings: the page itself has the title.")
        elif token.type == "image":
            found.extend(_image_faults(token))
        elif token.type == "link_open":
            href = str(token.attrs.get("href", ""))
            if href.startswith("page:") and not PAGES.match(href):
                found.append(f"The link {href} goes nowhere. Write it like page:articles/sciatica.")
        elif token.type == "text" and re.search(r"\]\((?!\s)[^)]*\)", token.content):
            found.append(
                f"A link was not understood: {token.content[:60]}. Links start with https:, "
                "mailto:, tel: or page:."
            )
        elif token.type == "text" and re.search(r"</?[a-z][^>]*>", token.content):
            found.append(f"HTML is shown as it stands, not used: {token.content[:60]}")
    return found


@lru_cache(maxsize=64)
def tokens(text: str) -> tuple[Token, ...]:
    """Return a text as the parser reads it, to look at only; each block knows its lines, counted from 0."""
    return tuple(_parser().parse(text, {}))


def figure_svg(name: str) -> str:
    """Return one of our line drawings as SVG, or ``""`` when there is none of that name."""
    return _figures().get(name, "")


def drawings() -> list[str]:
    """Return the names of our line drawings."""
    return sorted(_figures())


@cache
def _figures() -> dict[str, str]:
    return {path.stem: path.read_text().strip() for path in FIGURES.glob("*.svg")}


def _drawing(found: re.Match[str]) -> str:
    svg = figure_svg(found[1])
    return f'<div class="figure__frame" role="img" aria-label="{found[2]}">{svg}</div>' if svg else ""


def told(token: Token) -> str:
    """Return the words for people who cannot see a picture; none when it is marked as decorative."""
    words = token.content.strip()
    is_photo = PICTURE.match(str(token.attrs.get("src", "")))
    return "" if is_photo and words.casefold() == DECORATIVE else token.content


def _image_faults(token: Token) -> Iterator[str]:
    src = str(token.attrs.get("src", ""))
    if not token.content.strip():
        yield f"The picture {src} needs words for people who cannot see it, between [ and ]."
    if src.startswith("figure:"):
        if not figure_svg(src.removeprefix("figure:")):
            yield f"There is no drawing called {src.removeprefix('figure:')}."
    elif not PICTURE.match(src):
        yield f"The picture {src} is not one of this site. Add it under Pictures and use its line."


def _flat(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or [])


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "part"


def _headings(tokens: Sequence[Token], part: str) -> Iterator[Heading]:
    seen: dict[str, int] = {}
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            slug = f"{part}-{_slug(inline.content)}"
            seen[slug] = seen.get(slug, 0) + 1
            unique = slug if seen[slug] == 1 else f"{slug}-{seen[slug]}"
            text = "".join(child.content for child in inline.children or [])
            yield Heading(level=int(opening.tag[1]), id=unique, text=text)


class _Renderer(RendererHTML):
    """Writes our own markup for headings, tables, links and pictures."""

    def render(self, tokens: Sequence[Token], options: Any, env: Any) -> str:
        env["headings"] = iter(list(_headings(tokens, env.get("part", "body"))))
        env["captions"] = 0
        return super().render(_prepared(tokens), options, env)

    def heading_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f'<{self._level(tokens[idx], env)} id="{next(env["headings"]).id}">'

    def heading_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"</{self._level(tokens[idx], env)}>\n"

    def _level(self, token: Token, env: Any) -> str:
        return f"h{min(max(int(token.tag[1]), 2) + env.get('shift', 0), 4)}"

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        href = str(tokens[idx].attrs.get("href", ""))
        if own := PAGES.match(href):
            page, rest, anchor = own[1], own[2] or "", own[3] or ""
            href = f"{env.get('root', '/')}{page}{rest}/{anchor}"
        elif href.startswith("page:"):
            href = str(env.get("root", "/"))
        return f'<a href="{escape(href)}">'

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        env["captions"] += 1
        caption = escape(str(tokens[idx].meta.get("caption", "")))
        name = f"{env.get('part', 'body')}-table-{env['captions']}"
        if not caption:
            return '<div class="table-scroll"><table>'
        return (
            f'<div class="table-scroll" role="region" tabindex="0" aria-labelledby="{name}">'
            f'<table><caption id="{name}">{caption}</caption>'
        )

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return '<th scope="col">'

    def td_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return '<th scope="row">' if tokens[idx - 1].type == "tr_open" else "<td>"

    def td_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</th>\n" if tokens[idx - 2].type == "td_open" and self._first(tokens, idx) else "</td>\n"

    def _first(self, tokens: Sequence[Token], idx: int) -> bool:
        return tokens[idx - 3].type == "tr_open"

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        src, alt = str(token.attrs.get("src", "")), escape(told(token))
        caption = escape(str(token.attrs.get("title", "") or ""))
        if not token.meta.get("alone"):
            return alt
        if src.startswith("figure:"):
            inside = f'<span data-figure="{_slug(src[7:])}" data-alt="{alt}"></span>'
        elif size := PICTURE.match(src):
            inside = (
                f'<img src="{src}" alt="{alt}" width="{size[1]}" height="{size[2]}" '
                'loading="lazy" decoding="async">'
            )
        else:
            return f"<p>{alt}</p>"
        shown = f"<figcaption>{caption}</figcaption>" if caption else ""
        return f'<figure class="figure">{inside}{shown}</figure>\n'


def _prepared(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens with captions moved into their tables and lone pictures out of paragraphs."""
    prepared: list[Token] = []
    for index, token in enumerate(tokens):
        if token.type == "table_open" and len(prepared) > 2 and prepared[-2].type == "inline":
            text = prepared[-2].content
            if text.startswith(CAPTION) and prepared[-3].type == "paragraph_open":
                token.meta["caption"] = text.removeprefix(CAPTION).strip()
                del prepared[-3:]
        if token.type == "inline" and _is_lone_image(token):
            token.children[0].meta["alone"] = True  # type: ignore[index]
            tokens[index - 1].hidden = tokens[index + 1].hidden = True
        prepared.append(token)
    return prepared


def _is_lone_image(token: Token) -> bool:
    children = token.children or []
    return len(children) == 1 and children[0].type == "image"


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")
    parser.validateLink = lambda url: bool(  # type: ignore[method-assign]
        LINK.match(url) or url.startswith("figure:") or PICTURE.match(url)
    )
    return parser
