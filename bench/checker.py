"""How long a decision takes: ``assess`` alone, and a whole step by HTTP beside a bare Django view.

Run it from the folder of the site: ``.venv/bin/python bench/checker.py``. Everything is measured in the same
run, in one process, through Django's test client with the middleware of the site, on an empty database in
memory. It is no test: figures depend on the machine.
"""

import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from io import StringIO
from itertools import cycle
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "spasmguide.settings",
    "DEBUG": "false",
    "SECRET_KEY": "for-the-benchmark-only",
    "SITE_URL": "http://testserver",
    "DATABASE_URL": "sqlite://:memory:",
    "DATA_DIR": tempfile.mkdtemp(prefix="spasmguide-bench-"),
}

(Path(os.environ["DATA_DIR"]) / "static").mkdir()

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import override_settings  # noqa: E402
from django.urls import include, path  # noqa: E402

from education.checker.cases import Case, load_cases  # noqa: E402
from education.checker.forms import Trail  # noqa: E402
from education.checker.safety import told  # noqa: E402
from education.checker.screens import NONE, next_screen  # noqa: E402
from education.checker.triage import assess  # noqa: E402
from education.checker.views import PROTOCOL, protocol_in  # noqa: E402

ROUNDS = 200
WARM_UP = 20


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<p>Hello</p>")


urlpatterns = [path("bare/", bare), path("", include("spasmguide.urls"))]


def timed(work: Callable[[], Any], rounds: int = ROUNDS) -> list[float]:
    """Return the time of each round in milliseconds, the slowest first rounds left out."""
    for _ in range(WARM_UP):
        work()
    times = []
    for _ in range(rounds):
        start = perf_counter()
        work()
        times.append((perf_counter() - start) * 1000)
    return times


def line(name: str, times: list[float]) -> str:
    ordered = sorted(times)
    last = ordered[int(len(ordered) * 0.95) - 1]
    return (
        f"{name:<46}{statistics.median(ordered):>10.2f}{last:>10.2f}{1000 / statistics.mean(ordered):>10.0f}"
    )


def halfway(protocol: Any, case: Case) -> tuple[dict[str, str], Any]:
    """Return the answers of a person some screens into the questions, and the screen that is open."""
    answers: dict[str, str] = {}
    for _ in range(4):
        screen = next_screen(protocol, answers)
        if screen is None:
            break
        answers |= {question.id: case.answer_to(question.id) for question in screen.questions}
    return answers, next_screen(protocol, answers)


def step(client: Client, protocol: Any, case: Case) -> Callable[[], HttpResponse]:
    """Return a post of one screen: signed answers are opened, weighed, and the next screen is shown."""
    answers, screen = halfway(protocol, case)
    trail = Trail(version=protocol.version, answers=answers, screen=screen.id, seen=("about",)).sealed()
    sent: dict[str, Any] = {"trail": trail, "go": "1"}
    if screen.is_ticks:
        sent[screen.id] = [NONE]
    else:
        sent |= {question.id: case.answer_to(question.id) for question in screen.questions}

    def post() -> HttpResponse:
        response = client.post("/checker/check/", sent)
        if response.status_code != 200:
            message = f"The step answered {response.status_code}"
            raise SystemExit(message)
        return response

    return post


def result(client: Client, protocol: Any, case: Case) -> Callable[[], HttpResponse]:
    trail = Trail(version=protocol.version, answers=told(protocol, case)).sealed()
    return lambda: client.post("/checker/check/", {"trail": trail, "result": "1"})


def main() -> None:
    protocol = protocol_in("en")
    assert protocol  # noqa: S101
    cases = load_cases(PROTOCOL)
    stories = [told(protocol, case) for case in cases]
    calm = next(case for case in cases if case.level == 1)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = {**settings.STORAGES, "staticfiles": plain}
    with override_settings(ROOT_URLCONF=__name__, STORAGES=storages):
        call_command("migrate", verbosity=0)
        call_command("load_library", stdout=StringIO())
        client = Client()
        story = cycle(stories)
        so_far, _screen = halfway(protocol, calm)
        rows = [
            line("assess, every test case in turn", timed(lambda: assess(protocol, next(story)))),
            line("next screen, four screens into a calm run", timed(lambda: next_screen(protocol, so_far))),
            line("bare Django view, same middleware", timed(lambda: client.get("/bare/"))),
            line("start page of the checker", timed(lambda: client.get("/checker/"))),
            line("one step: a screen posted, the next one shown", timed(step(client, protocol, calm))),
            line("a calm result page", timed(result(client, protocol, calm))),
        ]
    head = f"{'milliseconds':<46}{'median':>10}{'95 %':>10}{'a second':>10}"
    sys.stdout.write("\n".join([f"Rules {protocol.version}, {len(cases)} cases", head, *rows]) + "\n")


if __name__ == "__main__":
    main()
