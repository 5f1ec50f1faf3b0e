"""The coverage board: its data, its rules, and its pages as staff see them."""

import re
import tomllib

import pytest

from education.articles.coverage import elements as elements_module
from education.articles.coverage import needs
from education.articles.coverage.board import EVERY, PLACES, Board, columns
from education.articles.coverage.elements import (
    ORIGINS,
    ElementsError,
    Kind,
    Use,
    elements,
    in_order,
    parse_elements,
)
from education.articles.coverage.needs import Need
from education.articles.models import ArticleEdition
from education.clinic.models import Clinic
from education.library.files import STARTER
from education.staff.roles import WRITER
from education.urgency.levels import Level
from tests.desk.staff import form_on, save, signed_in, told
from tests.factories import (
    make_admin,
    make_article,
    make_care_card,
    make_checklist,
    make_clinic,
    make_glossary,
    make_person,
    make_region_page,
    make_topic,
    make_user,
)
from tests.pages import page_of, visit

BOARD = "/admin/coverage/"
ELEMENTS = "/admin/coverage/elements/"


def board(language="en"):
    return Board(Clinic.load(), language)


def titles(cell):
    return [answer.title for answer in cell.answers]


def element(id, language="en"):
    return next(row for row in board(language).element_rows() if row.element.id == id)


# ---- The data


def test_the_five_pages_have_183_elements():
    counted = {origin: sum(e.origin == origin for e in elements().values()) for origin in ORIGINS}
    assert counted == {"000": 19, "001": 47, "002": 41, "003": 47, "004": 29}
    assert len(elements()) == 183


def test_elements_are_numbered_without_a_gap_and_in_order():
    expected = [f"{origin}-{n:02}" for origin, last in
                {"000": 19, "001": 47, "002": 41, "003": 47, "004": 29}.items()
                for n in range(1, last + 1)]  # fmt: skip
    assert list(elements()) == expected


def test_every_kind_and_use_occurs():
    assert {e.kind for e in elements().values()} == set(Kind)
    assert {e.use for e in elements().values()} == set(Use)


def test_what_must_never_be_repeated_is_marked():
    never = {"002-08", "002-10", "002-11", "002-40", "003-13", "003-17", "003-27"}
    assert {id for id, e in elements().items() if e.use is Use.SAFETY} == never


def test_what_is_not_simply_kept_says_why():
    assert [e.id for e in elements().values() if e.use is not Use.KEEP and not e.why] == []


def test_adverts_are_left_out_and_nothing_else():
    dropped = {e.kind for e in elements().values() if not e.is_wanted}
    assert dropped == {Kind.PROMOTION}


def test_every_place_that_answers_has_a_page():
    assert set(PLACES) == set(elements_module.PLACES)


GOOD = '[[element]]\nid = "001-01"\nkind = "claim"\nelement = "x"\nuse = "keep"\n'


@pytest.mark.parametrize(("text", "fault"), {
    "a number that is none": (GOOD.replace("001-01", "1-1"), "1-1 is not an id"),
    "twice": (GOOD * 2, "001-01 is listed twice"),
    "an unknown kind": (GOOD.replace("claim", "rumor"), "001-01: 'rumor'"),
    "an unknown field": (GOOD + 'note = "x"\n', "001-01: .*note"),
    "no words": (GOOD.replace('element = "x"\n', ""), "001-01: .*element"),
    "no reason": (GOOD.replace("keep", "drop"), "001-01: say why"),
    "an unknown page": (GOOD + 'pages = ["shop"]\n', "001-01: there is no page shop"),
}.values())  # fmt: skip
def test_a_fault_in_the_list_names_the_element(text, fault):
    with pytest.raises(ElementsError, match=fault):
        parse_elements(text)


def test_codes_are_kept_once_and_in_order():
    assert needs.in_order(["work", "cause", "work"]) == "cause work"
    assert in_order(["004-01", "000-03"]) == "000-03 004-01"
    with pytest.raises(ValueError, match="wrok"):
        needs.in_order(["wrok"])
    with pytest.raises(ValueError, match="009-99"):
        in_order(["009-99"])


