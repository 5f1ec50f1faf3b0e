"""A patient who reads each page of the checker, as a browser without scripts shows it, and answers it."""

import json
import os
import random
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.request import urlopen

from education.checker.cases import Case, load_cases, walk
from education.checker.protocol import load_protocol
from education.checker.screens import NONE
from education.urgency.levels import Level
from tests.checker.conftest import FOLDER
from tests.pages import CLINIC, Page, page_of

ROOT = Path(__file__).resolve().parents[2]
NAMING = """
import json, sys
import django
django.setup()
from tests.checker.patient import make_clinic
make_clinic(**json.loads(sys.argv[1]))
"""
START, CHECK = "/checker/", "/checker/check/"
LEVELS = tuple(Level)


@cache
def stories() -> dict[Level, Case]:
    """Return the first worked example of each level that ends there, screen by screen."""
    protocol, found = load_protocol(FOLDER, "en"), {}
    for case in load_cases(FOLDER):
        presses_buttons = any(protocol.questions[id].offer for id in case.answers)
        if case.level in found or case.skips or presses_buttons:
            continue
        if walk(protocol, case).assessment.level == case.level:
            found[case.level] = case
    return found


def make_clinic(**fields: Any):
    """Return a clinic that has accepted what the full checker is meant for."""
    from education.clinic.models import Clinic

    Clinic.objects.all().delete()
    clinic = Clinic(**CLINIC | fields)
    clinic.accept_intended_use("Ada Ruiz", date(2026, 11, 20))
    clinic.save()
    return clinic


@contextmanager
def serving(folder, clinic: dict[str, Any] | None = None, **settings: str):
    """Run the site as bin/serve does.

    Yields ``root`` (its address), ``data`` (its folder) and ``said`` (the file of its output).
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    data, said, root = folder / "data", folder / "said.txt", f"http://127.0.0.1:{port}"
    data.mkdir()
    env = os.environ | {
        "DATA_DIR": str(data),
        "DATABASE_URL": f"sqlite:///{data}/db.sqlite3",
        "SITE_URL": root,
    }
    env |= {"WEB_WORKERS": "1"} | settings
    command = [sys.executable, "-m", "spasmguide.serve", "--port", str(port)]
    with said.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT)
        try:
            for _second in range(120):
                try:
                    urlopen(f"{root}/healthz", timeout=2).close()
                    break
                except OSError:
                    assert process.poll() is None, said.read_text()
                    time.sleep(1)
            if clinic is not None:
                naming = [sys.executable, "-c", NAMING, json.dumps(clinic)]
                subprocess.run(naming, cwd=ROOT, env=env, check=True)
            yield SimpleNamespace(root=root, data=data, said=said)
        finally:
            process.terminate()
            process.wait(timeout=30)


def fields_of(page: Page, form_id: str = "checker") -> dict[str, list[str]]:
    """Return what a browser would send of the form: hidden fields and what is ticked."""
    found: dict[str, list[str]] = {}
    form = next((one for one in page.all("form") if one.get("id") == form_id), None)
    inside = set(form.iter()) if form is not None else set()
    for element in page.all("input"):
        if element not in inside and element.get("form") != form_id:
            continue
        is_choice = element.get("type") in {"radio", "checkbox"}
        if not is_choice or element.get("checked") is not None:
            found.setdefault(element.get("name"), []).append(element.get("value"))
    return found


@dataclass(frozen=True, kw_only=True)
class Group:
    """The choices of one name on a page."""

    name: str
    kind: str  # radio or checkbox
    values: tuple[str, ...]


def groups_of(page: Page) -> list[Group]:
    """Return the groups of choices on a page, in its order."""
    values: dict[tuple[str, str], list[str]] = {}
    for element in page.all("input"):
        if (kind := element.get("type")) in {"radio", "checkbox"}:
            values.setdefault((element.get("name"), kind), []).append(element.get("value"))
    return [Group(name=name, kind=kind, values=tuple(found)) for (name, kind), found in values.items()]


def choose(group: Group, answer_to) -> list[str]:
    """Return what somebody chooses in a group; ``answer_to`` knows the answer to each question."""
    if group.kind == "radio":
        answer = answer_to(group.name)
        return [answer if answer in group.values else group.values[0]]
    signs = [value for value in group.values if value not in {NONE, "unsure"}]
    ticked = [sign for sign in signs if answer_to(sign) == "yes"]
    if any(answer_to(sign) == "unsure" for sign in signs):
        ticked.append("unsure")
    return ticked or [NONE]


@dataclass
class Patient:
    """Somebody at a browser without scripts. ``page`` is what they see, ``seen`` what they saw."""

    client: Any
    answer_to: Any = None  # a function from the id of a question to an answer
    check: str = CHECK
    page: Page | None = None
    seen: list[Page] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)

    def post(self, data: dict[str, Any], path: str = "", **request: Any) -> Page:
        self.sent.append(data)
        self.page = page_of(self.client.post(path or self.check, data, **request), path or self.check)
        self.seen.append(self.page)
        return self.page

    def start(self, **data: Any) -> Page:
        return self.post(data)

    @property
    def trail(self) -> str:
        return fields_of(self.page)["trail"][0]

    @property
    def is_asked(self) -> bool:
        return bool(groups_of(self.page))

    @property
    def has_result(self) -> bool:
        return bool(self.page.with_class("result-card"))

    @property
    def level(self) -> str:
        """The slug of the level of the result that is shown."""
        return re.findall(r'class="result-card result-card--([a-z-]+)"', self.page.text)[0]

    def chosen(self) -> dict[str, Any]:
        return {group.name: choose(group, self.answer_to) for group in groups_of(self.page)}

    def answer(self, **extra: Any) -> Page:
        """Send the answers to the screen that is shown."""
        return self.post({"trail": self.trail, "go": "1", **self.chosen(), **extra})

    def press(self, name: str, value: str = "1", path: str = "", **extra: Any) -> Page:
        """Press a button that stands outside of the questions."""
        return self.post({"trail": self.trail, name: value, **extra}, path)

    def answer_all(self) -> Page:
        """Answer until nothing more is asked."""
        for _screen in range(60):
            if not self.is_asked:
                return self.page
            self.answer()
        raise AssertionError("the questions do not end")

    def run(self) -> Page:
        """From the first question to the result."""
        self.start()
        self.answer_all()
        return self.page if self.has_result else self.press("result")


def patient_of(client: Any, story: Case, check: str = CHECK, **answers: str) -> Patient:
    """Return a patient who answers as in a story, save for some answers."""
    return Patient(client, answer_to=lambda id: answers.get(id) or story.answer_to(id), check=check)


class Anybody:
    """Answers at random, the same for the same seed, mostly 'no' as in life."""

    def __init__(self, seed: int, protocol: Any, share: float = 0.03) -> None:
        self.chance, self.protocol, self.share = random.Random(seed), protocol, share
        self.given: dict[str, str] = {}

    def __call__(self, id: str) -> str:
        question = self.protocol.questions.get(id)
        if question is None:
            return "no"
        if id not in self.given:
            rare = self.chance.random() < self.share
            signs = "yes" if rare else "unsure" if self.chance.random() < 0.01 else "no"
            self.given[id] = signs if question.is_sign else self.chance.choice(question.options)
        return self.given[id]
