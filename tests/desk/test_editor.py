"""The form of an edition: its order, its limits, its rows, its helpers, for every kind of document."""

import html
import re

import html5lib
import pytest

from education.checklists.models import ChecklistEdition
from education.staff.roles import WRITER
from tests.desk.staff import admin_url, form_on, save, signed_in
from tests.factories import (
    make_article,
    make_care_card,
    make_checklist,
    make_clinic,
    make_glossary,
    make_person,
    make_region_page,
    make_source,
)

pytestmark = pytest.mark.django_db

MAKERS = [make_article, make_care_card, make_checklist, make_glossary, make_region_page]
FRAGMENT = {"X-Fragment": "1"}


@pytest.fixture
def writer():
    return signed_in(make_person("Wren Writer", roles=[WRITER]).user)


def shown(answer):
    return html.unescape(answer.content.decode())


def page_of(answer):
    return html5lib.parse(answer.content.decode(), namespaceHTMLElements=False)


def headings_of(answer):
    main = next(e for e in page_of(answer).iter("main"))
    return ["".join(h.itertext()).strip() for h in main.iter("h2") if "part__title" in (h.get("class") or "")]


@pytest.mark.parametrize("make", MAKERS)
def test_every_kind_has_a_form_that_saves_untouched(writer, make):
    edition = make("draft")
    before = type(edition).objects.values().get(pk=edition.pk)
    answer = save(writer, edition)
    assert "Saved. Patients see nothing of it yet." in shown(answer)
    after = type(edition).objects.values().get(pk=edition.pk)
    assert after == before | {"revision": before["revision"] + 1}


def test_who_cannot_change_a_text_reads_it_as_patients_do(writer):
    make_clinic(phone="555 0199")
    make_glossary()
    article = make_article(
        "in-review",
        summary="Call {clinic_phone} if it lasts.",
        body="## Why it starts\n\nRead [the words](page:glossary#spasm) **now**.",
    )
    page = shown(writer.get(admin_url(article)))
    assert "Call 555 0199 if it lasts." in page
    assert ">Why it starts</h3>" in page
    assert '<a href="/glossary/#spasm">the words</a> <strong>now</strong>.' in page
    assert "## Why" not in page


@pytest.mark.parametrize("make", MAKERS)
def test_every_kind_is_shown_whole_when_it_cannot_be_changed(writer, make):
    edition = make("live")
    page = writer.get(admin_url(edition))
    assert page.status_code == 200
    assert edition.title in shown(page)
    assert 'name="_save"' not in shown(page)


def test_the_form_stands_in_the_order_in_which_patients_read(writer):
    assert headings_of(writer.get(admin_url(make_checklist("draft")))) == [
        "What does the patient read first?", "What keeps the patient safe?", "What does the patient do?",
        "What if it does not get better?", "What does it rest on?", "Where does it appear?",
        "Who wrote it?",
    ]  # fmt: skip
    article = headings_of(writer.get(admin_url(make_article("draft"))))
    assert article.index("What does the patient read then?") < article.index("What does it rest on?")


@pytest.mark.parametrize("make", MAKERS)
def test_every_place_of_the_list_of_parts_is_there(writer, make):
    page = page_of(writer.get(admin_url(make("draft"))))
    nav = next(e for e in page.iter("nav") if "parts" in (e.get("class") or "").split())
    wanted = {link.get("href")[1:] for link in nav.iter("a")}
    assert wanted
    assert wanted <= {element.get("id") for element in page.iter()}


def test_parts_that_are_missing_are_marked_in_words(writer):
    page = page_of(writer.get(admin_url(make_article("draft", key_points="", body=""))))
    marks = {e.get("data-missing-part"): e.get("hidden") is None for e in page.iter("span")}
    assert (marks["key_points"], marks["body"], marks["title"]) == (True, True, False)


UNTOLD = f"{'Keep moving, a little each day. ' * 10}\n\n![](figure:knee-rolls)"


def marked(page, kind):
    """Return the parts with a mark of a kind that can be seen."""
    return {
        name for e in page.iter("span") if (name := e.get(f"data-{kind}-part")) and e.get("hidden") is None
    }


def test_a_part_that_is_written_is_never_called_missing(writer):
    page = page_of(writer.get(admin_url(make_article("draft", key_points="", body=UNTOLD))))
    assert "body" not in marked(page, "missing")
    assert "key_points" in marked(page, "missing")
    assert marked(page, "mend") == {"body"}


@pytest.mark.parametrize("body", ["See [it](page:articles/nowhere).", "### Deep", "Call {nobody}."])
def test_a_part_with_an_error_is_marked_as_to_mend(writer, body):
    edition = make_article("draft", body=body)
    assert "body" in marked(page_of(writer.get(admin_url(edition))), "mend")
    live = shown(hints_in(writer, edition, body=body))
    assert "body" in live.partition('data-mend="')[2].partition('"')[0].split()
    assert "body" not in live.partition('data-missing="')[2].partition('"')[0].split()
    mended = shown(hints_in(writer, edition, body="Keep moving."))
    assert "body" not in mended.partition('data-mend="')[2].partition('"')[0].split()


