"""What has changed between two texts, word by word, and between two lists, row by row. Plain Python.

Matching words are looked for between words that stand once in both texts, so that texts of 10,000 words
take a moment, and texts that have nothing in common do not take longer.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise
from typing import Any

WORD = re.compile(r"([\w'’{}]+(?:[-.][\w'’{}]+)*|[^\w\s])(\s*)")
SMALL = 40_000  # pairs of words that are compared each with each
BUDGET = 4_000_000  # such pairs in all; what is left then counts as rewritten
STRAY = 2  # words that stand alone between rewritten ones and only look kept


class Kind(StrEnum):
    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"
    CHANGED = "changed"  # of rows only, as is moved
    MOVED = "moved"


@dataclass(frozen=True)
class Run:
    """Characters that were kept, removed or added. Line ends are among them."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Token:
    word: str
    space: str  # behind the word


Block = tuple[int, int, int]  # place in the old words, place in the new ones, how many


def compare_texts(old: str, new: str) -> list[Run]:
    """Return the runs that lead from one text to another, in order.

    The kept and removed runs together are the old text, the kept and added ones the new text, to the
    letter. What was removed stands before what was added in its place.
    """
    before, after = _tokens(old), _tokens(new)
    runs: list[Run] = []
    at_old = at_new = 0
    words = [token.word for token in before], [token.word for token in after]
    for start_old, start_new, size in [*_without_strays(_blocks(*words), *words), (*map(len, words), 0)]:
        runs.append(Run(Kind.REMOVED, _text(before[at_old:start_old])))
        runs.append(Run(Kind.ADDED, _text(after[at_new:start_new])))
        at_old, at_new = start_old + size, start_new + size
        for left, right in zip(before[start_old:at_old], after[start_new:at_new], strict=True):
            runs += _kept(left, right)
    return _joined(runs)


def is_changed(runs: Iterable[Run]) -> bool:
    return any(run.kind != Kind.KEPT for run in runs)


def _tokens(text: str) -> list[Token]:
    margin = text[: len(text) - len(text.lstrip())]
    words = [Token(found[1], found[2]) for found in WORD.finditer(text)]
    return [Token("", margin), *words] if margin else words


def _text(tokens: Iterable[Token]) -> str:
    return "".join(token.word + token.space for token in tokens)


def _kept(left: Token, right: Token) -> Iterator[Run]:
    yield Run(Kind.KEPT, left.word)
    if left.space == right.space:
        yield Run(Kind.KEPT, left.space)
    else:
        yield Run(Kind.REMOVED, left.space)
        yield Run(Kind.ADDED, right.space)


def _joined(runs: Iterable[Run]) -> list[Run]:
    """Return the runs without empty ones, those of one kind side by side made one."""
    found: list[Run] = []
    for run in runs:
        if run.text and found and found[-1].kind == run.kind:
            found[-1] = Run(run.kind, found[-1].text + run.text)
        elif run.text:
            found.append(run)
    return found


# Which words match


