"""PEMAT: the list, its arithmetic, and the page on which reviewers rate an edition."""

import pytest

from education.desk.rating import rate
from education.editorial.models import PematRating
from education.editorial.states import EditionError, NotAllowed
from education.staff.models import Entry
from education.staff.roles import REVIEWER, WRITER
from education.wording.pemat import Answer, Scale, groups, items, score, to_lift
from tests.desk.staff import admin_url, form_on, signed_in, told
from tests.factories import make_article, make_care_card, make_checklist, make_person
from tests.pages import page_of

UNDERSTANDABILITY = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16, 17, 18, 19]
ACTIONABILITY = [20, 21, 22, 23, 24, 25, 26]
MAY_BE_SKIPPED = {6, 8, 9, 11, 16, 17, 18, 19, 24, 25}


def answers(but=(), skip=()):
    """Agree to all but some."""
    given = {item.number: Answer.AGREE for item in items()}
    return given | dict.fromkeys(but, Answer.DISAGREE) | dict.fromkeys(skip, Answer.SKIP)


def sent(but=(), skip=()):
    return {f"item-{number}": answer.value for number, answer in answers(but, skip).items()}


# ---- The list


def test_the_list_has_the_items_for_print_under_their_own_numbers():
    assert [item.number for item in items(Scale.UNDERSTANDABILITY)] == UNDERSTANDABILITY
    assert [item.number for item in items(Scale.ACTIONABILITY)] == ACTIONABILITY


def test_only_some_items_may_be_skipped():
    assert {item.number for item in items() if Answer.SKIP in item.answers} == MAY_BE_SKIPPED


def test_every_item_has_words_of_its_own():
    assert len({item.says for item in items()} | {item.lift for item in items()}) == 48
    assert len({group.title for group in groups()}) == len(groups())


@pytest.mark.parametrize(("but", "skip", "understandability", "actionability"), [
    ([], [], 100, 100),
    ([], MAY_BE_SKIPPED, 100, 100),
    (UNDERSTANDABILITY, [], 0, 100),
    ([1], [], 94, 100),  # 16 of 17
    ([1], [6, 16, 17, 18, 19], 92, 100),  # 11 of 12
    ([20, 23], [24, 25], 100, 60),  # 3 of 5
    ([20], [24], 100, 83),  # 5 of 6
])  # fmt: skip
def test_the_score_is_the_share_of_what_applies(but, skip, understandability, actionability):
    given = answers(but, skip)
    assert score(given, Scale.UNDERSTANDABILITY) == understandability
    assert score(given, Scale.ACTIONABILITY) == actionability


def test_what_has_no_answer_or_a_wrong_one_has_no_score():
    for wrong in ({}, answers() | {1: Answer.SKIP}):
        with pytest.raises(ValueError, match="Item 1"):
            score(wrong, Scale.UNDERSTANDABILITY)


def test_what_was_not_agreed_with_would_lift_the_score():
    assert [item.number for item in to_lift(answers([3, 20], [6]), Scale.UNDERSTANDABILITY)] == [3]
    assert [item.number for item in to_lift(answers([3, 20], [6]), Scale.ACTIONABILITY)] == [20]


# ---- Rating


@pytest.fixture
def reviewer(db):
    return make_person("Cleo Clinician", roles=[REVIEWER])


@pytest.fixture
def writer(db):
    return make_person("Wren Writer", roles=[WRITER], is_clinician=False)


def test_a_rating_is_kept_with_its_edition_and_stands_in_the_trail(reviewer):
    edition = make_article("in-review")
    rating = rate(edition, reviewer, answers([3], [6]))
    assert list(PematRating.objects.about(edition)) == [rating]
    assert (rating.understandability, rating.actionability) == (94, 100)
    assert (rating.answers["3"], rating.answers["6"]) == ("disagree", "n/a")
    entry = Entry.objects.get(act="rate")
    assert (entry.user_id, entry.to_edition) == (reviewer.user_id, edition.number)


def test_only_reviewers_rate(writer):
    with pytest.raises(NotAllowed):
        rate(make_article("in-review"), writer, answers())
    assert not PematRating.objects.exists()


def test_a_draft_is_not_rated(reviewer):
    with pytest.raises(EditionError):
        rate(make_article("draft"), reviewer, answers())


def test_a_rating_cannot_be_changed(reviewer):
    rating = rate(make_article("in-review"), reviewer, answers())
    rating.understandability = 1
    with pytest.raises(EditionError):
        rating.save()


# ---- The page


