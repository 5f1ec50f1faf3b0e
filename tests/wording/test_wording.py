"""Hints for writers and the measures of texts: what is found, where, and what is left in peace."""

import re
import subprocess
import sys
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from education.wording.advice import hints
from education.wording.blocks import CARD, PLAIN, PROSE, SIGNS, STEP, TITLE, Style, Text, blocks_of
from education.wording.grades import measure, syllables
from education.wording.hints import Severity
from education.wording.links import links_of
from education.wording.phrases import LISTS, phrase, read_lists


def found(text, code="", style=PROSE, language="en", **options):
    """Return what hints point to, as typed; of one code if told."""
    told = hints(Text(text, style), language, **options)
    return [text[hint.start : hint.end] for hint in told if code in {"", hint.code}]


def codes(text, style=PROSE, language="en", **options):
    return {hint.code for hint in hints(Text(text, style), language, **options)}


GOOD = """## What it is

A spasm is a muscle that tightens by itself. It can start after you lift something.

Strong pain does not mean damage. A **pinched nerve** most often calms down.

1. Put a warm pack on the sore area.
2. Walk around the room. See [gentle moves for the low back](page:checklists/low-back-first-days).

Table: Your choices

| Choice | Good to know |
| --- | --- |
| Wait | Most spasms ease with time. |
| Heat | None known. |

A scan (MRI) does not show a spasm. Call {emergency} for a sign on the card.
"""


def test_a_good_text_gets_no_hint():
    assert found(GOOD) == []


@pytest.mark.parametrize(
    "text",
    [
        "wear and tear", "Worn out", "disc degeneration", "a degenerative disc disease",
        "your disc is slipped",
        "a slipped disc", "ruptured discs", "CRUMBLING", "bone on bone", "a collapsed disc",
        "it is unstable",
        "out of place", "a trapped nerve", "crushed nerves", "the damage", "nerve damage", "damaged nerves",
        "your back is screaming", "protect your back", "be careful", "never bend", "agony",
    ],
)  # fmt: skip
def test_words_that_frighten_are_found(text):
    assert "fear-word" in codes(f"Some say it is {text} here.")


@pytest.mark.parametrize(
    "text",
    [
        "chronic pain", "an acute attack", "bad posture", "poor posture", "a weak core", "no pain, no gain",
        "abnormal", "a positive test", "the test was negative", "red flags", "imaging", "an MRI", "NSAIDs",
        "physiotherapy", "your healthcare provider", "an HCP", "lumbar", "the cervical spine",
        "pain that radiates",
        "radiculopathy", "paresthesia", "cauda equina syndrome", "urinate", "bowel movements",
        "incontinence",
        "you experience pain", "utilize heat", "prior to bed", "in order to heal", "due to age",
        "she suffers",
        "victims", "failed treatment", "non-compliant", "in your head", "stress causes it", "cured",
        "heals, guaranteed",
        "a fix", "just rest", "simply rest", "easy", "elderly", "obese patients", "avoid bending",
        "restrict activity",
        "don't worry", "you’ll be fine",
    ],
)  # fmt: skip
def test_words_to_avoid_are_found(text):
    assert "word-to-avoid" in codes(f"They say {text} then.")


@pytest.mark.parametrize(
    "text",
    [
        "Strong pain does not mean damage.", "That does not mean that your back is damaged.",
        "Hurt does not mean harm.", "A pinched nerve in the neck.", "Put it in place.",
        "The test found nothing.",
        "Pain that lasts (doctors call this chronic pain).", "Doctors call this cervical radiculopathy.",
        "You may hear the word lumbar.", "A scan (MRI) is not needed.", "It is easier on a chair.",
        "Radiation treatment helps.", "In our experience, heat helps.", "Do not avoid it.",
        "Adjust the pillow.",
        "Devoid of pain.", "A secure grip.", "Prefix.", "The stroke of a brush is long.",
    ],
)  # fmt: skip
def test_words_that_only_look_alike_are_left_in_peace(text):
    assert codes(text) & {"word-to-avoid", "fear-word"} == set()


def test_the_glossary_may_teach_any_word():
    assert codes("Degeneration of a disc. Chronic.", Style(teaches_words=True)) == set()


