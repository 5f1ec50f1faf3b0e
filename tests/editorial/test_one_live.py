"""Whatever people do, and whenever: one edition is live at any moment, and never an older one again."""

from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from education.articles.models import Article, ArticleEdition
from education.editorial.states import EditionError, Standing, State
from education.urgency.models import CareCard, CareCardEdition
from tests.factories import make_article, make_care_card, make_person, publish

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
ACTS = (
    "submit", "approve", "publish", "send_back", "sign", "retire", "keep", "take_back", "withdraw", "edit",
    "restore", "write",
)  # fmt: skip

steps = st.lists(
    st.tuples(
        st.sampled_from(ACTS),
        st.integers(0, 2),  # who
        st.sampled_from([0, 1, 60, 24 * 60]),  # minutes since the act before
        st.sampled_from([None, -60, 0, 30, 60, 3 * 24 * 60]),  # minutes from now to the chosen moment
        st.integers(0, 9),  # which edition, for an act on an older one
    ),
    min_size=3,
    max_size=20,
)

pytestmark = pytest.mark.slow


@contextmanager
def clock_at(moment):
    with mock.patch("django.utils.timezone.now", return_value=moment):
        yield


def do(act, edition, person, moment):
    due = (START + timedelta(days=200)).date()
    match act:
        case "submit":
            edition.submit(person)
        case "approve":
            edition.approve(person, due)
        case "publish":
            publish(edition, person, moment)
        case "send_back":
            edition.send_back(person, "Once more.")
        case "sign":
            edition.sign(person, due)
        case "retire":
            edition.retire(person, moment)
        case "keep":
            edition.keep(person)
        case "take_back":
            edition.take_back(person)
        case "withdraw":
            edition.withdraw(edition.author)
        case "edit" | "restore":
            edition.new_draft(person)
        case "write":
            edition.title = f"Written at {moment}"[:60]
            edition.save()


def live_by_the_book(editions, at):
    """The edition that went live last, unless it has been retired; told without the database."""
    started = [e for e in editions if e.state == State.APPROVED and e.live_from and e.live_from <= at]
    newest = max(started, key=lambda e: e.live_from, default=None)
    return None if newest is None or (newest.retire_from and newest.retire_from <= at) else newest


def check(document, model, seen, over, now):
    editions = list(model.objects.filter(document=document))
    moments = {now, now + timedelta(days=400)}
    for edition in editions:
        for moment in (edition.live_from, edition.retire_from):
            if moment:
                moments |= {moment, moment - timedelta(microseconds=1), moment + timedelta(microseconds=1)}
    for moment in moments:
        expected = live_by_the_book(editions, moment)
        found = list(model.objects.in_force(moment))
        assert found == ([expected] if expected else [])
        live = [e for e in model.objects.with_standing(moment) if e.standing == Standing.LIVE]
        assert live == found
    assert sum(edition.state != State.APPROVED or not edition.live_from for edition in editions) <= 1
    for edition in editions:
        if edition.state == State.APPROVED and edition.live_from and edition.live_from <= now:
            words = (edition.title, edition.live_from)
            assert seen.setdefault(edition.pk, words) == words  # never changed once live
            if document.is_emergency_text:
                assert edition.second_reviewer_id
            assert edition.reviewed_by_id not in {None, edition.author_id, edition.submitted_by_id}
    assert set(seen) <= {edition.pk for edition in editions}  # never lost
    shown = live_by_the_book(editions, now)
    assert shown is None or shown.pk not in over  # never back once superseded or retired
    past = model.objects.with_standing(now).filter(standing__in=[Standing.SUPERSEDED, Standing.RETIRED])
    over.update(past.values_list("pk", flat=True))
    numbers = [seen[pk][1] for pk in seen]
    assert shown is None or shown.live_from == max(numbers)  # never an older one again


@pytest.mark.parametrize("make", [make_article, make_care_card])
@pytest.mark.django_db
def test_one_edition_is_live_whatever_people_do(make):
    model, documents = {
        make_article: (ArticleEdition, Article),
        make_care_card: (CareCardEdition, CareCard),
    }[make]

    # On PostgreSQL only the statements are others, not what people do.
    examples = 20 if connection.vendor == "postgresql" else 60

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(start=st.sampled_from(["draft", "live", "live"]), steps=steps)
    def play(start, steps):
        with transaction.atomic():
            with clock_at(START):
                people = [make_person() for _ in range(3)]
                first = make(start, author=people[0])
            document = documents.objects.get(pk=first.document_id)
            seen, over, now = {}, set(), START
            for act, who, wait, chosen, older in steps:
                now += timedelta(minutes=wait, seconds=1)
                editions = list(model.objects.filter(document=document).order_by("-number"))
                edition = editions[older % len(editions) if act in {"restore", "sign", "retire"} else 0]
                moment = None if chosen is None else now + timedelta(minutes=chosen)
                with clock_at(now):
                    with suppress(EditionError), transaction.atomic():
                        do(act, edition, people[who], moment)
                    check(document, model, seen, over, now)
            transaction.set_rollback(True)

    play()
