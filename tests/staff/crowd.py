"""Many tries at one name at the same moment, on an empty database of their own. Prints JSON.

Run as a process, ``python -m tests.staff.crowd``: tests of pytest share a connection.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402

from education.staff.lockout import note_failure  # noqa: E402
from education.staff.models import Act  # noqa: E402
from tests.factories import PASSWORD, make_user  # noqa: E402
from tests.staff.door import count, sign_in, text_of  # noqa: E402

WRONG, RIGHT, THREADS = 20, 4, 6
AT_ONCE = 12


def attempt(number):
    """Try to sign in, with the right password at last; return what the page says."""
    try:
        return text_of(sign_in(Client(), "wren", f"wrong-{number}" if number < WRONG else PASSWORD))
    finally:
        connections.close_all()


def fail(start):
    """Fail under a name that nobody has, at the very moment when all others do."""
    try:
        start.wait()
        note_failure("nobody")
    finally:
        connections.close_all()


if __name__ == "__main__":
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    call_command("migrate", verbosity=0)
    make_user("Writer", username="wren")
    with ThreadPoolExecutor(THREADS) as pool:
        pages = list(pool.map(attempt, range(WRONG + RIGHT)))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(fail, [Barrier(AT_ONCE)] * AT_ONCE))
    found = {
        "failed": count(Act.SIGN_IN_FAILED, who="wren"),
        "locked": count(Act.LOCKED_OUT, who="wren"),
        "failed-at-once": count(Act.SIGN_IN_FAILED, who="nobody"),
        "refused": sum("Too many failed tries." in page for page in pages),
        "signed-in": count(Act.SIGN_IN),
    }
    sys.stdout.write(json.dumps(found))