def test_a_hint_names_the_place_the_better_word_and_the_reason():
    text = "Heat helps.\r\n\r\nIt is **wear and\r\ntear** of the disc."
    [hint] = hints(Text(text, PROSE))

    assert text[hint.start : hint.end] == "wear and\r\ntear"
    assert (hint.line, hint.excerpt, hint.severity) == (3, "wear and tear", Severity.WARNING)
    assert hint.better == "normal change with age"
    assert hint.said() == ("'wear and tear' frightens. It sounds like decay, and stops people from moving.")


def test_only_the_longest_of_several_phrases_is_told():
    assert found("A damaged nerve.", "fear-word") == ["damaged nerve"]


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n| - | - |\n| c | crumbling |", "![Crumbling bone](figure:x)", "## A crumbling spine",
        "- a\n  - crumbling", "> crumbling", '![Spine](figure:x "A crumbling spine")',
        "Table: Crumbling\n| a |\n| - |\n| b |",
    ],
)  # fmt: skip
def test_words_are_found_wherever_patients_read_them(text):
    assert [word.lower() for word in found(text, "fear-word")] == ["crumbling"]


@pytest.mark.parametrize(
    "text", ["[walk](page:articles/crumbling)", "![A spine](figure:crumbling)", "`x`\n\n```\ncrumbling\n```"]
)
def test_words_that_patients_do_not_read_are_left_in_peace(text):
    assert found(text, "fear-word") == []


# Emergency signs


@pytest.mark.parametrize(
    "text",
    [
        "If you cannot pee, call.", "You can’t pee at all.", "You are unable to urinate.",
        "You leak pee or poop.",
        "Your pee leaks.", "You lose control of your bladder.", "Any change in how you pee or poop.",
        "Your groin feels numb.", "numb between the legs", "Numbness or tingling in your genitals",
        "Your bottom tingles.", "your inner thighs feel strange and numb",
        "It feels different when you wipe.",
        "Both legs are weak.", "weakness in both legs", "Both of your arms... both arms feel numb.",
        "You cannot move your arm.", "One leg is getting weaker fast.", "Chest pain.", "pain in your chest",
        "Your chest feels tight.", "trouble breathing", "You cannot breathe well.", "short of breath",
        "Your face droops.", "Your speech slurs.", "the worst headache of your life",
        "a stiff neck and a fever",
        "You pass out.", "a seizure", "You cough up blood.", "It began with a car crash.",
        "after a bad car accident",
        "You want to end your life.", "thoughts of suicide", "a sudden, very bad headache",
    ],
)  # fmt: skip
def test_emergency_signs_outside_a_card_are_found(text):
    assert "emergency-sign" in codes(text, PLAIN)


@pytest.mark.parametrize(
    "text",
    [
        "Numb skin can burn. Keep a cloth on your bottom shelf.",
        "You may feel tingling in some of your fingers.",
        "Walk with both legs.", "Lift both arms over your head.", "Open your chest. Breathe in slowly.",
        "You can pee as usual.", "Get up, do not stay in bed.", "A weak grip is common.",
        "These pills raise your risk of a heart attack or a stroke.", "A blow to the head.",
        "Fever is rare.",
        "The pain ends by itself.",
        "Read the lines about the heart, breathing and sudden tearing pain twice.",
    ],
)  # fmt: skip
def test_other_sentences_are_no_emergency_signs(text):
    assert "emergency-sign" not in codes(text, PLAIN)


@pytest.mark.parametrize("style", [CARD, SIGNS])
def test_a_card_and_a_stop_rule_may_name_signs(style):
    assert codes("You cannot pee.\nYou have chest pain.", style) == set()


@pytest.mark.parametrize(
    "text", ["Call 911 now.", "Dial 112.", "Ring 999!", "Call us or 911.", "Please call 000."]
)
def test_typed_emergency_numbers_are_found(text):
    [hint] = [hint for hint in hints(Text(text)) if hint.code == "typed-number"]

    assert hint.better == "{emergency}"


@pytest.mark.parametrize(
    "text", ["112 days later", "999 out of 1,000 people", "Call {emergency}.", "000 is zero"]
)
def test_other_numbers_are_left_in_peace(text):
    assert "typed-number" not in codes(text)


