"""An edition that is written as a file comes back from it word for word."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from education.articles.models import Article, ArticleEdition, Term
from education.checklists.models import ChecklistEdition, Step
from education.clinic.words import unknown_words
from education.editorial.editions import Edition
from education.library.files import StarterText, read_texts, text_of_file
from education.library.front import DATES, StarterError
from education.library.loading import MODELS, draft_of
from education.library.sending import editions_of
from education.library.writing import FIELDS, PARTS, file_of, normal, path_of, text_of_edition
from education.spine.anatomy import Region
from education.urgency.levels import Level
from tests.factories import make_article, make_checklist, make_glossary, make_person, make_source, make_topic

AWKWARD = [
    '"', "'", '"""', "'''", "\\", "\\n", "+++", "\n+++\n", "# Heading", "# Body", "\n# Body",
    "\\# Body", "\n\\\\# x", "#  ", "## Small", "\n", "\r\n", "\r", "\n\n", " ", "   ", "\t", "\x0b",
    "\x0c", "\x1f", "\x7f", "\x85", "\u2028", "\xa0", "\ufeff", "é", "ß", "¿Qué?", "漢字", "🦴",
    "[[sources]]", 'id = "x"', "=", "{", "}", "{clinic}", "[words](page:glossary)", "| a | b |",
    "- item", "1. step", "<b>", "```\n# code\n```", "%", "&amp;",
]  # fmt: skip
SLUGS = {"regions": "neck", "care-cards": "neck-emergency-go", "glossary": "glossary"}


def without_digest(text):
    return replace(text, digest="")


def read_again(text):
    return text_of_file(text.path, file_of(text), is_finished=False)


# The whole starter library


@pytest.mark.parametrize("text", read_texts(), ids=lambda text: text.path)
def test_a_starter_text_is_written_as_it_was_read(text):
    assert without_digest(read_again(text)) == without_digest(text)


def test_every_edition_of_the_starter_library_is_exported_word_for_word(library):
    told = {text.path: without_digest(text) for text in read_texts()}
    found = [text_of_edition(kind, edition) for kind in MODELS for edition in editions_of(kind)]

    assert {text.path: in_order(without_digest(text)) for text in found} == {
        path: in_order(text) for path, text in told.items()
    }


def in_order(text):
    """The words of a glossary have no order of their own: it is shown from A to Z."""
    return replace(text, terms=tuple(sorted(text.terms, key=lambda term: term["slug"])))


def test_the_digest_is_that_of_the_file(library):
    edition = editions_of("articles").first()
    text = text_of_edition("articles", edition)

    assert text_of_file(text.path, file_of(text)).digest == text.digest


# Awkward texts


def pieces(**sizes):
    awkward = st.lists(
        st.sampled_from(AWKWARD) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
        **sizes,
    )
    return awkward.map("".join).filter(lambda text: not unknown_words(text))


WORDS = st.from_regex(r"[a-z0-9-]{1,12}", fullmatch=True)


@st.composite
def awkward_texts(draw):
    """Draw a document of any kind whose fields hold what is hard to write down."""
    kind = draw(st.sampled_from(list(FIELDS)))
    slug = {"regions": "neck", "care-cards": "neck-emergency-go", "glossary": "glossary"}.get(
        kind, "some-page"
    )
    fields = {name: draw(pieces(max_size=8)) for name in (*FIELDS[kind], *PARTS.get(kind, {}).values())}
    fields |= {"title": draw(pieces(max_size=8))[:60]}
    fixed = {
        "kind": "condition", "position": draw(st.integers(0, 32767)), "region": Region.NECK.value,
        "cause": "any", "regions": draw(st.sampled_from(["", "neck", "low-back neck"])),
        "related": " ".join(draw(st.lists(WORDS))), "needs": "", "covers": "001-04 002-11",
    }  # fmt: skip
    words = {name: normal(name, fixed.get(name, value)) for name, value in fields.items()}
    words = {name: value for name, value in words.items() if value != "" or name in FIELDS[kind]}
    days = {"written_on": date(2026, 11, 20), "evidence_checked_on": date(2026, 11, 19)}
    sources = tuple(
        {"id": draw(WORDS), "supports": normal("supports", draw(pieces(max_size=4)))}
        for _ in range(draw(st.integers(0, 2)) if kind != "glossary" else 0)
    )
    return StarterText(
        path=path_of(kind, "en", slug), digest="", kind=kind, language="en", slug=slug,
        document={"region": "neck", "level": Level.EMERGENCY_GO.value} if kind == "care-cards" else {},
        edition=words | days,
        sources=sources, topic="spasm" if kind == "articles" else "",
        steps=tuple(draw_step(draw, place) for place in (1, 2)) if kind == "checklists" else (),
        terms=tuple(draw_term(draw, place) for place in (1, 2)) if kind == "glossary" else (),
    )  # fmt: skip


def draw_step(draw, place):
    names = ("action", "how", "why", "feel", "figure", "easier", "harder", "stop", "not_for")
    said = {name: normal(name, draw(pieces(max_size=4))) for name in names}
    dose = draw(st.dictionaries(st.sampled_from(["repeats", "sets", "days"]), st.integers(0, 50)))
    return {"position": place * 10, "key": f"step-{place}", "phase": "first-2-days"} | said | dose


def draw_term(draw, place):
    names = ("term", "say", "meaning", "also")
    return {"slug": f"term-{place}"} | {name: normal(name, draw(pieces(max_size=4))) for name in names}


@given(awkward_texts())
@settings(max_examples=300, deadline=None)
def test_no_text_is_too_awkward_for_a_file(text):
    assert without_digest(read_again(text)) == text


