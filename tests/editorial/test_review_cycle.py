"""What a review that is late does to patients' pages, day by day, and what staff are told of it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from education.articles.models import ArticleEdition
from education.clinic.models import CheckerMode, Clinic, Risk, months_after
from education.editorial.reviewing import Due, due_q, long_overdue_until, review_due, review_of
from education.urgency.levels import Level
from education.urgency.models import CareCardEdition
from tests.checker.patient import CHECK, START, make_clinic, patient_of, stories
from tests.factories import (
    make_article,
    make_care_card,
    make_checklist,
    make_glossary,
    make_overdue,
    make_person,
    make_region_page,
    make_starter,
    rewrite,
)
from tests.pages import visit

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)
STEP = "Roll your knees from side to side"
ASK = "Ask us before"


def long_ago():
    return timezone.localdate() - timedelta(days=400)


def lately():
    return timezone.localdate() - timedelta(days=10)


def text_of(client, path):
    return visit(client, path).main


# Days


def test_a_text_is_overdue_from_the_day_after_its_review_was_due():
    clinic = Clinic(long_overdue_months=6)
    on = {
        day: review_due(date(2026, 5, 20), Risk.HOME, clinic, day).due
        for day in (date(2026, 3, 20), date(2026, 3, 21), date(2026, 5, 20), date(2026, 5, 21),
                    date(2026, 11, 19), date(2026, 11, 20))
    }  # fmt: skip
    assert list(on.values()) == [
        Due.FINE, Due.SOON, Due.SOON, Due.OVERDUE, Due.OVERDUE, Due.LONG_OVERDUE,
    ]  # fmt: skip


@pytest.mark.parametrize("months", [1, 6, 12, 36])
def test_the_last_day_that_is_long_overdue_is_found_on_every_day_of_four_years(months):
    clinic = Clinic(long_overdue_months=months)
    for passed in range(4 * 366):
        today = date(2026, 1, 1) + timedelta(days=passed)
        last = long_overdue_until(clinic, today)
        assert months_after(last, months) <= today < months_after(last + timedelta(days=1), months)


def test_lists_and_single_editions_agree_on_what_is_due():
    clinic = Clinic(long_overdue_months=2)
    edition = make_article()
    for days in (-400, -63, -62, -61, -60, -1, 0, 1, 59, 60, 61, 700, None):
        due_on = None if days is None else timezone.localdate() + timedelta(days=days)
        if due_on:
            rewrite(edition, reviewed_on=due_on - timedelta(days=900), review_due_on=due_on)
        else:
            rewrite(edition, origin="starter", reviewed_by=None, reviewed_on=None, review_due_on=None)
        found = [due for due in Due if ArticleEdition.objects.filter(due_q(due, clinic)).exists()]
        assert found == [review_of(edition, clinic).due], days


@pytest.mark.parametrize(
    ("risk", "stops"), [(Risk.EMERGENCY, True), (Risk.HOME, True), (Risk.OTHER, False)], ids=str
)
def test_only_home_care_and_emergency_text_fail_safe(risk, stops):
    review = review_due(date(2026, 1, 31), risk, Clinic(long_overdue_months=1), TODAY)
    assert review.due == Due.LONG_OVERDUE
    assert review.has_failed_safe == stops
    assert review.fails_safe_on == (date(2026, 2, 28) if stops else None)


def test_staff_are_told_two_months_before_a_text_fails_safe():
    clinic, due_on = Clinic(long_overdue_months=6), date(2026, 7, 1)
    review = review_due(due_on, Risk.HOME, clinic, date(2026, 11, 2))
    assert review.stops_soon
    assert "January 1, 2027" in review.sentence or "Jan. 1, 2027" in review.sentence
    assert "Ask us before you use this" in review.sentence
    assert not review_due(due_on, Risk.HOME, clinic, date(2026, 11, 1)).stops_soon
    assert not review_due(due_on, Risk.HOME, clinic, date(2027, 1, 1)).stops_soon


def test_a_text_that_was_never_signed_is_never_overdue(client):
    make_clinic(long_overdue_months=1)
    plan = make_starter(make_checklist, slug="back")
    rewrite(plan, live_from=timezone.now() - timedelta(days=3000))
    assert review_of(plan, Clinic.load()).due == Due.UNREVIEWED
    assert review_of(plan, Clinic.load()).sentence == ""
    assert STEP in text_of(client, "/checklists/back/")


# What patients see of a review that is late

PAGES = {
    "article": (lambda: make_article(slug="back"), "/articles/back/"),
    "plan": (lambda: make_checklist(slug="back"), "/checklists/back/"),
    "sheet": (lambda: make_checklist(slug="back"), "/checklists/back/sheet/"),
    "region": (make_region_page, "/spine/low-back/"),
    "glossary": (make_glossary, "/glossary/"),
    "signs": (lambda: make_care_card(region="any"), "/emergency/"),
    "card of a region": (lambda: make_region_page() and make_care_card(), "/spine/low-back/"),
}


@pytest.mark.parametrize("kind", PAGES)
def test_an_overdue_page_says_since_when_and_what_to_do(client, kind):
    make_clinic()
    make, path = PAGES[kind]
    edition = make()
    before = visit(client, path)
    assert "overdue since" not in before.main
    make_overdue(edition, lately())
    page = visit(client, path)
    assert "has been overdue since" in page.main
    assert "last reviewed on" in page.main
    assert "ask us" in page.main
    assert page.queries == before.queries <= 3


def test_a_page_names_both_dates(client):
    edition = make_article(slug="back")
    page = text_of(client, "/articles/back/")
    for day in (edition.reviewed_on, edition.review_due_on):
        assert f"{day:%Y}" in page
    assert "Next review due" in page


def test_the_page_of_signs_names_both_dates_of_a_card(client):
    make_care_card(region="any")
    assert "Next review due on" in text_of(client, "/emergency/")


@pytest.mark.parametrize("path", ["/checklists/back/", "/checklists/back/sheet/"])
def test_a_plan_that_is_long_overdue_shows_no_steps_but_whom_to_ask_and_when_to_stop(client, path):
    make_clinic(phone="+1 555 010 0200")
    make_care_card(items="you cannot pee")
    plan = make_checklist(slug="back")
    before = visit(client, path)
    make_overdue(plan, long_ago())
    page = visit(client, path)
    assert STEP in before.main
    assert STEP not in page.text
    assert f"{ASK} you use this plan" in page.main
    assert "+1 555 010 0200" in page.main
    assert "tel:+15550100200" in page.text
    for kept in ("Your leg goes numb.", "you cannot pee"):
        assert kept in page.main, kept
    assert page.queries == before.queries <= 3


def test_a_plan_fails_safe_on_its_day_and_not_before(client):
    make_clinic(long_overdue_months=6)
    plan = make_checklist(slug="back")
    today = timezone.localdate()
    last = long_overdue_until(Clinic.load(), today)
    for due_on, is_shown in ((last + timedelta(days=1), True), (last, False)):
        make_overdue(plan, due_on)
        assert (STEP in text_of(client, "/checklists/back/")) == is_shown


def test_a_plan_comes_back_when_it_is_signed(client):
    make_clinic()
    plan = make_checklist(slug="back")
    make_overdue(plan, long_ago())
    assert STEP not in text_of(client, "/checklists/back/")
    plan.sign(make_person(), months_after(timezone.localdate(), 12))
    page = text_of(client, "/checklists/back/")
    assert STEP in page
    assert "overdue" not in page


def test_exercises_that_are_long_overdue_show_no_steps(client):
    make_clinic()
    make_care_card(items="you cannot pee")
    exercise = make_article(slug="curl", kind="exercise", body="## How\n\nCurl up slowly.", how_long="Weeks.")
    make_overdue(exercise, long_ago())
    page = text_of(client, "/articles/curl/")
    assert f"{ASK} you do these exercises" in page
    for held_back in ("Curl up slowly.", "Keep warm.", "Keep moving."):
        assert held_back not in page, held_back
    for kept in ("you cannot pee", "Ask, look and press.", "Weeks."):
        assert kept in page, kept


def test_other_articles_that_are_long_overdue_stay_and_say_so(client):
    make_clinic()
    make_overdue(make_article(slug="back"), long_ago())
    page = text_of(client, "/articles/back/")
    assert "Keep warm." in page
    assert "has been overdue since" in page
    assert ASK not in page


@pytest.mark.parametrize("phone", ["+1 555 010 0200", ""])
def test_an_emergency_card_that_is_long_overdue_keeps_its_signs_and_says_that_nobody_checked_it(
    client, phone
):
    make_clinic(phone=phone)
    make_region_page()
    make_overdue(make_care_card(items="you cannot pee"), long_ago())
    page = text_of(client, "/spine/low-back/")
    assert "you cannot pee" in page
    assert "This list has not been checked since" in page
    assert "If in doubt, call 911" in page
    assert not phone or phone in page


def test_the_sitemap_and_lists_keep_a_page_that_fails_safe(client):
    make_clinic()
    make_overdue(make_checklist(slug="back"), long_ago())
    assert "/checklists/back/" in client.get("/sitemap.xml").content.decode()
    assert "/checklists/back/" in client.get("/checklists/").content.decode()


# The checker

CALM = [Level.SELF_CARE, Level.BOOK_SOON]
by_slug = {"ids": lambda level: level.slug}


def signed_cards(region, due_on):
    """Let the starter cards of a region be signed long before a day."""
    cards = list(CareCardEdition.objects.in_force().of_regions(region).in_language("en"))
    for card in cards:
        rewrite(
            card, reviewed_by=make_person(), second_reviewer=make_person(),
            reviewed_on=due_on - timedelta(days=180), review_due_on=due_on,
        )  # fmt: skip
    return cards


@pytest.fixture
def clinic(library):
    return make_clinic()


def region_of(level):
    from education.checker.result import CARD_REGIONS

    return CARD_REGIONS[stories()[level].answers["region"]]


@pytest.mark.parametrize("level", CALM, **by_slug)
@pytest.mark.parametrize("whose", ["any", "own"])
def test_nobody_is_calmed_while_the_emergency_signs_are_long_overdue(client, clinic, level, whose):
    patient = patient_of(client, stories()[level])
    patient.run()
    calm = patient.page
    assert "result-card" in calm.text
    signed_cards("any" if whose == "any" else region_of(level), long_ago())
    sent = client.post(CHECK, patient.sent[-1])
    page = sent.content.decode()
    assert "Call us about your symptoms" in page
    assert clinic.phone in page
    assert "care-card--emergency-go" in page
    assert ("This list has not been checked since" in page) == (whose == "own")
    for calming in (
        "result-card",
        "care-card--self-care",
        "Care at home, and watch",
        "no better by",
        "Not urgent",
    ):
        assert calming not in page, calming


@pytest.mark.parametrize("level", [Level.URGENT_TODAY, Level.EMERGENCY_GO, Level.EMERGENCY_CALL], **by_slug)
def test_urgent_results_stay_while_signs_are_long_overdue(client, clinic, level):
    signed_cards(region_of(level), long_ago())
    patient = patient_of(client, stories()[level])
    patient.run()
    assert f"result-card--{level.slug}" in patient.page.text


@pytest.mark.parametrize("level", CALM, **by_slug)
def test_signs_of_another_region_and_a_review_that_is_little_late_change_no_result(client, clinic, level):
    others = {"neck", "low-back", "upper-back", "shoulder"} - {region_of(level)}
    for other in others:
        signed_cards(other, long_ago())
    signed_cards("any", lately())
    patient = patient_of(client, stories()[level])
    patient.run()
    assert f"result-card--{level.slug}" in patient.page.text


def test_the_first_page_of_the_checker_turns_into_the_list_of_signs(client, clinic):
    assert "Start the questions" in text_of(client, START)
    queries = visit(client, START).queries
    signed_cards("any", long_ago())
    page = visit(client, START)
    assert "Start the questions" not in page.main
    assert "Call us about your symptoms" in page.main
    assert clinic.phone in page.main
    assert "care-card--emergency-call" in page.text
    assert "care-card--self-care" not in page.text
    assert "care-card--book-soon" not in page.text
    assert page.queries == queries


def test_questions_do_not_begin_while_the_general_signs_are_long_overdue(client, clinic):
    signed_cards("any", long_ago())
    for sent in ({}, {"region": "neck"}):
        answer = client.post(CHECK, sent)
        assert (answer.status_code, answer.headers["Location"]) == (302, START)


@pytest.mark.parametrize("region", ["any", "neck"])
def test_a_region_page_offers_no_check_while_its_signs_are_long_overdue(client, clinic, region):
    assert "Check my symptoms" in text_of(client, "/spine/neck/")
    signed_cards(region, long_ago())
    assert "Check my symptoms" not in text_of(client, "/spine/neck/")
    assert ("Check my symptoms" in text_of(client, "/spine/low-back/")) == (region == "neck")


def test_a_clinic_without_the_checker_shows_only_signs(client, library):
    make_clinic(checker_mode=CheckerMode.OFF)
    signed_cards("any", long_ago())
    page = visit(client, START)
    assert "Call us about your symptoms" in page.main
    assert "care-card--self-care" not in page.text


def test_results_offer_no_plan_that_fails_safe(client, clinic):
    from education.checklists.models import ChecklistEdition

    patient = patient_of(client, stories()[Level.SELF_CARE])
    patient.run()
    region = region_of(Level.SELF_CARE)
    plans = list(ChecklistEdition.objects.in_force().about(region))
    assert all(plan.title in patient.page.main for plan in plans)
    for plan in plans:
        rewrite(plan, reviewed_by=make_person())
        make_overdue(plan, long_ago())
    page = client.post(CHECK, patient.sent[-1]).content.decode()
    assert not any(f"/checklists/{plan.document.slug}/" in page for plan in plans)
