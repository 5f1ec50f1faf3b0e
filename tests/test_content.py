"""The starter library: every text can be read by a worried adult, and loading it harms nothing."""

import re
import shutil
from datetime import date, timedelta
from functools import cache
from itertools import product

import pytest
from django.utils import timezone

from education.articles.models import Article, ArticleCitation, ArticleEdition, Topic
from education.editorial.models import Source
from education.editorial.states import Origin, Standing
from education.library.files import (
    DATES,
    STARTER,
    StarterError,
    StarterText,
    read_sources,
    read_text,
    read_texts,
)  # fmt: skip
from education.library.loading import MODELS, Loaded, load
from education.spine.anatomy import Region
from education.urgency.levels import Level
from education.urgency.models import ANY_REGION
from education.wording.advice import hints
from education.wording.blocks import words_in
from education.wording.grades import EASY_GRADE, EASY_SMOG, measure
from education.wording.hints import Severity
from tests.factories import approve, let_emergency_cards_live, make_person
from tests.reading import texts_of

FILES = sorted(
    path
    for path in STARTER.glob("en/**/*.*")
    if path.suffix in {".md", ".toml"} and path.name != "topics.toml"
)
read_once = cache(read_text)


def each(*kinds):
    """Run a test on every file of these kinds, or of all; a fault names the file."""
    files = [path for path in FILES if not kinds or path.parent.name in kinds or path.stem in kinds]
    names = [str(path.relative_to(STARTER)) for path in files]
    return pytest.mark.parametrize("path", files, ids=names)


# Every text


def test_the_whole_library_can_be_read():
    assert len(read_texts()) == len(FILES)


@each()
def test_a_text_is_as_easy_to_read_as_the_guide_asks_for(path):
    reading = measure(texts_of(read_once(path)))

    assert reading.grade <= EASY_GRADE
    assert reading.smog <= EASY_SMOG


def told(path, *codes):
    """Return what writers would be told about a text, of these codes."""
    found = [hint for text in texts_of(read_once(path)) for hint in hints(text)]
    return [f"{hint.code}: {hint.excerpt}" for hint in found if hint.code in codes]


@each()
def test_no_sentence_is_too_long(path):
    found = [hint for text in texts_of(read_once(path)) for hint in hints(text)]

    assert [h.excerpt for h in found if h.code == "long-sentence" and h.severity != Severity.NOTE] == []


@each("articles", "care-cards", "checklists", "regions")
def test_no_text_scares_blames_or_talks_over_the_reader(path):
    assert told(path, "fear-word", "word-to-avoid", "style") == []


@each()
def test_no_text_has_a_skipped_heading_a_loose_table_or_a_vague_link(path):
    found = [hint for text in texts_of(read_once(path)) for hint in hints(text)]

    assert [f"{h.code}: {h.excerpt}" for h in found if h.severity == Severity.ERROR] == []
    assert told(path, "link-text", "long-table", "long-list") == []


@each()
def test_no_phone_number_is_typed_into_a_text(path):
    number = re.compile(
        r"\b(911|999)\b|\b(call|dial|text|phone|ring)\s+\+?\d|\d{3}[-. )]\s?\d{3,4}\b|\b116 ?1\d\d\b",
        re.IGNORECASE,
    )
    found = [line for line in written_in(read_once(path)) if number.search(line)]

    assert found == []


def written_in(text: StarterText) -> list[str]:
    """Return every line of a document as it was typed, with its placeholders."""
    rows = [text.edition, *text.steps, *text.terms]
    values = [value for row in rows for value in row.values() if isinstance(value, str)]
    return [line for value in values for line in value.splitlines()]


@each("articles", "checklists", "regions", "glossary")
def test_a_text_says_when_it_was_written_and_its_sources_checked(path):
    edition = read_once(path).edition
    tomorrow = date.today() + timedelta(days=1)

    assert [name for name in DATES if edition.get(name, date.max) > tomorrow] == []


@each()
def test_a_title_fits_on_a_phone(path):
    assert len(read_once(path).edition["title"]) < 60


def test_every_source_can_be_looked_up():
    assert [row["id"] for row in read_sources() if not row.get("url", "").startswith("https://")] == []


# Articles


