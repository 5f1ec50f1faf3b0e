"""What could be said better in a text, place by place. Plain Python, no Django.

The same hints stand beside a field while somebody types, and decide at the end what may be published. What to
look for is in ``words/``, one list for each language.
"""

import re
from collections.abc import Collection, Iterator

from education.wording.blocks import Block, Kind, Text, blocks_of, spoken, words_in
from education.wording.hints import Hint, Severity, hint
from education.wording.links import links_of
from education.wording.phrases import Entry, Lists, is_within, lists_of, lowered
from education.wording.structure import structure_hints

LONG, TOO_LONG = 20, 25  # words; steps and cards may not be longer than the first
EMERGENCY_SIGN = "emergency-sign"  # the code of the hint
ADDRESS_END = re.compile(r"(#.*)?$")


def _(text: str) -> str:
    """Mark a text for translation and return it unchanged."""
    return text


LONG_SENTENCE = _("This sentence has %(words)s words. Make two of it.")
FEAR = _("'%(word)s' frightens. %(why)s")
AVOID = _("Say '%(word)s' another way. %(why)s")
STYLE = _("Write '%(word)s' another way. %(why)s")
SIGN = _(
    "An emergency sign: %(sign)s. Such signs belong on the care card, which every page shows alike. "
    "Point to the card here instead."
)
NUMBER = _("Do not type the number '%(word)s'. Write %(better)s, and each clinic shows its own.")
CLAIM = _("'%(word)s' needs a source, and this page names none. Add the source, or leave the claim out.")
LINK_WITHOUT_SOURCE = _(
    "This link leads to another site that is not among the sources of this page. "
    "If the text rests on it, add it there."
)
CAPITALS = _("Words in capitals shout, and are hard to read. Write '%(word)s' in small letters.")
SEMICOLON = _("Make two sentences instead of a semicolon.")


def hints(text: Text, language: str = "en", *, sources: Collection[str] | None = None) -> list[Hint]:
    """Return what could be better in a text, in the order of its places.

    ``sources`` are the web addresses of the sources of the page, with an empty one for a source that has
    none. Without them nothing is said about claims and sources.
    """
    found = list(structure_hints(text.text, text.style, language))
    lists = lists_of(language)
    for block in blocks_of(text.text, text.style):
        found += _long_sentences(text, block, language)
        if lists:
            found += _words(text, block, lists, sources)
        found += _signs_of_shouting(text.text, block, lists.capitals if lists else frozenset())
    if sources is not None and text.style.is_markdown and not text.style.leads_out:
        found += _links_without_source(text.text, sources)
    return sorted(found, key=lambda each: (each.start, each.end))


# Sentences


def _long_sentences(text: Text, block: Block, language: str) -> Iterator[Hint]:
    if not block.is_read:
        return
    is_short = text.style.is_step or block.kind == Kind.STEP
    for sentence in block.sentences():
        words = len(words_in(spoken(sentence.text, language)))
        if words > LONG:
            severity = Severity.WARNING if is_short or words > TOO_LONG else Severity.NOTE
            place = (sentence.start, sentence.end)
            yield hint(text.text, "long-sentence", severity, place, LONG_SENTENCE, facts={"words": words})


# Words


def _words(text: Text, block: Block, lists: Lists, sources: Collection[str] | None) -> Iterator[Hint]:
    plain = lowered(block.text)
    if not text.style.teaches_words:
        yield from _avoided(text.text, block, plain, lists)
    for entry, start, end in _longest(lists.style, plain):
        yield _about(text.text, block, "style", Severity.NOTE, start, end, STYLE, entry)
    if not text.style.names_signs and not text.style.teaches_words:
        for entry, start, end in _longest(lists.sign, plain):
            yield _about(text.text, block, EMERGENCY_SIGN, Severity.WARNING, start, end, SIGN, entry)
    for entry, start, end in _longest(lists.number, plain):
        yield _about(text.text, block, "typed-number", Severity.WARNING, start, end, NUMBER, entry)
    if sources is not None and not sources:
        for entry, start, end in _longest(lists.claim, plain):
            yield _about(text.text, block, "unsourced-claim", Severity.WARNING, start, end, CLAIM, entry)


