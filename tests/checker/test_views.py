"""The checker as patients see it, without scripts: from the start to the result, and back again."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from education.checker.cases import load_cases
from education.checker.decision_pages import decision_rows
from education.checker.forms import Trail
from education.checker.models import DecisionSignature
from education.checker.result import CARD_REGIONS, CHILD_AGES, day_in_words, flagged
from education.checker.screens import NONE, next_screen, read_choices, read_ticks
from education.checker.triage import assess
from education.clinic.models import CheckerMode, Clinic
from education.urgency.levels import Level
from tests.checker.conftest import FOLDER
from tests.checker.patient import (
    CHECK,
    LEVELS,
    START,
    Patient,
    fields_of,
    groups_of,
    make_clinic,
    patient_of,
    stories,
)
from tests.factories import make_person
from tests.pages import CLINIC, faults, visit, walk, words_of

pytestmark = pytest.mark.xdist_group("runs")  # they share the finished runs of all levels

CALM = [level for level in LEVELS if not level.is_emergency]
EMERGENCIES = [level for level in LEVELS if level.is_emergency]
by_slug = pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
by_calm_slug = pytest.mark.parametrize("level", CALM, ids=lambda level: level.slug)
by_emergency_slug = pytest.mark.parametrize("level", EMERGENCIES, ids=lambda level: level.slug)


@pytest.fixture
def run(runs):
    """Return what somebody of a level saw; it was done once, so nothing more can be pressed."""
    return lambda level, who="me": runs[level, who]


@pytest.fixture
def fresh(client, clinic):
    """Run the checker as somebody of a level does; further answers win over those of the story."""

    def run(level, **answers):
        patient = patient_of(client, stories()[level], **answers)
        patient.run()
        return patient

    return run


def cards_of(page):
    """Return the levels of the care cards on a page, in its order."""
    return re.findall(r'class="care-card care-card--([a-z-]+)"', page.text)


def headings_of(page):
    return [words_of(heading) for heading in page.all("h1", "h2", "h3")]


def links_into(page, *rooms):
    return [link for link in page.links if link.startswith(rooms) and link != f"/{rooms[0].strip('/')}/"]


def main_links(page):
    main = page.all("main")[0]
    return [a.get("href") for a in main.iter("a")]


# From the start to the result


@by_slug
def test_a_run_ends_with_the_result_of_its_level(run, level):
    assert run(level).level == level.slug


@by_slug
def test_every_page_of_a_run_answers_200_with_one_heading(run, level):
    for page in run(level).seen:
        assert (page.status, len(page.all("h1"))) == (200, 1)


@by_slug
def test_every_page_of_a_run_is_valid_html(run, level):
    assert not faults(run(level).seen, lambda page: page.html_errors)


@by_slug
def test_the_title_and_the_heading_of_a_result_begin_with_how_urgent_it_is(run, level):
    page = run(level).page
    word = {
        Level.EMERGENCY_CALL: "Emergency",
        Level.EMERGENCY_GO: "Emergency",
        Level.URGENT_TODAY: "Urgent",
        Level.BOOK_SOON: "Not urgent",
        Level.SELF_CARE: "Care at home",
    }[level]

    assert page.title.startswith(word)
    assert words_of(page.all("h1")[0]).startswith(word)


@by_slug
def test_a_result_has_one_card_of_its_level(run, level):
    page = run(level).page

    assert len(page.with_class("result-card")) == 1
    assert level.slug == "self-care" or level.slug not in cards_of(page)


@pytest.mark.slow
@by_slug
def test_a_page_of_a_run_needs_three_queries_at_most(client, clinic, level, django_assert_max_num_queries):
    visit(client, START)  # the first query of a process may ask what the database can do
    patient = patient_of(client, stories()[level])
    patient.start()
    while patient.is_asked:
        with django_assert_max_num_queries(3):
            patient.answer()


@by_slug
def test_progress_never_counts_beyond_what_it_promised(run, level):
    steps = [
        re.search(r"Step (\d+) of about (\d+)", page.main) for page in run(level).seen if groups_of(page)
    ]

    assert all(steps)
    assert all(int(step[1]) <= int(step[2]) for step in steps)


@pytest.mark.parametrize("region", ["neck", "upper-back", "low-back", "shoulder"])
def test_a_region_page_brings_its_region_along(client, clinic, region):
    form = visit(client, f"/spine/{region}/")
    assert [i.get("value") for i in form.all("input", name="region")] == [region]

    patient = Patient(client, answer_to=lambda id: "no")
    patient.start(region=region)

    assert fields_of(patient.page).get("region") in (None, [region])
    assert "region" not in [group.name for group in groups_of(patient.page)] or fields_of(patient.page)[
        "region"
    ] == [region]


def first_lists(protocol, region, defaults):
    """Yield each sign of the first two tick-lists of a region, with the answers given before its list."""
    answers, lists = {}, 0
    while lists < 2 and (screen := next_screen(protocol, answers)):
        if screen.is_ticks:
            lists += 1
            yield from ((screen, question.id, dict(answers)) for question in screen.questions)
            answers |= read_ticks(screen, [NONE])
        else:
            answers |= {q.id: region if q.id == "region" else defaults[q.id] for q in screen.questions}


@pytest.mark.parametrize("region", ["neck", "upper-back", "low-back", "shoulder", "arm", "leg", "several"])
def test_an_emergency_volunteered_on_the_first_lists_is_shown_within_three_screens(protocol, region):
    defaults = load_cases(FOLDER)[0].defaults
    late = []
    for screen, sign, earlier in first_lists(protocol, region, defaults):
        answers = {**earlier, **read_ticks(screen, [sign])}
        is_tier_1_emergency = (
            protocol.questions[sign].tier == 1 and assess(protocol, answers).level.is_emergency
        )
        if is_tier_1_emergency and next_screen(protocol, answers) is not None:
            late.append(sign)
    assert late == []


# What an emergency result shows


@by_emergency_slug
def test_an_emergency_result_shows_nothing_that_delays(run, level):
    page = run(level).page

    assert main_links(page) == [link for link in main_links(page) if link.startswith("tel:") or link == START]
    assert not [card for card in cards_of(page) if card != "emergency-call"]
    assert not {"What your answers may fit", "Read more", "What you can do at home"} & set(headings_of(page))


@by_emergency_slug
def test_an_emergency_result_links_the_number_to_call(run, level):
    card = run(level).page.with_class("result-card")[0]

    assert [a.get("href") for a in card.iter("a")] == ["tel:911"]


@by_emergency_slug
def test_an_emergency_result_carries_the_first_aid_of_its_situation(run, protocol, level):
    patient = run(level)
    answers = Trail.opened(patient.trail, protocol).answers
    advice = assess(protocol, answers).advice

    assert advice
    assert {one.title for one in advice} <= set(headings_of(patient.page))


def test_a_person_on_the_way_to_hospital_is_told_when_to_call(run):
    assert cards_of(run(Level.EMERGENCY_GO).page) == ["emergency-call"]


@by_emergency_slug
def test_an_emergency_result_gives_only_the_reasons_of_the_emergency(run, protocol, level):
    patient = run(level)
    reasons = assess(protocol, Trail.opened(patient.trail, protocol).answers).reasons

    for reason in reasons:
        assert (reason.because in patient.page.main) == reason.level.is_emergency


# What the other results show


@by_calm_slug
def test_a_calm_result_shows_the_emergency_cards(run, level):
    assert {"emergency-call", "emergency-go"} <= set(cards_of(run(level).page))


@by_calm_slug
def test_a_calm_result_names_the_day_to_check_again(run, level):
    days = 1 if level is Level.URGENT_TODAY else 14
    day = day_in_words(timezone.localdate() + timedelta(days=days))

    assert day in run(level).page.main


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])  # never on the same day
def test_a_result_counts_the_days_from_the_day_it_is_at_the_clinic(fresh, clinic, zone):
    Clinic.objects.update(time_zone=zone)
    today = timezone.localdate(timezone=ZoneInfo(zone))
    page = fresh(Level.SELF_CARE).page

    assert date_format(today) in page.main
    assert day_in_words(today + timedelta(days=14)) in page.main


@by_slug
def test_a_result_gives_every_reason_that_set_its_level(run, protocol, level):
    patient = run(level)
    assessment = assess(protocol, Trail.opened(patient.trail, protocol).answers)

    missing = [
        reason.because
        for reason in assessment.reasons
        if reason.level == level and reason.because not in patient.page.main
    ]
    assert missing == []


@by_slug
def test_a_result_names_the_version_and_the_day(run, protocol, level):
    page = run(level).page

    assert f"version {protocol.version}" in page.main
    assert str(timezone.localdate().year) in page.main


@by_slug
def test_no_result_gives_an_all_clear(run, level):
    text = run(level).page.main.lower()

    assert not [
        words for words in ("you are fine", "all clear", "no red flags", "nothing is wrong") if words in text
    ]


@by_slug
def test_no_result_gives_a_diagnosis(run, level):
    assert "it is not a diagnosis" in run(level).page.main.lower()


def test_self_care_has_the_home_care_of_its_region(run, protocol):
    patient = run(Level.SELF_CARE)
    region = CARD_REGIONS[Trail.opened(patient.trail, protocol).answers["region"]]

    assert f"/checklists/{region}-first-days/" in patient.page.links
    assert "self-care" in cards_of(patient.page)


def test_the_home_care_on_paper_has_an_address_and_a_code(run):
    page = run(Level.SELF_CARE).page

    assert words_of(page.with_class("result__address")[0]).startswith("http://testserver/checklists/")
    assert page.with_class("result__qr")[0][0].tag.endswith("svg")


@pytest.mark.parametrize("age", sorted(CHILD_AGES))
def test_home_care_is_never_offered_to_a_child(fresh, age):
    patient = fresh(Level.SELF_CARE, age=age)

    assert not links_into(patient.page, "/checklists/")
    assert "self-care" not in cards_of(patient.page)


@pytest.mark.parametrize("answer", ["yes", "unsure"])
def test_home_care_is_never_offered_to_somebody_who_may_be_pregnant(fresh, answer):
    patient = fresh(Level.SELF_CARE, **{"age": "18-39", "ctx-pregnant": answer})

    assert not links_into(patient.page, "/checklists/")
    assert "self-care" not in cards_of(patient.page)


def test_the_questions_that_results_rest_on_are_in_the_protocol(protocol):
    assert {"age", "region", "ctx-pregnant", "pregnancy", "when", "start"} <= set(protocol.questions)
    assert set(protocol.questions["age"].options) > CHILD_AGES
    assert set(CARD_REGIONS) | {"several"} == set(protocol.questions["region"].options)


@by_calm_slug
def test_a_result_says_in_words_which_phones_of_the_clinic_to_call(run, level):
    text = run(level).page.main

    assert CLINIC["name"] in text
    assert CLINIC["phone"] in text
    assert CLINIC["out_of_hours_phone"] in text


@by_calm_slug
def test_without_phones_a_result_makes_no_empty_promise(client, texts, level):
    make_clinic(phone="", out_of_hours_phone="")
    patient = patient_of(client, stories()[level])

    assert "To reach us" not in patient.run().main


# What to say


@by_slug
def test_what_to_say_reads_as_sentences(run, level):
    quote = next(words_of(element) for element in run(level).page.all("blockquote"))

    assert "?" not in re.sub("“[^”]*”", "", quote)
    assert quote.startswith("I used a symptom guide.")
    assert "It began " in quote


def test_what_to_say_quotes_what_was_flagged(run, protocol):
    patient = run(Level.EMERGENCY_GO)
    quote = words_of(patient.page.all("blockquote")[0])

    assert re.search(r"It flagged: “[^”]+”", quote)


def test_somebody_who_answers_for_another_says_so(run):
    quote = words_of(run(Level.URGENT_TODAY, who="someone-else").page.all("blockquote")[0])

    assert quote.startswith("I am calling about somebody else.")
    assert "My age" not in quote


@by_slug
def test_for_somebody_else_the_reasons_and_questions_speak_of_them(run, protocol, level):
    patient = run(level, who="someone-else")
    answers = Trail.opened(patient.trail, protocol).answers

    shown = [reason.because for reason in assess(protocol, answers).reasons if reason.level == level]
    assert all(because in patient.page.main for because in shown)
    own = [
        label
        for page in patient.seen[1:]
        for label in map(words_of, page.all("label"))
        if label.startswith(("You have", "You are", "You feel"))
    ]
    assert own == []


def test_for_somebody_else_an_emergency_speaks_to_the_helper(run):
    card = words_of(run(Level.EMERGENCY_CALL, who="someone-else").page.with_class("result-card")[0])

    assert "Stay with them" in card
    assert "If you are alone" not in card


def test_the_note_for_the_clinician_lists_what_was_said(run, protocol):
    patient = run(Level.URGENT_TODAY)
    answers = Trail.opened(patient.trail, protocol).answers
    note = words_of(next(element for element in patient.page.elements if element.get("id") == "note"))

    ticked = [protocol.questions[id].label.me for id, value in answers.items() if value == "yes"]
    assert ticked
    assert all(label in note for label in ticked)


def test_what_is_flagged_is_told_in_words_of_questions(protocol, clinic):
    from education.checker.screens import answer_rows

    for story in stories().values():
        answers = {**story.defaults, **story.answers}
        rows = answer_rows(protocol, answers)
        found = flagged(protocol, rows, assess(protocol, answers), clinic)
        assert len(found) == len(set(found)) <= 4


# Mistakes


@pytest.fixture
def ticking(client, clinic):
    """Somebody before the first tick-list."""
    patient = patient_of(client, stories()[Level.SELF_CARE])
    patient.start()
    while patient.is_asked and groups_of(patient.page)[0].kind != "checkbox":
        patient.answer()
    return patient


def links_of_summary(page):
    summary = page.with_class("error-summary")
    return [a.get("href").removeprefix("#") for element in summary for a in element.iter("a")]


def inputs_by_id(page):
    return {element.get("id"): element for element in page.all("input")}


def test_nothing_ticked_is_an_error_that_says_what_to_do(ticking):
    ticking.post({"trail": ticking.trail, "go": "1"})

    assert ticking.page.title.startswith("Error:")
    assert "Select the ones you have, or select" in ticking.page.main


def test_none_beside_another_tick_is_an_error(ticking):
    group = groups_of(ticking.page)[0]
    ticking.post({"trail": ticking.trail, group.name: [group.values[0], NONE]})

    assert ticking.page.title.startswith("Error:")
    assert "Not both." in ticking.page.main


def test_what_was_ticked_is_kept_beside_an_error(ticking):
    group = groups_of(ticking.page)[0]
    ticks = [group.values[0], group.values[1], NONE]
    ticking.post({"trail": ticking.trail, group.name: ticks})

    assert fields_of(ticking.page)[group.name] == ticks


def test_each_error_links_to_the_first_choice_of_its_question(client, clinic):
    patient = patient_of(client, stories()[Level.SELF_CARE])
    patient.start()
    names = [group.name for group in groups_of(patient.page)]
    patient.post({"trail": patient.trail, "go": "1"})

    assert [inputs_by_id(patient.page)[id].get("name") for id in links_of_summary(patient.page)] == names


def test_what_was_chosen_is_kept_when_another_question_was_missed(client, clinic):
    patient = patient_of(client, stories()[Level.SELF_CARE])
    patient.start()
    first, *_rest = groups_of(patient.page)
    patient.post({"trail": patient.trail, first.name: first.values[-1]})

    assert fields_of(patient.page)[first.name] == [first.values[-1]]


def test_every_group_of_choices_stands_in_a_fieldset_that_begins_with_its_legend(run):
    for level in LEVELS:
        for page in run(level).seen:
            for group in groups_of(page):
                around = [
                    fieldset
                    for fieldset in page.all("fieldset")
                    if any(element.get("name") == group.name for element in fieldset.iter("input"))
                ]
                assert around, (page, group)
                assert all(fieldset[0].tag == "legend" for fieldset in around)


def test_nothing_is_chosen_beforehand(run):
    for page in run(Level.BOOK_SOON).seen:
        assert not [group for group in groups_of(page) if group.name in fields_of(page)]


def test_every_list_ends_with_none_of_these(run):
    for page in run(Level.BOOK_SOON).seen:
        for group in groups_of(page):
            assert group.kind == "radio" or group.values[-1] == NONE


def test_the_first_button_of_the_questions_is_the_one_that_goes_on(run):
    """Enter presses the first button of a form: it must not be 'Back'."""
    for page in run(Level.BOOK_SOON).seen:
        if groups_of(page):
            form = next(form for form in page.all("form") if form.get("id") == "checker")
            buttons = [
                b
                for b in page.elements
                if b.tag == "button" and (b in form.iter() or b.get("form") == "checker")
            ]
            assert buttons[0].get("name") == "go"


# Not sure


def test_not_sure_about_some_asks_only_about_those(ticking):
    group = groups_of(ticking.page)[0]
    ticking.post({"trail": ticking.trail, group.name: ["unsure"]})

    signs = [value for value in group.values if value not in {NONE, "unsure"}]
    assert [one.name for one in groups_of(ticking.page)] == signs
    assert {one.kind for one in groups_of(ticking.page)} == {"radio"}


def test_a_follow_up_keeps_what_was_ticked_beside_not_sure(ticking, protocol):
    group = groups_of(ticking.page)[0]
    calm = [id for id in group.values if id in protocol.questions]
    ticking.post({"trail": ticking.trail, group.name: [calm[-1], "unsure"]})

    assert Trail.opened(ticking.trail, protocol).answers[calm[-1]] == "yes"


# Back, change, check


@pytest.fixture
def midway(client, clinic):
    """Somebody who has answered four screens."""
    patient = patient_of(client, stories()[Level.SELF_CARE])
    patient.start()
    for _screen in range(4):
        patient.answer()
    assert patient.is_asked
    return patient


def test_the_first_screen_has_no_way_back(client, clinic):
    patient = Patient(client)

    assert not patient.start().all("button", name="back")


def test_back_shows_the_screen_before_with_its_answers(midway):
    before = [group.name for group in groups_of(midway.seen[-2])]
    midway.press("back")

    assert [group.name for group in groups_of(midway.page)] == before
    assert all(fields_of(midway.page)[name] for name in before)


def test_back_to_the_start_and_forward_again_loses_no_answer(midway, protocol):
    answers, heading = Trail.opened(midway.trail, protocol).answers, midway.page.title
    back = 0
    while midway.page.all("button", name="back"):
        midway.press("back")
        back += 1
    assert back == 4

    midway.answer()

    assert (Trail.opened(midway.trail, protocol).answers, midway.page.title) == (answers, heading)


@pytest.fixture
def checking(client, clinic):
    """Somebody who reads their answers before the result."""
    patient = patient_of(client, stories()[Level.BOOK_SOON])
    patient.start()
    patient.answer_all()
    assert not patient.has_result
    return patient


def test_before_a_calm_result_the_answers_are_shown(checking):
    assert checking.page.title.startswith("Check your answers")
    assert not checking.has_result


def test_every_question_that_was_asked_can_be_changed(checking):
    asked = {group.name for page in checking.seen for group in groups_of(page) if group.kind == "checkbox"}
    changes = {button.get("value") for button in checking.page.all("button", name="change")}

    assert asked <= changes


def test_each_change_button_says_what_it_changes(checking):
    names = [words_of(button) for button in checking.page.all("button", name="change")]

    assert len(names) == len(set(names))
    assert all(re.match(r"Change ?: .{5,}", name) for name in names)


def test_changing_one_answer_keeps_the_others(checking, protocol):
    before = Trail.opened(checking.trail, protocol).answers
    checking.press("change", "about")
    checking.answer(age="40-49" if before["age"] != "40-49" else "18-39")
    checking.answer_all()
    after = Trail.opened(checking.trail, protocol).answers

    assert {id for id in before if after.get(id) != before[id]} == {"age"}


def test_a_screen_to_change_shows_what_was_answered(checking, protocol):
    before = Trail.opened(checking.trail, protocol).answers
    checking.press("change", "about")

    shown = {name: values[0] for name, values in fields_of(checking.page).items() if name != "trail"}
    assert shown == {name: before[name] for name in shown}
    assert shown


def test_an_emergency_found_while_changing_is_shown_at_once(checking, protocol):
    checking.press("change", "now")
    group = groups_of(checking.page)[0]
    checking.post({"trail": checking.trail, group.name: [group.values[0]]})

    assert checking.has_result
    assert checking.level.startswith("emergency")


def test_answers_can_be_changed_from_a_result(fresh):
    patient = fresh(Level.SELF_CARE)
    patient.press("review")

    assert patient.page.title.startswith("Check your answers")
    assert patient.press("result").with_class("result-card")


def offering(client, protocol):
    """Return a patient whose result has buttons that may change it."""
    for case in load_cases(FOLDER):
        if not assess(protocol, {**case.defaults, **case.answers}).offers:
            continue
        patient = patient_of(client, case)
        patient.run()
        if patient.page.all("button", name="offer"):
            return patient
    raise AssertionError("no story has a result with a button")


def test_a_button_of_a_result_asks_or_answers_what_may_change_it(client, clinic, protocol):
    patient = offering(client, protocol)
    offer = patient.page.all("button", name="offer")[0].get("value")
    before = Trail.opened(patient.trail, protocol).answers
    patient.press("offer", offer)

    after = Trail.opened(patient.trail, protocol).answers
    assert {id: after[id] for id in before} == before
    assert offer in after
    assert patient.is_asked or patient.has_result or patient.page.title.startswith("Check")


# The same again: reload, double tap, overnight, a new version


def test_a_screen_sent_twice_gives_the_same_page_twice(midway):
    data = {"trail": midway.trail, "go": "1", **midway.chosen()}

    assert without_trail(midway.post(data)) == without_trail(midway.post(data))


def without_trail(page):
    """Return the page without the signature, which holds the second it was written in."""
    return re.sub(r'name="trail" value="[^"]*"', "", page.text)


def test_a_result_sent_twice_is_the_same(fresh):
    patient = fresh(Level.URGENT_TODAY)
    data = patient.sent[-1]

    assert without_trail(patient.post(data)) == without_trail(patient.post(data))


def test_a_form_that_stayed_open_for_a_week_still_works(client, clinic, monkeypatch):
    patient = patient_of(client, stories()[Level.SELF_CARE])
    patient.start()
    import time

    a_week_later = time.time() + 7 * 24 * 60 * 60
    monkeypatch.setattr(time, "time", lambda: a_week_later)
    patient.answer()

    assert patient.page.status == 200
    assert patient.run().with_class("result-card")


def test_answers_to_an_older_version_are_kept_where_they_still_fit(midway, protocol):
    trail = Trail.opened(midway.trail, protocol)
    from django.core import signing

    from education.checker.forms import SALT

    old = [
        "0.1.0",
        {**trail.answers, "gone-question": "yes", "age": "gone-answer"},
        "gone-screen",
        ["gone"],
        False,
    ]
    midway.post({"trail": signing.dumps(old, salt=SALT, compress=True), "go": "1"})

    assert midway.page.status == 200
    kept = Trail.opened(midway.trail, protocol)
    assert kept.version == protocol.version
    assert kept.answers == {id: value for id, value in trail.answers.items() if id != "age"}


@pytest.mark.parametrize(
    "shape",
    [
        [],
        ["1"],
        "text",
        7,
        None,
        {},
        ["1", [], "", [], False],
        ["1", {"age": ["x"]}, [], [[]], 1],
        ["1", {}, {}, 5, 0],
    ],
    ids=str,
)
def test_a_signed_form_of_another_shape_gives_a_clear_page(client, clinic, shape):
    from django.core import signing

    from education.checker.forms import SALT

    page = Patient(client).post({"trail": signing.dumps(shape, salt=SALT, compress=True)})

    assert page.status == 400
    assert page.main.startswith("We cannot read this form")


def test_what_is_ticked_and_not_sent_stays_when_the_page_is_shown_again(ticking):
    group = groups_of(ticking.page)[0]
    ticking.post({"trail": ticking.trail, "same": "1", group.name: [group.values[0], group.values[1]]})

    assert not ticking.page.title.startswith("Error:")
    assert fields_of(ticking.page)[group.name] == list(group.values[:2])


def test_the_address_of_the_questions_leads_to_their_start(client, clinic):
    page = visit(client, CHECK)

    assert page.status == 200
    assert [form.get("action") for form in page.all("form")] == [CHECK]
    assert "Start the questions" in page.main


# Languages


@pytest.fixture
def bilingual(texts):
    return make_clinic(languages=["en", "es"])


def test_a_page_of_the_checker_offers_the_other_language_with_its_answers(client, bilingual):
    patient = patient_of(client, stories()[Level.SELF_CARE])
    patient.start()
    buttons = [b for b in patient.page.all("button", name="same") if b.get("lang") == "es"]

    assert [button.get("formaction") for button in buttons] == ["/es/checker/check/"]


def test_a_page_of_the_checker_has_no_link_that_would_lose_the_answers(client, bilingual):
    patient = patient_of(client, stories()[Level.SELF_CARE])

    assert not [link for link in patient.start().links if link.startswith("/es/checker")]


def test_a_language_without_the_questions_says_so_and_leads_back_with_the_answers(
    client, bilingual, protocol
):
    patient = patient_of(client, stories()[Level.SELF_CARE])
    patient.start()
    patient.answer()
    before, title = Trail.opened(patient.trail, protocol), patient.page.title
    patient.press("same", path="/es/checker/check/")

    assert (patient.page.status, patient.page.document.get("lang")) == (200, "es")
    back = patient.page.all("button", lang="en")[0]
    assert back.get("formaction") == CHECK
    patient.press(back.get("name"), path=back.get("formaction"))
    assert (Trail.opened(patient.trail, protocol), patient.page.title) == (before, title)


@pytest.mark.parametrize("path", ["/es/checker/", "/es/checker/check/"])
def test_a_language_without_the_questions_names_the_one_that_has_them(client, bilingual, path):
    response = client.get(path, follow=True)
    links = re.findall(r'<a href="([^"]+)" lang="en" hreflang="en">English', response.content.decode())

    assert response.status_code == 200
    assert START in links


def test_a_broken_form_in_a_language_without_the_questions_gives_a_clear_page(client, bilingual):
    page = Patient(client).post({"trail": "broken"}, path="/es/checker/check/")

    assert (page.status, page.document.get("lang")) == (400, "es")


def test_another_language_that_is_not_switched_on_is_not_there(client, clinic):
    assert client.post("/es/checker/check/").status_code == 404


# Three modes


@pytest.fixture(params=list(CheckerMode), ids=str)
def mode(request, texts):
    make_clinic(checker_mode=request.param)
    return request.param


@pytest.mark.slow
def test_in_each_mode_every_link_leads_to_a_page(client, mode):
    assert not faults(walk(client, "/", START), lambda page: page.status != 200 and page.status)


@pytest.mark.slow
def test_only_the_full_mode_has_questions(client, mode):
    pages = walk(client, "/", START)
    asking = [page for page in pages if CHECK in [form.get("action") for form in page.all("form")]]

    assert bool(asking) == (mode == CheckerMode.FULL)


def test_in_each_mode_the_start_page_lists_the_emergency_signs(client, mode):
    cards = cards_of(visit(client, START))

    assert cards[:2] == ["emergency-call", "emergency-go"]
    assert (len(cards) == 2) == (mode == CheckerMode.FULL)


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_the_full_mode_the_questions_lead_to_the_lists(client, texts, method):
    make_clinic(checker_mode=CheckerMode.RED_FLAGS)
    response = getattr(client, method)(CHECK)

    assert (response.status_code, response.headers.get("Location")) == (302, START)


def test_a_clinic_that_has_not_accepted_the_intended_use_asks_no_questions(client, texts):
    from education.clinic.models import Clinic

    Clinic.objects.create(**CLINIC)

    assert not visit(client, START).all("form")
    assert client.post(CHECK).status_code == 302


def test_answering_a_screen_of_choices_needs_every_answer(protocol):
    """The engine and the form agree on what a screen needs."""
    screen = next_screen(protocol, {})
    chosen = {question.id: question.options[0].value for question in screen.questions}

    assert set(read_choices(screen, chosen)) == {question.id for question in screen.questions}


def test_a_result_says_that_its_rules_are_unsigned_until_every_decision_is_signed(client, clinic):
    story = stories()[Level.SELF_CARE]
    assert "not been signed" in patient_of(client, story).run().main

    reviewer = make_person(is_clinician=True)
    for row in decision_rows():
        DecisionSignature.objects.create(
            decision=row.decision.id,
            digest=row.decision.digest,
            text=row.decision.text,
            protocol_version="1.0.0",
            person=reviewer,
            signed_as=str(reviewer),
            signed_on=timezone.localdate(),
        )

    assert "not been signed" not in patient_of(client, story).run().main