# Claims and sources


@pytest.mark.parametrize(
    "text",
    [
        "Studies show that heat helps.", "In one small study, heat helped.", "55 out of 100 people got well.",
        "20% more", "Research suggests it.",
    ],
)  # fmt: skip
def test_a_claim_on_a_page_without_sources_is_found(text):
    assert "unsourced-claim" in codes(text, sources=())
    assert "unsourced-claim" not in codes(text, sources=["https://example.org"])
    assert "unsourced-claim" not in codes(text)


def test_pain_on_a_scale_is_no_claim():
    assert "unsourced-claim" not in codes("Stop when pain goes above 4 out of 10.", sources=())


def test_a_link_on_a_page_without_any_source_is_told():
    text = "See [two](https://example.org/x)."

    assert found(text, "link-without-source", sources=()) == ["[two](https://example.org/x)"]
    assert found(text, "link-without-source", sources=None) == []


def test_a_link_that_is_no_source_is_told():
    text = "See [one](https://www.nice.org.uk/ng59/#top) and [two](https://example.org/x)."

    assert found(text, "link-without-source", sources=["https://nice.org.uk/ng59"]) == [
        "[two](https://example.org/x)"
    ]


def test_links_to_read_on_need_no_source():
    text = "[NHS](https://nhs.uk/)"

    assert found(text, style=Style(is_markdown=True, leads_out=True), sources=["https://example.org"]) == []


# Sentences


def sentence(words):
    return f"{' '.join(['pain'] * words)}."


@pytest.mark.parametrize(
    ("words", "style", "severity"),
    [
        (20, PROSE, None), (21, PROSE, "note"), (25, PROSE, "note"), (26, PROSE, "warning"),
        (20, STEP, None), (21, STEP, "warning"), (21, CARD, "warning"), (21, PLAIN, "note"),
    ],
)  # fmt: skip
def test_a_long_sentence_is_told_by_its_length(words, style, severity):
    found = [
        str(hint.severity) for hint in hints(Text(sentence(words), style)) if hint.code == "long-sentence"
    ]

    assert found == ([severity] if severity else [])


def test_a_numbered_step_may_be_no_longer_than_a_step():
    [hint] = hints(Text(f"1. Rest.\n2. {sentence(21)}", PROSE))

    assert hint.severity == Severity.WARNING


def test_the_words_of_the_clinic_count_in_a_sentence():
    text = f"{' '.join(['go'] * 19)} {{emergency_department}}."

    assert found(text, "long-sentence") == [text]


def test_a_long_sentence_is_shown_from_its_first_word_to_its_last():
    text = f"Rest. {sentence(30)} Walk."

    assert found(text, "long-sentence") == [sentence(30)]


# Style


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[click here](page:clinic)", "link-text"), ("[Read more](page:clinic)", "link-text"),
        ("[](page:clinic)", "empty-link"), ("Do it; then rest.", "semicolon"), ("Do it NEVER.", "capitals"),
        ("Heat, e.g. a pack.", "style"), ("Heat, etc.", "style"), ("20% of people", "style"),
        ("![Image of a spine](figure:x)", "picture-words"), ("![What it shows](figure:x)", "picture-untold"),
    ],
)  # fmt: skip
def test_matters_of_style_are_found(text, code):
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "(say: SER-vih-kul ruh-DIK-yoo-LOP-uh-thee)",
        "From NICE.",
        "A PDF.",
        "Salt &amp; pepper",
        "{emergency}",
    ],
)
def test_other_marks_are_left_in_peace(text):
    assert codes(text) & {"capitals", "semicolon"} == set()


# Structure


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("### Deep", ["### Deep"]), ("## A\n\n#### B", ["#### B"]), ("## A\n\n### B\n\n## C\n\n### D", []),
        ("## A\n\n### B\n\n#### C\n\n## D\n\n#### E", ["#### E"]),
    ],
)  # fmt: skip
def test_a_skipped_heading_is_found(text, wrong):
    assert found(text, "skipped-heading") == wrong