@each("articles")
def test_an_article_has_three_to_five_key_points(path):
    assert 3 <= len(read_once(path).edition["key_points"].splitlines()) <= 5


@each("articles")
def test_an_article_has_three_sources_at_least(path):
    assert len(read_once(path).sources) >= 3


@each("articles")
def test_an_article_leads_only_to_documents_that_are_there(path):
    edition = read_once(path).edition
    named = [STARTER / f"en/articles/{slug}.md" for slug in edition["related"].split()]
    if edition["checklist"]:
        named.append(STARTER / f"en/checklists/{edition['checklist']}.toml")

    assert [str(file) for file in named if not file.exists()] == []


@each("articles")
def test_the_first_of_the_choices_is_to_wait(path):
    choices = read_once(path).edition.get("choices", "")
    rows = [line for line in choices.splitlines() if line.startswith("|")]

    assert not rows or rows[2].lower().startswith(("| wait", "| **wait"))


def test_there_is_an_article_for_each_thing_that_patients_ask():
    assert {path.stem for path in FILES if path.parent.name == "articles"} >= {
        "muscle-spasm-low-back", "muscle-spasm-neck", "muscle-spasm-shoulder-blades", "pinched-nerve-neck",
        "sciatica", "spasm-or-pinched-nerve", "heat-and-cold", "staying-active",
    }  # fmt: skip


# Care cards


@pytest.mark.parametrize(
    ("region", "level"),
    product([*Region, ANY_REGION], Level),
    ids=lambda value: getattr(value, "slug", value),
)
def test_every_region_has_a_card_for_every_level(region, level):
    card = read_once(STARTER / f"en/care-cards/{region}-{level.slug}.toml")

    assert card.document == {"region": region, "level": level.value}


@each("care-cards")
def test_a_card_has_ten_signs_at_most(path):
    assert 1 <= len(read_once(path).edition["items"].splitlines()) <= 10


@each("care-cards")
def test_a_sign_on_a_card_has_fewer_than_fifteen_words(path):
    items = read_once(path).edition["items"].splitlines()

    assert [item for item in items if len(words_in(item)) >= 15] == []


@each("care-cards")
def test_no_sign_stands_twice_on_a_card(path):
    items = read_once(path).edition["items"].lower().splitlines()

    assert len(set(items)) == len(items)


@pytest.mark.parametrize("region", [*Region, ANY_REGION])
def test_no_sign_of_a_region_has_two_levels(region):
    cards = [read_once(STARTER / f"en/care-cards/{region}-{level.slug}.toml") for level in Level]
    items = [item.lower() for card in cards for item in card.edition["items"].splitlines()]

    assert sorted(set(items)) == sorted(items)


@each("care-cards")
def test_who_must_call_or_go_at_once_is_told_not_to_drive(path):
    card = read_once(path)
    is_emergency = Level(card.document["level"]).is_emergency

    assert not is_emergency or re.search(r"\bdo not drive\b", card.edition["after"], re.IGNORECASE)


# Plans


@each("checklists")
def test_a_plan_says_when_to_stop(path):
    assert read_once(path).edition["stop_rules"].splitlines()


@each("checklists")
def test_a_plan_has_steps_for_its_first_days_and_for_later(path):
    assert {step["phase"] for step in read_once(path).steps} >= {"first-2-days", "days-3-14"}


def test_every_region_has_a_plan():
    plans = [read_once(path) for path in FILES if path.parent.name == "checklists"]

    assert {plan.edition["region"] for plan in plans} == set(Region)


# Loading


@pytest.fixture
def shelf(tmp_path, db):
    """A library with one article, in a folder that a test may change; loaded once."""
    folder = tmp_path / "library"
    (folder / "en" / "articles").mkdir(parents=True)
    for name in ("sources.toml", "en/topics.toml", "en/articles/sciatica.md"):
        shutil.copy(STARTER / name, folder / name)
    file = folder / "en/articles/sciatica.md"
    # It stands alone here, so it cannot lead to other documents.
    alone = re.sub(r"^(related|checklist) = .*\n", "", file.read_text(), flags=re.MULTILINE)
    file.write_text(re.sub(r"\[([^]]*)\]\(page:[^)]*\)", r"\1", alone))
    load(folder)
    return folder


