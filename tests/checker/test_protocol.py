import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import textstat

from education.checker.parts import SOMEONE_ELSE, Text
from education.checker.protocol import ProtocolError, load_protocol
from education.checker.screens import answer_rows, reopen
from tests.checker.conftest import FOLDER

ROOT = Path(__file__).parents[2]
STARTER_SOURCES = ROOT / "education/library/starter/sources.toml"
PLACEHOLDERS = {"emergency", "emergency_department", "advice", "poison", "crisis", "clinic", "clinic_phone"}


def test_the_engine_works_without_django():
    blocked = (
        "import sys; sys.modules['django'] = None\n"
        "from pathlib import Path\n"
        "from education.checker import cases, screens, triage\n"
        "from education.checker.protocol import load_protocol\n"
        f"protocol = load_protocol(Path({str(FOLDER)!r}), 'en')\n"
        "assert triage.assess(protocol, {}).open_questions\n"
    )
    subprocess.run([sys.executable, "-c", blocked], cwd=ROOT, check=True)


@pytest.fixture
def copy(tmp_path):
    for path in FOLDER.glob("*.toml"):
        shutil.copy(path, tmp_path)
    return tmp_path


def broken(copy, name, old, new):
    path = copy / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ProtocolError) as raised:
        load_protocol(copy, "en")
    return str(raised.value)


QUESTION = '[[question]]\nid = "extra"\nscreen = "now"\ntier = 1\nlevel = "book-soon"\nsources = ["x"]\n\n'
RULE = '[[rule]]\nid = "extra"\nwhen = "inf-fever"\nlevel = "urgent-today"\nsources = ["x"]\n\n'
WORDS = '[questions.extra]\nlabel = "L"\nbecause = "B"\n\n'
NEVER = '{ all = ["under-10", "age-65"] }'
RULE_WORDS = '[rules.extra]\nbecause = "B"\n\n'
ANCHOR, RULE_ANCHOR, WORD_ANCHOR = '[[question]]\nid = "age"', '[[rule]]\nid = "R2"', "[questions.age]"


def with_extra(copy, entry, words):
    """Add an entry and its words, then say what is wrong with them."""
    anchor = RULE_ANCHOR if entry.startswith("[[rule") else ANCHOR
    path = copy / "en.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(WORD_ANCHOR, words + WORD_ANCHOR, 1), encoding="utf-8")
    return broken(copy, "protocol.toml", anchor, entry + anchor)


@pytest.mark.parametrize(
    ("entry", "words", "fault"),
    [
        (QUESTION, "", r"en.toml: extra: has no words; add \[questions.extra\]"),
        (QUESTION.replace('["x"]', "[]"), WORDS, r"extra: has no source; add sources"),
        (QUESTION.replace('"now"', '"nowhere"'), WORDS, r"extra: stands on the unknown screen 'nowhere'"),
        (QUESTION.replace('level = "book-soon"\n', ""), WORDS, r"extra: changes nothing"),
        (QUESTION.replace('"book-soon"', '"soon"'), WORDS, r"extra: .*level"),
        (QUESTION.replace("tier = 1\n", ""), WORDS, r"extra: 'tier' is missing"),
        (QUESTION.replace("sources", 'ask_if = "extra"\nsources'), WORDS, r"extra: .*break the circle"),
        (QUESTION.replace("sources", 'ask_if = "nothing"\nsources'), WORDS, r"extra: 'nothing' is no sign"),
        (
            QUESTION.replace("sources", 'ask_if = { all = ["inf-fever", { not = "inf-fever" }] }\nsources'),
            WORDS,
            r"extra: can never be asked",
        ),
        (RULE, "", r"en.toml: extra: has no words; add \[rules.extra\]"),
        (RULE.replace('["x"]', "[]"), RULE_WORDS, r"extra: has no source"),
        (
            RULE.replace('"inf-fever"', '{ all = ["under-10", "age-65"] }'),
            RULE_WORDS,
            r"extra: can never hold",
        ),
        (
            RULE.replace("level", f"unless = {NEVER}\nlevel"),
            RULE_WORDS,
            r"extra: has an 'unless' that can never hold",
        ),
        (
            RULE.replace("level", 'follows = "emergency-go"\nlevel'),
            RULE_WORDS,
            r"extra: would lower",
        ),
        (
            RULE.replace("level", 'unsure = "emergency-go"\nlevel'),
            RULE_WORDS,
            r"extra: is more urgent",
        ),
        (
            RULE.replace("level", 'advice = "rest"\nlevel'),
            RULE_WORDS,
            r"extra: gives the unknown",
        ),
    ],
)
def test_a_broken_entry_names_its_file_its_id_and_the_mend(copy, entry, words, fault):
    assert re.search(fault, with_extra(copy, entry, words))


