"""Where the symptom checker shows a care card, offers a plan, or rests on a source."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from education.checker.parts import Pattern, Question, Rule
from education.checker.result import CARD_REGIONS, WATCH
from education.checker.views import EMERGENCIES, SIGNED_LANGUAGE, protocol_in
from education.checklists.models import Checklist, ChecklistEdition
from education.clinic.models import CheckerMode, Clinic
from education.editorial.models import Source
from education.editorial.reviewing import Due, due_q
from education.editorial.where_used import Use, shows
from education.spine.anatomy import Region
from education.urgency.levels import Level
from education.urgency.models import ANY_REGION, CareCard

ON_RESULTS = {Level.SELF_CARE, *(level for levels in WATCH.values() for level in levels)}


@shows(CareCard)
def in_checker(card: Any) -> Iterator[Use]:
    """Yield the first page of the checker and its results, as far as they show the card."""
    mode = Clinic.load().effective_checker_mode
    if card.region == ANY_REGION and (mode != CheckerMode.FULL or Level(card.level) in EMERGENCIES):
        yield _use(_("Symptom checker: its first page"), _("(every patient who checks symptoms)"))
    if mode == CheckerMode.FULL and Level(card.level) in ON_RESULTS:
        yield _use(_("Symptom checker: results"), _about(card.region))


@shows(Checklist)
def on_results(plan: Any) -> Iterator[Use]:
    """Yield the results that offer a live plan."""
    clinic = Clinic.load()
    if clinic.effective_checker_mode != CheckerMode.FULL:
        return
    offered = ChecklistEdition.objects.in_force().exclude(due_q(Due.LONG_OVERDUE, clinic))
    live = offered.filter(document=plan).first()
    if live is not None:
        yield _use(_("Symptom checker: results"), _about(live.region))


@shows(Source)
def under_rules(source: Any) -> Iterator[Use]:
    """Yield the rules of the checker that rest on a source, as one place."""
    protocol = protocol_in(SIGNED_LANGUAGE)
    parts: tuple[Rule | Question | Pattern, ...] = (
        (*protocol.rules, *protocol.questions.values(), *protocol.patterns) if protocol else ()
    )
    names = sorted({part.id for part in parts if source.slug in part.sources})
    if names:
        url = reverse("admin:checker_protocol_changelist")
        how = _("(%(number)s: %(names)s)") % {"number": len(names), "names": ", ".join(names)}
        yield Use(title=_("Rules and questions of the symptom checker"), url=url, how=how)


def _use(title: str, how: str) -> Use:
    return Use(title=title, url=reverse("checker:start"), how=how)


def _about(region: str) -> str:
    if region not in CARD_REGIONS.values():
        return _("(pain in several places)")
    return _("(pain here: %(region)s)") % {"region": _(Region(region).label)}
