"""The pages on which staff read, try and sign the rules. They store nothing but signatures."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from education.checker.cases import load_cases
from education.checker.conditions import Answers, Truth, questions_in, truth
from education.checker.decisions import Decision, load_decisions
from education.checker.flow import drawing, flow, places
from education.checker.models import DecisionSignature
from education.checker.parts import Protocol, Question, Rule
from education.checker.safety import URGENT_FIRST, load_hazards, outcomes, rule_changes, tally, told
from education.checker.screens import keep_known, next_screen
from education.checker.sentences import Outline, named_conditions, outline
from education.checker.triage import Standing, Verdict, assess, explain, settle
from education.checker.views import PROTOCOL, SIGNED_LANGUAGE, protocol_in
from education.clinic.intended_use import intended_use
from education.clinic.models import CheckerMode, Clinic
from education.editorial.models import Person, Source
from education.urgency.levels import Level

View = Callable[..., HttpResponse]

ACCEPTANCE = ["intended_use_version", "intended_use_accepted_by", "intended_use_accepted_on"]
SEVERAL = "several-answers"  # the group of rules that no single question carries
CHANGELOG = Path(settings.BASE_DIR) / "CHANGELOG.md"
STYLE = Path(settings.BASE_DIR) / "static" / "css" / "admin-checker.css"

PAGES = (
    ("checker_protocol_changelist", gettext_lazy("Rules")),
    ("checker_protocol_questions", gettext_lazy("Questions")),
    ("checker_protocol_flows", gettext_lazy("Drawing of the flow")),
    ("checker_protocol_cases", gettext_lazy("Test cases")),
    ("checker_protocol_simulator", gettext_lazy("Simulator")),
    ("checker_protocol_decisions", gettext_lazy("Decisions to sign")),
    ("checker_protocol_history", gettext_lazy("History")),
    ("checker_protocol_intended_use", gettext_lazy("Intended use")),
    ("checker_protocol_safety_file", gettext_lazy("Safety file")),
)


def protocol_for_staff() -> Protocol:
    """Return the rules in the language of the page, or in English where they have no words in it."""
    protocol = protocol_in(get_language()) or protocol_in(SIGNED_LANGUAGE)
    if protocol is None:
        raise Http404
    return protocol


def signed_protocol() -> Protocol:
    protocol = protocol_in(SIGNED_LANGUAGE)
    if protocol is None:
        raise Http404
    return protocol


def _page(
    request: HttpRequest, name: str, title: str, protocol: Protocol, **context: Any
) -> TemplateResponse:
    """Show a staff page in the frame of the admin."""
    context |= admin.site.each_context(request)
    context |= {"title": title, "protocol": protocol, "pages": PAGES, "page": f"checker_protocol_{name}"}
    return TemplateResponse(request, f"checker/staff/{name}.html", context)


# ---- Rules and questions


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


def _sources() -> Mapping[str, str]:
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
        for row in rule_rows(protocol, chosen, _sources())
        if not wanted["group"] or row.group == wanted["group"]
    ]
    groups = {id: screen.title.me for id, screen in protocol.screens.items()}
    facts = [(name, outline(protocol, part)) for name, part in named_conditions(protocol).items()]
    return _page(
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
    sources = _sources()

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
    return _page(
        request, "questions", _("Questions of the symptom checker"), protocol, groups=groups,
        total=len(protocol.questions),
    )  # fmt: skip


# ---- Flow


@require_safe
def flows(request: HttpRequest) -> HttpResponse:
    protocol = protocol_for_staff()
    title = _("Drawing of the flow")
    return _page(request, "flows", title, protocol, places=places(protocol))


@require_safe
def flow_of_place(request: HttpRequest, place: str) -> HttpResponse:
    """The flow for a place of pain, drawn, and the same as a list."""
    protocol = protocol_for_staff()
    if place not in places(protocol):
        raise Http404
    found = flow(protocol, place)
    strips = [_svg(svg) for svg in drawing(found, version=protocol.version).svgs()]
    title = _("Flow: %(place)s") % {"place": found.label}
    return _page(request, "flow", title, protocol, flow=found, strips=strips, places=places(protocol))


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


# ---- Test cases, history


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
    return _page(
        request, "cases", _("Test cases"), protocol, outcomes=shown, wanted=wanted, **_results(run),
    )  # fmt: skip


def _results(run: Iterable[Any]) -> dict[str, Any]:
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
    return _page(request, "history", _("History of the rules"), protocol_for_staff(), releases=_releases())


def _releases() -> Any:
    return rule_changes(CHANGELOG.read_text(encoding="utf-8")) if CHANGELOG.exists() else ()


# ---- Simulator


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
    return _page(
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


# ---- Decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """A decision with its signatures: signed, signed in another wording only, or not at all."""

    decision: Decision
    signatures: tuple[DecisionSignature, ...]

    @property
    def current(self) -> tuple[DecisionSignature, ...]:
        return tuple(one for one in self.signatures if one.digest == self.decision.digest)

    @property
    def standing(self) -> str:
        if self.current:
            return "signed"
        return "outdated" if self.signatures else "unsigned"


def decision_rows() -> list[DecisionRow]:
    """Return every decision with its signatures, newest first."""
    signatures: dict[str, list[DecisionSignature]] = {}
    for signature in DecisionSignature.objects.all():
        signatures.setdefault(signature.decision, []).append(signature)
    return [
        DecisionRow(decision=decision, signatures=tuple(signatures.get(decision.id, ())))
        for decision in load_decisions(PROTOCOL, signed_protocol())
    ]


@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    rows = decision_rows()
    counts = {name: sum(row.standing == name for row in rows) for name in ("signed", "outdated", "unsigned")}
    title = _("Decisions that await a clinician")
    return _page(request, "decisions", title, signed_protocol(), rows=rows, counts=counts)


class SignatureForm(forms.Form):
    agree = forms.BooleanField(
        label=gettext_lazy("I have read the text above and agree with it as a clinician."),
        error_messages={"required": gettext_lazy("Tick the box to sign, or leave the decision unsigned.")},
    )
    digest = forms.CharField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Kept with your signature. It does not change the rules."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, id: str) -> HttpResponse:
    """Show a decision in full and let a clinician sign it."""
    row = next((row for row in decision_rows() if row.decision.id == id), None)
    if row is None:
        raise Http404
    person = Person.of(request.user)
    may_sign = request.user.has_perm("checker.add_decisionsignature")
    form = SignatureForm(request.POST or None, initial={"digest": row.decision.digest})
    if request.method == "POST":
        if not may_sign:
            raise PermissionDenied
        if form.is_valid() and person and _sign(form, row.decision, person):
            messages.success(request, _("Signed. Your name stands under this decision."))
            return redirect("admin:checker_protocol_decisions")
    return _page(
        request,
        "decision",
        row.decision.question,
        signed_protocol(),
        row=row,
        form=form,
        person=person,
        may_sign=may_sign,
        has_signed=any(person and one.person_id == person.pk for one in row.current),
    )


def _sign(form: SignatureForm, decision: Decision, person: Person) -> bool:
    """Keep the signature, or say in the form why not."""
    if form.cleaned_data["digest"] != decision.digest:
        form.add_error(None, _("The text has changed since you opened this page. Read it again."))
        return False
    signature = DecisionSignature(
        decision=decision.id,
        digest=decision.digest,
        text=decision.text,
        protocol_version=signed_protocol().version,
        person=person,
        signed_as=str(person),
        signed_on=timezone.localdate(),
        note=form.cleaned_data["note"],
    )
    try:
        signature.save()
    except ValidationError as error:
        for line in error.messages:
            form.add_error(None, line)
        return False
    return True


# ---- Intended use


class AcceptanceForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=80,
        error_messages={"required": gettext_lazy("Write your name.")},
    )
    accept = forms.BooleanField(
        label=gettext_lazy("I have read this text and accept it for our clinic."),
        error_messages={"required": gettext_lazy("Tick the box to accept the text.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def intended_use_page(request: HttpRequest) -> HttpResponse:
    """Show what the full checker is for, and let staff accept it for the clinic."""
    clinic = Clinic.load()
    may_accept = clinic.is_set_up and request.user.has_perm("clinic.change_clinic")
    name = request.user.get_full_name() if request.user.is_authenticated else ""
    form = AcceptanceForm(request.POST or None, initial={"name": name})
    if request.method == "POST":
        if not may_accept:
            raise PermissionDenied
        if form.is_valid():
            clinic.accept_intended_use(form.cleaned_data["name"], timezone.localdate())
            clinic.save(update_fields=ACCEPTANCE)
            _log_acceptance(request, clinic)
            messages.success(
                request, _("Accepted. The full checker can now be chosen in the clinic settings.")
            )
            return redirect("admin:checker_protocol_intended_use")
    return _page(
        request,
        "intended_use",
        _("Intended use of the symptom checker"),
        protocol_for_staff(),
        intended_use=intended_use(),
        clinic=clinic,
        form=form,
        may_accept=may_accept,
    )


def _log_acceptance(request: HttpRequest, clinic: Clinic) -> None:
    words = f"Accepted the intended use of the checker, version {clinic.intended_use_version}."
    admin.site.get_model_admin(Clinic).log_change(request, clinic, words)


# ---- Safety file


def safety_context() -> dict[str, Any]:
    """Return everything that the clinical safety file holds."""
    protocol = signed_protocol()
    run = outcomes(protocol, PROTOCOL)
    ordered = sorted(protocol.rules, key=lambda rule: -rule.level)
    clinic = Clinic.load()
    return {
        "clinic": clinic,
        "mode": CheckerMode(clinic.effective_checker_mode).label,
        "protocol": protocol,
        "today": timezone.localdate(),
        "intended_use": intended_use(),
        "rows": list(rule_rows(protocol, ordered, _sources())),
        "facts": [(name, outline(protocol, part)) for name, part in named_conditions(protocol).items()],
        "hazards": load_hazards(PROTOCOL),
        "outcomes": run,
        "decisions": decision_rows(),
        "releases": _releases(),
        **_results(run),
    }


@require_safe
def safety_file(request: HttpRequest) -> HttpResponse:
    """Everything a safety officer asks for, as one page to print."""
    return TemplateResponse(request, "checker/staff/safety_file.html", safety_context())


@require_safe
def safety_file_download(request: HttpRequest) -> HttpResponse:
    """The same page as a file that carries its own style."""
    context = safety_context() | {"style": mark_safe(STYLE.read_text(encoding="utf-8"))}  # noqa: S308
    response = HttpResponse(render_to_string("checker/staff/safety_file.html", context, request))
    name = f"clinical-safety-file-{context['protocol'].version}-{context['today']:%Y-%m-%d}.html"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
