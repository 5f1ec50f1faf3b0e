"""The pages on which staff read the protocol: rules, questions, flows, test cases, history."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from education.checker.conditions import Truth, questions_in, truth
from education.checker.drawing import drawing
from education.checker.flow import flow, places
from education.checker.parts import Protocol, Question, Rule
from education.checker.rulebook import protocol_for_staff, rulebook_page, signed_protocol
from education.checker.safety import URGENT_FIRST, outcomes, rule_changes, tally
from education.checker.sentences import Outline, named_conditions, outline
from education.checker.triage import settle
from education.checker.views import PROTOCOL
from education.editorial.models import Source
from education.urgency.levels import Level

SEVERAL = "several-answers"  # the group of rules that no single question carries
CHANGELOG = Path(settings.BASE_DIR) / "CHANGELOG.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """A rule as staff read it."""

    rule: Rule
    level: Level
    tier: int | None  # of the question that is the rule; none for a rule of several answers
    group: str
    when: Outline
    unless: Outline | None
    questions: tuple[str, ...]
    sources: tuple[str, ...]


def source_names() -> Mapping[str, str]:
    """Return every source in words, by its key."""
    return {source.slug: str(source) for source in Source.objects.all()}


def rule_rows(protocol: Protocol, rules: Iterable[Rule], sources: Mapping[str, str]) -> Iterator[RuleRow]:
    """Yield rules as rows; a source that is not in the table goes by its key."""
    for rule in rules:
        question = protocol.questions.get(rule.id)
        read = questions_in(rule.when) | (questions_in(rule.unless) if rule.unless else frozenset())
        yield RuleRow(
            rule=rule,
            level=rule.level,
            tier=question.tier if question else None,
            group=question.screen if question else SEVERAL,
            when=outline(protocol, rule.when),
            unless=outline(protocol, rule.unless) if rule.unless else None,
            questions=tuple(id for id in protocol.questions if id in read),
            sources=tuple(sources.get(id, id) for id in rule.sources),
        )


def _concerns(protocol: Protocol, rule: Rule, place: str) -> bool:
    return truth(rule.when, settle(protocol, {"region": place})) is not Truth.NO


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule, by level, place and group."""
    protocol = protocol_for_staff()
    wanted = {name: request.GET.get(name, "") for name in ("level", "region", "group")}
    chosen = [
        rule
        for rule in sorted(protocol.rules, key=lambda rule: -rule.level)
        if (not wanted["level"] or rule.level.slug == wanted["level"])
        and (wanted["region"] not in places(protocol) or _concerns(protocol, rule, wanted["region"]))
    ]
    rows = [
        row
        for row in rule_rows(protocol, chosen, source_names())
        if not wanted["group"] or row.group == wanted["group"]
    ]
    groups = {id: screen.title.me for id, screen in protocol.screens.items()}
    facts = [(name, outline(protocol, part)) for name, part in named_conditions(protocol).items()]
    return rulebook_page(
        request,
        "changelist",
        _("Rules of the symptom checker"),
        protocol,
        rows=rows,
        total=len(protocol.rules),
        wanted=wanted,
        levels=URGENT_FIRST,
        regions=places(protocol),
        groups=groups | {SEVERAL: _("Rules that weigh several answers")},
        facts=facts,
    )


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """Every question with its words, by screen."""
    protocol = protocol_for_staff()
    sources = source_names()

    def row(question: Question) -> dict[str, Any]:
        return {
            "question": question,
            "asked_if": outline(protocol, question.ask) if question.ask else None,
            "options": [words.me for words in question.option_labels.values()],
            "levels": [rule for rule in protocol.rules if rule.id == question.id],
            "sources": [sources.get(id, id) for id in question.sources],
        }

    groups = [
        {"id": id, "title": screen.title.me, "rows": [row(protocol.questions[q]) for q in screen.questions]}
        for id, screen in protocol.screens.items()
    ]
    offers = [row(question) for question in protocol.questions.values() if question.offer]
    groups.append({"id": "offers", "title": _("Buttons on a result"), "rows": offers})
    return rulebook_page(
        request, "questions", _("Questions of the symptom checker"), protocol, groups=groups,
        total=len(protocol.questions),
    )  # fmt: skip


@require_safe
def flows(request: HttpRequest) -> HttpResponse:
    protocol = protocol_for_staff()
    title = _("Drawing of the flow")
    return rulebook_page(request, "flows", title, protocol, places=places(protocol))


@require_safe
def flow_of_place(request: HttpRequest, place: str) -> HttpResponse:
    """The flow for a place of pain, drawn, and the same as a list."""
    protocol = protocol_for_staff()
    if place not in places(protocol):
        raise Http404
    found = flow(protocol, place)
    strips = [_svg(svg) for svg in drawing(found, version=protocol.version).svgs()]
    title = _("Flow: %(place)s") % {"place": found.label}
    return rulebook_page(request, "flow", title, protocol, flow=found, strips=strips, places=places(protocol))


@require_safe
def flow_file(request: HttpRequest, place: str) -> HttpResponse:
    """The drawing as a file of its own."""
    protocol = protocol_for_staff()
    if place not in places(protocol):
        raise Http404
    svg = drawing(flow(protocol, place), version=protocol.version).whole()
    return HttpResponse(svg, content_type="image/svg+xml")


def _svg(svg: str) -> SafeString:
    """The drawing escapes its own words."""
    return mark_safe(svg)  # noqa: S308


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Run the test cases now."""
    protocol = signed_protocol()
    run = outcomes(protocol, PROTOCOL)
    wanted = {name: request.GET.get(name, "") for name in ("level", "show")}
    shown = [
        outcome
        for outcome in run
        if (not wanted["level"] or outcome.case.level.slug == wanted["level"])
        and (wanted["show"] != "failed" or not outcome.passes)
    ]
    return rulebook_page(
        request, "cases", _("Test cases"), protocol, outcomes=shown, wanted=wanted, **results(run),
    )  # fmt: skip


def results(run: Iterable[Any]) -> dict[str, Any]:
    """Return what the table of results shows: expected and given levels, their sums, and when it was made."""
    run = list(run)
    matrix = tally(run)
    return {
        "levels": URGENT_FIRST,
        "matrix": matrix,
        "total": len(run),
        "passed": sum(outcome.passes for outcome in run),
        "under": sum(row.under for row in matrix),
        "over": sum(row.over for row in matrix),
        "run_at": timezone.localtime(),
    }


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    return rulebook_page(
        request, "history", _("History of the rules"), protocol_for_staff(), releases=releases()
    )


def releases() -> Any:
    """Return what the change log says about the rules, newest first; nothing where there is none."""
    return rule_changes(CHANGELOG.read_text(encoding="utf-8")) if CHANGELOG.exists() else ()