def _avoided(typed: str, block: Block, plain: str, lists: Lists) -> Iterator[Hint]:
    taught: list[tuple[int, int]] | None = None
    for entry, start, end in _longest(lists.avoid, plain):
        if entry.is_term:
            taught = _taught(block, plain, lists) if taught is None else taught
            if is_within((start, end), taught):
                continue
        code, say = ("fear-word", FEAR) if entry.is_fear else ("word-to-avoid", AVOID)
        yield _about(typed, block, code, Severity.WARNING, start, end, say, entry)


def _longest(entries: Collection[Entry], plain: str) -> list[tuple[Entry, int, int]]:
    """Return where entries stand in a block, without those that stand within a longer one."""
    found = [(entry, *span) for entry in entries for span in entry.spans(plain)]
    found.sort(key=lambda each: (each[1], -each[2]))
    kept: list[tuple[Entry, int, int]] = []
    for entry, start, end in found:
        if not kept or start >= kept[-1][2]:
            kept.append((entry, start, end))
    return kept


def _taught(block: Block, plain: str, lists: Lists) -> list[tuple[int, int]]:
    """Return where a block teaches a doctor's word: in brackets, or behind 'doctors call this'."""
    spans = [found.span() for found in re.finditer(r"\([^()]*\)", plain)]
    for sentence in block.sentences():
        start, end = sentence.start - block.start, sentence.end - block.start
        for phrase in lists.teaching:
            spans += [(start + place[1], end) for place in phrase.spans(plain[start:end])]
    return spans


def _about(
    typed: str, block: Block, code: str, severity: Severity, start: int, end: int, say: str, entry: Entry
) -> Hint:
    start, end = block.start + start, block.start + end
    word = typed[start:end]
    ways = (entry.better,) if re.fullmatch(r"\{\w+\}", entry.better) else entry.ways_for(word)
    better = ", ".join(ways) or entry.better
    facts = {"word": " ".join(word.split()), "why": entry.why, "sign": entry.why, "better": better}
    if _is_capitalized(word) or (word[0].isupper() and start in {each.start for each in block.sentences()}):
        ways = tuple(way[:1].upper() + way[1:] for way in ways)
    return hint(typed, code, severity, (start, end), say, better=better, ways=ways, facts=facts)


def _is_capitalized(word: str) -> bool:
    """Whether a word begins with a capital and goes on in small letters."""
    first = word.split()[0]
    return first[:1].isupper() and first[1:].islower()


# Letters and marks


def _signs_of_shouting(typed: str, block: Block, known: frozenset[str]) -> Iterator[Hint]:
    for found in re.finditer(r"(?<![\w{-])[^\W\d_a-zà-ÿ]{4,}(?![\w}-])", block.text):
        if found[0] not in known and not _is_guide(block.text, found.start()):
            place = (block.start + found.start(), block.start + found.end())
            yield hint(typed, "capitals", Severity.NOTE, place, CAPITALS, facts={"word": found[0]})
    for found in re.finditer(r"(?<!&amp)(?<!&lt)(?<!&gt)(?<!&nbsp);", block.text):
        start = block.start + found.start()
        yield hint(typed, "semicolon", Severity.NOTE, (start, start + 1), SEMICOLON)


def _is_guide(text: str, place: int) -> bool:
    """Whether a place is within ``(say: …)``, where capitals mark the stress."""
    opening = text.rfind("(", 0, place)
    return opening > text.rfind(")", 0, place) and re.match(r"\((say|se dice):", text[opening:]) is not None


# Links


def _links_without_source(typed: str, sources: Collection[str]) -> Iterator[Hint]:
    known = {_bare(address) for address in sources}
    for link in links_of(typed):
        if link.is_outside and _bare(link.href) not in known:
            place = (link.start, link.end)
            yield hint(typed, "link-without-source", Severity.NOTE, place, LINK_WITHOUT_SOURCE)


def _bare(address: str) -> str:
    """Return an address without what does not tell pages apart."""
    bare = re.sub(r"^https?://(www\.)?", "", address.strip(), flags=re.IGNORECASE)
    return ADDRESS_END.sub("", bare, count=1).rstrip("/").lower()