@pytest.fixture
def clinician(db):
    return make_person("Ada Osei", role="doctor")


def newer(folder, title="Sciatica, told anew"):
    """Let the library bring a newer text of the article."""
    file = folder / "en" / "articles" / "sciatica.md"
    file.write_text(re.sub(r'^title = ".*"$', f'title = "{title}"', file.read_text(), flags=re.MULTILINE))
    return load(folder)


def editions(standing):
    """Return the titles of the article's editions at a standing."""
    found = ArticleEdition.objects.filter(document__slug="sciatica").with_standing()
    return [edition.title for edition in found if edition.standing == standing]


def live():
    return ArticleEdition.objects.in_force().get(document__slug="sciatica")


def in_a_year():
    return timezone.localdate() + timedelta(days=365)


@pytest.fixture
def writer(db):
    return make_person("Bo Lind", role="writer", is_clinician=False)


def write(writer, title):
    """Let the clinic write its own edition of the article, as a draft."""
    draft = live().new_draft(writer)
    draft.title = title
    draft.save()
    let_emergency_cards_live(draft)
    return draft


def publish(draft, clinician, live_from=None):
    draft.submit(draft.author)
    approve(draft, clinician, live_from=live_from)


def test_the_starter_library_is_live_after_the_first_loading(library):
    alive = sum(edition.objects.in_force().count() for _document, edition in MODELS.values())

    assert alive == len(FILES)


def test_loading_twice_changes_nothing(library):
    assert load() == Loaded()


def test_a_newer_text_takes_the_place_of_one_that_nobody_has_signed(shelf):
    newer(shelf)

    assert editions(Standing.LIVE) == ["Sciatica, told anew"]


def test_the_older_text_is_kept(shelf):
    before = live().title
    newer(shelf)

    assert editions(Standing.SUPERSEDED) == [before]


def test_a_newer_text_arrives_as_a_draft_beside_one_that_is_signed(shelf, clinician):
    live().sign(clinician, in_a_year())
    signed = live()
    newer(shelf)

    assert (live(), editions(Standing.DRAFT)) == (signed, ["Sciatica, told anew"])


def test_a_newer_text_arrives_as_a_draft_beside_the_clinics_own(shelf, writer, clinician):
    publish(write(writer, "Our sciatica"), clinician)
    newer(shelf)

    assert (editions(Standing.LIVE), editions(Standing.DRAFT)) == (["Our sciatica"], ["Sciatica, told anew"])


def test_a_draft_that_the_library_brought_is_marked_as_starter_text(shelf, writer, clinician):
    publish(write(writer, "Our sciatica"), clinician)
    newer(shelf)

    assert ArticleEdition.objects.get(title="Sciatica, told anew").origin == Origin.STARTER


def test_a_newer_text_waits_while_the_clinic_writes(shelf, writer):
    before = live()
    write(writer, "Half a sentence")
    newer(shelf)

    assert (live(), editions(Standing.DRAFT)) == (before, ["Half a sentence"])


def test_a_newer_text_waits_while_a_colleague_reviews(shelf, writer):
    write(writer, "Our sciatica").submit(writer)
    newer(shelf)

    assert (editions(Standing.IN_REVIEW), editions(Standing.DRAFT)) == (["Our sciatica"], [])


def test_a_text_that_waited_comes_once_the_draft_is_gone(shelf, writer):
    draft = write(writer, "Half a sentence")
    newer(shelf)
    draft.delete()
    load(shelf)

    assert editions(Standing.LIVE) == ["Sciatica, told anew"]


def test_a_newer_text_does_not_overtake_what_the_clinic_has_scheduled(shelf, writer, clinician):
    publish(write(writer, "Our sciatica"), clinician, timezone.now() + timedelta(days=3))
    newer(shelf)

    assert (editions(Standing.SCHEDULED), editions(Standing.DRAFT)) == (
        ["Our sciatica"],
        ["Sciatica, told anew"],
    )


def test_a_page_that_the_clinic_has_taken_down_stays_down(shelf):
    live().retire(make_person())
    newer(shelf)

    assert not ArticleEdition.objects.in_force().exists()


