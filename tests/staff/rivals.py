"""Two administrators who take the role from each other, on an empty database of their own. Prints JSON.

Run as a process, ``python -m tests.staff.rivals``: tests of pytest share a connection.
"""

import json
import sys
import time
from threading import Thread

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections, transaction  # noqa: E402

from education.staff.accounts import administrators  # noqa: E402
from tests.desk.staff import admin_url, form_on, signed_in  # noqa: E402
from tests.factories import make_user  # noqa: E402

WHILE = 2  # seconds in which the second one has asked, and waits for the first


def without_roles(client, colleague):
    """Open the page of a colleague; return what is sent when all roles are taken away."""
    return form_on(client.get(admin_url(colleague)), "user_form") | {"groups": []}


def take_role(client, colleague, sent, statuses):
    try:
        statuses.append(client.post(admin_url(colleague), sent).status_code)
    finally:
        connections.close_all()


if __name__ == "__main__":
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    call_command("migrate", verbosity=0)
    ann, bob = (make_user("Administrator", username=name, first_name=name) for name in ("ann", "bob"))
    as_ann, as_bob = signed_in(ann), signed_in(bob)
    from_bob, from_ann = without_roles(as_ann, bob), without_roles(as_bob, ann)
    statuses = []
    second = Thread(target=take_role, args=(as_bob, ann, from_ann, statuses))
    with transaction.atomic():
        first = as_ann.post(admin_url(bob), from_bob).status_code
        second.start()
        time.sleep(WHILE)
    second.join()
    left = [account.username for account in administrators()]
    sys.stdout.write(json.dumps({"first": first, "second": statuses, "left": left}))