@pytest.mark.parametrize(
    "lead_in",
    ["## Don't", "### Do not do these things", "Don’t:", "**Don't:**", "Do not:", "What not to do", "Don'ts"],
)
def test_a_line_under_dont_has_to_say_do_not(lead_in):
    text = f"## X\n\n{lead_in}\n\n- do not smoke\n- lift heavy things\n- **Don't** drive"

    assert found(text, "dont-line") == ["- lift heavy things"]


@pytest.mark.parametrize("lead_in", ["Do not use heat if you:", "## Do", "You may feel:", "Do not wait if:"])
def test_other_lists_need_no_do_not(lead_in):
    assert found(f"{lead_in}\n\n- have numb skin", "dont-line") == []


def test_a_column_called_dont_has_to_say_do_not():
    text = "| Do | Don't |\n| - | - |\n| walk | do not sit |\n| rest | lift |"

    assert found(text, "dont-line") == ["| rest | lift |"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("| a | b |\n| - | - |\n| c | |", "empty-cell"), ("| a | b |\n| - | - |\n| c |", "empty-cell"),
        ("| a | |\n| - | - |\n| c | d |", "empty-cell"),
        ("| | |\n| - | - |\n| c | d |", "table-without-header"),
        ("| a | b |\n| c | d |", "table-without-header"), ("| a |\n| - |\n| c | d |", "lost-cell"),
        ("| a |\n| - |\n" + "| c |\n" * 9, "long-table"),
        ("| a | b | c | d | e |\n|-|-|-|-|-|\n|1|2|3|4|5|", "long-table"),
        ("| a |\n| - |\n| c |", "table-caption"), ("- a\n" * 8, "long-list"),
    ],
)  # fmt: skip
def test_a_table_or_list_that_is_hard_to_read_is_found(text, code):
    assert code in codes(text)


def test_a_cell_may_hold_an_escaped_bar_and_a_link():
    assert codes("Table: x\n\n| a | b |\n| - | - |\n| [c](page:clinic) | d \\| e |") == set()


def test_a_card_has_ten_signs_at_most():
    assert codes("it hurts\n" * 10, CARD) == set()
    assert codes("it hurts\n" * 11, CARD) == {"long-list"}


# Places


MARKS = [
    "**", "_", "[", "](page:clinic)", "![", "](figure:x)", "`", "| ", "\n", "\r\n", "\r", "\n\n", "- ", "1. ",
    "  ", "#", "## ", "> ", "\\", "&amp;", "{emergency}", "crumbling ", "damage ", "İ", "👍", "\t",
    "(say: x)", "---", ".",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(MARKS), st.text(max_size=8)), max_size=30).map("".join))
def test_no_text_is_too_odd_and_every_place_is_right(text):
    for style in (PROSE, PLAIN, TITLE, CARD):
        for block in blocks_of(text, style):
            typed = text[block.start : block.end]
            assert all(shown in {" ", original} for shown, original in zip(block.text, typed, strict=True))
        for hint in hints(Text(text, style), sources=["https://example.org"]):
            assert 0 <= hint.start <= hint.end <= len(text)
        measure([Text(text, style)])
    links_of(text)


# Measures


def test_a_text_is_measured_as_the_guide_prepares_it():
    """Headings, captions and 'say:' guides do not count, and each line ends with a full stop."""
    text = (
        "## Ignore this heading\n\nTry this:\n\n- warm packs\n- walks (say: WOKS)\n\n"
        "Table: no\n\n| A | B |\n| - | - |\n| one | two |"
    )
    same = "Try this. warm packs. walks. one. two."

    assert measure([Text(text, PROSE)]) == measure([Text(same)])


def test_a_text_in_english_has_a_grade_and_in_spanish_two_scores():
    english, spanish = measure([Text(GOOD, PROSE)], "en"), measure([Text(GOOD, PROSE)], "es")

    assert (english.grade is None, english.inflesz is None) == (False, True)
    assert (spanish.grade is None, spanish.inflesz is None) == (True, False)


def test_grades_tell_easy_from_hard():
    hard = (
        "Musculoskeletal deconditioning necessitates interdisciplinary rehabilitation incorporating "
        "individualized therapeutic exercise prescriptions alongside comprehensive "
        "psychosocial interventions. "
    ) * 3
    easy = "Put a warm pack on the sore area. Walk a little. Rest when you need it. " * 3

    assert (measure([Text(easy)]).is_easy, measure([Text(easy)]).is_too_hard) == (True, False)
    assert (measure([Text(hard)]).is_easy, measure([Text(hard)]).is_too_hard) == (False, True)


