"""The symptom checker, page by page. What is answered lives in the page and nowhere else."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from education.checker.conditions import NO, YES
from education.checker.decisions import load_decisions
from education.checker.forms import FORM_ID, ScreenForm, Trail, TrailError
from education.checker.models import DecisionSignature
from education.checker.parts import Protocol
from education.checker.protocol import load_protocol
from education.checker.result import NOT_CALMING, result_context
from education.checker.screens import AnswerRow, Screen, answer_rows, next_screen, reopen, screens_left
from education.checker.triage import assess
from education.clinic.models import CheckerMode
from education.clinic.requests import SiteRequest
from education.editorial.rows import gather
from education.spine.anatomy import Region
from education.spine.chips import region_chips
from education.urgency.levels import Level
from education.urgency.models import ANY_REGION, CareCardEdition, cards_from_rows, signs_are_unchecked

PROTOCOL = Path(__file__).parent / "protocols" / "spine"
EMERGENCIES = (Level.EMERGENCY_CALL, Level.EMERGENCY_GO)
SIGNED_LANGUAGE = "en"  # what a clinician signs must not depend on the language of the browser


@cache
def protocol_in(language: str | None) -> Protocol | None:
    """Return the protocol in a language, or ``None`` where its words are not written yet."""
    if language is None or not (PROTOCOL / f"{language}.toml").exists():
        return None
    return load_protocol(PROTOCOL, language)


@cache
def decisions_to_sign() -> frozenset[str]:
    """Return the digest of every choice that a clinician of the clinic is to sign."""
    protocol = protocol_in(SIGNED_LANGUAGE)
    return (
        frozenset(decision.digest for decision in load_decisions(PROTOCOL, protocol))
        if protocol
        else frozenset()
    )


def mode_of(request: SiteRequest) -> str:
    """Return what the checker does here: a language without its words gets the list of signs."""
    mode = request.clinic.effective_checker_mode
    if mode == CheckerMode.FULL and protocol_in(get_language()) is None:
        return CheckerMode.RED_FLAGS
    return mode


@never_cache
@require_safe
def start(request: SiteRequest) -> TemplateResponse:
    """The signs that need help at once, before the first question."""
    rows, mode = _general_cards(), mode_of(request)
    is_unchecked = signs_are_unchecked(cards_from_rows(rows, request.clinic))
    levels: tuple[Level, ...] = EMERGENCIES if mode == CheckerMode.FULL else ()
    context = {
        "mode": CheckerMode.RED_FLAGS if is_unchecked else mode,
        "is_unchecked": is_unchecked,
        "is_switched_off": is_unchecked and mode == CheckerMode.FULL,
        "cards": cards_from_rows(rows, request.clinic, *(NOT_CALMING if is_unchecked else levels)),
        "regions": region_chips(Region),
        "elsewhere": asked_in(request) if mode != request.clinic.effective_checker_mode else [],
    }
    return TemplateResponse(request, "checker/start.html", context)


def _general_cards() -> list[dict[str, Any]]:
    """Return the rows of the cards that hold wherever it hurts, in the language of the page. One query."""
    editions = CareCardEdition.objects.in_force().in_language(get_language())
    return gather(cards=editions.of_regions(ANY_REGION).rows())["cards"]


def asked_in(request: SiteRequest) -> list[dict[str, str]]:
    """Return the other languages in which the questions can be answered, with this page's path there."""
    return [language for language in _other_languages(request) if protocol_in(language["code"])]


def _other_languages(request: SiteRequest) -> list[dict[str, str]]:
    clinic = request.clinic
    return [
        {"code": code, "url": ("" if code == clinic.first_language else f"/{code}") + request.path_info}
        for code in clinic.languages
        if code != get_language()
    ]


@csrf_exempt  # no session, no account, nothing stored: a forged post changes nothing (decision 4)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: SiteRequest) -> HttpResponse:
    """Take the answers of one screen and show the next one, or the result.

    A browser that goes back or reloads asks by GET; js/again.js then sends once more what it had sent.
    """
    protocol = protocol_in(get_language())
    if request.clinic.effective_checker_mode != CheckerMode.FULL or (
        request.method != "POST" and protocol is None
    ):
        return redirect("checker:start")
    if request.method != "POST":
        return TemplateResponse(request, "checker/again.html")
    try:
        sent = _sent(request)
        if protocol is None:
            return _untranslated(request, sent)
        trail = _trail(sent, protocol)
    except TrailError:
        return TemplateResponse(request, "checker/unreadable.html", status=400)
    if "trail" not in sent and signs_are_unchecked(cards_from_rows(_general_cards(), request.clinic)):
        return redirect("checker:start")

    if "back" in sent:
        return _back(request, protocol, trail)
    if (id := sent.get("change", "")) in protocol.screens:
        return _screen(request, protocol, replace(trail, screen=id, is_change=True))
    if "result" in sent:
        return _result(request, protocol, trail)
    if "review" in sent:
        return _review(request, protocol, trail)
    screen = _current(protocol, trail)
    if screen is None:
        return _next(request, protocol, _with_offer(protocol, trail, sent.get("offer", "")))
    if "same" in sent:
        return _screen(request, protocol, trail, ScreenForm(screen, earlier=trail.answers, ticked=sent))

    form = ScreenForm(screen, sent)
    if not form.is_valid():
        return _screen(request, protocol, trail, form)
    return _next(request, protocol, trail.answered(form.answers()))