def _blocks(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Return where words of the two texts match, in order."""
    found: list[Block] = []
    left = BUDGET
    gaps = [(0, len(old), 0, len(new))]
    while gaps:
        gap = _trimmed(old, new, gaps.pop(), found)
        pairs = (gap[1] - gap[0]) * (gap[3] - gap[2])
        if not pairs:
            continue
        if anchors := [] if pairs <= SMALL else _anchors(old, new, gap):
            gaps += _between(anchors, gap)
            found += [(i, j, 1) for i, j in anchors]
        elif pairs <= SMALL and pairs <= left:
            left -= pairs
            found += _matched(old, new, gap)
    return sorted(found)


def _trimmed(
    old: Sequence[str], new: Sequence[str], gap: tuple[int, int, int, int], found: list[Block]
) -> tuple[int, int, int, int]:
    """Return a gap without the words that are alike at its start and end; these go to ``found``."""
    a, b, c, d = gap
    start = a
    while a < b and c < d and old[a] == new[c]:
        a, c = a + 1, c + 1
    if a > start:
        found.append((start, c - (a - start), a - start))
    end = b
    while a < b and c < d and old[b - 1] == new[d - 1]:
        b, d = b - 1, d - 1
    if end > b:
        found.append((b, d, end - b))
    return a, b, c, d


def _matched(old: Sequence[str], new: Sequence[str], gap: tuple[int, int, int, int]) -> list[Block]:
    a, b, c, d = gap
    matcher = SequenceMatcher(None, old[a:b], new[c:d], autojunk=False)
    return [(a + i, c + j, size) for i, j, size in matcher.get_matching_blocks() if size]


def _anchors(old: Sequence[str], new: Sequence[str], gap: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """Return pairs of places, rising on both sides, where words stand that each side has only once.

    One word, or the first of two or of three together if no single word will do.
    """
    a, b, c, d = gap
    for together in (1, 2, 3):
        left = _once(old, a, b, together)
        right = _once(new, c, d, together)
        both = [(place, right[words]) for words, place in left.items() if words in right]
        if both:
            return _rising(both)
    return []


def _once(words: Sequence[str], start: int, end: int, together: int) -> dict[tuple[str, ...], int]:
    """Return the places of words that stand once, from left to right."""
    groups = [tuple(words[at : at + together]) for at in range(start, end - together + 1)]
    count = Counter(groups)
    return {group: at for at, group in enumerate(groups, start) if count[group] == 1}


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part of pairs, sorted by their first, whose second places rise too."""
    tops: list[int] = []  # the smallest end of a rising row of each length
    ends: list[int] = []  # and which pair it is
    before: list[int | None] = []
    for index, (_first, second) in enumerate(pairs):
        length = bisect_left(tops, second)
        before.append(ends[length - 1] if length else None)
        tops[length : length + 1] = [second]
        ends[length : length + 1] = [index]
    row: list[tuple[int, int]] = []
    at = ends[-1] if ends else None
    while at is not None:
        row.append(pairs[at])
        at = before[at]
    return row[::-1]


def _between(
    anchors: Sequence[tuple[int, int]], gap: tuple[int, int, int, int]
) -> Iterator[tuple[int, int, int, int]]:
    a, b, c, d = gap
    for (i, j), (k, m) in pairwise([(a - 1, c - 1), *anchors, (b, d)]):
        yield i + 1, k, j + 1, m


def _without_strays(blocks: Sequence[Block], old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Return the blocks without a lone 'the' or comma in the middle of a rewritten sentence."""
    joined: list[Block] = []
    for i, j, size in blocks:
        if joined and joined[-1][0] + joined[-1][2] == i and joined[-1][1] + joined[-1][2] == j:
            joined[-1] = (*joined[-1][:2], joined[-1][2] + size)
        else:
            joined.append((i, j, size))
    kept: list[Block] = []
    ends = [(0, 0, 0), *joined, (len(old), len(new), 0)]
    for (a, b, size_before), (i, j, size), (k, m, _size) in zip(ends, ends[1:], ends[2:], strict=False):
        rewritten = min(i - a - size_before, j - b - size_before), min(k - i - size, m - j - size)
        if size > STRAY or min(rewritten) <= size:
            kept.append((i, j, size))
    return kept


# Rows


@dataclass(frozen=True, kw_only=True)
class Row:
    """What became of a row: a step, a source, a term.

    ``kind`` is kept, added, removed, changed or moved; a changed row may have ``moved`` too. ``row`` is the
    row as it is now, or as it was if it is removed; ``fields`` are the changed ones, as runs of words.
    """

    kind: Kind
    key: str
    row: Mapping[str, Any]
    moved: bool = False
    fields: Mapping[str, list[Run]]


def compare_rows(
    old: Iterable[Mapping[str, Any]],
    new: Iterable[Mapping[str, Any]],
    key: str = "key",
    ignore: Iterable[str] = ("id", "edition", "edition_id", "position"),
) -> list[Row]:
    """Return what became of each row, in the new order; a removed row stands where it was.

    Rows are the same if they have the same ``key``; a second row of one key is a row of its own. A row has
    moved if it changed places with others, not if some were added or removed before it.
    """
    before, after = _by_key(old, key), _by_key(new, key)
    places = {name: place for place, name in enumerate(after)}
    stayed = {first for first, _place in _rising_names([name for name in before if name in after], places)}
    found: list[Row] = []
    for name, row in after.items():
        if name not in before:
            found.append(Row(kind=Kind.ADDED, key=name[0], row=row, fields=_fields({}, row, ignore)))
        else:
            found.append(_compared(name[0], before[name], row, name not in stayed, ignore))
    return _with_removed(found, before, after, ignore)


def _by_key(rows: Iterable[Mapping[str, Any]], key: str) -> dict[tuple[str, int], Mapping[str, Any]]:
    count: Counter[str] = Counter()
    found = {}
    for row in rows:
        name = str(row.get(key, ""))
        count[name] += 1
        found[name, count[name]] = row
    return found


def _rising_names(
    names: Sequence[tuple[str, int]], places: Mapping[tuple[str, int], int]
) -> list[tuple[tuple[str, int], int]]:
    row = _rising([(index, places[name]) for index, name in enumerate(names)])
    return [(names[index], place) for index, place in row]


def _compared(
    key: str, old: Mapping[str, Any], new: Mapping[str, Any], moved: bool, ignore: Iterable[str]
) -> Row:
    fields = _fields(old, new, ignore)
    kind = Kind.CHANGED if fields else Kind.MOVED if moved else Kind.KEPT
    return Row(kind=kind, key=key, row=new, moved=moved, fields=fields)


def _fields(old: Mapping[str, Any], new: Mapping[str, Any], ignore: Iterable[str]) -> dict[str, list[Run]]:
    names = [name for name in {**old, **new} if name not in set(ignore)]
    found = {name: compare_texts(_shown(old.get(name)), _shown(new.get(name))) for name in names}
    return {name: runs for name, runs in found.items() if is_changed(runs)}


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def _with_removed(
    found: Sequence[Row],
    before: Mapping[tuple[str, int], Mapping[str, Any]],
    after: Mapping[tuple[str, int], Mapping[str, Any]],
    ignore: Iterable[str],
) -> list[Row]:
    rows = dict(zip(after, found, strict=True))
    order: list[tuple[str, int]] = list(after)
    previous: tuple[str, int] | None = None
    for name, row in before.items():
        if name not in after:
            rows[name] = Row(kind=Kind.REMOVED, key=name[0], row=row, fields=_fields(row, {}, ignore))
            order.insert(order.index(previous) + 1 if previous else 0, name)
        previous = name
    return [rows[name] for name in order]
