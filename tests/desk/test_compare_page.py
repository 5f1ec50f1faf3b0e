"""The page that compares two editions: who may open it, which editions it takes, and what it shows."""

import html5lib
import pytest
from django.urls import reverse

from education.checklists.models import Phase
from education.desk.comparing import compare_url, compared
from education.wording.compare import Kind
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
    make_step,
    make_user,
)

pytestmark = pytest.mark.django_db

MAKERS = (make_article, make_care_card, make_checklist, make_glossary, make_region_page)


@pytest.fixture
def staff(db):
    return signed_in(make_person().user)


def changed(edition, **words):
    """Return a draft of an edition with other words."""
    draft = edition.new_draft(make_person("Wren Writer"))
    for name, text in words.items():
        setattr(draft, name, text)
    draft.save()
    return draft


def published(edition, **words):
    draft = changed(edition, **words)
    draft.submit(make_person())
    approve(draft)
    return draft


def words_in(page, tag):
    tree = html5lib.parse(page.content.decode(), namespaceHTMLElements=False)
    content = next(e for e in tree.iter("div") if e.get("id") == "content-main")
    return [" ".join("".join(e.itertext()).split()) for e in content.iter(tag)]


def address(edition, query=""):
    opts = edition.document._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_compare", args=[edition.document_id]) + query


# What it shows


def test_words_that_were_removed_and_added_are_told_to_the_ear_too(staff):
    live = make_article(summary="A spasm is a cramp of a muscle.")
    changed(live, summary="A spasm is a pull in a muscle.")
    page = staff.get(address(live))
    assert words_in(page, "del") == ["removed words", "removed: cramp of"]
    assert words_in(page, "ins") == ["added words", "added: pull in"]


def test_text_is_shown_as_text(staff):
    live = make_article(body="## Old\n\n1 < 2 & more")
    changed(live, body="## New\n\n<script>alert(1)</script> & more")
    page = staff.get(address(live)).content.decode()
    assert "script&gt;" in page
    assert "<script>alert(1)" not in page


def test_fields_stand_in_the_order_of_reading_and_those_that_stayed_are_named(staff):
    live = make_article()
    changed(live, how_long="Weeks.", title="A cramp in the back", regions="neck")
    page = staff.get(address(live)).content.decode()
    places = [page.index(f'id="field-{name}"') for name in ("title", "how_long", "regions")]
    assert places == sorted(places)
    assert 'id="field-summary"' not in page
    folded = " ".join(words_in(staff.get(address(live)), "summary"))
    assert "Not changed: Summary, Key points, Body, What you can do now" in folded


def test_the_middle_of_a_long_text_is_folded():
    lines = [f"Line {number}." for number in range(40)]
    old = make_article(body="\n".join(lines))
    new = changed(old, body="\n".join(["First.", *lines[1:-1], "Last."]))
    body = next(field for field in compared(old, new).fields if field.name == "body")
    left = [piece for piece in body.pieces if piece.kind != "removed"]
    assert "".join(piece.text + piece.folded + piece.after for piece in left) == new.body
    kept = [piece for piece in body.pieces if piece.folded]
    assert len(kept) == 1
    assert 30 < len(kept[0].folded.splitlines()) < 40


def test_steps_are_added_removed_changed_and_moved():
    old = make_checklist(steps=5)
    new = changed(old)
    first, second, third, *_rest = new.steps.all()
    first.delete()
    second.position = 900
    second.save()
    third.phase, third.hold_seconds = Phase.AFTER, 30
    third.save()
    make_step(new, 6, action="Lie on your side")
    steps = compared(old, new).parts[0]
    told = {(row.kind, row.title): [field.label for field in row.fields] for row in steps.rows}
    assert ("added", "Lie on your side") in told
    assert told["changed", "Roll your knees from side to side"] == ["Phase", "Hold"]
    assert sorted(row.word for row in steps.rows) == ["added", "changed", "moved", "removed"]
    assert len(steps.kept) == 2


def test_choices_are_told_in_words():
    old = make_checklist()
    new = changed(old, cause="nerve")
    cause = next(field for field in compared(old, new).fields if field.name == "cause")
    assert [piece.text.strip() for piece in cause.pieces] == ["spasm or", "pinched nerve"]


def test_what_an_article_is_about_and_leads_to_is_told_by_name(staff):
    make_checklist(slug="neck-first-days", title="Neck: the first days")
    live = make_article(regions="low-back")
    changed(live, regions="neck low-back", checklist="neck-first-days")
    page = staff.get(address(live))
    added = words_in(page, "ins")
    assert any("Neck: the first days" in words for words in added)
    assert any("Neck" in words for words in added)
    assert "low-back" not in " ".join(words_in(page, "div"))


def test_sources_are_told_by_their_names(staff):
    live = make_article(sources=2)
    draft = changed(live)
    gone = draft.citations.first()
    gone.delete()
    added = make_source(title="Warmth for tight backs")
    type(gone).objects.create(edition=draft, position=3, source=added, supports="Warmth eases pain.")
    page = staff.get(address(live)).content.decode()
    for said in (str(gone.source), "Warmth for tight backs", "Warmth eases pain."):
        assert said in page, said
    assert page.count("compare__row--removed") == page.count("compare__row--added") == 1