def test_the_needs_are_nine_and_each_has_its_words():
    assert len(Need) == 9
    assert len({need.label for need in Need} | {need.question for need in Need}) == 18


def test_starter_articles_name_needs_and_elements_that_exist():
    files = sorted(STARTER.glob("en/articles/*.md"))
    assert len(files) == 8
    for path in files:
        front = tomllib.loads(path.read_text(encoding="utf-8").split("+++")[1])
        assert front["needs"], path.name
        assert " ".join(front["needs"]) == needs.in_order(front["needs"]), path.name
        assert " ".join(front["covers"]) == in_order(front["covers"]), path.name


# ---- The grid


@pytest.mark.django_db
def test_the_grid_has_45_cells_and_all_are_empty_at_first():
    assert len(columns()) * len(Need) == 45
    empty = board()
    assert [empty.cell(r, n).answers for r, _ in columns() for n in Need] == [()] * 45


@pytest.mark.django_db
def test_an_article_fills_its_needs_in_its_regions():
    make_article(title="At work", regions="neck shoulder", needs="work outlook")
    found = board()
    filled = {(r, n) for r, _ in columns() for n in Need if titles(found.cell(r, n)) == ["At work"]}
    assert filled == {
        ("neck", Need.WORK), ("neck", Need.OUTLOOK), ("shoulder", Need.WORK), ("shoulder", Need.OUTLOOK)
    }  # fmt: skip


@pytest.mark.django_db
def test_an_article_about_all_regions_answers_in_general_only():
    make_article(title="Anywhere", regions="", needs="work")
    found = board()
    assert titles(found.cell(EVERY, Need.WORK)) == ["Anywhere"]
    neck = found.cell("neck", Need.WORK)
    assert (neck.answers, neck.only_in_general) == ((), True)


@pytest.mark.django_db
@pytest.mark.parametrize("standing", ["draft", "in-review", "approved", "scheduled", "live"])
def test_what_is_live_or_in_work_counts(standing):
    make_article(standing, title="Neck", regions="neck", needs="cause")
    (answer,) = board().cell("neck", Need.CAUSE).answers
    assert answer.standing == standing
    assert answer.is_live == (standing == "live")


@pytest.mark.django_db
def test_what_is_retired_or_superseded_does_not_count():
    make_article("retired", title="Gone", regions="neck", needs="cause")
    old = make_article(title="Old", regions="neck", needs="outlook")
    make_article(title="New", document=old.document, regions="neck", needs="work")
    found = board()
    assert not found.cell("neck", Need.CAUSE).answers
    assert not found.cell("neck", Need.OUTLOOK).answers
    assert titles(found.cell("neck", Need.WORK)) == ["New"]


@pytest.mark.django_db
def test_a_document_with_a_draft_beside_it_is_listed_once_as_live():
    live = make_article(title="Live words", regions="neck", needs="cause")
    make_article("draft", document=live.document, title="Draft words", regions="neck", needs="cause work")
    found = board()
    assert titles(found.cell("neck", Need.CAUSE)) == ["Live words"]
    assert titles(found.cell("neck", Need.WORK)) == ["Draft words"]


@pytest.mark.django_db
def test_plans_are_self_care_and_cards_say_where_to_get_help():
    make_checklist(title="First days", region="low-back")
    make_care_card(region="low-back", level=Level.EMERGENCY_GO)
    make_care_card(region="any", level=Level.BOOK_SOON)
    make_care_card(region="neck", level=Level.SELF_CARE)
    found = board()
    assert titles(found.cell("low-back", Need.SELF_CARE)) == ["First days"]
    assert "Care card: Go to an emergency department now" in titles(found.cell("low-back", Need.HELP))
    assert titles(found.cell(EVERY, Need.HELP)) == ["Care card: Book an appointment"]
    assert titles(found.cell("neck", Need.SELF_CARE)) == ["Care card: Care at home, and watch for changes"]
    assert not found.cell("neck", Need.HELP).answers


