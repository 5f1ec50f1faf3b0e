"""What is checked before a text goes out: errors stop, warnings need a reason."""

from time import perf_counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from education.articles.models import Article, ArticleEdition, GlossaryEdition
from education.checklists.models import ChecklistEdition
from education.editorial import checks
from education.editorial.models import OutsideLink
from education.editorial.states import EditionError
from education.library.loading import MODELS
from education.spine.models import RegionPageEdition
from education.urgency.levels import Level
from education.urgency.models import CareCardEdition
from tests.factories import (
    make_article,
    make_care_card,
    make_checklist,
    make_document,
    make_glossary,
    make_person,
    make_region_page,
    make_step,
    rewrite,
)

HARD = (
    "Musculoskeletal deconditioning necessitates interdisciplinary rehabilitation incorporating "
    "individualized therapeutic prescriptions alongside comprehensive psychosocial interventions. "
) * 6  # fmt: skip


def errors(edition):
    return [(finding.code, finding.field) for finding in edition.errors()]


def warnings(edition):
    return [(finding.code, finding.field) for finding in edition.warnings()]


def a_draft(make=make_article, **facts):
    return make("draft", **facts)


MAKERS = [make_article, make_care_card, make_checklist, make_region_page, make_glossary]


@pytest.mark.parametrize("make", MAKERS)
def test_a_complete_draft_has_neither_errors_nor_warnings(db, make):
    edition = a_draft(make)

    assert (edition.errors(), edition.warnings()) == ([], [])


def test_what_is_missing_is_an_error(db):
    edition = a_draft(key_points="", author=None)
    edition.author = None

    assert {("missing", "key_points"), ("missing", "author")} <= set(errors(edition))


def test_a_text_without_source_is_an_error(db):
    assert ("missing", "") in errors(a_draft(sources=0))


def test_a_text_above_grade_eight_is_an_error(db):
    assert ("too-hard", "") in errors(a_draft(body=HARD))


def test_a_text_above_grade_six_needs_a_reason(db):
    edition = a_draft(body="Gentle activity and regular movement are helpful for recovery. " * 8)

    assert ("hard-to-read", "") in warnings(edition)
    assert ("too-hard", "") not in errors(edition)


@pytest.mark.parametrize(
    ("facts", "finding"),
    [
        ({"body": "## Don't\n\n- lift heavy things"}, ("dont-line", "body")),
        ({"body": "## A\n\n#### B\n\nText."}, ("skipped-heading", "body")),
        ({"body": "### A\n\nText."}, ("skipped-heading", "body")),
        ({"body": "![](figure:knee-rolls)"}, ("missing", "body")),
        ({"choices": "| a | b |\n| - | - |\n| c | |"}, ("empty-cell", "choices")),
        ({"choices": "| a | b |\n| c | d |"}, ("table-without-header", "choices")),
        ({"body": "[Sciatica](page:articles/sciatica)"}, ("broken-link", "body")),
        ({"body": "[Neck](page:spine/neck)"}, ("broken-link", "body")),
        ({"body": "[Plan](page:checklists/neck)"}, ("broken-link", "body")),
        ({"body": "[Words](page:glossary)"}, ("broken-link", "body")),
        ({"body": "[Word](page:glossary#disc)"}, ("broken-link", "body")),
        ({"body": "[Odd](page:checker/odd)"}, ("broken-link", "body")),
        ({"body": "[Odd](page:somewhere)"}, ("missing", "body")),
        ({"body": "[Odd](#nowhere)"}, ("broken-link", "body")),
        ({"checklist": "no-such-plan"}, ("broken-link", "checklist")),
        ({"related": "no-such-article"}, ("missing", "related")),
    ],
)
def test_what_is_broken_stops_an_article(db, facts, finding):
    assert finding in errors(a_draft(**facts))


@pytest.mark.parametrize(
    "link",
    ["page:articles", "page:spine", "page:checker", "page:clinic", "page:checklists", "tel:+15550100200",
     "page:spine/spasm-or-pinched-nerve", "#body-what-it-is", "#what-to-do", "#help"],
)  # fmt: skip
def test_links_to_pages_that_are_always_there_are_right(db, link):
    assert errors(a_draft(body=f"## What it is\n\n[Go]({link})")) == []


def test_links_to_live_pages_are_right(db):
    make_glossary(terms=("disc",))
    make_region_page(region="neck")
    make_checklist(slug="neck-first-days")
    make_article(slug="sciatica", body="## Why does it start?\n\nA nerve.")
    body = (
        "[a](page:glossary#disc) [b](page:spine/neck) [c](page:checklists/neck-first-days) "
        "[d](page:articles/sciatica#body-why-does-it-start) [e](page:glossary)"
    )

    assert errors(a_draft(body=body)) == []