def test_a_document_that_the_clinic_has_deleted_does_not_come_back(shelf):
    # No page of the site lets staff do this: it takes somebody at the database itself.
    for model in (ArticleCitation, ArticleEdition, Article):
        model.objects.all()._raw_delete("default")
    newer(shelf)

    assert not Article.objects.exists()


def test_a_page_that_the_clinic_wrote_first_is_not_overwritten(shelf):
    own = Article.objects.create(slug="cramps")
    ArticleEdition.objects.create(document=own, topic=Topic.objects.first(), title="Cramps", summary="Ours.")
    shutil.copy(shelf / "en/articles/sciatica.md", shelf / "en/articles/cramps.md")
    load(shelf)

    assert [edition.title for edition in ArticleEdition.objects.filter(document=own)] == ["Cramps"]


def test_a_page_whose_file_is_gone_from_the_library_stays(shelf):
    (shelf / "en/articles/sciatica.md").unlink()
    load(shelf)

    assert live()


def test_a_source_that_the_clinic_has_corrected_stays_corrected(shelf):
    Source.objects.filter(slug="nice-ng59").update(title="Corrected")
    newer(shelf)

    assert Source.objects.get(slug="nice-ng59").title == "Corrected"


def test_a_topic_that_the_clinic_has_renamed_keeps_its_name(shelf):
    Topic.objects.filter(slug="pinched-nerve").update(title="Nerves")
    newer(shelf)

    assert Topic.objects.get(slug="pinched-nerve").title == "Nerves"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("title = 5\n", "title must be written as a text"),
        ('colour = "red"\n', "nobody reads colour"),
        ('kind = "poem"\n', "use one of condition"),
        ('regions = ["tail"]\n', "no such region: tail"),
        ('topic = "weather"\n', "no topic 'weather'"),
        (f'title = "{"long " * 13}"\n', "more than 60 characters"),
        ('summary = "Call {ambulance}."\n', "there is no word {ambulance}"),
        ('[[sources]]\nid = "hearsay"\nsupports = "All of it."\n', "no source 'hearsay'"),
    ],
)
def test_a_wrong_file_is_named_and_nothing_is_loaded(shelf, wrong, said):
    text = (shelf / "en/articles/sciatica.md").read_text()
    if wrong.startswith("[["):
        text = text.replace("\n+++\n", f"\n{wrong}+++\n", 1)
    else:
        without = re.sub(rf"^{wrong.split()[0]} = .*\n", "", text, flags=re.MULTILINE)
        text = without.replace("+++\n", f"+++\n{wrong}", 1)
    (shelf / "en/articles/another.md").write_text(text)

    with pytest.raises(StarterError, match=f"en/articles/another.md: .*{re.escape(said)}"):
        load(shelf)
    assert Article.objects.count() == 1


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("No table on top.\n", "begin with TOML"),
        ("+++\ntitle = \n+++\n", "cannot be read"),
    ],
)
def test_a_file_that_is_no_article_is_named(shelf, broken, said):
    (shelf / "en/articles/another.md").write_text(broken)

    with pytest.raises(StarterError, match=f"en/articles/another.md: .*{said}"):
        load(shelf)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("# Poem\n\nText.\n", "no part called 'Poem'"),
        ("# Daily life\n\nText.\n\n# Body\n\nText.\n", "wrong order"),
        ("# Body\n\nText.\n\n# Body\n\nOther.\n", "Body"),
        ("Text.\n\n# Body\n\nText.\n", "before the first part"),
        ("# Body\n\n[Odd](ftp://example.org/)\n", "link was not understood"),
        ("# Body\n\n[Lost](page:nowhere)\n", "goes nowhere"),
        ("# Body\n\n<b>Loud</b>\n", "HTML is shown as it stands"),
        ("# Body\n\n![](figure:knee-rolls)\n", "needs words"),
        ('# Body\n\n![A dance](figure:dance "Dance")\n', "no drawing called dance"),
    ],
)
def test_a_wrong_part_is_named(shelf, part, said):
    _, table, _parts = (shelf / "en/articles/sciatica.md").read_text().split("+++\n", 2)
    (shelf / "en/articles/another.md").write_text(f"+++\n{table}+++\n{part}")

    with pytest.raises(StarterError, match=f"en/articles/another.md: .*{said}"):
        load(shelf)
