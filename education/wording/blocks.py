"""A text as patients read it, block by block, each with its place in what was typed. Plain Python.

In a block everything that only a writer sees, such as ``**`` or the address of a link, is blank, so that
every character keeps its place.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Any

from markdown_it.token import Token

from education.clinic.words import with_words
from education.wording.markup import CAPTION, tokens

LONGEST = 50_000  # characters of one field: eight of our longest articles; more would keep a reader waiting


@dataclass(frozen=True, kw_only=True)
class Style:
    """How patients read a field."""

    is_markdown: bool = False  # otherwise each line stands alone
    is_title: bool = False  # read as a heading
    is_step: bool = False  # a step or a card: sentences are short
    names_signs: bool = False  # its very purpose is to name warning signs
    teaches_words: bool = False  # the glossary
    leads_out: bool = False  # links to other sites to read on


PLAIN = Style()
TITLE = Style(is_title=True)
PROSE = Style(is_markdown=True)
STEP = Style(is_step=True)
SIGNS = Style(names_signs=True)
CARD = Style(is_step=True, names_signs=True)


@dataclass(frozen=True)
class Text:
    """What was typed into a field, and how patients read it. ``label`` names the field to a writer."""

    text: str
    style: Style = PLAIN
    field: str = ""
    label: Any = ""


class Kind(StrEnum):
    PARAGRAPH = "paragraph"
    ITEM = "item"
    STEP = "step"
    CELL = "cell"
    HEADER = "header"  # of the column of a table
    HEADING = "heading"
    CAPTION = "caption"
    ALT = "alt"


READ = frozenset({Kind.PARAGRAPH, Kind.ITEM, Kind.STEP, Kind.CELL})  # what counts for the reading grade
SAY = re.compile(r"\((?:say|se dice):[^)]{0,200}\)", re.IGNORECASE)
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
# Looks at each run of such marks once, so that a long line of dashes takes no longer than words.
WORD = re.compile(r"(?<![\w'’°-])['’°-]*\w[\w'’°-]*")
# Stand for the clinic's own words when a text is measured, so that every clinic gets the same grade.
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "emergency": "911", "emergency_department": "emergency room",
        "advice": "your doctor's office or a nurse advice line", "poison": "Poison Control at 1-800-222-1222",
        "crisis": "the crisis line at 988 (or text 988)", "clinic": "Harbor Clinic",
        "clinic_phone": "+1 555 010 0200",
    },
    "es": {
        "emergency": "911", "emergency_department": "sala de emergencias",
        "advice": "su médico o la línea de enfermería", "poison": "el centro de intoxicaciones",
        "crisis": "la línea de crisis al 988", "clinic": "Clínica Puerto", "clinic_phone": "+1 555 010 0200",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    """A sentence of a block; ``start`` is its place in what was typed."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True)
class Block:
    """A paragraph, list item, table cell and so on; ``start`` is its place in what was typed."""

    text: str
    start: int
    kind: Kind = Kind.PARAGRAPH

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def is_read(self) -> bool:
        return self.kind in READ and bool(self.text.strip())

    def sentences(self) -> Iterator[Sentence]:
        start = 0
        for gap in [*SENTENCE_END.finditer(self.text), None]:
            end = gap.start() if gap else len(self.text)
            piece = self.text[start:end]
            if words := piece.strip():
                yield Sentence(words, self.start + start + len(piece) - len(piece.lstrip()))
            start = gap.end() if gap else end


def words_in(text: str) -> list[str]:
    return WORD.findall(text)


def spoken(text: str, language: str = "en") -> str:
    """Return a block as it is measured: without ``(say: …)``, with a full stop at its end.

    The preparation is that of the content guide, section 5; a colon before a list becomes a full stop.
    """
    filled = with_words(text, WORDS.get(language[:2], WORDS["en"]))
    plain = " ".join(SAY.sub("", filled).split())
    if not plain:
        return ""
    ended = re.sub(r":$", ".", plain)
    return ended if ended[-1] in ".!?" else f"{ended}."


def blocks_of(text: str, style: Style = PLAIN) -> list[Block]:
    """Return the blocks of a text in the order in which they are read."""
    if style.is_markdown:
        return list(_prose(text))
    kind = Kind.HEADING if style.is_title else Kind.STEP if style.is_step else Kind.PARAGRAPH
    found = []
    for start, end in line_spans(text):
        line = text[start:end]
        if line.strip():
            found.append(Block(line.strip(), start + len(line) - len(line.lstrip()), kind))
    return found