@pytest.mark.parametrize("make", [make_article, make_checklist, make_care_card])
def test_any_kind_of_edition_is_rated_and_the_result_says_what_would_lift_it(reviewer, make):
    edition = make("in-review")
    client = signed_in(reviewer.user)
    url = admin_url(edition, "pemat")
    assert url in client.get(admin_url(edition)).content.decode()
    assert url in client.get(admin_url(edition, "act", "approve")).content.decode()
    page = client.get(url)
    assert "Nobody has rated this edition yet." in page.content.decode()

    answer = client.post(url, form_on(page) | sent([5, 20, 21, 22], [19, 24, 25]), follow=True)
    assert answer.redirect_chain == [(url, 302)]
    assert told(answer)[0].startswith("Your rating is kept. Understandability 94, actionability 40")
    shown = page_of(answer, url)
    assert "94 out of 100" in shown.main
    assert "40 out of 100" in shown.main
    assert "Low." in shown.main
    assert "Turn sentences around" in shown.main
    assert "Explain each medical word" not in shown.main
    assert "By Cleo Clinician, DPT" in shown.main
    assert shown.html_errors == []


def test_a_missing_answer_is_named_and_the_others_stay(reviewer):
    client = signed_in(reviewer.user)
    url = admin_url(make_article("in-review"), "pemat")
    given = sent([3], [6])
    del given["item-7"], given["item-24"]
    page = page_of(client.post(url, given), url)
    assert page.status == 200
    assert page.title.startswith("Error:")
    links = [a.get("href") for box in page.with_class("act__faults") for a in box.iter("a")]
    assert links == ["#id_item-7_0", "#id_item-24_0"]
    assert {link[1:] for link in links} <= set(page.ids)
    ticked = {radio.get("name"): radio.get("value") for radio in page.all("input", type="radio")
              if radio.get("checked") is not None}  # fmt: skip
    assert ticked == given
    assert not PematRating.objects.exists()


@pytest.mark.parametrize("forged", [{"item-1": "n/a"}, {"item-2": "maybe"}])
def test_an_answer_that_an_item_does_not_take_is_refused(reviewer, forged):
    client = signed_in(reviewer.user)
    url = admin_url(make_article("in-review"), "pemat")
    assert "choose an answer" in client.post(url, sent() | forged).content.decode()
    assert not PematRating.objects.exists()


def test_each_item_is_a_question_of_its_own_with_a_legend(reviewer):
    page = page_of(signed_in(reviewer.user).get(admin_url(make_article("in-review"), "pemat")), "pemat")
    assert len(page.all("legend")) == 24
    radios = page.all("input", type="radio")
    assert len(radios) == 24 * 2 + len(MAY_BE_SKIPPED)
    labels = {label.get("for") for label in page.all("label")}
    assert {radio.get("id") for radio in radios} <= labels


def test_earlier_ratings_of_all_editions_are_listed(reviewer):
    first = make_article()
    second = first.new_draft(make_person())
    second.submit(make_person())
    rate(first, reviewer, answers(UNDERSTANDABILITY))
    rate(second, reviewer, answers())
    rate(make_article(), reviewer, answers([20]))  # of another document
    page = page_of(signed_in(reviewer.user).get(admin_url(second, "pemat")), "pemat")
    (table,) = page.with_class("editions__scroll")
    rows = [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in table.iter("tr")][1:]
    assert [(row[0], row[3], row[4]) for row in rows] == [
        ("Edition 2", "100", "100"), ("Edition 1", "0", "100")
    ]  # fmt: skip
    assert "100 out of 100" in page.main


def test_a_writer_sees_ratings_and_gives_none(writer, reviewer):
    edition = make_article("in-review")
    rate(edition, reviewer, answers([5]))
    client = signed_in(writer.user)
    page = page_of(client.get(admin_url(edition, "pemat")), "pemat")
    assert "94 out of 100" in page.main
    assert page.all("input", type="radio") == []
    assert client.post(admin_url(edition, "pemat"), sent()).status_code == 403
    assert PematRating.objects.count() == 1


def test_a_draft_leads_back_to_its_page(reviewer):
    edition = make_article("draft")
    client = signed_in(reviewer.user)
    assert admin_url(edition, "pemat") not in client.get(admin_url(edition)).content.decode()
    answer = client.post(admin_url(edition, "pemat"), sent(), follow=True)
    assert answer.redirect_chain == [(admin_url(edition), 302)]
    assert "Send it to review first" in told(answer)[0]
    assert not PematRating.objects.exists()


def test_the_page_is_for_staff(client, db):
    edition = make_article("in-review")
    url = admin_url(edition, "pemat")
    assert client.get(url).status_code == 302
    assert client.get(url.replace(str(edition.pk), "999")).status_code == 302