def test_a_handful_of_words_cannot_be_measured():
    reading = measure([Text("Interdisciplinary rehabilitation.")])

    assert (reading.is_measured, reading.is_too_hard) == (False, False)


def test_the_longest_sentence_is_named():
    reading = measure([Text(f"Rest. {sentence(12)} Walk.")])

    assert (reading.longest, reading.longest_words, reading.sentences, reading.words) == (
        sentence(12),
        12,
        3,
        14,
    )


SPANISH = """Emergencia: llame al 911 o vaya ya a la sala de emergencias si tiene dolor de espalda y alguna de estas señales:

- no puede orinar, o se le sale la orina o el excremento y esto es nuevo
- siente dormida o con hormigueo la zona entre las piernas, los genitales o las nalgas
- tiene las dos piernas débiles, dormidas o con dolor
- el dolor empezó después de una caída fuerte, un choque o un golpe
- le duele el pecho, o siente que se va a desmayar

No maneje usted.

Los músculos de la parte baja de la espalda le ayudan a estar de pie y a doblarse. En un espasmo, uno o más de estos músculos se aprietan con fuerza y usted no puede aflojarlos. El dolor puede ser muy fuerte, pero eso no quiere decir que su espalda esté dañada. Moverse poco a poco y usar calor ayuda más que quedarse en la cama. La mayoría de las personas se siente mucho mejor en pocas semanas."""  # noqa: E501


def test_the_spanish_sample_of_the_guide_gets_the_scores_of_the_guide():
    reading = measure([Text(SPANISH, PROSE)], "es")

    assert reading.inflesz == pytest.approx(83.8, abs=0.5)
    assert reading.fernandez_huerta == pytest.approx(87.5, abs=0.5)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("sol", 1), ("país", 2), ("día", 2), ("guía", 2), ("muy", 1), ("quiere", 2), ("guerra", 2),
        ("pingüino", 3),
        ("aéreo", 4), ("leer", 2), ("caída", 3), ("huesos", 2), ("y", 1), ("agua", 2), ("ciudad", 2),
        ("héroe", 3),
        ("línea", 3), ("hormigueo", 4), ("911", 1), ("ESPALDA", 3), ("miocardio", 3), ("construí", 2),
    ],
)  # fmt: skip
def test_spanish_syllables_are_counted_by_vowel_groups(word, count):
    assert syllables(word) == count


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Es un disco desgastado.", "fear-word"), ("No quiere decir que su espalda esté dañada.", ""),
        ("Un nervio aplastado.", "fear-word"), ("Dolor crónico.", "word-to-avoid"),
        ("Dolor severo.", "word-to-avoid"),
        ("No puede orinar.", "emergency-sign"), ("Siente dormida la ingle.", "emergency-sign"),
        ("Llame al 911.", "typed-number"), ("Un nervio pinzado.", ""),
        ("Le duele el pecho.", "emergency-sign"),
        ("Los médicos lo llaman dolor crónico.", ""), ("[aquí](page:clinic)", "link-text"),
        ("## No haga\n\n- levantar peso", "dont-line"), ("## No haga\n\n- no levante peso", ""),
    ],
)  # fmt: skip
def test_spanish_has_lists_of_its_own(text, code):
    assert codes(text, language="es-mx") == ({code} if code else set())


def test_a_language_without_lists_still_gets_its_structure_checked():
    assert codes("### Wear and tear", language="xx") == {"skipped-heading"}


# The lists


@pytest.mark.parametrize("path", sorted(LISTS.glob("*.toml")), ids=lambda path: path.name)
def test_a_list_can_be_read_and_says_why_and_what_is_better(path):
    lists = read_lists(path)

    assert all(entry.better and entry.why for entry in (*lists.avoid, *lists.style))
    assert all(entry.why for entry in lists.sign)
    assert all(re.search(r"\{[a-z]+\}", entry.better) for entry in lists.number)


MOST_WAYS = 3


