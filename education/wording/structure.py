"""The bones of a text: headings, lists, tables, links and pictures, and what is wrong with them.

Plain Python, no Django.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from markdown_it.token import Token

from education.wording.blocks import Kind, Style, blocks_of, cell_spans, line_spans
from education.wording.hints import Hint, Severity, hint
from education.wording.links import links_of
from education.wording.markup import CAPTION, tokens

MOST_ITEMS, MOST_SIGNS = 7, 10
MOST_ROWS, MOST_COLUMNS = 8, 4
LOWEST_HEADING = 4
LOOKS_LIKE_A_TABLE = re.compile(r"^[ \t]*\|.*\|[ \t]*\n[ \t]*\|", re.MULTILINE)


def _(text: str) -> str:
    """Mark a text for translation and return it unchanged."""
    return text


SKIPPED = _("A level of headings is skipped. Use %(marks)s here, so that people who listen can follow.")
EMPTY_CELL = _("This row has an empty cell. Write something into each, such as 'none known'.")
LOST_CELL = _("This row has more cells than the table has columns. The last ones are not shown.")
NO_HEADER = _("This table has no header. Begin with a row of column names and a row of dashes.")
NO_CAPTION = _("Give the table a caption: a line above it that begins with 'Table:'.")
LONG_TABLE = _("This table has %(rows)s rows and %(columns)s columns. A phone shows 8 and 4 well.")
LONG_LIST = _("This list has %(items)s lines. Make it %(most)s at most, or make two lists.")
NOT_A_DONT = _("Begin each line under 'Don't' with 'do not': read alone, this line says the opposite.")
VAGUE_LINK = _("Let the link say where it leads: 'exercises for neck pain', not '%(words)s'.")
EMPTY_LINK = _("This link has no words, so nobody can see it. Write them between [ and ].")
TO_TELL = "What it shows"  # stands in a drawing just put in; one language, so that it is known again
UNTOLD = _("Say what this picture shows, in place of '%(words)s'.")
IMAGE_OF = _("Begin with what the picture shows: everybody is told anyway that it is one.")


@dataclass(frozen=True)
class Words:
    """What the checks of a language look for."""

    dont: re.Pattern[str]  # a heading or lead-in that turns each line below it around
    do_not: re.Pattern[str]  # how each of these lines begins
    vague: frozenset[str]  # words of links that say nothing
    image_of: re.Pattern[str]


WORDS = {
    "en": Words(
        dont=re.compile(
            r"(the )?(do not'?s?|don'?t'?s?)( do| try)?( (this|these|the|any|of|following|things|yet|now))*"
            r"|(things|what) (you should )?not to do|things you should not do",
        ),
        do_not=re.compile(r"(please )?(do not|don't|never)\b"),
        vague=frozenset(
            {"here", "click here", "read more", "more", "learn more", "this", "this page", "this link",
             "link", "see here", "read here", "more information", "details"}
        ),
        image_of=re.compile(r"(an? |the )?(image|picture|photo|photograph|drawing|illustration) of\b"),
    ),
    "es": Words(
        dont=re.compile(
            r"no( lo)?( haga)?( esto| estas cosas| lo siguiente)?|qué no hacer"
            r"|(lo|cosas) que no (debe|hay que|se debe) hacer"
        ),
        do_not=re.compile(r"(no|nunca)\b"),
        vague=frozenset(
            {"aquí", "haga clic aquí", "clic aquí", "leer más", "lea más", "más", "más información",
             "este enlace", "esta página", "enlace", "vea aquí"}
        ),
        image_of=re.compile(r"(una? |la |el )?(imagen|foto|fotografía|dibujo|ilustración) de\b"),
    ),
}  # fmt: skip


def structure_hints(text: str, style: Style, language: str = "en") -> Iterator[Hint]:
    """Yield what is wrong with the headings, lists, tables, links and pictures of a text."""
    if not style.is_markdown:
        if style.names_signs:
            spans = [(block.start, block.end) for block in blocks_of(text, style)]
            yield from _long_list(text, spans, MOST_SIGNS)
        return
    read = tokens(text)
    words = WORDS.get(language[:2], WORDS["en"])
    yield from _skipped_headings(text, read)
    yield from _tables(text, read, words)
    yield from _lists(text, read, words)
    yield from _links(text, words)
    for block in blocks_of(text, style):
        if block.kind != Kind.ALT:
            continue
        if block.text.strip() == TO_TELL:
            facts = {"words": block.text.strip()}
            yield _error(text, "picture-untold", (block.start, block.end), UNTOLD, facts)
        elif words.image_of.match(_bare(block.text)):
            yield hint(text, "picture-words", Severity.NOTE, (block.start, block.end), IMAGE_OF)


def _skipped_headings(text: str, read: Sequence[Token]) -> Iterator[Hint]:
    before = 1
    for token in read:
        if token.type == "heading_open" and token.map:
            level = int(token.tag[1])
            if before + 1 < level <= LOWEST_HEADING:
                facts = {"marks": "#" * (before + 1)}
                yield _error(text, "skipped-heading", _span(text, token), SKIPPED, facts)
            before = level


def _links(text: str, words: Words) -> Iterator[Hint]:
    for link in links_of(text):
        place = (link.start, link.end)
        if not link.words.strip():
            yield _error(text, "empty-link", place, EMPTY_LINK)
        elif _bare(link.words) in words.vague:
            facts = {"words": link.words}
            yield hint(text, "link-text", Severity.WARNING, place, VAGUE_LINK, facts=facts)


# Lists


def _lists(text: str, read: Sequence[Token], words: Words) -> Iterator[Hint]:
    for index, token in enumerate(read):
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            items = list(_items(text, read, index))
            yield from _long_list(text, [place for place, _words in items], MOST_ITEMS)
            if words.dont.fullmatch(_lead_in(read, index)):
                for place, line in items:
                    if not words.do_not.match(_bare(line)):
                        yield _error(text, "dont-line", place, NOT_A_DONT)


def _items(text: str, read: Sequence[Token], index: int) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield the items of the list that opens at ``index``: their places and first words."""
    level = read[index].level
    for at, token in enumerate(read[index + 1 :], index + 1):
        if token.level == level:
            return
        if token.type == "list_item_open" and token.level == level + 1:
            own = takewhile(
                lambda other: other.type != "list_item_close", (read[i] for i in range(at, len(read)))
            )
            inline = next((other for other in own if other.type == "inline"), None)
            yield _span(text, token), inline.content if inline else ""


