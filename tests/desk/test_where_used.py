"""Where a care card, a source, a person, a picture, a topic and a plan are used, told before they change."""

from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from education.articles.models import Picture
from education.clinic.models import CheckerMode
from education.desk.used import FOLDED, SHOWN, UsesOnPage
from education.editorial.models import Person, Source
from education.editorial.where_used import where_used
from education.urgency.levels import Level
from tests.checker.patient import make_clinic
from tests.desk.staff import admin_url, signed_in
from tests.factories import (
    approve,
    make_article,
    make_care_card,
    make_checklist,
    make_glossary,
    make_person,
    make_region_page,
    make_source,
    make_topic,
    make_user,
    picture_file,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db):
    return signed_in(make_person().user)


def titles(thing, **how):
    return {use.title for use in where_used(thing, **how)}


def cite(edition, source):
    edition.citations.all().delete()
    edition.citations.create(source=source, position=1, supports="Spasms ease.")


# Care cards


@pytest.fixture
def neck():
    """A clinic with texts about the neck, live and in work, and some about other parts."""
    make_clinic()
    make_region_page(region="neck", title="The neck")
    make_article(title="Stiff neck", regions="neck")
    make_article(title="Neck and arm", regions="neck shoulder")
    make_article("draft", title="Neck draft", regions="neck")
    make_article("scheduled", title="Neck in May", regions="neck")
    make_article("retired", title="Neck of old", regions="neck")
    make_article(title="Shoulder and neck", regions="shoulder neck")
    make_article(title="All backs", regions="")
    make_article(title="Nuca", regions="neck", language="es")
    make_checklist(title="Neck plan", region="neck")
    make_checklist(title="Back plan", region="low-back")


CURRENT = {"Stiff neck", "Neck and arm", "Neck draft", "Neck in May"}
RESULTS = "Symptom checker: results"
FIRST_PAGE = "Symptom checker: its first page"


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (Level.EMERGENCY_CALL, {*CURRENT, "Neck plan", "The neck", RESULTS}),
        (Level.EMERGENCY_GO, {*CURRENT, "Neck plan", "The neck", RESULTS}),
        (Level.URGENT_TODAY, {*CURRENT, "Neck plan", "The neck", RESULTS}),
        (Level.BOOK_SOON, {*CURRENT, "The neck"}),
        (Level.SELF_CARE, {"The neck", RESULTS}),
    ],
    ids=lambda value: getattr(value, "slug", ""),
)
def test_a_card_of_a_region_stands_on_all_that_is_about_it(neck, level, expected):
    card = make_care_card(region="neck", level=level)
    assert titles(card) == titles(card.document) == expected


def test_a_card_for_any_region_stands_where_none_is_named(neck):
    card = make_care_card(region="any")
    assert titles(card) == {"All backs", "Signs that need help now", FIRST_PAGE, RESULTS}
    calm = make_care_card(region="any", level=Level.SELF_CARE)
    assert titles(calm) == {"Signs that need help now", RESULTS}


def test_without_the_full_checker_its_first_page_shows_every_card(neck):
    make_clinic(checker_mode=CheckerMode.RED_FLAGS)
    assert FIRST_PAGE in titles(make_care_card(region="any", level=Level.SELF_CARE))
    assert RESULTS not in titles(make_care_card(region="neck"))


def test_every_page_that_is_named_shows_the_card(neck, client):
    card = make_care_card(region="neck", items="a sign of its own")
    shown = {"Stiff neck", "Neck and arm", "Neck plan", "The neck"}
    for use in where_used(card):
        if use.title in shown:
            model = {"article": "articles", "home-care": "checklists", "region": "spine"}
            kind = use.how.split()[0].strip("(")
            slug = use.how.split(";")[0].split()[-1]
            page = client.get(f"/{model[kind]}/{slug}/").content.decode()
            assert "a sign of its own" in page, use.title
            shown.discard(use.title)
    assert not shown


def test_the_editor_of_a_card_sees_its_places_before_saving_and_before_publishing(neck, staff):
    card = make_care_card("draft", region="neck")
    pages = [staff.get(admin_url(card)).content.decode()]
    assert "Changing this changes 7 places:" in pages[0]
    card.submit(make_person())
    pages.append(staff.get(admin_url(card, "act", "approve")).content.decode())
    for _time in range(2):
        card.approve(make_person(), card.document and card.written_on.replace(year=card.written_on.year + 1))
    pages.append(staff.get(admin_url(card, "act", "publish")).content.decode())
    pages.append(staff.get(admin_url(card.document)).content.decode())
    for page in pages:
        for title in (*CURRENT, "Neck plan", "The neck", RESULTS):
            assert title in page, title


# Sources


@pytest.mark.parametrize(
    "make",
    [make_article, make_checklist, partial(make_care_card, level=Level.BOOK_SOON), make_region_page],
)
def test_a_source_stands_under_every_kind_of_text_that_cites_it(make):
    source, draft = make_source(), make("draft", title="Cites it")
    cite(draft, source)
    assert titles(source) == {"Cites it"}
    draft.submit(make_person())
    approve(draft)
    assert titles(source) == {"Cites it"}
    draft.retire(make_person())
    assert titles(source) == set()
    assert titles(source, ever=True) == {"Cites it"}


def test_a_source_names_the_rules_of_the_checker_that_rest_on_it():
    source = make_source(slug="finucane-2020")
    uses = where_used(source)
    assert [use.title for use in uses] == ["Rules and questions of the symptom checker"]
    assert "ces-cannot-pee" in uses[0].how
    assert where_used(make_source(slug="nobody-2020")) == []