@pytest.mark.parametrize("path", sorted(LISTS.glob("*.toml")), ids=lambda path: path.name)
def test_every_button_belongs_to_one_word_and_writes_plain_words(path):
    lists, language = read_lists(path), path.stem
    assert any(entry.ways for entry in lists.avoid)
    for entry in (*lists.avoid, *lists.style, *lists.number):
        for word, ways in entry.ways.items():
            [told] = [hint for hint in hints(Text(word), language) if hint.end - hint.start == len(word)]
            assert told.ways == ways, f"{word}: another entry speaks first"
            assert 0 < len(ways) <= MOST_WAYS, word
            for way in ways:
                assert not re.search(r"[:;…]", way), f"{word}: {way} is advice"
                assert codes(way, PLAIN, language) & {"word-to-avoid", "fear-word", "style"} == set(), way


def test_a_button_for_words_that_can_be_many_is_refused(tmp_path):
    path = tmp_path / "xx.toml"
    path.write_text('[[avoid]]\nwrite."damag*" = ["sore"]')

    with pytest.raises(ValueError, match="damag"):
        read_lists(path)


def pressed(text, language="en", way=0):
    """Return a text after the buttons of its hints were pressed, from the last to the first."""
    for hint in reversed(hints(Text(text, PROSE), language)):
        if hint.ways:
            text = text[: hint.start] + hint.ways[way] + text[hint.end :]
    return text


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Lumbar pain.", "Low back pain."), ("the lumbar spine", "the low back"),
        ("Cervical pain.", "Neck pain."), ("a thoracic strain", "an upper or middle back strain"),
        ("Thoracic pain.", "Upper or middle back pain."), ("Pain at Lumbar Level", "Pain at Low back Level"),
        ("It radiates down the leg.", "It spreads down the leg."),
        ("Pain radiating down.", "Pain spreading down."),
        ("You have a radiculopathy.", "You have a pinched nerve."),
        ("It is due to age.", "It is because of age."), ("prior to bed", "before bed"),
        ("In order to rest, sit.", "To rest, sit."), ("Utilize heat.", "Use heat."),
        ("who utilizes heat", "who uses heat"), ("you may experience pain", "you may have pain"),
        ("when you urinate", "when you pee"), ("urinating hurts", "peeing hurts"),
        ("Urinary incontinence is common.", "Leaking pee is common."), ("to defecate", "to poop"),
        ("You have a bowel movement.", "You poop."),
        ("an acute strain", "a new strain"), ("acutely", "suddenly"), ("Chronic pain.", "Long-lasting pain."),
        ("An MRI scan helps.", "A scan (MRI) helps."), ("two MRIs", "two scans (MRI)"),
        ("your physiotherapist", "your physical therapist"), ("an HCP", "a doctor"),
        ("your health-care providers", "your doctors"), ("a slipped disc", "a herniated disc"),
        ("a trapped nerve", "a pinched nerve"), ("red flags", "signs that need fast care"),
        ("the elderly", "people age 65 and over"), ("who suffer from pain", "who have pain"),
        ("heat, e.g. a pack", "heat, for example a pack"),
        ("Wear and tear is common.", "Normal change with age is common."),
        ("Call 911 now.", "Call {emergency} now."), ("Dial 112.", "Dial {emergency}."),
        ("Call 988.", "Call {crisis}."), ("Call an ambulance on 112.", "Call an ambulance on {emergency}."),
    ],
)  # fmt: skip
def test_a_button_writes_what_fits_in_its_place(text, after):
    assert pressed(text) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Dolor crónico.", "Dolor de larga duración."), ("la zona lumbar", "la parte baja de la espalda"),
        ("el dolor cervical", "el dolor de cuello"), ("vaya a urgencias", "vaya a la sala de emergencias"),
        ("dolores severos", "dolores fuertes"), ("Tú puedes.", "Usted puede."),
        ("nervios atrapados", "nervios pinzados"), ("un disco roto", "una hernia de disco"),
        ("su proveedor de salud", "su médico"), ("la parestesia", "la sensación de hormigueo"),
        ("quien sufre de dolor", "quien tiene dolor"),
        ("calor, p. ej. una toalla", "calor, por ejemplo una toalla"),
        ("Llame al 911.", "Llame al {emergency}."), ("Llame al 988.", "Llame a {crisis}."),
    ],
)  # fmt: skip
def test_a_spanish_button_writes_what_fits_in_its_place(text, after):
    assert pressed(text, "es") == after


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Just rest. It is easy."), ("en", "20% of people"), ("en", "The disc is damaged."),
        ("en", "There is no cure."), ("en", "cauda equina syndrome"), ("en", "Be careful with it."),
        ("en", "restrict activity"), ("en", "obesity"), ("en", "your experience"), ("en", "NEVER sit."),
        ("en", "Call 111."), ("en", "Call 116117."),
        ("es", "Simplemente camine."), ("es", "cauda equina"), ("es", "está constipado"), ("es", "lumbalgia"),
        ("es", "silla de montar"), ("es", "las heces"), ("es", "no hay cura"),
    ],
)  # fmt: skip
def test_advice_that_is_no_replacement_has_no_button(language, text):
    told = hints(Text(text, PROSE), language)
    assert told
    assert not any(hint.ways for hint in told)


