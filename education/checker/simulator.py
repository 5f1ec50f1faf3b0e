"""The simulator: staff try answers and see what every rule makes of them."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from education.checker.cases import load_cases
from education.checker.conditions import Answers
from education.checker.parts import Protocol, Question
from education.checker.rulebook import protocol_for_staff, rulebook_page
from education.checker.safety import told
from education.checker.screens import keep_known, next_screen
from education.checker.sentences import outline
from education.checker.triage import Standing, Verdict, assess, explain
from education.checker.views import PROTOCOL


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def simulator(request: HttpRequest) -> HttpResponse:
    """Try answers and see what every rule makes of them. Nothing is stored or logged."""
    protocol = protocol_for_staff()
    examples = {str(number): case for number, case in enumerate(load_cases(PROTOCOL), start=1)}
    answers = keep_known(protocol, {name: str(value) for name, value in request.POST.items() if value})
    number = request.POST.get("example", "")
    if "fill" in request.POST and number in examples:
        answers = keep_known(protocol, told(protocol, examples[number]))
    return rulebook_page(
        request,
        "simulator",
        _("Simulator"),
        protocol,
        screens=list(_fields(protocol, answers)),
        examples=examples.items(),
        example=number,
        result=_simulated(protocol, answers) if answers else None,
        is_empty=request.method == "POST" and not answers,
    )


def _fields(protocol: Protocol, answers: Answers) -> Iterator[dict[str, Any]]:
    """Yield each screen with its questions and their possible answers."""
    groups = {id: (screen.title.me, screen.questions) for id, screen in protocol.screens.items()}
    offers = tuple(question.id for question in protocol.questions.values() if question.offer)
    groups["offers"] = (_("Buttons on a result"), offers)
    for id, (title, ids) in groups.items():
        asked = [protocol.questions[q] for q in ids]
        rows = [
            {"question": question, "options": _options(protocol, question), "value": answers.get(question.id)}
            for question in asked
        ]
        yield {"id": id, "title": title, "rows": rows, "answered": sum(q in answers for q in ids)}


def _options(protocol: Protocol, question: Question) -> list[tuple[str, str]]:
    words = protocol.phrases if question.is_sign else question.option_labels
    return [(value, words[value].me) for value in question.options]


def _simulated(protocol: Protocol, answers: Answers) -> dict[str, Any]:
    assessment = assess(protocol, answers)
    verdicts = explain(protocol, answers)
    fired = sorted((v for v in verdicts if v.level), key=lambda verdict: -(verdict.level or 0))
    screen = next_screen(protocol, answers)
    return {
        "assessment": assessment,
        "level": assessment.level,
        "fired": [_verdict_row(protocol, verdict) for verdict in fired],
        "open": [_verdict_row(protocol, v) for v in verdicts if v.standing is Standing.OPEN],
        "silent": sum(v.standing is Standing.NOT for v in verdicts),
        "screen": screen,
        "given": [
            (
                protocol.questions[id].label.me,
                dict(_options(protocol, protocol.questions[id])).get(value, value),
            )
            for id, value in answers.items()
        ],
    }


STANDINGS = {
    Standing.HOLDS: gettext_lazy("holds"),
    Standing.PRESUMED: gettext_lazy("holds until what softens it is known"),
    Standing.IN_DOUBT: gettext_lazy("kept open by a 'not sure'"),
    Standing.OPEN: gettext_lazy("open: answers are missing"),
    Standing.NOT: gettext_lazy("does not hold"),
}


def _verdict_row(protocol: Protocol, verdict: Verdict) -> dict[str, Any]:
    rule = verdict.rule
    return {
        "rule": rule,
        "level": verdict.level or rule.level,
        "standing": STANDINGS[verdict.standing],
        "when": outline(protocol, rule.when),
        "unless": outline(protocol, rule.unless) if rule.unless else None,
    }