@pytest.mark.parametrize("link", ["page:glossary#nerve", "page:articles/sciatica#body-nowhere"])
def test_a_link_to_a_place_that_the_page_does_not_have_is_broken(db, link):
    make_glossary(terms=("disc",))
    make_article(slug="sciatica")

    assert ("broken-link", "body") in errors(a_draft(body=f"[x]({link})"))


@pytest.mark.parametrize(
    ("standing", "is_there"),
    [
        ("draft", False), ("in-review", False), ("approved", False), ("scheduled", True), ("live", True),
        ("retired", False),
    ],
)  # fmt: skip
def test_a_link_leads_to_what_is_or_will_be_live(db, standing, is_there):
    make_article(standing, slug="sciatica")

    assert (errors(a_draft(body="[x](page:articles/sciatica)")) == []) == is_there


def test_a_page_in_another_language_is_no_target(db):
    make_article(slug="sciatica", language="es")

    assert ("broken-link", "body") in errors(a_draft(body="[x](page:articles/sciatica)"))


def test_a_page_may_lead_to_itself(db):
    assert errors(a_draft(slug="sciatica", body="[x](page:articles/sciatica)")) == []


def without_cards():
    for edition in CareCardEdition.objects.in_force():
        rewrite(edition, retire_from=timezone.now())


@pytest.mark.parametrize(
    ("make", "facts", "field"),
    [
        (make_article, {"kind": "condition"}, "regions"), (make_article, {"kind": "symptom"}, "regions"),
        (make_article, {"kind": "treatment"}, "regions"), (make_article, {"kind": "exercise"}, "regions"),
        (make_article, {"regions": ""}, "regions"), (make_checklist, {}, "region"),
        (make_region_page, {}, ""),
    ],
)  # fmt: skip
def test_a_page_about_a_region_without_emergency_card_is_stopped(db, make, facts, field):
    edition = a_draft(make, **facts)
    without_cards()

    assert ("no-emergency-card", field) in errors(edition)


@pytest.mark.parametrize(
    ("make", "facts"), [(make_article, {"kind": "explainer"}), (make_glossary, {}), (make_care_card, {})]
)
def test_other_pages_need_no_emergency_card(db, make, facts):
    edition = a_draft(make, **facts)
    without_cards()

    assert errors(edition) == []


@pytest.mark.parametrize(
    "facts",
    [{"level": Level.URGENT_TODAY}, {"region": "neck"}, {"language": "es"}, {"standing": "draft"}],
    ids=["less urgent", "of another region", "in another language", "not published"],
)
def test_not_every_card_is_the_one(db, facts):
    edition = a_draft()
    without_cards()
    make_care_card(**{"standing": "live", **facts})

    assert ("no-emergency-card", "regions") in errors(edition)


# Warnings


@pytest.mark.parametrize(
    ("facts", "finding"),
    [
        ({"body": "It is wear and tear."}, ("fear-word", "body")),
        ({"title": "Your crumbling spine"}, ("fear-word", "title")),
        ({"summary": "Chronic pain."}, ("word-to-avoid", "summary")),
        ({"key_points": "One.\nTwo.\nYou cannot pee."}, ("emergency-sign", "key_points")),
        ({"body": f"{'pain ' * 26}."}, ("long-sentence", "body")),
        ({"what_to_do": f"1. {'go ' * 21}.\n\n![x](figure:heat-pack)"}, ("long-sentence", "what_to_do")),
        ({"body": "- a\n" * 8}, ("long-list", "body")),
        ({"body": "Call 911."}, ("typed-number", "body")),
        ({"body": "[click here](page:clinic)"}, ("link-text", "body")),
        ({"what_to_do": "1. Walk."}, ("no-picture", "what_to_do")),
    ],
)
def test_what_could_be_better_needs_a_reason(db, facts, finding):
    edition = a_draft(**facts)

    assert (warnings(edition), errors(edition)) == ([finding], [])


def test_sentences_of_21_to_25_words_are_a_matter_for_the_writer(db):
    assert warnings(a_draft(body=f"{'pain ' * 24}.")) == []


@pytest.mark.parametrize(("kind", "needs"), [("condition", True), ("exercise", True), ("symptom", False)])
def test_some_kinds_of_articles_need_a_picture(db, kind, needs):
    edition = a_draft(kind=kind, what_to_do="1. Walk.")

    assert (("no-picture", "what_to_do") in warnings(edition)) == needs


def test_a_movement_without_a_drawing_is_told(db):
    edition = a_draft(make_checklist, steps=0)
    make_step(edition, 1, hold_seconds=None, repeats=None)
    make_step(edition, 2, figure="")

    assert warnings(edition) == [("no-picture", "steps-1-figure")]