def test_limits_stand_beside_the_field(writer):
    page = shown(writer.get(admin_url(make_article("draft"))))
    assert "Up to 60 characters." in page
    assert page.count("Up to 60 characters.") <= 2  # the title, the regions
    assert "Up to 300 characters." in page
    assert 'data-limit="60"' in page


@pytest.mark.parametrize("make", MAKERS)
def test_every_field_has_a_name_and_no_field_is_named_twice(writer, make):
    page = page_of(writer.get(admin_url(make("draft"))))
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    labels = {label.get("for") for label in page.iter("label")}
    for field in page.iter():
        is_field = field.tag in {"select", "textarea"} or (
            field.tag == "input" and field.get("type") not in {"hidden", "submit", "checkbox", "radio"}
        )
        if is_field and "hidden" not in field.attrib and not (field.get("aria-label")):
            assert field.get("id") in labels, field.get("name")


# Rows


def test_a_row_can_be_added_without_a_script(writer):
    edition = make_checklist("draft", steps=1)
    form = form_on(writer.get(admin_url(edition)))
    assert form["steps-TOTAL_FORMS"] == "2"
    assert form["steps-1-position"] == "20"
    save(writer, edition, **{"steps-1-phase": "after", "steps-1-action": "Use a heat pack"})
    assert [step.key for step in edition.steps.all()] == ["step-1", "use-a-heat-pack"]


def test_an_empty_row_is_no_row(writer):
    edition = make_checklist("draft", steps=1)
    save(writer, edition, **{"steps-1-position": "77"})
    assert edition.steps.count() == 1


def test_rows_are_moved_by_their_numbers(writer):
    edition = make_checklist("draft", steps=2)
    edition.steps.filter(key="step-2").update(action="Walk")
    save(writer, edition, **{"steps-1-position": "5"})
    assert edition.steps.first().action == "Walk"


def test_two_steps_with_the_same_words_get_keys_of_their_own(writer):
    edition = make_checklist("draft", steps=0)
    row = {"phase": "after", "action": "Use a very warm heat pack", "key": ""}
    rows = {f"steps-{n}-{name}": value for n in range(2) for name, value in row.items()}
    save(writer, edition, **rows, **{"steps-TOTAL_FORMS": "2"})
    assert [step.key for step in edition.steps.order_by("pk")] == [
        "use-a-very-warm-heat",
        "use-a-very-warm-he-2",
    ]


def test_a_word_of_the_glossary_needs_no_address(writer):
    edition = make_glossary("draft", terms=[])
    save(writer, edition, **{"terms-0-term": "Pinched nerve", "terms-0-meaning": "A nerve that is squeezed."})
    assert edition.terms.get().slug == "pinched-nerve"


def test_a_wrong_row_is_named_and_every_word_of_it_stays(writer):
    edition = make_checklist("draft", steps=1)
    answer = save(writer, edition, goal="Typed.", **{"steps-1-how": "Half a step", "steps-0-sets": "99"})
    page = shown(answer)
    assert "Nothing is saved yet: there is a problem" in page
    for words in ("Typed.", "Half a step", 'value="99"'):
        assert words in page
    assert 'href="#steps-group"' in page


# Sources


def find(client, edition, words):
    return save(client, edition, **{"citations-0-words": words, "citations-0-supports": "So it is."})


def test_a_source_is_found_by_its_words_or_its_key(writer):
    make_source(title="About cold")
    source = make_source(title="About heat and its use", slug="heat-2020")
    for words in ("heat use", "heat-2020"):
        edition = make_article("draft", sources=0)
        find(writer, edition, words)
        assert edition.citations.get().source == source


def test_several_sources_are_offered_and_nothing_is_lost(writer):
    one, two = make_source(title="About heat, one"), make_source(title="About heat, two")
    edition = make_article("draft", sources=0)
    answer = find(writer, edition, "heat")
    page = shown(answer)
    assert "Several sources have these words." in page
    assert f'<option value="{one.pk}">' in page
    assert f'<option value="{two.pk}">' in page
    assert 'value="So it is."' in page
    writer.post(admin_url(edition), form_on(answer) | {"citations-0-source": str(two.pk), "_save": "1"})
    assert edition.citations.get().source == two


def test_the_source_of_a_row_is_changed_by_words_too(writer):
    source = make_source(title="About heat and its use")
    edition = make_article("draft", sources=1)
    find(writer, edition, "heat use")
    assert edition.citations.get().source == source