@pytest.mark.django_db
def test_each_language_has_a_board_of_its_own():
    make_article(title="Trabajo", language="es", regions="neck", needs="work")
    assert not board("en").cell("neck", Need.WORK).answers
    assert titles(board("es").cell("neck", Need.WORK)) == ["Trabajo"]


# ---- The elements


@pytest.mark.django_db
def test_an_element_is_answered_by_the_articles_that_name_it():
    assert element("001-18").state == "open"
    make_article("draft", title="Why it is done", covers="001-18 001-22")
    assert (element("001-18").state, titles(element("001-18"))) == ("in-work", ["Why it is done"])
    make_article(title="What is done", covers="001-18")
    assert (element("001-18").state, titles(element("001-18"))) == (
        "answered", ["What is done", "Why it is done"],
    )  # fmt: skip


@pytest.mark.django_db
def test_a_page_answers_only_while_its_document_is_there():
    assert element("002-25").state == "open"
    make_checklist("draft", slug="low-back-first-days", title="First days")
    assert element("002-25").state == "in-work"
    assert element("000-12").state == "open"
    make_region_page(region="neck")
    make_glossary(terms=("fibromyalgia",))
    assert element("000-12").state == "answered"
    assert titles(element("003-12")) == ["Glossary: fibromyalgia"]
    assert titles(element("000-11")) == ["Spine explorer"]
    assert element("000-19").state == "left-out"


@pytest.mark.django_db
def test_what_the_starter_library_leaves_open(library):
    found = board()
    rows = found.element_rows()
    assert [row.element.id for row in rows if len(row.answers) < len(row.element.pages)] == []
    open_ones = {row.element.id for row in rows if row.state == "open"}
    assert {"001-27", "002-22", "003-26", "003-42"} <= open_ones  # nobody has written about these
    assert not {"000-06", "002-11", "002-40"} & open_ones
    holes = {(r, n) for r, _ in columns() for n in Need if not found.cell(r, n).answers}
    assert ("neck", Need.TRIGGERS) in holes
    assert not {(r, n) for r, n in holes if n in {Need.SELF_CARE, Need.HELP}}


# ---- The pages


@pytest.fixture
def writer(db):
    return signed_in(make_person("Wren Writer", roles=[WRITER]).user)


@pytest.mark.django_db
@pytest.mark.parametrize("path", [BOARD, ELEMENTS])
def test_the_board_is_for_staff_who_may_see_articles(client, path):
    assert client.get(path).status_code == 302
    assert signed_in(make_user()).get(path).status_code == 403
    assert signed_in(make_admin()).post(path).status_code == 405


def test_the_board_says_what_is_filled_and_what_is_not(writer, library):
    page = page_of(writer.get(BOARD), BOARD)
    assert "34 of 45 cells are filled." in page.text
    assert "Nothing yet" in page.text
    assert page.html_errors == []
    assert len(page.ids) == len(set(page.ids))
    (grid,) = page.with_class("coverage__grid")
    assert [th.get("scope") for th in grid.iter("th")] == ["col"] * 6 + ["row"] * 9


def test_an_empty_cell_leads_to_an_article_that_answers_it(writer):
    make_topic()
    page = page_of(writer.get(BOARD), BOARD)
    (link,) = {
        a.get("href") for a in page.all("a") if "needs=work" in a.get("href", "") and "=neck" in a.get("href")
    }
    form = writer.get(link)
    assert "Can I work, and when can I go back? – Neck" in form.content.decode()
    sent = form_on(form) | {"title": "Neck pain at work", "slug": "neck-pain-at-work", "_save": "1"}
    assert "first draft" in told(writer.post(link, sent, follow=True))[0]
    draft = ArticleEdition.objects.get(document__slug="neck-pain-at-work")
    assert (draft.needs, draft.regions) == ("work", "neck")
    assert titles(board().cell("neck", Need.WORK)) == ["Neck pain at work"]


