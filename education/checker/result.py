"""What a result page shows: where to get help and how soon, why, and what to do meanwhile."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from education.articles.models import ArticleEdition
from education.checker.conditions import NO, PENDING, SKIPPED, UNSURE, YES, Answers, questions_in
from education.checker.parts import SOMEONE_ELSE, SPEAKER, Protocol
from education.checker.screens import AnswerRow, answer_rows
from education.checker.triage import Assessment, Reason
from education.checklists.models import ChecklistEdition
from education.clinic.models import Clinic
from education.clinic.qr import qr_code
from education.clinic.words import with_words
from education.editorial.reviewing import Due, due_q
from education.editorial.rows import gather
from education.spine.chips import region_chips
from education.urgency.levels import Level
from education.urgency.models import ANY_REGION, CareCardEdition, cards_from_rows, signs_are_unchecked

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
# What a patient may be told while nobody has checked the emergency signs for too long.
NOT_CALMING = (Level.EMERGENCY_CALL, Level.EMERGENCY_GO, Level.URGENT_TODAY)
# The cards that tell what to watch for: all that are more urgent than the result (evidence 0.3.8).
WATCH = {
    Level.EMERGENCY_GO: (Level.EMERGENCY_CALL,),
    Level.URGENT_TODAY: (Level.EMERGENCY_CALL, Level.EMERGENCY_GO),
    Level.BOOK_SOON: (Level.EMERGENCY_CALL, Level.EMERGENCY_GO, Level.URGENT_TODAY),
    Level.SELF_CARE: (Level.EMERGENCY_CALL, Level.EMERGENCY_GO, Level.URGENT_TODAY),
}


def result_context(
    protocol: Protocol, answers: Answers, assessment: Assessment, clinic: Clinic, today: date
) -> dict[str, Any]:
    """Return everything the result template reads. One query; none when the advice is to call now.

    ``is_unchecked`` says that no result may be given: the emergency signs are too long overdue for a review,
    and nothing that was answered is urgent by itself. ``watch`` then has the list of signs.
    """
    level, words = assessment.level, clinic.words
    for_other = answers.get(SPEAKER) == SOMEONE_ELSE
    recheck_on = today + timedelta(days=DAYS_TO_RECHECK.get(level, 0))
    rows = answer_rows(protocol, answers)
    context: dict[str, Any] = {
        "level": level.slug,
        "level_word": level_word(level),
        "is_emergency": level.is_emergency,
        "title": title_of(level, clinic),
        "steps": steps_of(level, clinic, recheck_on, for_other=for_other),
        "reasons": [with_words(reason.because, words) for reason in told(assessment)],
        "situations": [
            {
                "title": with_words(advice.title, words),
                "steps": [with_words(step, words) for step in advice.steps],
            }
            for advice in assessment.advice
        ],
        "offers": [{"id": q.id, "label": q.label.read_by(answers.get(SPEAKER))} for q in assessment.offers],
        "is_unchecked": False,
        "for_other": for_other,
        "say": sentences(protocol, rows, flagged(protocol, rows, assessment, clinic), for_other=for_other),
        "version": protocol.version,
        "today": today,
    }
    region = CARD_REGIONS.get(answers.get("region", ""), ANY_REGION)
    looked_at = set(CARD_REGIONS.values()) if region == ANY_REGION else {region}
    editions = CareCardEdition.objects.in_force().in_language(get_language())
    cards = editions.of_regions(ANY_REGION, *looked_at).rows()
    if level is Level.EMERGENCY_GO:
        own = [row for row in gather(cards=cards)["cards"] if row["region"] == region]
        context["watch"] = cards_from_rows(own, clinic, *WATCH[level])
    if level.is_emergency:
        return context

    articles = ArticleEdition.objects.in_force().in_language(get_language())
    plans = ChecklistEdition.objects.in_force().in_language(get_language())
    plans = plans.exclude(due_q(Due.LONG_OVERDUE, clinic, today))
    found = gather(cards=cards, articles=articles.about(region).rows(), plans=plans.about(region).rows())
    own = [row for row in found["cards"] if row["region"] == region]
    if level not in NOT_CALMING and signs_are_unchecked(cards_from_rows(found["cards"], clinic)):
        return context | {"is_unchecked": True, "watch": cards_from_rows(own, clinic, *NOT_CALMING)}
    home_care = level <= Level.BOOK_SOON and may_use_plans(answers)
    return context | {
        "watch": cards_from_rows(own, clinic, *WATCH[level]),
        "home": cards_from_rows(own, clinic, Level.SELF_CARE) if home_care else [],
        "plans": [as_plan(row) for row in found["plans"]] if home_care else [],
        "articles": sorted(found["articles"], key=lambda row: (row["topic_position"], row["position"]))[:3],
        "hints": assessment.hints,
        "region": region_chips([region]),
        "recheck": day_in_words(recheck_on),
        "is_unfinished": not assessment.is_finished,
        "note": note(rows, assessment, clinic),
    }


def told(assessment: Assessment) -> list[Reason]:
    """Return the reasons to show: all, but in an emergency only what makes it one."""
    is_emergency = assessment.level.is_emergency
    return [reason for reason in assessment.reasons if reason.level.is_emergency or not is_emergency]


def may_use_plans(answers: Answers) -> bool:
    """Whether home-care plans are for this person: adults who are not pregnant (evidence 4)."""
    is_adult = answers.get("age") not in {*CHILD_AGES, SKIPPED, None}
    return is_adult and answers.get("ctx-pregnant") not in {YES, UNSURE, PENDING, SKIPPED}


def as_plan(row: dict[str, Any]) -> dict[str, Any]:
    """Return a home-care plan with its address, also as a code for paper."""
    url = settings.SITE_URL + reverse("checklists:detail", args=[row["slug"]])
    return {"title": row["title"], "slug": row["slug"], "url": url, "qr": qr_code(url)}


def day_in_words(day: date) -> str:
    """Return a day as a patient says it: "Friday, December 4"."""
    return f"{date_format(day, 'l')}, {date_format(day, 'MONTH_DAY_FORMAT')}"


# What to do


def title_of(level: Level, clinic: Clinic) -> str:
    """Return what to do, as the heading of the page."""
    if level is Level.EMERGENCY_CALL:
        return _("Call %(number)s now") % {"number": clinic.words["emergency"]}
    if level is Level.EMERGENCY_GO:
        department = clinic.words["emergency_department"]
        return _("Go to the nearest %(department)s now") % {"department": department}
    return _(level.label)


def level_word(level: Level) -> str:
    """Return the word before the title that tells how urgent it is; none for self-care, whose title does."""
    if level.is_emergency:
        return _("Emergency")
    return {Level.URGENT_TODAY: _("Urgent"), Level.BOOK_SOON: _("Not urgent")}.get(level, "")


def steps_of(level: Level, clinic: Clinic, recheck_on: date, *, for_other: bool) -> list[str]:
    """Return what to do, step by step. Source: evidence 2.1, 2.5 and 0.3.13."""
    words = clinic.words
    day = day_in_words(recheck_on)
    uninsured = (
        [_("They must check everyone, also without insurance.")] if clinic.country.code == "US" else []
    )
    match level:
        case Level.EMERGENCY_CALL:
            relay = [clinic.country.text_relay] if clinic.country.text_relay else []
            if for_other:
                return [
                    _("Do not drive them yourself. Wait for the ambulance."),
                    _("Stay with them, and help them keep still."),
                    _("Have their medicines ready."),
                    *relay,
                ]
            return [
                _("Do not drive yourself."),
                _("Stay where you are, and keep still."),
                _("If you are alone, unlock the door."),
                _("Have your medicines ready."),
                *relay,
            ]
        case Level.EMERGENCY_GO:
            if for_other:
                return [
                    _("Drive them, or ask someone to. They must not drive."),
                    _("Take a list of their medicines."),
                    *uninsured,
                ]
            return [
                _("Ask someone to drive you. Do not drive yourself."),
                _("Take a list of your medicines."),
                *uninsured,
            ]
        case Level.URGENT_TODAY:
            return [
                _("Speak to a clinician today, any day of the week."),
                *clinic_phones(clinic),
                (_("You can also call %(advice)s.") if clinic.phone else _("Call %(advice)s."))
                % {"advice": words["advice"]},
                _(
                    "If you cannot reach anyone today, go to an urgent care center or the nearest "
                    "%(department)s."
                )
                % {"department": words["emergency_department"]},
                *uninsured,
                _("They may decide that a visit in the next day or two is safe."),
                _("Answer these questions again on %(day)s, or at once if anything changes.") % {"day": day},
            ]
        case Level.BOOK_SOON:
            return [
                _("Book a visit with your doctor, a physical therapist or another clinician."),
                *clinic_phones(clinic),
                _("If it stops your daily life, ask for a visit within 3 days. Otherwise within 2 weeks.")
                if not for_other
                else _(
                    "If it stops their daily life, ask for a visit within 3 days. Otherwise within 2 weeks."
                ),
                _("Answer these questions again if anything changes, or if it is no better by %(day)s.")
                % {"day": day},
            ]
        case Level.SELF_CARE:
            return [
                _("Your answers fit something that usually gets better with care at home."),
                _("Keep moving. Read the list of signs on this page each day.")
                if not for_other
                else _("Help them keep moving. Read the list of signs on this page each day."),
                _("If it is no better by %(day)s, ask for advice.") % {"day": day},
                *clinic_phones(clinic),
                _("Answer these questions again if anything changes."),
            ]


def clinic_phones(clinic: Clinic) -> list[str]:
    """Return in words which phones of the clinic to call, as far as they are known."""
    lines = []
    if clinic.phone:
        lines.append(
            _("To reach us, call %(clinic)s: %(phone)s.") % {"clinic": clinic.name, "phone": clinic.phone}
        )
    if clinic.out_of_hours_phone:
        lines.append(_("When we are closed, call %(phone)s.") % {"phone": clinic.out_of_hours_phone})
    return lines


# What to tell a clinician


def flagged(
    protocol: Protocol, rows: Sequence[AnswerRow], assessment: Assessment, clinic: Clinic
) -> list[str]:
    """Return the signs that set the level, in the words of their questions: at most four."""
    labels = {row.question: row.label for row in rows if row.value in {YES, UNSURE}}
    read_by = {rule.id: sorted(questions_in(rule.when)) for rule in protocol.rules}
    found: list[str] = []
    for reason in assessment.reasons:
        if reason.level == assessment.level:
            ids = [reason.id] if reason.id in labels else read_by.get(reason.id, [])
            signs = [labels[id] for id in ids if id in labels]
            found += signs or [with_words(reason.because, clinic.words)]
    return list(dict.fromkeys(found))[:4]


def sentences(
    protocol: Protocol, rows: Sequence[AnswerRow], signs: Sequence[str], *, for_other: bool
) -> list[str]:
    """Return what to say on the phone, as whole sentences. Source: evidence 2.2.

    Signs are quoted in the words of their questions, so that it reads right for whoever calls.
    """
    found = [_("I am calling about somebody else.")] if for_other else []
    found.append(_("I used a symptom guide."))
    if signs:
        found.append(_("It flagged: %(signs)s.") % {"signs": quoted(signs)})
    facts = {row.question: row for row in rows}
    found += filter(
        None, (_fact(facts.get(id), for_other=for_other) for id in ("region", "when", "start", "age"))
    )
    also = [
        row.label
        for row in rows
        if row.value == YES and protocol.questions[row.question].tier == 0 and row.label not in signs
    ]
    if also:
        found.append(_("I also said yes to: %(facts)s.") % {"facts": quoted(also)})
    if pregnancy := facts.get("pregnancy"):
        found.append(_("About the pregnancy: %(answer)s.") % {"answer": small(pregnancy.answer)})
    return found


def _fact(row: AnswerRow | None, *, for_other: bool) -> str:
    """Return one fact as a sentence, or nothing when it was not told."""
    if row is None or row.value in {UNSURE, SKIPPED}:
        return ""
    answer = {"answer": small(row.answer)}
    match row.question:
        case "region" if row.value == "several":
            return _("It hurts in more than one place.")
        case "region":
            return _("The main pain is here: %(answer)s.") % answer
        case "when":
            return _("It began %(answer)s.") % answer
        case "start":
            return _("It came on %(answer)s.") % answer
        case "age":
            return (_("Their age is %(answer)s.") if for_other else _("My age is %(answer)s.")) % answer
    return ""


def quoted(lines: Sequence[str]) -> str:
    return "; ".join(f"“{line.rstrip('.')}”" for line in lines)


def small(answer: str) -> str:
    """Return an answer as it stands inside a sentence."""
    return answer if answer[1:2] in {"'", "’"} else answer[:1].lower() + answer[1:]


def note(rows: Sequence[AnswerRow], assessment: Assessment, clinic: Clinic) -> list[dict[str, Any]]:
    """Return the note for the clinician: rows of ``term`` and ``values``, what matters most first."""
    facts = [(row.label, [row.answer]) for row in rows if row.value not in {YES, NO, UNSURE} and row.screen]
    signs = [
        (_("Said yes to"), [row.label for row in rows if row.value == YES]),
        (_("Not sure about"), [row.label for row in rows if row.value == UNSURE]),
        (_("Rules that hold"), [f"{reason.id} ({reason.level.slug})" for reason in assessment.reasons]),
    ]
    result = [(_("Advice given"), [title_of(assessment.level, clinic)])]
    found: list[dict[str, Any]] = [
        {"term": term, "values": values} for term, values in result + facts + signs if values
    ]
    denied = [row.label for row in rows if row.value == NO]
    if denied:
        found.append({"term": _("Said no to"), "values": denied, "is_long": True})
    return found