def test_a_button_never_tears_marks_apart():
    assert pressed("**Lumbar** pain, in **order** to rest") == "**Low back** pain, in **order** to rest"


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Cervical cancer."), ("es", "Un defecto."), ("en", "It is due to be checked.")],
)
def test_words_that_mean_something_else_are_left_in_peace(language, text):
    assert codes(text, language=language) == set()


def test_what_stands_for_cauda_equina_is_no_pinched_nerve():
    [hint] = hints(Text("La cauda equina."), "es")

    assert "pinzado" not in hint.better


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('[[avoid]]\nwords = ["a"]\ncolour = "red"', "colour"), ('[[avoid]]\nbetter = "a"', "words"),
        ('[[avoid]]\nwords = ["<nobody> x"]', "nobody"), ('extra = ["a"]', "nobody reads extra"),
    ],
)  # fmt: skip
def test_a_wrong_list_is_named(tmp_path, wrong, said):
    path = tmp_path / "xx.toml"
    path.write_text(wrong)

    with pytest.raises(ValueError, match=f"xx.toml: .*{said}"):
        read_lists(path)


@pytest.mark.parametrize(
    ("written", "text", "stands"),
    [
        ("damag*", "it is damaged", True), ("damag*", "undamaged", False), ("a b", "a  b", True),
        ("a b", "a-b", True),
        ("a b", "a, b", False), ("a ... b", "a one, two (three) b", True),
        ("a ... b", "a 1 2 3 4 5 6 b", False),
        ("a ... b", "a. b", False), ("a .. b", "a 1 2 3 b", False), ("a/b c", "b c", True),
        ("can't", "can’t", True),
        ("# out", "1,000 out", True), ("# out", "one out", False),
    ],
)  # fmt: skip
def test_a_phrase_finds_what_it_says(written, text, stands):
    assert bool(list(phrase(written).spans(text))) == stands


def test_wording_needs_neither_django_nor_setuptools():
    code = (
        "import sys; sys.modules.update(django=None, setuptools=None, pkg_resources=None)\n"
        "from education.wording.blocks import Text\n"
        "from education.wording.compare import compare_texts\n"
        "from education.wording.grades import measure\n"
        "from education.wording.advice import hints\n"
        "hints(Text('Wear and tear.')); measure([Text('Walk a little.')]); compare_texts('a', 'b')"
    )

    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


# However strange a text is


@pytest.mark.parametrize(
    "text",
    ["![" * 9_000, "- a\n" * 4_500, "- \n" * 6_000, "-" * 18_000, "a" + "_" * 18_000 + "b",
     " ".join("`" * length for length in range(1, 190)), "![\\." * 4_500, "(say:" * 3_600],
    ids=["pictures", "items", "empty items", "dashes", "underscores", "backticks", "escapes", "say"],
)  # fmt: skip
def test_no_text_takes_long_to_read(text):
    started = process_time()
    hints(Text(text, PROSE), "en")
    measure([Text(text, PLAIN), Text(text, PROSE)], "en")
    assert process_time() - started < 3  # seconds; each of these once took many times that


def test_an_item_without_words_is_not_taken_for_the_next_one():
    text = "**Don't**\n\n-\n- Do not lie down for days."
    assert found(text, "dont-line") == ["-"]