def _lead_in(read: Sequence[Token], index: int) -> str:
    """Return the heading or the line above a list, bare."""
    if index < 2 or read[index - 1].type not in {"paragraph_close", "heading_close"}:
        return ""
    return _bare(read[index - 2].content)


def _long_list(text: str, places: Sequence[tuple[int, int]], most: int) -> Iterator[Hint]:
    if len(places) > most:
        whole = (places[0][0], places[-1][1])
        facts = {"items": len(places), "most": most}
        yield hint(text, "long-list", Severity.WARNING, whole, LONG_LIST, facts=facts)


# Tables


def _tables(text: str, read: Sequence[Token], words: Words) -> Iterator[Hint]:
    for index, token in enumerate(read):
        if token.type == "table_open":
            yield from _table(text, _rows(text, read, index), words)
            if index < 2 or not read[index - 2].content.startswith(CAPTION):
                yield hint(text, "table-caption", Severity.NOTE, _span(text, token), NO_CAPTION)
        elif token.type == "inline" and LOOKS_LIKE_A_TABLE.search(token.content):
            yield _error(text, "table-without-header", _span(text, read[index - 1]), NO_HEADER)


def _rows(text: str, read: Sequence[Token], index: int) -> list[tuple[tuple[int, int], list[str]]]:
    """Return the rows of the table that opens at ``index``: their places and cells, the header first."""
    closing = next(at for at in range(index, len(read)) if read[at].type == "table_close")
    lines = line_spans(text)
    places = [lines[token.map[0]] for token in read[index:closing] if token.type == "tr_open" and token.map]
    return [(place, [text[start:end].strip() for start, end in cell_spans(text, place)]) for place in places]


def _table(text: str, rows: Sequence[tuple[tuple[int, int], list[str]]], words: Words) -> Iterator[Hint]:
    (top, header), *body = rows
    if not any(header):
        yield _error(text, "table-without-header", top, NO_HEADER)
    elif not all(header):
        yield _error(text, "empty-cell", top, EMPTY_CELL)
    for place, cells in body:
        if len(cells) < len(header) or not all(cells):
            yield _error(text, "empty-cell", place, EMPTY_CELL)
        if len(cells) > len(header):
            yield _error(text, "lost-cell", place, LOST_CELL)
        for name, cell in zip(header, cells, strict=False):
            if cell and words.dont.fullmatch(_bare(name)) and not words.do_not.match(_bare(cell)):
                yield _error(text, "dont-line", place, NOT_A_DONT)
    if len(body) > MOST_ROWS or len(header) > MOST_COLUMNS:
        facts = {"rows": len(body), "columns": len(header)}
        yield hint(text, "long-table", Severity.WARNING, (top[0], rows[-1][0][1]), LONG_TABLE, facts=facts)


# Places and words


def _bare(text: str) -> str:
    """Return words in lower case without marks around them."""
    return re.sub(r"[*_`:.!]+", "", text).strip().lower().replace("’", "'")


def _span(text: str, token: Token) -> tuple[int, int]:
    """Return from where to where the lines of a block reach, without blanks around them."""
    first, last = token.map or (0, 1)
    lines = line_spans(text)
    start, end = lines[first][0], lines[max(first, last - 1)][1]
    inside = text[start:end]
    return start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip())


def _error(
    text: str, code: str, place: tuple[int, int], say: str, facts: Mapping[str, object] | None = None
) -> Hint:
    return hint(text, code, Severity.ERROR, place, say, facts=facts)