@pytest.mark.parametrize(("words", "told"), [
    ("", "Choose a source."), ("nothing like it", "No source has these words."),
])  # fmt: skip
def test_a_source_that_is_not_found_is_asked_for(writer, words, told):
    edition = make_article("draft", sources=0)
    answer = find(writer, edition, words)
    assert told in shown(answer)
    choice = next(e for e in page_of(answer).iter("select") if e.get("name") == "citations-0-source")
    assert "admin-autocomplete" in choice.get("class"), "the search is gone"
    assert not edition.citations.exists()


def test_who_reads_a_plan_sees_each_step_of_it_at_once(writer):
    edition = make_checklist("in-review", steps=2)
    page = writer.get(admin_url(edition)).content.decode()
    assert "row__name" in page
    assert "row__fold" not in page


def test_nobody_assigned_is_told_like_all_that_is_empty(writer):
    page = page_of(writer.get(admin_url(make_article("in-review"))))
    field = next(e for e in page.iter("div") if "field-given_to" in (e.get("class") or ""))
    assert "None" not in "".join(field.itertext())


# New documents


def test_a_new_plan_asks_for_its_region(writer):
    url = "/admin/checklists/checklist/add/"
    sent = form_on(writer.get(url)) | {"title": "Shoulder: the first days", "_save": "1"}
    assert "This field is required." in shown(writer.post(url, sent))
    writer.post(url, sent | {"region": "shoulder"})
    assert ChecklistEdition.objects.get().region == "shoulder"


def test_no_other_page_is_begun_from_the_form_of_a_new_one(writer):
    page = writer.get("/admin/articles/article/add/").content.decode()
    assert "id_original" in page
    assert "add_id_original" not in page


# Hints


def hints_in(client, edition, **words):
    form = form_on(client.get(admin_url(edition)))
    return client.post(admin_url(edition, "hints"), form | words)


def test_hints_stand_beside_the_field_without_a_script(writer):
    page = shown(writer.get(admin_url(make_article("draft", body="Ask for physiotherapy."))))
    beside = page.partition('data-hints-for="body"')[2].partition("</details>")[0]
    assert "1 hint" in beside
    assert "Better: physical therapy." in beside


def test_hints_follow_what_is_typed_and_save_nothing(writer):
    edition = make_article("draft")
    answer = hints_in(writer, edition, body="Ask for physiotherapy.", what_to_do="")
    page = shown(answer)
    assert 'data-from="8" data-to="21"' in page
    assert "what_to_do" in page.partition('data-missing="')[2].partition('"')[0].split()
    edition.refresh_from_db()
    assert "physiotherapy" not in edition.body
    assert edition.what_to_do


def test_hints_count_characters_with_the_line_ends_of_a_text_field(writer):
    page = shown(hints_in(writer, make_article("draft"), body="One.\r\n\r\nAsk for physiotherapy."))
    assert 'data-from="14" data-to="27"' in page


def test_hints_reach_the_rows(writer):
    edition = make_checklist("draft", steps=1)
    page = shown(hints_in(writer, edition, **{"steps-0-how": "Ask for physiotherapy."}))
    assert "physical therapy" in page.partition('data-hints-for="steps-0-how"')[2]


def test_a_link_without_a_source_and_an_emergency_sign_are_hinted_at(writer):
    words = {"body": "Read [this](https://example.org/x). You cannot pee."}
    page = shown(hints_in(writer, make_article("draft"), **words))
    assert "not among the sources of this page" in page
    assert "An emergency sign" in page


def beside(page, field):
    return page.partition(f'data-hints-for="{field}"')[2].partition("</details>")[0]


@pytest.mark.parametrize(("body", "told"), [
    (UNTOLD, "needs words for people who cannot see it"),
    ("See [it](page:articles/nowhere).", "the link page:articles/nowhere leads nowhere"),
    ("See [it](page:).", "The link page: goes nowhere."),
])  # fmt: skip
def test_what_has_to_be_mended_stands_beside_its_field(writer, body, told):
    edition = make_article("draft", body=body)
    for page in (shown(writer.get(admin_url(edition))), shown(hints_in(writer, edition))):
        assert told in beside(page, "body")
        assert "1 to mend" in beside(page, "body")
    assert told in beside(shown(hints_in(writer, make_article("draft"), body=body)), "body")


def test_an_empty_field_is_told_as_missing_and_not_as_a_hint(writer):
    page = shown(writer.get(admin_url(make_article("draft", body=""))))
    assert "Write this part." not in beside(page, "body")


def summary_of(page, field):
    return " ".join(
        re.sub(
            r"<[^>]+>", "", beside(page, field).partition("</summary>")[0].partition("<summary>")[2]
        ).split()
    )