def test_a_source_that_only_changed_its_number_has_moved():
    old = make_article(sources=2)
    new = changed(old)
    last = new.citations.last()
    last.position = 0
    last.save()
    part = compared(old, new).parts[0]
    assert [row.kind for row in part.rows] == [Kind.MOVED]


def test_words_of_the_glossary_are_compared_one_by_one():
    old = make_glossary(terms=("spasm", "disc", "nerve"))
    new = changed(old)
    term = new.terms.get(slug="disc")
    term.meaning = "A cushion between two bones."
    term.save()
    new.terms.get(slug="nerve").delete()
    rows = compared(old, new).parts[0].rows
    assert {(row.kind, row.title) for row in rows} == {("changed", "disc"), ("removed", "nerve")}


@pytest.mark.parametrize("make", MAKERS)
def test_every_kind_of_document_can_be_compared(staff, make):
    live = make()
    draft = changed(live, title="Another title")
    page = staff.get(address(live))
    assert page.status_code == 200
    assert 'id="field-title"' in page.content.decode()
    assert f"{address(live)}?new={draft.number}" in staff.get(admin_url(draft)).content.decode()


def test_two_editions_that_say_the_same_are_told_so(staff):
    live = make_article()
    changed(live)
    assert "both editions say the same" in staff.get(address(live)).content.decode()


def test_who_wrote_and_reviewed_each_edition_stands_above(staff):
    live = make_article(reviewed_by=make_person("Cleo Clinician"), change_note="First words.")
    changed(live)
    page = staff.get(address(live)).content.decode()
    for said in ("Cleo Clinician", "Wren Writer", "Sam Reed", "First words.", "live", "draft"):
        assert said in page, said


# Which editions


def shown(page):
    return [page.context[side] and page.context[side].number for side in ("old", "new")]


def test_the_live_edition_and_the_newest_are_compared_unless_others_are_chosen(staff):
    first = make_article(body="One.")
    second = published(first, body="Two.")
    third = changed(second, body="Three.")
    assert shown(staff.get(address(first))) == [2, 3]
    assert shown(staff.get(address(first, "?old=1&new=2"))) == [1, 2]
    assert shown(staff.get(address(first, "?old=3&new=1"))) == [3, 1]
    assert shown(staff.get(address(first, "?new=2"))) == [1, 2]
    assert compare_url(third, second) == address(first, "?old=2&new=3")
    page = staff.get(address(first, "?old=1&new=2"))
    assert "One" in words_in(page, "del")[-1]
    assert "Two" in words_in(page, "ins")[-1]


@pytest.mark.parametrize("query", ["?old=1&new=7", "?old=x&new=1", "?new=-1", "?old=%00", "?old=1' or 1=1"])
def test_an_edition_that_is_none_of_this_document_is_refused(staff, query):
    live = make_article()
    changed(live, body="Two.")
    other = make_article(body="A secret of another document.")
    for _number in range(5):
        other = published(other, body=f"A secret, {_number}.")
    page = staff.get(address(live, query))
    assert page.status_code == 404
    assert "no such edition" in page.content.decode()
    assert "secret" not in page.content.decode()


@pytest.mark.parametrize("place", ["0", "999", "abc"])
def test_a_document_that_is_not_there_is_not_found(staff, place):
    assert staff.get(f"/admin/articles/article/{place}/compare/").status_code == 404


def test_one_edition_has_nothing_to_be_compared_with(staff):
    assert "one edition only" in staff.get(address(make_article())).content.decode()


def test_the_list_of_editions_lets_two_be_chosen(staff):
    live = make_article()
    changed(live)
    page = staff.get(admin_url(live.document)).content.decode()
    assert f'<form id="compare" method="get" action="{address(live)}">' in page
    assert 'aria-label="Compare from edition 1" checked' in page
    assert 'aria-label="Compare to edition 2" checked' in page
    assert 'form="compare"' not in staff.get(admin_url(make_article().document)).content.decode()


# Who, and what then


def test_an_older_edition_is_restored_from_there(staff):
    first = make_article(body="One.")
    published(first, body="Two.")
    page = staff.get(address(first)).content.decode()
    assert f'href="{admin_url(first, "act", "restore")}"' in page
    reader = make_user()
    reader.user_permissions.set(make_user("Writer").groups.get().permissions.filter(codename="view_article"))
    page = signed_in(reader).get(address(first))
    assert page.status_code == 200
    assert "/act/" not in page.content.decode()


def test_the_page_is_for_staff_who_may_see_the_document(client):
    live = make_article()
    changed(live)
    assert client.get(address(live)).status_code == 302
    assert signed_in(make_user()).get(address(live)).status_code == 403
    assert signed_in(make_user("Writer")).get(address(live)).status_code == 200


def test_the_page_needs_few_queries_whatever_the_number_of_editions(staff, django_assert_max_num_queries):
    edition = make_checklist(steps=12)
    changed(published(edition, title="Two"), title="Three")
    staff.get(address(edition))
    with django_assert_max_num_queries(12):
        staff.get(address(edition))
    for number in range(6):
        edition.document.editions.filter(state="draft").delete()
        edition = published(edition, title=f"Title {number}")
    changed(edition, title="The last")
    with django_assert_max_num_queries(12):
        staff.get(address(edition))
