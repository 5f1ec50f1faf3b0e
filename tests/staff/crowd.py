"""Many tries at one name at the same moment, on a database in a file of its own. Prints JSON.

Run as a process, ``python -m tests.staff.crowd``, with ``DATA_DIR`` set: tests of pytest share a connection.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402

from education.staff.models import Act  # noqa: E402
from tests.factories import PASSWORD, make_user  # noqa: E402
from tests.staff.door import count, sign_in, text_of  # noqa: E402

WRONG, RIGHT, THREADS = 20, 4, 6


def attempt(number):
    """Try to sign in, with the right password at last; return what the page says."""
    try:
        return text_of(sign_in(Client(), "wren", f"wrong-{number}" if number < WRONG else PASSWORD))
    finally:
        connections.close_all()


if __name__ == "__main__":
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    call_command("migrate", verbosity=0)
    make_user("Writer", username="wren")
    with ThreadPoolExecutor(THREADS) as pool:
        pages = list(pool.map(attempt, range(WRONG + RIGHT)))
    found = {
        "failed": count(Act.SIGN_IN_FAILED),
        "locked": count(Act.LOCKED_OUT),
        "refused": sum("Too many failed tries." in page for page in pages),
        "signed-in": count(Act.SIGN_IN),
    }
    sys.stdout.write(json.dumps(found))