class NoFiles(FileUploadHandler):
    """Lets every uploaded file go by, unkept."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None


def _sent(request: SiteRequest) -> QueryDict:
    """Return what was posted. Files are let go: nothing that is sent here may reach a disk.

    Raises ``TrailError`` for what is no form, is too long, or breaks off.
    """
    request.encoding = "utf-8"  # as in our own forms, whatever the sender calls it
    request.upload_handlers = [NoFiles()]
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TrailError
        return request.POST
    except (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError, ValueError) as error:
        raise TrailError from error
    except LookupError as error:  # a part of it names a character set that does not exist
        raise TrailError from error


def _trail(sent: QueryDict, protocol: Protocol) -> Trail:
    """Return the trail that was sent, or a new one; a region page has already said where it hurts.

    Raises ``TrailError`` when it is not ours.
    """
    if "trail" in sent:
        return Trail.opened(str(sent["trail"]), protocol)
    region = str(sent.get("region", ""))
    known = region in protocol.questions["region"].options
    return Trail(version=protocol.version, answers={"region": region} if known else {})


def _current(protocol: Protocol, trail: Trail) -> Screen | None:
    """Return the screen that is open, as it was shown."""
    if not trail.screen:
        return None
    screen = next_screen(protocol, trail.answers)
    if trail.is_change or screen is None or screen.id != trail.screen:
        return reopen(protocol, trail.screen, trail.answers)
    return screen


def _with_offer(protocol: Protocol, trail: Trail, id: str) -> Trail:
    """Return the trail with the answer behind a button of the result, when the result has that button."""
    if id not in {offer.id for offer in assess(protocol, trail.answers).offers}:
        return trail
    return trail.answered({id: protocol.questions[id].options[0]})


def _next(request: SiteRequest, protocol: Protocol, trail: Trail) -> HttpResponse:
    """Show what was open, or the next screen, or the end."""
    if trail.screen and _current(protocol, trail):
        return _screen(request, protocol, trail)
    if screen := next_screen(protocol, trail.answers):
        return _screen(request, protocol, replace(trail, screen=screen.id))
    if assess(protocol, trail.answers).level.is_emergency:
        return _result(request, protocol, trail)
    return _review(request, protocol, trail)


def _back(request: SiteRequest, protocol: Protocol, trail: Trail) -> HttpResponse:
    """Open the screen before this one again, with what was answered on it."""
    if not trail.seen:
        return redirect("checker:start")
    *seen, last = trail.seen
    return _screen(request, protocol, replace(trail, seen=tuple(seen), screen=last, is_change=True))


def _page(request: SiteRequest, trail: Trail, template: str, **context: Any) -> TemplateResponse:
    """Show a page of the checker; the language switch posts, so that the answers come along.

    So the links to other languages around the page, which would lose them, are left out.
    """
    context |= {"trail": trail.sealed(), "form_id": FORM_ID, "other_languages": _other_languages(request)}
    context |= {"languages": [], "alternates": []}
    return TemplateResponse(request, template, context)


def _untranslated(request: SiteRequest, sent: QueryDict) -> HttpResponse:
    """Say that the questions have no words in this language; the answers can go back to one that has."""
    languages = asked_in(request)
    protocol = protocol_in(languages[0]["code"]) if languages else None
    if protocol is None:
        return redirect("checker:start")
    trail = _trail(sent, protocol)
    cards = cards_from_rows(_general_cards(), request.clinic, *EMERGENCIES)
    return _page(request, trail, "checker/untranslated.html", cards=cards, elsewhere=languages)


def _screen(
    request: SiteRequest, protocol: Protocol, trail: Trail, form: ScreenForm | None = None
) -> HttpResponse:
    screen = form.screen if form else _current(protocol, trail)
    if screen is None:
        return _review(request, protocol, trail)
    number = len(trail.seen) + 1
    context = {
        "form": form or ScreenForm(screen, earlier=trail.answers),
        "screen": screen,
        "number": number,
        "about": max(number, number - 1 + screens_left(protocol, _without(trail, screen))),
        "can_go_back": bool(trail.seen),
    }
    return _page(request, trail, "checker/screen.html", **context)


def _without(trail: Trail, screen: Screen) -> dict[str, str]:
    ids = {question.id for question in screen.questions}
    return {id: value for id, value in trail.answers.items() if id not in ids}


def _review(request: SiteRequest, protocol: Protocol, trail: Trail) -> HttpResponse:
    """Show all answers, each screen with a way to change it."""
    rows = summary(protocol, answer_rows(protocol, trail.answers))
    if not rows:
        return redirect("checker:start")
    return _page(request, trail, "checker/review.html", rows=rows, can_go_back=bool(trail.seen))


def summary(protocol: Protocol, rows: Iterable[AnswerRow]) -> list[dict[str, Any]]:
    """Return the answers to read again: a choice by itself, a tick-list as the lines that were ticked.

    Each has ``screen`` (where it can be changed), ``question`` and ``lines``; no line means none of these.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        plan = protocol.screens.get(row.screen)
        if plan is None:  # the button of a result
            continue
        if not plan.is_ticks:
            found[row.question] = {"screen": row.screen, "question": row.label, "lines": [row.answer]}
            continue
        entry = found.setdefault(
            f"ticks {row.screen}", {"screen": row.screen, "question": row.title, "lines": []}
        )
        if row.value == YES:
            entry["lines"].append(row.label)
        elif row.value != NO:
            entry["lines"].append(f"{row.label} ({row.answer})")
    return list(found.values())


def _result(request: SiteRequest, protocol: Protocol, trail: Trail) -> HttpResponse:
    assessment = assess(protocol, trail.answers)
    context = result_context(protocol, trail.answers, assessment, request.clinic, timezone.localdate())
    if context["is_unchecked"]:
        return _page(request, trail, "checker/ask-us.html", **context)
    context["is_signed"] = decisions_to_sign() <= DecisionSignature.digests()
    return _page(request, trail, "checker/result.html", **context)