def test_the_summary_says_what_is_serious_and_opens_for_what_has_to_be_mended(writer):
    signs = "You cannot pee. Just rest."
    page = shown(writer.get(admin_url(make_article("draft", body=signs))))
    assert summary_of(page, "body") == "1 emergency sign, 1 hint"
    assert '<details class="hints__fold">' in beside(page, "body")
    page = shown(writer.get(admin_url(make_article("draft", body=f"### Deep\n\n{signs}\n\n[](page:clinic)"))))
    assert summary_of(page, "body") == "2 to mend, 1 emergency sign, 1 hint"
    assert '<details class="hints__fold" open>' in beside(page, "body")
    whole = re.sub(r"<[^>]+>", "", page.partition("data-page-hints")[2].partition("</p>")[0])
    assert "2 to mend, 1 emergency sign, 1 hint for better words" in whole


def test_what_has_to_be_mended_is_told_first(writer):
    body = "Just rest.\n\n[](page:clinic)"
    told = beside(shown(writer.get(admin_url(make_article("draft", body=body)))), "body")
    assert told.index("Has to be mended") < told.index("Say 'Just' another way")


def test_a_button_writes_only_what_fits_its_word(writer):
    body = "Thoracic pain due to age, prior to bed. Just rest."
    page = shown(writer.get(admin_url(make_article("draft", body=body))))
    assert re.findall(r'data-write="([^"]*)"', beside(page, "body")) == [
        "Upper or middle back", "because of", "before",
    ]  # fmt: skip


def test_hints_are_for_those_who_may_read_the_draft(client):
    assert client.post(admin_url(make_article("draft"), "hints")).status_code == 302


# Previews and things to put in


def test_the_preview_of_a_field_is_what_patients_see_and_saves_nothing(writer):
    make_clinic()
    edition = make_article("draft")
    post = {"_field": "body", "body": "## New\n\nCall {emergency}. <script>alert(1)</script>"}
    for headers in ({}, FRAGMENT):
        page = writer.post(admin_url(edition, "prose"), post, headers=headers).content.decode()
        assert "New</h3>" in page
        assert "Call 911." in page
        assert "<script>alert" not in page
    edition.refresh_from_db()
    assert "New" not in edition.body


@pytest.mark.parametrize(
    "post", [{}, {"_field": "none"}, {"_field": "pk"}, {"_field": "title", "title": "x"}]
)
def test_a_preview_of_nothing_is_empty_and_calm(writer, post):
    assert writer.post(admin_url(make_article("draft"), "prose"), post).status_code == 200


def test_our_own_pages_are_found_by_their_title_in_the_language_of_the_text(writer):
    make_article(title="Sciatica", slug="sciatica")
    make_article("draft", title="Sciatica, not yet out", slug="draft")
    edition = make_article("draft")
    items = writer.get(admin_url(edition, "insert", "pages") + "?q=scia").context["items"]
    assert [item.line for item in items] == ["[Sciatica](page:articles/sciatica)"]
    every = writer.get(admin_url(edition, "insert", "pages")).context["items"]
    assert "page:checker" in [item.address for item in every]


def test_drawings_and_local_words_can_be_copied_without_a_script(writer):
    edition = make_article("draft")
    assert "(figure:knee-rolls)" in shown(writer.get(admin_url(edition, "insert", "drawings")))
    assert "{emergency}" in shown(writer.get(admin_url(edition, "insert", "local")))
    assert writer.get(admin_url(edition, "insert", "gold")).status_code == 404


# Signs of life


def test_a_form_is_told_who_is_signed_in_and_how_often_it_was_saved(writer, client):
    edition = make_article("draft")
    answer = writer.get(admin_url(edition, "pulse")).json()
    assert answer["signed_in"] is True
    assert answer["revision"] == edition.revision
    assert answer["token"]
    signed_out = client.get(admin_url(edition, "pulse") + "?next=/admin/x/").json()
    assert signed_out["signed_in"] is False
    assert signed_out["sign_in"].endswith("?next=%2Fadmin%2Fx%2F")
    assert "token" not in signed_out


def test_a_copy_on_a_device_is_known_to_be_saved_once_it_is(writer):
    edition = make_article("draft")
    token = "3f2b8c1e-0000-4000-8000-000000000000"
    page = shown(save(writer, edition, copy=token))
    assert f'data-saved-copies="{token}"' in page
    refused = shown(save(writer, edition, copy="3f2b8c1e-1111", title=""))
    assert 'data-saved-copies="3f2b8c1e-1111' not in refused
    assert 'name="copy" value="3f2b8c1e-1111"' in refused


def test_a_text_too_long_for_one_page_is_refused_and_kept_in_the_form(writer):
    edition = make_article("draft")
    answer = save(writer, edition, body="Rest a bit. " * 5000)
    page = answer.content.decode()
    assert "This is too long for one page: it has" in page
    assert page.count("Rest a bit.") >= 5000
    edition.refresh_from_db()
    assert "Rest a bit." not in edition.body