# People, topics, pictures, plans


def test_a_person_is_named_with_what_they_did():
    writer, reviewer, second = (make_person() for _person in range(3))
    make_article(title="Hers", author=writer, reviewed_by=reviewer)
    make_care_card(title="Card", author=writer, reviewed_by=second, second_reviewer=reviewer)
    make_glossary("draft", title="Words", author=writer)
    assert titles(writer) == {"Hers", "Card", "Words"}
    told = {use.title: use.how for use in where_used(reviewer)}
    assert told["Hers"].endswith("; live; reviewed by them)")
    assert told["Card"].endswith("; live; reviewed by them as the second person)")
    assert titles(second) == {"Card"}
    assert titles(make_person()) == set()


def test_an_older_edition_counts_only_for_what_was_ever_published():
    writer = make_person()
    first = make_article(title="Hers", author=writer)
    newer = first.new_draft(make_person())
    newer.submit(newer.author)
    approve(newer)
    assert titles(writer) == set()
    assert titles(writer, ever=True) == {"Hers"}


def test_a_topic_a_picture_and_a_plan_name_the_articles_that_show_them(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    topic = make_topic("nerve", title="Nerves")
    picture = Picture.objects.create(file=picture_file(), alt="Two knees", credit="own work")
    plan = make_checklist(slug="back-plan")
    make_article(title="On the shelf", topic=topic)
    make_article("draft", title="With picture", body=f"## What\n\n{picture.markdown}")
    make_article(title="Offers it", checklist="back-plan")
    make_article(title="Links to it", more_help="[The plan](page:checklists/back-plan)")
    assert titles(topic) == {"On the shelf"}
    assert titles(picture) == {"With picture"}
    assert {"Offers it", "Links to it"} <= titles(plan)
    assert "With picture" not in titles(plan)


# On staff pages


def uses_shown(client, thing):
    return client.get(admin_url(thing)).content.decode()


def test_the_page_of_a_source_and_of_a_person_lists_their_places(staff):
    edition = make_article(title="The only one")
    for thing in (edition.citations.get().source, edition.reviewed_by):
        page = uses_shown(staff, thing)
        assert "Changing this changes 1 place:" in page
        assert "The only one" in page
        assert page.index("Changing this") < page.index('name="_save"')
    assert "Changing this" not in uses_shown(staff, make_source())


def test_ten_places_are_open_and_the_rest_is_folded_or_counted():
    uses = UsesOnPage(list(range(250)))
    assert (len(uses.first), len(uses.more), uses.rest) == (SHOWN, FOLDED, 250 - SHOWN - FOLDED)
    assert uses.hidden == 240
    few = UsesOnPage(list(range(10)))
    assert (len(few.first), few.more, few.hidden, few.rest) == (10, [], 0, 0)


def test_what_needs_somebody_who_is_to_be_deleted_is_named_as_patients_read_it(staff):
    make_clinic(phone="555 0199")
    edition = make_care_card(title="Call {clinic_phone} if:")
    page = staff.get(admin_url(edition.reviewed_by, "delete")).content.decode()
    assert "Call 555 0199 if:" in page
    assert "{clinic_phone}" not in page


def test_what_is_used_is_not_deleted_and_its_places_are_named(staff):
    edition = make_article(title="Needs both")
    source, person = edition.citations.get().source, edition.reviewed_by
    for thing in (source, person):
        url = admin_url(thing, "delete")
        page = staff.get(url).content.decode()
        assert "cannot be deleted" in page
        assert "Needs both" in page
        assert staff.post(url, {"post": "yes"}).status_code == 200
        opts = thing._meta
        lists = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
        sent = {"action": "delete_selected", "_selected_action": [thing.pk], "post": "yes"}
        answer = staff.post(lists, sent)
        assert "Needs both" in answer.content.decode()
    assert Source.objects.filter(pk=source.pk).exists()
    assert Person.objects.filter(pk=person.pk).exists()


def test_what_nobody_uses_is_deleted(staff):
    source = make_source()
    staff.post(admin_url(source, "delete"), {"post": "yes"})
    assert not Source.objects.filter(pk=source.pk).exists()


def test_a_picture_in_an_article_is_kept(staff, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    picture = Picture.objects.create(file=picture_file(), alt="Two knees", credit="own work")
    make_article("draft", title="With picture", body=f"## What\n\n{picture.markdown}")
    assert "With picture" in uses_shown(staff, picture)
    staff.post(admin_url(picture, "delete"), {"post": "yes"})
    assert Picture.objects.filter(pk=picture.pk).exists()


def queries_of(client, thing):
    client.get(admin_url(thing))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(admin_url(thing)).status_code == 200
    return len(queries)


def test_the_number_of_queries_does_not_grow_with_the_number_of_places(neck):
    card, source, person = make_care_card(region="neck"), make_source(), make_person()
    reader = signed_in(make_user("Administrator"))
    before = {thing: queries_of(reader, thing) for thing in (source, person)}
    where_used(card)
    with CaptureQueriesContext(connection) as few:
        where_used(card)
    for number in range(12):
        article = make_article("draft", title=f"Neck {number}", regions="neck", author=person)
        cite(article, source)
    with CaptureQueriesContext(connection) as many:
        assert len(where_used(card)) > 12
    assert len(many) == len(few) <= 2
    for thing, number in before.items():
        assert queries_of(reader, thing) == number < 10