def test_what_a_forged_link_begins_with_is_left_out(writer):
    make_topic()
    link = "/admin/articles/article/add/?needs=nonsense&regions=knee&covers=000-99"
    sent = form_on(writer.get(link)) | {"title": "Knee", "slug": "knee", "_save": "1"}
    writer.post(link, sent, follow=True)
    draft = ArticleEdition.objects.get(document__slug="knee")
    assert (draft.needs, draft.regions, draft.covers) == ("", "", "")


def test_elements_can_be_narrowed_down(writer, library):
    def shown(query):
        page = page_of(writer.get(f"{ELEMENTS}?{query}"), ELEMENTS)
        assert page.html_errors == []
        return [th.get("id") for th in page.all("tr") if (th.get("id") or "").startswith("e-")]

    assert len(shown("")) == 183
    assert len(shown("use=drop")) == 4
    assert len(shown("kind=safety&use=safety")) == 5
    assert len(shown("origin=004")) == 29
    assert "e-002-22" in shown("state=open&kind=content")
    assert "e-002-23" not in shown("state=open&kind=content")
    assert shown("state=in-work") == []
    assert "No element fits these filters." in writer.get(f"{ELEMENTS}?state=in-work").content.decode()


def test_the_board_takes_few_queries_however_much_there_is(writer):
    make_clinic()
    counts = set()
    for number in range(3):
        make_article(title=f"Article {number}", needs="cause", covers="001-18")
        for path in (BOARD, ELEMENTS):
            counts.add(visit(writer, path).queries)
    assert len(counts) == 1
    assert counts.pop() < 10


def test_a_long_cell_is_cut_short_and_says_so(writer):
    for number in range(8):
        make_article(title=f"Article {number}", regions="neck", needs="cause")
    page = page_of(writer.get(BOARD), BOARD)
    assert "and more" in page.main
    assert "Article 5" in page.main
    assert "Article 6" not in page.main


def test_a_clinic_of_two_languages_chooses_between_boards(writer):
    make_clinic(languages=["en", "es"])
    make_article(title="Trabajo", language="es", regions="neck", needs="work")
    assert "Trabajo" not in writer.get(BOARD).content.decode()
    page = writer.get(f"{BOARD}?language=es").content.decode()
    assert "Trabajo" in page
    assert "language=es" in re.search(r'href="([^"]*needs=cause[^"]*)"', page)[1]


# ---- In the article


def test_an_editor_ticks_needs_and_names_elements(writer):
    edition = make_article("draft", needs="cause", covers="")
    page = writer.get(f"/admin/articles/articleedition/{edition.pk}/change/").content.decode()
    assert len(re.findall(r'<input type="checkbox" name="needs"', page)) == 9
    save(writer, edition, needs=["work", "cause"], covers=" 003-20  001-14\n001-14 ")
    edition.refresh_from_db()
    assert (edition.needs, edition.covers) == ("cause work", "001-14 003-20")
    save(writer, edition)
    edition.refresh_from_db()
    assert edition.needs == "cause work"


@pytest.mark.parametrize(
    ("field", "value", "code"), [("covers", "001-14 001-99", "001-99"), ("needs", ["work", "tea"], "tea")]
)
def test_an_unknown_code_is_named_and_nothing_is_saved(writer, field, value, code):
    edition = make_article("draft", needs="cause")
    answer = save(writer, edition, **{field: value}).content.decode()
    assert f"The coverage board has no {code}." in answer
    edition.refresh_from_db()
    assert (edition.needs, edition.covers) == ("cause", "")


@pytest.mark.django_db
def test_a_new_draft_keeps_what_the_article_answers():
    live = make_article(needs="cause work", covers="001-14")
    draft = live.new_draft(live.author)
    assert (draft.needs, draft.covers) == ("cause work", "001-14")
