"""People who act at the same moment, and a process that dies: on an empty database of their own.

Run as a process, ``python -m tests.editorial.rivals``; prints what each scene found, as JSON. Tests of pytest
share one transaction or one connection, so they cannot show what real rivals do.
"""

import json
import os
import random
import signal
import sys
import threading
import time

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from education.articles.models import ArticleEdition  # noqa: E402
from education.editorial.states import EditionError, State  # noqa: E402
from education.urgency.models import CareCardEdition  # noqa: E402
from tests import factories  # noqa: E402

ROUNDS, RIVALS, KILLS = 5, 6, 100


def at_once(*acts):
    """Do all acts at the same moment, each in a thread; return 'done' or the refusal of each."""
    start = threading.Barrier(len(acts))
    results = [None] * len(acts)

    def run(place, act):
        try:
            start.wait()
            act()
            results[place] = "done"
        except EditionError as refused:
            results[place] = " ".join(refused.messages)
        except Exception as trouble:
            results[place] = f"{type(trouble).__name__}: {trouble}"
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def approve_at_once():
    """Several clinicians approve the same edition, each with a copy of their own."""
    found = []
    for _ in range(ROUNDS):
        edition = factories.make_article("in-review")
        people = [factories.make_person() for _ in range(RIVALS)]
        copies = [ArticleEdition.objects.get(pk=edition.pk) for _ in people]
        found.append(
            at_once(*(
                lambda copy=copy, person=person: copy.approve(person, factories.in_months(6))
                for copy, person in zip(copies, people, strict=True)
            ))
        )  # fmt: skip
    return found


def edit_at_once():
    """Several people start a draft from the same live edition."""
    found = []
    for _ in range(ROUNDS):
        edition = factories.make_article()
        copies = [ArticleEdition.objects.get(pk=edition.pk) for _ in range(RIVALS)]
        person = factories.make_person()
        found.append(at_once(*(lambda copy=copy, by=person: copy.new_draft(by) for copy in copies)))
    return found


def one_person_approves_twice_at_once():
    """One clinician approves emergency text in several tabs at the same moment."""
    found = []
    levels = [(region, level) for region in ("neck", "low-back", "shoulder") for level in (4, 5)]
    for region, level in levels[:ROUNDS]:
        card = factories.make_care_card("in-review", region=region, level=level)
        person = factories.make_person()
        copies = [CareCardEdition.objects.get(pk=card.pk) for _ in range(RIVALS)]
        results = at_once(
            *(lambda copy=copy, by=person: copy.approve(by, factories.in_months(6)) for copy in copies)
        )
        card.refresh_from_db()
        found.append({"results": results, "state": card.state, "second": card.second_reviewer_id})
    return found


def save_against_submit():
    """A draft is saved in one tab while it is sent to review and approved in another."""
    found = []
    for number in range(ROUNDS * 2):
        edition = factories.make_article("draft")
        old, new = (ArticleEdition.objects.get(pk=edition.pk) for _ in range(2))
        person, clinician = factories.make_person(), factories.make_person()

        def publish(new=new, person=person, clinician=clinician):
            new.submit(person)
            factories.approve(new, clinician)

        def write(old=old, number=number):
            time.sleep(random.random() / 100)
            old.title = f"Written late {number}"
            old.save()

        results = at_once(publish, write)
        edition.refresh_from_db()
        found.append({"results": results, "state": edition.state, "title": edition.title})
    return found


def set_up_at_once():
    """Two browsers send the set-up form with the same link at the same moment."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from education.clinic.models import SetupLink
    from tests.clinic.conftest import ANSWERS

    path = SetupLink.renew()
    statuses = [None] * RIVALS

    def send(place):
        response = Client().post(path, {**ANSWERS, "username": f"first-{place}"})
        statuses[place] = response.status_code

    results = at_once(*(lambda place=place: send(place) for place in range(RIVALS)))
    users = get_user_model().objects
    return {"results": results, "statuses": statuses, "users": users.count(),
            "administrators": users.filter(is_superuser=True).count()}  # fmt: skip


def kill():
    """Kill a process in the middle of publishing, again and again; tell what is live after each time."""
    editions = [factories.make_article(), factories.make_article()]
    people = [factories.make_person() for _ in range(2)]
    connections.close_all()
    found = []
    for _ in range(KILLS):
        children = [fork_publisher(edition.document_id, people) for edition in editions]
        time.sleep(0.02 + random.random() / 5)
        for child in children:
            os.kill(child, signal.SIGKILL)
        for child in children:
            os.waitpid(child, 0)
        for edition in editions:
            same = ArticleEdition.objects.filter(document=edition.document_id)
            found.append({
                "live": same.in_force().count(),
                "drafts": same.in_work().count(),
                "editions": same.count(),
                "whole": all(e.citations.count() == 1 for e in same.in_force()),
            })  # fmt: skip
        if connection.vendor == "sqlite":  # the one that died was the database too
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA integrity_check")
                found[-1]["integrity"] = cursor.fetchone()[0]
        connections.close_all()
    return found


def fork_publisher(document, people):
    child = os.fork()
    if child:
        return child
    try:
        while True:
            same = ArticleEdition.objects.filter(document=document)
            draft = same.in_work().first() or same.in_force().get().new_draft(people[0])
            if draft.is_draft:
                draft.submit(people[0])
            if draft.state == State.IN_REVIEW:
                draft.approve(people[1], factories.in_months(6))
            draft.publish(people[1])
    finally:
        os._exit(1)


# Only a site without accounts can be set up, so that comes first.
SCENES = (
    set_up_at_once,
    approve_at_once,
    edit_at_once,
    one_person_approves_twice_at_once,
    save_against_submit,
    kill,
)

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    factories.make_topic()
    sys.stdout.write(json.dumps({scene.__name__: scene() for scene in SCENES}))