@pytest.mark.parametrize(
    "words",
    [
        'Say "ouch" and \\ then """three""".',
        "One line.\n\n+++\n\nAfter the line.",
        "# A heading of the first level\n\nText.\n\n# Daily life\n\nMore.",
        "\\# A star that somebody has guarded",
        "```\n# a comment in code\n```",
        "Straße, ¿qué?, 漢字 and 🦴",
        "[[sources]]\nid = 'none'",
        "A line with a\ttab, a\x0bvertical one and a\u2028separator",
    ],
)
def test_awkward_words_of_a_draft_come_back_from_its_file(db, words):
    edition = make_article("draft", body=words, key_points=f"{words.splitlines()[0]}\nTwo", change_note=words)
    text = text_of_edition("articles", edition)
    copy = draft_of(
        read_again(text), Article.objects.create(slug="a-copy"), sources_of(edition), is_finished=False
    )

    assert (copy.body, copy.key_points) == (edition.body, edition.key_points)


def sources_of(edition):
    return {citation.source.slug: citation.source_id for citation in edition.citations.all()}


def test_line_ends_of_a_browser_become_our_own(db):
    edition = make_article("draft", body="One.\r\n\r\nTwo.\rThree.")

    assert text_of_edition("articles", edition).edition["body"] == "One.\n\nTwo.\nThree."


def test_space_around_a_text_is_not_kept(db):
    edition = make_article("draft", title="  Sciatica ", body="\n\n  Text.  \n")
    text = text_of_edition("articles", edition)

    assert (text.edition["title"], text.edition["body"]) == ("Sciatica", "Text.")


# Drafts that nobody has finished


def test_a_draft_without_sources_and_dates_can_be_written_and_read(db):
    article = Article.objects.create(slug="begun")
    edition = ArticleEdition.objects.create(document=article, title="Begun", topic=make_topic())
    text = text_of_edition("articles", edition)

    assert without_digest(read_again(text)) == without_digest(text)


def test_a_plan_without_steps_can_be_written_and_read(db):
    text = text_of_edition("checklists", make_checklist("draft", steps=0))

    assert read_again(text).steps == ()


def test_a_glossary_without_words_can_be_written_and_read(db):
    text = text_of_edition("glossary", make_glossary("draft", terms=()))

    assert read_again(text).terms == ()


def test_sources_keep_their_order(db):
    edition = make_article("draft", sources=3)
    for place, citation in enumerate(edition.citations.all()):
        citation.position = 9 - place
        citation.save()
    backwards = [citation.source.slug for citation in reversed(edition.citations.order_by("pk"))]

    assert [row["id"] for row in text_of_edition("articles", edition).sources] == backwards


def test_needs_and_covered_elements_are_lists_in_the_file(db):
    edition = make_article("draft", needs="work  triggers", covers="001-04\n002-11")
    text = text_of_edition("articles", edition)
    read = read_again(text)

    assert b'needs = [\n  "work",\n  "triggers",\n]' in file_of(text)
    assert (read.edition["needs"], read.edition["covers"]) == ("work triggers", "001-04 002-11")


@pytest.mark.parametrize(("key", "code"), [("needs", "driving"), ("covers", "009-01")])
def test_a_code_that_the_coverage_board_does_not_know_is_refused(db, key, code):
    text = text_of_edition("articles", make_article("draft", **{key: code}))
    with pytest.raises(StarterError, match=f"the coverage board has no {code}"):
        read_again(text)


# No field is forgotten

NOT_WORDS = {
    "id", "document", "number", "origin", "author", "change_note", "revision",
}  # fmt: skip


@pytest.mark.parametrize("kind", MODELS)
def test_every_word_of_an_edition_stands_in_its_file(kind):
    model = MODELS[kind][1]
    written = {*FIELDS[kind], *PARTS.get(kind, {}).values(), *DATES} | (
        {"topic"} if kind == "articles" else set()
    )

    assert {field.name for field in model._meta.concrete_fields} - NOT_WORDS - Edition.decisions == written


@pytest.mark.parametrize(
    ("part", "make", "kind"), [(Step, make_checklist, "checklists"), (Term, make_glossary, "glossary")]
)
def test_every_field_of_a_part_stands_in_its_file(db, part, make, kind):
    edition = make("draft")
    rows = edition.steps if part is Step else edition.terms
    rows.update(**{name: 7 for name in ("sets", "times_a_day", "minutes", "days") if part is Step})
    text = text_of_edition(kind, edition)
    written = set((text.steps or text.terms)[0])

    assert {field.name for field in part._meta.concrete_fields} - {"id", "edition"} == written


def test_the_steps_of_a_plan_come_back_with_all_their_numbers(db):
    edition = make_checklist("draft", steps=2)
    copied = draft_of(
        read_again(text_of_edition("checklists", edition)),
        type(edition.document).objects.create(slug="a-copy"),
        sources_of(edition),
        author=make_person(),
    )
    values = [field.name for field in Step._meta.concrete_fields if field.name not in {"id", "edition"}]

    assert list(copied.steps.values(*values)) == list(edition.steps.values(*values))
    assert isinstance(copied, ChecklistEdition)


def test_a_source_that_is_named_twice_stays_named_twice(db):
    edition = make_article("draft", sources=0)
    source = make_source()
    for place in (1, 2):
        edition.citations.create(position=place, source=source, supports=f"Claim {place}")

    assert [row["supports"] for row in text_of_edition("articles", edition).sources] == ["Claim 1", "Claim 2"]
