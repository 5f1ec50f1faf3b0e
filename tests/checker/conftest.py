from pathlib import Path

import pytest

import education.checker
from education.checker.protocol import load_protocol
from tests.factories import make_admin

FOLDER = Path(education.checker.__file__).parent / "protocols" / "spine"


@pytest.fixture(scope="session")
def folder():
    return FOLDER


@pytest.fixture(scope="session")
def protocol():
    return load_protocol(FOLDER, "en")


@pytest.fixture(scope="module")
def starter_texts(django_db_setup, django_db_blocker):
    """The starter library, loaded once for the tests of a file; each of them undoes what it did."""
    from django.db import transaction

    from education.library.loading import load

    with django_db_blocker.unblock(), transaction.atomic():
        load()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def texts(starter_texts, db):
    """The starter library, as after the first start."""


@pytest.fixture
def clinic(texts):
    """A clinic with the starter texts that runs the full checker."""
    from tests.checker.patient import make_clinic

    return make_clinic()


@pytest.fixture(scope="session")
def runs(django_db_setup, django_db_blocker):
    """A run to the result for each level, for somebody themselves and for somebody else, done once."""
    from django.db import transaction
    from django.test import Client

    from education.library.loading import load
    from tests.checker.patient import make_clinic, patient_of, stories

    found = {}
    with django_db_blocker.unblock(), transaction.atomic():
        load()
        make_clinic()
        for level, story in stories().items():
            for who in ("me", "someone-else"):
                found[level, who] = patient_of(Client(), story, who=who)
                found[level, who].run()
        transaction.set_rollback(True)
    return found


@pytest.fixture
def clinician(client, db):
    user = make_admin(name="Cleo Clinician")
    client.force_login(user)
    return user


@pytest.fixture
def staff(client, django_user_model):
    """A member of staff who may do nothing yet."""
    user = django_user_model.objects.create(username="sam", is_staff=True)
    client.force_login(user)
    return user


def pytest_terminal_summary(terminalreporter):
    """Report both kinds of error, by the level a worked example must get."""
    reports = [report for key in ("passed", "failed") for report in terminalreporter.stats.get(key, ())]
    if not any("test_cases.py::test_a_person_who_answers" in report.nodeid for report in reports):
        return
    from tests.checker import test_cases as module  # not imported yet where workers ran the tests

    terminalreporter.section("Worked examples, answered screen by screen")
    for level in sorted({case.level for case in module.CASES}, reverse=True):
        numbers = [number for number, case in enumerate(module.CASES) if case.level == level]
        found = [module.walked(number).assessment.level for number in numbers]
        under, over = sum(one < level for one in found), sum(one > level for one in found)
        screens = sorted(len(module.walked(number).screens) for number in numbers)
        terminalreporter.write_line(
            f"{level.slug:15} {len(numbers):3} cases  {under:2} under  {over:2} over"
            f"  {screens[len(screens) // 2]:2} screens (median)"
        )
