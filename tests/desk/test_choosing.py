"""What is chosen from lists when things go wrong: two people on one draft, and words that come too late."""

import html
import re

import pytest

from education.articles.models import ArticleEdition
from education.staff.roles import WRITER
from tests.desk.staff import admin_url, form_on, save, signed_in
from tests.factories import make_article, make_checklist, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def wren():
    return signed_in(make_person("Wren Writer", roles=[WRITER]).user)


@pytest.fixture
def sam():
    return signed_in(make_person("Sam Scribe", roles=[WRITER]).user)


@pytest.fixture
def edition():
    for slug, title in (("heat", "Heat or cold"), ("sciatica", "Sciatica"), ("sleep", "Sleeping well")):
        make_article(slug=slug, title=title)
    make_checklist(slug="neck-plan", title="Neck: the first days")
    make_checklist(slug="back-plan", title="Back: the first days")
    return make_article("draft", slug="own", regions="low-back neck", related="sciatica heat", needs="work")


def sent(client, edition, form, **changes):
    return client.post(admin_url(edition), form | {"_save": "1"} | changes, follow=True)


def shown(answer):
    return re.sub(r"</?mark>", "", html.unescape(answer.content.decode()))


def conflict_form(answer):
    return form_on(answer, which="no form has this id")


def both_changed(wren, sam, edition, mine, theirs):
    """Return the page that Wren gets when Sam has saved first."""
    form = form_on(wren.get(admin_url(edition)))
    save(sam, edition, **theirs)
    return sent(wren, edition, form, **mine)


def test_two_choices_stand_side_by_side_by_their_names(wren, sam, edition):
    answer = both_changed(
        wren, sam, edition,
        mine={"regions": "shoulder", "regions_also": "neck", "related": ["heat"], "checklist": "neck-plan",
              "needs": ["work", "cause"], "covers": "000-03"},
        theirs={"regions": "neck", "regions_also": [], "related": ["sleep"], "checklist": "back-plan",
                "needs": ["outlook"], "covers": "000-05"},
    )  # fmt: skip
    assert answer.status_code == 409
    page = shown(answer)
    for name in ("Shoulder", "Heat or cold", "Sleeping well", "Neck: the first days", "Back: the first days",
                 "How long will it last?", "What a spasm is", "Getting ready for a visit"):  # fmt: skip
        assert name in page
    assert {name for name in conflict_form(answer) if name.startswith("choose-")} == {
        f"choose-{name}" for name in ("regions", "related", "checklist", "needs", "covers")
    }


@pytest.mark.parametrize(
    ("choice", "regions", "related"),
    [("mine", "shoulder neck", "heat"), ("theirs", "neck", "sleep sciatica")],
)
def test_the_choice_that_is_kept_is_stored_whole(wren, sam, edition, choice, regions, related):
    answer = both_changed(
        wren, sam, edition,
        mine={"regions": "shoulder", "regions_also": "neck", "related": ["heat"]},
        theirs={"regions": "neck", "regions_also": [], "related": ["sleep", "sciatica"]},
    )  # fmt: skip
    choices = {"choose-regions": choice, "choose-related": choice}
    sent(wren, edition, conflict_form(answer), **choices)
    edition.refresh_from_db()
    assert (edition.regions, edition.related) == (regions, related)


def test_a_choice_that_only_a_colleague_changed_is_proposed(wren, sam, edition):
    answer = both_changed(wren, sam, edition, {"body": "Mine."}, {"body": "Theirs.", "related": ["sleep"]})
    form = conflict_form(answer)
    assert (form["choose-body"], form["choose-related"]) == ("mine", "theirs")
    assert "choose-regions" not in form
    sent(wren, edition, form)
    edition.refresh_from_db()
    assert (edition.body, edition.related, edition.regions) == ("Mine.", "sleep", "low-back neck")


def test_untouched_choices_are_no_conflict(wren, sam, edition):
    answer = both_changed(wren, sam, edition, {"how_long": "Days."}, {"how_long": "Weeks."})
    assert [name for name in conflict_form(answer) if name.startswith("choose-")] == ["choose-how_long"]


def test_choices_that_come_too_late_are_shown_and_start_a_new_draft(wren, edition):
    form = form_on(wren.get(admin_url(edition)))
    edition.submit(edition.author)
    edition.send_back(make_person(), "Shorter.")
    edition.submit(edition.author)
    edition.approve(make_person(), edition.written_on.replace(year=edition.written_on.year + 1))
    edition.publish(make_person(), None, {warning.code: "Known." for warning in edition.warnings()})
    changes = {"regions": "neck", "regions_also": ["shoulder"], "related": ["sleep", "heat"]}
    answer = sent(wren, edition, form, **changes)
    assert "Your words could not be saved here" in shown(answer)
    assert "Shoulder" in shown(answer)
    again = form_on(answer, which="no form has this id")
    wren.post(admin_url(edition), again | changes | {"_new_draft": "1"})
    draft = ArticleEdition.objects.get(document=edition.document, number=2)
    assert (draft.regions, draft.related) == ("neck shoulder", "sleep heat")


def test_choices_of_an_earlier_visit_come_back(wren, edition):
    form = form_on(wren.get(admin_url(edition)))
    earlier = {"regions": "shoulder", "regions_also": ["neck"], "related": ["gone", "heat"], "_put_back": "1"}
    again = form_on(wren.post(admin_url(edition), form | earlier))
    assert (again["regions"], again["regions_also"], again["related"]) == (
        "shoulder",
        "neck",
        ["gone", "heat"],
    )
    edition.refresh_from_db()
    assert edition.related == "sciatica heat"


def test_a_copy_from_before_there_were_lists_comes_back_too(wren, edition):
    form = form_on(wren.get(admin_url(edition)))
    earlier = {
        "regions": "neck shoulder",
        "regions_also": [],
        "related": "heat sleep",
        "covers": "000-05 000-03",
    }
    sent(wren, edition, form, **earlier)
    edition.refresh_from_db()
    assert (edition.regions, edition.related, edition.covers) == (
        "neck shoulder",
        "heat sleep",
        "000-03 000-05",
    )


# Drawings


def test_the_drawing_of_a_step_is_chosen_by_its_name(wren):
    edition = make_checklist("draft", steps=1)
    page = shown(wren.get(admin_url(edition)))
    assert re.search(r'<option value="knee-rolls" selected>\s*Knee rolls', page)
    assert '<option value="">No drawing' in page
    assert 'class="figure__art"' in page  # what it looks like
    save(wren, edition, **{"steps-0-figure": "pelvic-tilt"})
    assert edition.steps.get().figure == "pelvic-tilt"


def test_a_drawing_that_is_gone_stays_chosen(wren):
    edition = make_checklist("draft", steps=1)
    edition.steps.update(figure="knee-bends")
    assert "knee-bends (no longer in the list)" in shown(wren.get(admin_url(edition)))
    save(wren, edition, goal="Less pain.")
    assert edition.steps.get().figure == "knee-bends"


def test_two_drawings_stand_side_by_side_by_their_names(wren, sam):
    edition = make_checklist("draft", steps=1)
    answer = both_changed(
        wren, sam, edition, {"steps-0-figure": "neck-turn"}, {"steps-0-figure": "pelvic-tilt"}
    )
    assert "Neck turn" in shown(answer)
    assert "Pelvic tilt" in shown(answer)
