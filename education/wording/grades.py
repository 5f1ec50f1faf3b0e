"""How easily texts read: Flesch-Kincaid and SMOG in English, INFLESZ and Fernández Huerta in Spanish.

Source: content guide, sections 5 and 14. English is measured by textstat 0.7.8, which the guide fixes,
because other releases count syllables differently. Spanish syllables are counted as section 14 says.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from education.wording.blocks import SENTENCE_END, Text, blocks_of, spoken, words_in

EASY_GRADE, EASY_SMOG = 6.0, 8.0  # what the guide asks for
HARDEST_GRADE = 8.0  # beyond it nothing goes out
EASY_INFLESZ, EASY_FERNANDEZ_HUERTA = 70.0, 75.0
HARDEST_INFLESZ = 55.0  # below it the scale says 'somewhat hard'
FEWEST_WORDS = 30  # a formula says nothing about less


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The measures of a text. Grades are school years; the Spanish scales run up to 100, higher is easier.

    ``grade`` and ``smog`` are ``None`` in Spanish, the other two in English, all in other languages.
    """

    words: int
    sentences: int
    longest: str = ""  # the longest sentence, as patients read it
    longest_words: int = 0
    grade: float | None = None
    smog: float | None = None
    inflesz: float | None = None
    fernandez_huerta: float | None = None

    @property
    def is_measured(self) -> bool:
        """Whether there is enough text, in a language that has a formula."""
        return self.words >= FEWEST_WORDS and (self.grade, self.inflesz) != (None, None)

    @property
    def is_easy(self) -> bool:
        """Whether it is as easy as the guide asks for; true of what cannot be measured."""
        if not self.is_measured:
            return True
        if self.grade is not None and self.smog is not None:
            return self.grade <= EASY_GRADE and self.smog <= EASY_SMOG
        return (self.inflesz or 0) >= EASY_INFLESZ and (self.fernandez_huerta or 0) >= EASY_FERNANDEZ_HUERTA

    @property
    def is_too_hard(self) -> bool:
        """Whether it is so hard that it must not go out."""
        if not self.is_measured:
            return False
        if self.grade is not None:
            return self.grade > HARDEST_GRADE
        return (self.inflesz or 0) < HARDEST_INFLESZ


def measure(texts: Iterable[Text], language: str = "en") -> Reading:
    """Return the measures of some texts read as one, such as all fields of an edition.

    Headings, captions and "say:" guides are left out. Each list item, step and table cell ends with a full
    stop, and so does a line with a colon before a list.
    """
    found = [
        spoken(block.text, language)
        for text in texts
        for block in blocks_of(text.text, text.style)
        if block.is_read and not text.style.is_title
    ]
    return measure_plain(" ".join(text for text in found if text), language)


def measure_plain(whole: str, language: str = "en") -> Reading:
    """Return the measures of a text that is prepared already: see ``spoken``."""
    sentences = [piece for piece in SENTENCE_END.split(whole) if words_in(piece)]
    longest = max(sentences, key=lambda piece: len(words_in(piece)), default="")
    scores: dict[str, float] = {}
    if whole and language[:2] == "en":
        scores = _english(whole)
    elif whole and language[:2] == "es":
        scores = _spanish(whole, len(sentences))
    return Reading(
        words=len(words_in(whole)),
        sentences=len(sentences),
        longest=longest,
        longest_words=len(words_in(longest)),
        **scores,
    )


def _english(whole: str) -> dict[str, float]:
    import textstat  # reads a dictionary of 125,000 words, which only staff pages need

    return {"grade": textstat.flesch_kincaid_grade(whole), "smog": textstat.smog_index(whole)}


def _spanish(whole: str, sentences: int) -> dict[str, float]:
    words = words_in(whole)
    if not words:
        return {}
    per_word = sum(syllables(word) for word in words) / len(words)
    per_sentence = len(words) / max(sentences, 1)
    return {
        "inflesz": 206.835 - 62.3 * per_word - per_sentence,
        "fernandez_huerta": 206.84 - 60 * per_word - 1.02 * per_sentence,
    }


STRONG = "aeoáéó"
APART = "íú"  # an accent on a weak vowel splits it from a strong one
VOWELS = f"{STRONG}{APART}iuü"


@lru_cache(maxsize=8192)
def syllables(word: str) -> int:
    """Return how many syllables a Spanish word has, one at least.

    Source: content guide, section 14. Vowels count in groups; two strong ones (a, e, o) side by side split,
    an unaccented i, u or ü joins its neighbor, í and ú split from a strong vowel. The u of que, qui, gue
    and gui is silent, and a y at the end counts as i.
    """
    letters = re.sub(r"qu|gu(?=[eiéí])", "g", word.lower())
    letters = re.sub(r"y\b", "i", letters)
    count, before = 0, " "
    for letter in letters:
        if letter in VOWELS:
            splits = (letter in STRONG and before in STRONG + APART) or (letter in APART and before in STRONG)
            count += before not in VOWELS or splits
        before = letter
    return max(count, 1)
