"""The audit trail: read, narrowed, taken along, and never changed by anybody."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from education.clinic.models import Clinic
from education.staff.models import Act, AppendOnlyError, Entry
from education.staff.trail import record
from tests.desk.staff import admin_url, save, signed_in
from tests.factories import make_article, make_user
from tests.staff.door import entries, text_of

TRAIL = "/admin/staff/entry/"


def read(client, **query):
    return client.get(TRAIL, query)


def rows(client, **query):
    return [row["entry"] for row in read(client, **query).context["rows"]]


def table(client, **query):
    """Return the table that is taken along, as lists of cells, without its heading."""
    answer = read(client, csv="1", **query)
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))[1:]


def tell(who="pat", act=Act.SAVE, **facts):
    return Entry.objects.create(**{"who": who, "act": act, "thing": "Neck pain", **facts})


# Nobody changes it


STATEMENTS = [
    "UPDATE staff_entry SET who = 'nobody'",
    "DELETE FROM staff_entry",
    "UPDATE staff_entry SET note = ''",
]
if connection.vendor == "postgresql":
    STATEMENTS.append("TRUNCATE staff_entry")


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_refuses(statement):
    tell()
    with (
        pytest.raises(DatabaseError, match="only grows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert Entry.objects.get().who == "pat"


def test_the_model_refuses():
    entry = tell()
    for change in (
        entry.save,
        entry.delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.update(who="nobody"),
        lambda: Entry.objects.bulk_update([entry], ["who"]),
    ):
        with pytest.raises(AppendOnlyError):
            change()


@pytest.mark.parametrize("who", ["as_owner", "as_administrator", "as_writer"])
@pytest.mark.parametrize("page", ["add/", "{}/change/", "{}/delete/"])
def test_no_page_and_no_forged_request_changes_it(request, who, page):
    client = request.getfixturevalue(who)
    entry = tell()
    answer = client.post(TRAIL + page.format(entry.pk), {"who": "nobody", "act": "save", "post": "yes"})

    assert answer.status_code == 403
    assert entries(pk=entry.pk)[0].who == "pat"


def test_nothing_is_deleted_from_the_list(as_owner):
    entry = tell()
    as_owner.post(TRAIL, {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"})

    assert entries(pk=entry.pk)


# Who reads it


def test_administrators_read_it(as_administrator):
    tell(note="Made it shorter.")
    page = text_of(read(as_administrator))

    assert "pat" in page
    assert "saved" in page
    assert "Neck pain" in page
    assert "Made it shorter." in page


@pytest.mark.parametrize("role", ["Writer", "Reviewer", "Publisher"])
@pytest.mark.parametrize("query", [{}, {"q": "pat"}, {"csv": "1"}, {"kind": "auth.user", "thing_id": "1"}])
def test_other_roles_do_not(role, query):
    make_user("Writer")

    assert read(signed_in(make_user(role)), **query).status_code == 403


@pytest.mark.parametrize("kind", ["staff.entry", "nothing.here", "auth.group", "x", "clinic.clinic"])
def test_a_writer_reads_the_history_of_no_other_kind(as_writer, kind, clinic):
    assert read(as_writer, kind=kind, thing_id="1").status_code == 403


def test_writers_read_the_history_of_a_text(as_writer, live_edition):
    page = as_writer.get(f"/admin/articles/articleedition/{live_edition.pk}/history/", follow=True)

    assert page.status_code == 200
    assert "published" in text_of(page)
    assert b"csv" not in page.content


def test_the_history_of_a_document_tells_of_its_editions_too(as_writer, live_edition):
    page = as_writer.get(f"/admin/articles/article/{live_edition.document_id}/history/", follow=True)

    assert "published" in text_of(page)


def test_a_history_holds_nothing_of_others(as_writer, live_edition):
    make_article()
    found = rows(as_writer, kind="articles.articleedition", thing_id=str(live_edition.pk))

    assert {entry.thing_id for entry in found} == {str(live_edition.pk)}


@pytest.fixture
def live_edition(clinic):
    return make_article()


STOOD = {"kind": "articles.articleedition", "from_standing": "draft", "to_standing": "in-review"}


def test_where_an_edition_stood_is_told_in_words(as_administrator):
    tell(**STOOD)
    page = text_of(read(as_administrator, who="pat"))

    assert "draft → in review" in page
    assert "in-review" not in page


def test_the_page_of_an_entry_tells_it_in_words(as_administrator):
    entry = tell(**STOOD)
    page = text_of(as_administrator.get(admin_url(entry)))

    assert "in review" in page
    assert "in-review" not in page


# Looking for something


@pytest.fixture
def told():
    def at(month, day):
        return datetime(2026, month, day, 12, tzinfo=UTC)

    tell("pat", Act.PUBLISH, at=at(3, 1), kind="articles.articleedition", note="Shorter now.")
    tell("wren", Act.SAVE, at=at(3, 2), kind="articles.articleedition", thing="Low back")
    tell("wren", Act.SIGN_IN, at=at(4, 1), kind="auth.user", thing="wren")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"who": "wren"}, ["sign-in", "save"]),
        ({"act": "publish"}, ["publish"]),
        ({"kind": "auth.user", "who": "wren"}, ["sign-in"]),
        ({"q": "shorter"}, ["publish"]),
        ({"q": "low wren"}, ["save"]),
        ({"q": "neck low"}, []),
        ({"since": "2026-03-02", "until": "2026-03-02"}, ["save"]),
        ({"until": "2026-03-01"}, ["publish"]),
        ({"since": "2026-04-01", "until": "2026-04-02"}, ["sign-in"]),
    ],
)
def test_what_is_looked_for_is_found(as_administrator, told, query, found):
    assert [entry.act for entry in rows(as_administrator, **query) if entry.who != "ada"] == found


def test_days_are_days_of_the_clinic(as_administrator):
    Clinic.objects.update(time_zone="America/New_York")
    tell(at=datetime(2026, 3, 2, 4, 30, tzinfo=UTC))  # 11:30 pm on March 1 in New York

    assert len(rows(as_administrator, since="2026-03-01", until="2026-03-01")) == 1
    assert rows(as_administrator, since="2026-03-02", until="2026-03-02") == []


def test_a_day_that_is_none_is_explained(as_administrator):
    page = read(as_administrator, since="yesterday")

    assert page.status_code == 200
    assert "There is a problem" in text_of(page)


@pytest.mark.parametrize("name", ["since", "until"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_out_of_reach_is_explained(as_administrator, name, day):
    page = read(as_administrator, **{name: day})

    assert page.status_code == 200
    assert "Choose a day between 2000 and 2099." in text_of(page)


@pytest.mark.parametrize("who", ["as_administrator", "as_writer"])
@pytest.mark.parametrize("number", ["9" * 38, "-1", "x", "1.5"])
def test_a_thing_that_cannot_exist_has_no_history(request, who, number):
    page = read(request.getfixturevalue(who), kind="articles.article", thing_id=number)

    assert page.status_code == (200 if who == "as_administrator" else 403)
    assert who == "as_writer" or "Nothing was found." in text_of(page)


def test_nothing_found_says_so(as_administrator):
    assert "Nothing was found." in text_of(read(as_administrator, q="zebra"))


def test_a_thing_is_linked_while_it_exists(as_administrator, live_edition, writer):
    record(None, Act.SAVE, writer, called="wren")
    there = admin_url(live_edition)
    gone = tell(kind="articles.articleedition", thing_id="999999")
    page = read(as_administrator)

    assert there in page.content.decode()
    assert admin_url(writer) in page.content.decode()
    assert "/articleedition/999999/" not in page.content.decode()
    assert gone.thing in text_of(page)


# The table


def test_the_table_holds_exactly_what_is_looked_for(as_administrator, told):
    Clinic.objects.update(time_zone="America/New_York")
    found = table(as_administrator, who="wren")

    assert [row[2] for row in found] == ["signed in", "saved"]
    assert found[1][0] == "2026-03-02 07:00:00-05:00"


def test_the_table_tells_in_words_where_an_edition_stood(as_administrator):
    tell(**STOOD)

    assert table(as_administrator, who="pat")[0][8:10] == ["draft", "in review"]


def test_taking_it_along_is_written_down(as_administrator, told):
    table(as_administrator, who="wren")

    entry = entries("export")[-1]
    assert (entry.who, entry.note) == ("ada", "who=wren")


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_taken_for_a_formula(as_administrator, start):
    tell(who=start, thing=start, note=start)
    row = table(as_administrator)[0]

    assert [row[1], row[5], row[10]] == [f"'{start}"] * 3


def test_words_in_any_language_survive(as_administrator):
    tell(note='Señora Ñandú, "脊椎"\nsecond line; third')

    assert table(as_administrator)[0][10] == 'Señora Ñandú, "脊椎"\nsecond line; third'


# What is written down by itself


def test_a_change_of_the_clinics_settings_is_told_with_its_values(as_administrator, clinic):
    save(as_administrator, clinic, phone="+1 555 010 0300", works_alone="on")

    entry = entries("settings")[-1]
    assert entry.who == "ada"
    assert "Phone: +1 555 010 0200 → +1 555 010 0300" in entry.note
    assert "One person runs this clinic: no → yes" in entry.note


def test_choices_are_told_by_their_labels(as_administrator, clinic):
    save(as_administrator, clinic, checker_mode="off", units="metric", other_languages=["es"])
    note = entries("settings")[-1].note

    assert "→ Off: no symptom checker" in note
    assert "Units: Fahrenheit, pounds, feet → Celsius, kilograms, meters" in note
    assert "Other languages that patients see: – → Spanish" in note


# A long trail


def many(number):
    now = timezone.now()
    Entry.objects.bulk_create(
        Entry(
            at=now - timedelta(minutes=place), who=f"who-{place % 7}", act="save", thing=f"Thing {place}",
            kind="articles.articleedition", thing_id=str(place),
        )
        for place in range(number)
    )  # fmt: skip


def test_a_long_trail_takes_as_many_queries_as_a_short_one(as_administrator):
    counts = []
    for number in (20, 11_000):
        many(number)
        with CaptureQueriesContext(connection) as queries:
            read(as_administrator)
        counts.append(len(queries))

    assert counts[0] == counts[1] < 10


def test_nobody_counts_a_long_trail(as_administrator):
    many(10_500)
    with CaptureQueriesContext(connection) as queries:
        page = read(as_administrator)

    counting = [query["sql"] for query in queries if "COUNT" in query["sql"]]
    assert counting
    assert all("LIMIT 10000" in sql for sql in counting)
    assert "the newest 10,000 entries" in text_of(page)


def test_the_table_of_a_long_trail_is_whole_and_made_in_one_query(as_administrator):
    many(1_700)
    with CaptureQueriesContext(connection) as queries:
        found = table(as_administrator, act="save")

    assert len(found) == 1_700
    assert len(queries) < 10


def test_moments_stand_as_on_every_other_staff_page(as_administrator):
    Clinic.objects.update(time_zone="UTC")
    tell(at=datetime(2026, 11, 21, 1, 39, tzinfo=UTC))
    assert "Nov. 21, 2026, 1:39 a.m." in text_of(read(as_administrator))


def test_pages_can_be_turned(as_administrator):
    many(150)

    assert len(rows(as_administrator)) == 100
    assert rows(as_administrator, p="2")[-1].act == "sign-in"
    assert rows(as_administrator, p="x") == rows(as_administrator)
