"""Where an article appears: chosen from names that people know, and nothing that is stored is dropped."""

import html
import json
import re

import html5lib
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from education.articles import forms
from education.articles.models import Article, ArticleEdition
from education.staff.roles import WRITER
from tests.desk.staff import admin_url, form_on, save, signed_in
from tests.factories import (
    make_article,
    make_checklist,
    make_clinic,
    make_document,
    make_person,
    make_topic,
    rewrite,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    return signed_in(make_person("Wren Writer", roles=[WRITER]).user)


def shown(answer):
    return html.unescape(answer.content.decode())


def controls(answer, name):
    """Return what can be chosen under a name, in the order of the page: (value, label, is chosen)."""
    page = html5lib.parse(answer.content.decode(), namespaceHTMLElements=False)
    labels = {e.get("for"): text_of(e) for e in page.iter("label")}
    found = []
    for element in page.iter():
        if element.get("name") != name:
            continue
        if element.tag == "select":
            found += [(o.get("value"), text_of(o), o.get("selected") is not None) for o in element]
        elif element.get("type") in {"checkbox", "radio"}:
            label = labels.get(element.get("id"), "")
            found.append((element.get("value"), label, element.get("checked") is not None))
    return found


def text_of(element):
    return " ".join("".join(element.itertext()).split())


def chosen(answer, name):
    return [label for value, label, is_chosen in controls(answer, name) if is_chosen and value]


def stored(edition, *names):
    edition.refresh_from_db()
    return tuple(getattr(edition, name) for name in names)


def put(edition, **words):
    """Write into a draft what no form would take, as an older release may have left it."""
    ArticleEdition.objects.filter(pk=edition.pk).update(**words)


# Regions


def test_regions_are_chosen_by_their_names(writer):
    page = writer.get(admin_url(make_article("draft", regions="")))
    names = ["Neck", "Upper and middle back", "Low back", "Shoulder"]
    assert [label for _value, label, _is in controls(page, "regions_also")] == names
    assert [label for value, label, _is in controls(page, "regions") if value] == names


def test_the_main_region_comes_first_and_the_others_follow(writer):
    edition = make_article("draft", regions="")
    save(writer, edition, regions="low-back", regions_also=["neck", "shoulder"])
    assert stored(edition, "regions") == ("low-back neck shoulder",)
    assert edition.main_region == "low-back"


def test_a_region_that_is_main_and_ticked_too_stands_there_once(writer):
    edition = make_article("draft", regions="")
    save(writer, edition, regions="neck", regions_also=["neck", "shoulder"])
    assert stored(edition, "regions") == ("neck shoulder",)


def test_without_a_main_region_the_first_ticked_one_is_it(writer):
    edition = make_article("draft", regions="")
    save(writer, edition, regions="", regions_also=["upper-back", "shoulder"])
    assert stored(edition, "regions") == ("upper-back shoulder",)
    page = writer.get(admin_url(edition))
    assert chosen(page, "regions") == ["Upper and middle back"]
    assert chosen(page, "regions_also") == ["Shoulder"]


def test_no_region_means_all_of_them(writer):
    edition = make_article("draft", regions="neck shoulder")
    save(writer, edition, regions="", regions_also=[])
    assert stored(edition, "regions") == ("",)
    assert edition.main_region == "any"


@pytest.mark.parametrize(
    "regions", ["low-back shoulder neck", "shoulder", "neck upper-back low-back shoulder"]
)
def test_the_order_of_regions_survives_a_save(writer, regions):
    edition = make_article("draft", regions=regions)
    save(writer, edition, body="Other words.")
    assert stored(edition, "regions", "body") == (regions, "Other words.")


def test_a_region_that_is_no_longer_known_stays_until_somebody_takes_it_away(writer):
    edition = make_article("draft", regions="neck")
    put(edition, regions="knee neck elbow")
    page = writer.get(admin_url(edition))
    assert chosen(page, "regions") == ["knee (no longer in the list)"]
    assert chosen(page, "regions_also") == ["Neck", "elbow (no longer in the list)"]
    answer = save(writer, edition, body="Other words.")
    assert "Not a region: elbow, knee" in shown(answer)
    assert stored(edition, "regions") == ("knee neck elbow",)
    save(writer, edition, regions="", regions_also="neck")
    assert stored(edition, "regions") == ("neck",)


# The matching plan


def test_a_plan_is_chosen_by_its_title_in_the_language_of_the_article(writer):
    make_checklist(slug="low-back-first-days", title="Low back: the first days")
    make_checklist(slug="espalda", language="es", title="Espalda baja")
    edition = make_article("draft")
    offered = controls(writer.get(admin_url(edition)), "checklist")
    assert [(value, label) for value, label, _is in offered] == [
        ("", "No plan"), ("low-back-first-days", "Low back: the first days"),
    ]  # fmt: skip
    save(writer, edition, checklist="low-back-first-days")
    assert stored(edition, "checklist") == ("low-back-first-days",)
    assert chosen(writer.get(admin_url(edition)), "checklist") == ["Low back: the first days"]


def test_a_plan_that_patients_do_not_see_yet_says_so(writer):
    make_checklist("draft", slug="soon", title="Neck: the first days")
    labels = [label for _v, label, _is in controls(writer.get(admin_url(make_article("draft"))), "checklist")]
    assert "Neck: the first days (not on the site)" in labels


def test_a_plan_that_is_gone_stays_chosen_and_a_review_asks_for_another(writer):
    edition = make_article("draft", checklist="gone-plan")
    page = writer.get(admin_url(edition))
    assert chosen(page, "checklist") == ["gone-plan (no longer in the list)"]
    save(writer, edition, body="Other words.")
    assert stored(edition, "checklist") == ("gone-plan",)
    assert any(error.field == "checklist" for error in edition.errors())


# Related articles


def test_related_articles_are_ticked_by_title_and_keep_their_order(writer):
    for slug, title in (("a", "Zinc and cramps"), ("b", "Moving again"), ("c", "Heat or cold")):
        make_article(slug=slug, title=title)
    edition = make_article("draft", slug="own", related="c a")
    offered = controls(writer.get(admin_url(edition)), "related")
    assert offered == [
        ("c", "Heat or cold", True), ("a", "Zinc and cramps", True), ("b", "Moving again", False),
    ]  # fmt: skip
    save(writer, edition, related=["c", "a", "b"])
    assert stored(edition, "related") == ("c a b",)


def test_an_article_is_not_offered_itself_nor_one_in_another_language(writer):
    make_article(slug="ciatica", language="es", topic=make_topic(language="es"))
    edition = make_article("draft", slug="own")
    assert controls(writer.get(admin_url(edition)), "related") == []


def test_a_related_article_that_is_gone_stays_ticked_until_it_is_taken_away(writer):
    make_article(slug="there", title="Still there")
    edition = make_article("draft", related="gone there")
    page = writer.get(admin_url(edition))
    assert chosen(page, "related") == ["gone (no longer in the list)", "Still there"]
    save(writer, edition, body="Other words.")
    assert stored(edition, "related") == ("gone there",)
    save(writer, edition, related="there")
    assert stored(edition, "related") == ("there",)


def test_too_many_related_articles_are_named_and_stay_ticked(writer):
    slugs = [f"{number:02}-{'long-' * 14}end" for number in range(5)]
    for slug in slugs:
        make_document(Article, slug)
    edition = make_article("draft")
    answer = save(writer, edition, related=slugs, body="Typed just now.")
    assert "at most 300 characters" in shown(answer)
    assert [value for value, _l, is_chosen in controls(answer, "related") if is_chosen] == slugs
    assert "Typed just now." in shown(answer)


def test_titles_stand_there_as_patients_read_them(writer):
    make_clinic(phone="555 0199")
    make_article(slug="call", title="When to call {clinic_phone}")
    offered = controls(writer.get(admin_url(make_article("draft"))), "related")
    assert [label for _value, label, _is in offered] == ["When to call 555 0199"]


# A large library: what is chosen stands there, the rest is found by words


@pytest.fixture
def large(monkeypatch):
    monkeypatch.setattr(forms, "MOST", 3)
    for number in range(5):
        make_article(slug=f"article-{number}", title=f"Stiff neck, part {number}")
        make_checklist(slug=f"plan-{number}", title=f"Plan number {number}")


def test_in_a_large_library_only_what_is_chosen_is_listed(writer, large):
    page = writer.get(admin_url(make_article("draft", related="article-4", checklist="plan-2")))
    assert controls(page, "related") == [("article-4", "Stiff neck, part 4", True)]
    assert controls(page, "checklist") == [("", "No plan", False), ("plan-2", "Plan number 2", True)]
    assert "Find an article by words of its title" in shown(page)


def test_a_small_library_needs_no_search(writer):
    make_article(slug="one")
    assert "by words of its title" not in shown(writer.get(admin_url(make_article("draft"))))


def test_words_that_fit_one_title_choose_it(writer, large):
    edition = make_article("draft", related="article-1", checklist="plan-0")
    save(writer, edition, related_find="part 3", checklist_find="number 4")
    assert stored(edition, "related", "checklist") == ("article-1 article-3", "plan-4")


def test_words_that_fit_several_titles_offer_them(writer, large):
    edition = make_article("draft", related="article-1")
    answer = save(writer, edition, related_find="stiff", body="Typed just now.")
    assert "Several have these words." in shown(answer)
    assert [(value, is_chosen) for value, _label, is_chosen in controls(answer, "related")] == [
        ("article-1", True), *((f"article-{number}", False) for number in (0, 2, 3, 4)),
    ]  # fmt: skip
    assert stored(edition, "related") == ("article-1",)
    sent = form_on(answer)
    assert sent["body"] == "Typed just now."
    assert sent["related_find"] == ""
    writer.post(admin_url(edition), sent | {"related": ["article-1", "article-2"], "_save": "1"})
    assert stored(edition, "related") == ("article-1 article-2",)


def test_words_that_fit_no_title_are_named_and_stay(writer, large):
    answer = save(writer, make_article("draft"), related_find="zebra")
    assert "No title has all of these words." in shown(answer)
    assert form_on(answer)["related_find"] == "zebra"


def test_while_somebody_types_the_same_is_found(writer, large):
    edition = make_article("draft", slug="own", title="Stiff neck, my own part 4")
    url = admin_url(edition, "find", "related")
    found = json.loads(writer.get(url, {"q": "part 4"}).content)
    assert found == {"found": [{"value": "article-4", "label": "Stiff neck, part 4"}]}
    plans = json.loads(writer.get(admin_url(edition, "find", "checklist"), {"q": "number"}).content)
    assert len(plans["found"]) == 5
    assert json.loads(writer.get(url, {"q": " "}).content) == {"found": []}
    assert writer.get(admin_url(edition, "find", "author")).status_code == 404


def test_only_who_may_see_an_article_finds_others(large):
    edition = make_article("draft")
    outsider = signed_in(make_person(roles=[]).user)
    assert outsider.get(admin_url(edition, "find", "related"), {"q": "neck"}).status_code == 403


# Needs and elements


def test_elements_are_ticked_by_what_they_say_and_folded_by_where_they_come_from(writer):
    edition = make_article("draft", covers="000-03")
    page = writer.get(admin_url(edition))
    first = controls(page, "covers")[0]
    assert first == (
        "000-03",
        "What a spasm is: a muscle pulls by itself, hurts sharply and is hard to move",
        True,
    )
    assert len(controls(page, "covers")) > 100
    assert "A spine clinic: what causes back spasms" in shown(page)


def test_what_is_left_out_on_purpose_is_not_offered_but_stays_where_it_is_named(writer):
    from education.articles.coverage.elements import elements

    dropped = next(id for id, element in elements().items() if not element.is_wanted)
    edition = make_article("draft")
    assert dropped not in [value for value, *_ in controls(writer.get(admin_url(edition)), "covers")]
    put(edition, covers=dropped)
    save(writer, edition, body="Other words.")
    assert stored(edition, "covers") == (dropped,)


@pytest.mark.parametrize("name", ["needs", "covers"])
def test_a_code_that_is_no_longer_on_the_board_is_shown_until_it_is_taken_away(writer, name):
    edition = make_article("draft")
    put(edition, **{name: "tea"})
    assert chosen(writer.get(admin_url(edition)), name) == ["tea (no longer in the list)"]
    assert "The coverage board has no tea" in shown(save(writer, edition))
    assert stored(edition, name) == ("tea",)
    save(writer, edition, **{name: []})
    assert stored(edition, name) == ("",)


# Topics


def test_only_topics_of_the_language_are_offered_and_the_one_it_has(writer):
    spanish = make_topic("espasmo", "es", title="Espasmo")
    edition = make_article("draft")
    offered = [label for value, label, _is in controls(writer.get(admin_url(edition)), "topic") if value]
    assert offered == ["Muscle spasm"]
    ArticleEdition.objects.filter(pk=edition.pk).update(topic=spanish)
    assert chosen(writer.get(admin_url(edition)), "topic") == ["Espasmo"]


# For those who only read


def test_who_cannot_change_it_reads_names_and_not_codes(writer):
    make_checklist(slug="low-back-first-days", title="Low back: the first days")
    make_article(slug="sciatica", title="Sciatica")
    live = make_article(
        regions="low-back neck", checklist="low-back-first-days", related="sciatica", needs="work",
        covers="000-03",
    )  # fmt: skip
    rewrite(live, related="sciatica gone")
    page = shown(writer.get(admin_url(live)))
    for name in (
        "Low back, Neck", "Low back: the first days", "Sciatica", "gone (no longer in the list)",
        "Can I work, and when can I go back?", "What a spasm is: a muscle pulls by itself",
    ):  # fmt: skip
        assert name in page
    assert "000-03" not in page


def test_a_comparison_tells_names_and_not_codes(writer):
    live = make_article(regions="neck", needs="work", covers="000-03")
    draft = live.new_draft(make_person())
    draft.regions, draft.needs, draft.covers = "neck low-back", "work cause", "000-03 000-05"
    draft.save()
    page = re.sub(r"</?(mark|ins|del)[^>]*>", "", shown(writer.get(admin_url(live.document, "compare"))))
    for name in ("Low back", "What is it, and why did I get it?", "What a spasm is", "Getting ready for a"):
        assert name in page
    assert "000-0" not in page


# What it asks of the database


def asked(client, edition):
    client.get(admin_url(edition))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(admin_url(edition)).status_code == 200
    return len(queries)


def test_choosing_asks_the_database_once_however_large_the_library(writer, monkeypatch):
    plain = make_article("draft")
    before = asked(writer, plain)
    for number in range(4):
        make_article(slug=f"article-{number}")
        make_checklist(slug=f"plan-{number}")
    full = make_article("draft", related="article-1 article-2", checklist="plan-1")
    with_names = asked(writer, full)
    assert with_names <= before + 2  # whether the plan and the articles are there, as before
    monkeypatch.setattr(forms, "MOST", 2)
    assert asked(writer, full) == with_names
    assert asked(writer, plain) == before