def test_two_entries_with_one_id_are_refused(copy):
    assert "age: stands 2 times" in broken(copy, "protocol.toml", 'id = "region"', 'id = "age"')


def test_facts_that_lead_back_to_themselves_are_refused(copy):
    fault = broken(copy, "protocol.toml", "[facts]\n", '[facts]\nloop = { not = "loop" }\n')
    assert "loop: leads back to itself" in fault


def test_words_for_nothing_are_refused(copy):
    assert "en.toml: ghost: words for nothing" in broken(
        copy, "en.toml", WORD_ANCHOR, f'[questions.ghost]\nlabel = "Boo"\n\n{WORD_ANCHOR}'
    )


def test_a_screen_without_questions_is_refused(copy):
    screen = '[[screen]]\nid = "empty"\nkind = "ticks"\n\n[[screen]]\nid = "now"'
    path = copy / "en.toml"
    path.write_text(
        path.read_text(encoding="utf-8") + '\n[screens.empty]\ntitle = "Empty"\n', encoding="utf-8"
    )
    assert "empty: has no question" in broken(copy, "protocol.toml", '[[screen]]\nid = "now"', screen)


def test_a_file_that_is_no_toml_is_named(copy):
    assert "en.toml: cannot be read" in broken(copy, "en.toml", "[phrases]", "[phrases")


def test_a_language_without_words_is_refused(copy):
    with pytest.raises(ProtocolError, match=r"xx\.toml: cannot be read"):
        load_protocol(copy, "xx")


def test_every_source_is_in_the_starter_library(protocol):
    known = {row["id"] for row in tomllib.loads(STARTER_SOURCES.read_text(encoding="utf-8"))["source"]}
    cited = {source for rule in protocol.rules for source in rule.sources}
    cited |= {source for question in protocol.questions.values() for source in question.sources}
    cited |= {source for pattern in protocol.patterns for source in pattern.sources}
    assert cited <= known


def texts(protocol):
    """Every text a patient may read, as (id, text)."""
    for question in protocol.questions.values():
        for text in (question.label, question.because, question.why, question.help):
            if text:
                yield question.id, text
    for rule in protocol.rules:
        yield rule.id, rule.because
    for screen in protocol.screens.values():
        for text in (screen.title, screen.hint, screen.none):
            if text:
                yield screen.id, text
    for pattern in protocol.patterns:
        yield from ((pattern.id, feature.words) for feature in pattern.toward + pattern.away)
    for advice in protocol.advice.values():
        yield from ((advice.id, Text(me=step, other="")) for step in (advice.title, *advice.steps))
    yield from protocol.phrases.items()


def test_no_text_for_somebody_else_speaks_of_you_by_mistake(protocol):
    about_the_speaker = re.compile(r"^(You said|You gave|You were not sure)\b")
    for id, text in texts(protocol):
        if id not in ("about", "who", "age", "follow_up"):
            rest = about_the_speaker.sub("", text.other)
            assert not re.search(r"\b(you|your|yourself)\b", rest, re.IGNORECASE), (id, text.other)


AVOIDED = (
    r"diagnos acute chronic degenerat damage trapped crushed red.flag urinat \bstool \bpoo\b incontinen "
    r"\bjust\b \bsimply\b physio deadly \bkill paraly"
)


@pytest.mark.parametrize("word", AVOIDED.split())
def test_words_the_content_guide_avoids_are_avoided(protocol, word):
    for id, text in texts(protocol):
        assert not re.search(word, f"{text.me} {text.other}", re.IGNORECASE), (id, text.me)


def test_placeholders_are_known_and_no_number_is_typed(protocol):
    for id, text in texts(protocol):
        assert set(re.findall(r"{(\w+)}", text.me)) <= PLACEHOLDERS | {"label"}, id
        assert not re.search(r"\b(911|999|112|988|111)\b", text.me), id


def test_sentences_are_short(protocol):
    for id, text in texts(protocol):
        for sentence in re.split(r"[.?!]\s", text.me):
            assert len(sentence.split()) <= 25, (id, sentence)


@pytest.mark.slow
def test_the_words_read_at_grade_six(protocol):
    whole = " ".join(text.me.rstrip(".?") + "." for _, text in texts(protocol))
    assert textstat.flesch_kincaid_grade(whole) <= 6.0


def test_every_sign_says_why_it_is_asked(protocol):
    assert [q.id for q in protocol.questions.values() if not q.offer and not q.why] == []


def test_words_for_somebody_else_are_used(protocol):
    answers = {"who": SOMEONE_ELSE, "region": "low-back", "ces-cannot-pee": "yes"}
    screen = reopen(protocol, "bladder", answers)
    assert screen is not None
    assert screen.questions[0].label == "They cannot pee"
    assert {row.label for row in answer_rows(protocol, answers)} >= {"They cannot pee"}
