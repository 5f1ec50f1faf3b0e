"""What a result page shows: where to get help and how soon, why, and what to do meanwhile."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from education.articles.models import ArticleEdition
from education.checker.conditions import YES, Answers
from education.checker.parts import Protocol
from education.checker.screens import answer_rows
from education.checker.triage import Assessment
from education.checklists.models import ChecklistEdition
from education.clinic.models import Clinic
from education.clinic.words import with_words
from education.editorial.editions import gather
from education.spine.chips import region_chips
from education.urgency.levels import Level
from education.urgency.models import ANY_REGION, CareCardEdition, cards_from_rows

CARD_REGIONS = {
    "neck": "neck",
    "arm": "neck",
    "upper-back": "upper-back",
    "low-back": "low-back",
    "leg": "low-back",
    "shoulder": "shoulder",
}
# Evidence 2.1: ask for advice if it is no better in 2 weeks; an appointment within 2 weeks.
DAYS_TO_RECHECK = {Level.SELF_CARE: 14, Level.BOOK_SOON: 14, Level.URGENT_TODAY: 1}
CHILD_AGES = {"under-5", "5-9", "10-17"}


def result_context(
    protocol: Protocol, answers: Answers, assessment: Assessment, clinic: Clinic, today: date
) -> dict[str, Any]:
    """Return everything the result template reads. One query; none for an emergency."""
    level, words = assessment.level, clinic.words
    rows = answer_rows(protocol, answers)
    said = [with_words(reason.because, words) for reason in assessment.reasons]
    context: dict[str, Any] = {
        "level": level.slug,
        "is_emergency": level.is_emergency,
        "title": title_of(level, clinic),
        "steps": steps_of(level, clinic),
        "reasons": said,
        "situations": [
            {
                "title": with_words(advice.title, words),
                "steps": [with_words(step, words) for step in advice.steps],
            }
            for advice in assessment.advice
        ],
        "offers": [{"id": q.id, "label": q.label.read_by(answers.get("who"))} for q in assessment.offers],
        "for_other": answers.get("who") == "someone-else",
        "facts": [row for row in rows if row.screen == "about" and row.question != "who"],
        "said_yes": [row.label for row in rows if row.value == YES],
        "not_sure": [row.label for row in rows if row.value == "unsure"],
        "said_no": [row.label for row in rows if row.value == "no"],
        "rule_ids": [f"{reason.id} ({reason.level.slug})" for reason in assessment.reasons],
        "version": protocol.version,
        "today": today,
    }
    if not level.is_emergency:
        context |= _calm(answers, assessment, clinic, today)
    return context


def _calm(answers: Answers, assessment: Assessment, clinic: Clinic, today: date) -> dict[str, Any]:
    """Return what a person has time to read: what to watch for, what it may fit, what to do at home."""
    level, words, language = assessment.level, clinic.words, get_language()
    region = CARD_REGIONS.get(answers.get("region", ""), ANY_REGION)
    cards = CareCardEdition.objects.in_force().in_language(language).of_regions(region)
    articles = ArticleEdition.objects.in_force().in_language(language)
    found = gather(
        cards=cards.rows(),
        articles=articles.about(region).rows(),
        plans=ChecklistEdition.objects.in_force().in_language(language).about(region).rows(),
    )
    home_care = level <= Level.BOOK_SOON and may_use_plans(answers)
    return {
        "watch": cards_from_rows(found["cards"], words, Level.EMERGENCY_CALL, Level.EMERGENCY_GO),
        "home": cards_from_rows(found["cards"], words, Level.SELF_CARE) if home_care else [],
        "plans": found["plans"] if home_care else [],
        "articles": sorted(found["articles"], key=lambda row: (row["topic_position"], row["position"]))[:3],
        "hints": assessment.hints,
        "region": region_chips([region]),
        "recheck_on": today + timedelta(days=DAYS_TO_RECHECK[level]),
        "is_unfinished": not assessment.is_finished,
    }


def may_use_plans(answers: Answers) -> bool:
    """Whether home-care plans are for this person: adults who are not pregnant (evidence 4)."""
    return answers.get("age") not in CHILD_AGES and answers.get("ctx-pregnant") != YES


def title_of(level: Level, clinic: Clinic) -> str:
    """Return what to do, as the heading of the page."""
    if level is Level.EMERGENCY_CALL:
        return _("Call %(number)s now") % {"number": clinic.words["emergency"]}
    if level is Level.EMERGENCY_GO:
        department = clinic.words["emergency_department"]
        return _("Go to the nearest %(department)s now") % {"department": department}
    return _(level.label)


def steps_of(level: Level, clinic: Clinic) -> list[str]:
    """Return what to do, step by step. Source: evidence 2.1 and 2.5."""
    words = clinic.words
    match level:
        case Level.EMERGENCY_CALL:
            return [
                _("Do not drive yourself."),
                _("Stay where you are, and keep still."),
                _("If you are alone, unlock the door."),
                _("Have your medicines ready."),
            ]
        case Level.EMERGENCY_GO:
            return [
                _("Ask someone to drive you. Do not drive yourself."),
                _("Take a list of your medicines."),
            ]
        case Level.URGENT_TODAY:
            return [
                _("Speak to a clinician today, any day of the week: call %(advice)s.")
                % {"advice": words["advice"]},
                _(
                    "If you cannot reach anyone today, go to an urgent care center or the nearest %(department)s."
                )
                % {"department": words["emergency_department"]},
                _("They may decide that a visit in the next day or two is safe."),
            ]
        case Level.BOOK_SOON:
            return [
                _("Book a visit with your doctor, a physical therapist or another clinician."),
                _("If it stops your daily life, ask for one within 3 days. Otherwise within 2 weeks."),
                _("Answer these questions again if anything changes."),
            ]
        case Level.SELF_CARE:
            return [
                _("Your answers fit something that usually gets better with care at home."),
                _("Keep moving. Read the list of signs below each day."),
                _("Answer these questions again if anything changes."),
            ]