def test_the_words_of_steps_are_checked_too(db):
    edition = a_draft(make_checklist, steps=1)
    make_step(edition, 2, why=f"{'pain ' * 21}.", how="Your disc is worn out.", figure="knee-rolls")

    assert warnings(edition) == [("fear-word", "steps-1-how"), ("long-sentence", "steps-1-why")]


def test_the_stop_rules_of_a_step_may_name_signs(db):
    edition = a_draft(make_checklist, steps=0)
    make_step(edition, stop="You cannot pee.", not_for="You have chest pain.", figure="knee-rolls")

    assert warnings(edition) == []


def test_the_glossary_may_name_what_other_texts_avoid(db):
    edition = a_draft(make_glossary)
    edition.terms.update(meaning="Degeneration: chronic chest pain.")

    assert warnings(edition) == []


def test_a_claim_in_a_text_that_can_have_no_source_is_told(db):
    edition = a_draft(make_glossary)
    edition.terms.update(meaning="Studies show that it eases.")

    assert warnings(edition) == [("unsourced-claim", "terms-0-meaning")]


def dead(url):
    OutsideLink.objects.create(url=url, works=False, problem="No such page.", checked_at="2026-11-01T12:00Z")


def test_a_dead_link_is_told_with_the_day_it_was_tried(db):
    dead("https://dead.example/x")
    [finding] = a_draft(more_help="[NHS](https://dead.example/x)").warnings()

    assert (finding.code, finding.field) == ("dead-link", "more_help")
    assert "No such page." in finding.text
    assert "2026" in finding.text


def test_a_source_with_a_dead_link_is_told(db):
    edition = a_draft(sources=2)
    dead(edition.citations.all()[0].source.url)

    assert ("dead-link", "citations-0-source") in warnings(edition)


def test_a_link_that_nobody_has_tried_is_not_dead(db):
    OutsideLink.objects.create(url="https://good.example/", works=True, checked_at=timezone.now())

    assert warnings(a_draft(more_help="[a](https://good.example/) [b](https://new.example/)")) == []


# What follows from them


def test_an_error_keeps_a_draft_from_review(db):
    with pytest.raises(EditionError, match="Begin each line under"):
        a_draft(body="## Don't\n\n- lift").submit(make_person())


def test_a_finding_says_the_field_the_place_and_what_to_do(db):
    [finding] = a_draft(body="Rest.\n\nIt is worn out.").warnings()

    assert finding.text.startswith("Body: 'worn out' frightens.")
    assert "changes with age" in finding.better


def test_spanish_texts_are_checked_by_the_lists_of_their_own_language(db):
    make_care_card(language="es")
    edition = a_draft(language="es", body="Es un disco desgastado. Sounds like wear and tear.")

    assert [finding.code for finding in edition.warnings()] == ["fear-word"]


def test_findings_can_be_told_in_the_language_of_the_staff(db):
    edition = a_draft(body="It is worn out.")
    with translation.override("es"):
        assert edition.warnings()


@pytest.mark.parametrize("model", [edition for _document, edition in MODELS.values()])
def test_what_patients_read_is_there_and_every_part_of_prose_is_read(model):
    assert set(model.prose) <= set(model.reads)
    assert all(model.reads[name].is_markdown for name in model.prose)
    assert all(model._meta.get_field(name) for name in model.reads)


# The starter library


@pytest.fixture
def starter(library):
    return [edition for _document, model in MODELS.values() for edition in model.objects.in_force()]


def test_the_starter_library_has_no_errors(starter):
    assert [(str(edition), errors(edition)) for edition in starter if edition.errors()] == []


def test_the_starter_library_has_few_warnings(starter):
    found = [finding.code for edition in starter for finding in edition.warnings()]

    assert set(found) <= {"no-picture", "emergency-sign"}
    assert len(found) <= 12


def test_checking_the_longest_texts_takes_a_moment_and_a_handful_of_queries(starter):
    longest = max(
        (edition for edition in starter if type(edition) is ArticleEdition), key=lambda e: len(e.body)
    )
    plan = next(edition for edition in starter if type(edition) is ChecklistEdition)
    for edition in (longest, plan):
        checks.findings(edition)  # reads the dictionary, once in a process
        began = perf_counter()
        with CaptureQueriesContext(connection) as queries:
            checks.findings(edition)

        assert perf_counter() - began < 0.5  # 0.05 on a machine that does nothing else
        assert len(queries) <= 10


def test_an_edition_that_is_not_stored_yet_has_its_texts(db):
    texts = ArticleEdition(document=make_document(Article), title="A", body="B").texts()

    assert {text.field: text.text for text in texts if text.text} == {"title": "A", "body": "B"}
    assert GlossaryEdition(title="Words").texts()[0].text == "Words"
    assert RegionPageEdition(title="Neck").texts()[0].label == "title"