@lru_cache(maxsize=64)
def line_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return where each line starts and ends, as Markdown counts lines."""
    breaks = list(re.finditer(r"\r\n|\r|\n", text))
    starts = [0, *(found.end() for found in breaks)]
    ends = [*(found.start() for found in breaks), len(text)]
    return tuple(zip(starts, ends, strict=True))


# Markdown


def _prose(source: str) -> Iterator[Block]:
    spans = line_spans(source)
    lists: list[str] = []
    read = tokens(source)
    for index, token in enumerate(read):
        if token.type in {"ordered_list_open", "bullet_list_open"}:
            lists.append(token.type)
        elif token.type in {"ordered_list_close", "bullet_list_close"}:
            lists.pop()
        elif token.type == "tr_open" and token.map:
            yield from _cells(source, spans[token.map[0]], is_header=read[index - 1].type == "thead_open")
        elif token.type in {"paragraph_open", "heading_open"} and token.map:
            kind = _kind(read, index, lists)
            yield from _block(source, spans[slice(*token.map)], read[index + 1].content, kind)


def _kind(read: Sequence[Token], index: int, lists: list[str]) -> Kind:
    if read[index].type == "heading_open":
        return Kind.HEADING
    if lists:
        return Kind.STEP if "ordered_list_open" in lists else Kind.ITEM
    before_table = index + 3 < len(read) and read[index + 3].type == "table_open"
    if before_table and read[index + 1].content.startswith(CAPTION):
        return Kind.CAPTION
    return Kind.PARAGRAPH


def _block(source: str, spans: Sequence[tuple[int, int]], content: str, kind: Kind) -> Iterator[Block]:
    """Yield the block of some lines, and the words of its pictures."""
    pieces = content.split("\n")
    shown = []
    begin = None
    for piece, (start, end) in zip(pieces, spans, strict=False):
        line = source[start:end].rstrip()
        column = _column(line, piece.rstrip())
        begin = start + column if begin is None else begin
        shown.append((start + column, start + column + len(piece.rstrip())))
    if begin is None:
        return
    typed = list(" " * (shown[-1][1] - begin))
    for start, end in shown:
        typed[start - begin : end - begin] = source[start:end]
    yield from _inline("".join(typed), begin, kind)


def _column(line: str, piece: str) -> int:
    """Return where in a line its words begin, behind marks of lists and quotes."""
    if line.endswith(piece):
        return len(line) - len(piece)
    return max(line.find(piece), 0)


def _cells(source: str, span: tuple[int, int], *, is_header: bool) -> Iterator[Block]:
    kind = Kind.HEADER if is_header else Kind.CELL
    for start, end in cell_spans(source, span):
        cell = source[start:end]
        yield from _inline(cell.strip(), start + len(cell) - len(cell.lstrip()), kind)


def cell_spans(source: str, span: tuple[int, int]) -> list[tuple[int, int]]:
    """Return where the cells of a row of a table start and end."""
    start, end = span
    line = source[start:end]
    start, end = start + len(line) - len(line.lstrip()), start + len(line.rstrip())
    bars = [found.start() for found in re.finditer(r"(?<!\\)\|", source[start:end])]
    cuts = [-1, *bars, end - start]
    cells = [(start + left + 1, start + right) for left, right in pairwise(cuts)]
    if cells[0][0] == cells[0][1]:
        cells.pop(0)
    if cells and cells[-1][0] == cells[-1][1]:
        cells.pop()
    return cells


# No mark makes it look through the rest of a text again and again: words of a picture are not endless,
# and of a run of backticks or underscores only the start counts.
INLINE = re.compile(
    r"""
    (?P<escape>\\[!-/:-@\[-`{-~])
    | (?P<code>(?:(?<!`)|(?<=\\`))(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`))
    | !\[(?P<alt>[^\]\\]{0,500}(?:\\.[^\]\\]{0,500}){0,20})\]\(\s*[^()\s"]*(?:\s+"(?P<caption>[^"]*)")?\s*\)
    | \[(?P<words>[^\[\]\\]*(?:\\.[^\[\]\\]*)*)\]
        \([^()\s"]*(?:\([^()\s]*\)[^()\s"]*)*(?:\s+"[^"]*")?\s*\)
    | (?P<mark>\*+ | (?<!\w)_+(?=\S) | (?<=\S)(?<!__)_+(?!\w) | \\(?=\s|$))
    """,
    re.VERBOSE,
)


def _inline(typed: str, start: int, kind: Kind) -> Iterator[Block]:
    """Yield a block without its marks, then the words of its pictures."""
    pictures: list[Block] = []
    plain = _plain(typed, start, pictures)
    yield Block(plain, start, kind)
    yield from pictures


def _plain(typed: str, start: int, pictures: list[Block]) -> str:
    def blank(found: re.Match[str]) -> str:
        if found["escape"]:
            return f" {found['escape'][1:]}"
        if found["code"]:
            return found["code"].replace("`", " ")
        if found["words"] is not None:
            return _within(found, _plain(found["words"], start + found.start("words"), pictures), "words")
        if found["alt"] is not None:
            pictures.append(Block(found["alt"], start + found.start("alt"), Kind.ALT))
            if found["caption"]:
                pictures.append(Block(found["caption"], start + found.start("caption"), Kind.CAPTION))
        return " " * len(found[0])

    return INLINE.sub(blank, typed)


def _within(found: re.Match[str], words: str, group: str) -> str:
    """Return the match with everything blank but the words of one group."""
    before = found.start(group) - found.start()
    after = found.end() - found.end(group)
    return f"{' ' * before}{words}{' ' * after}"
