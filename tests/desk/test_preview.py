"""Any edition looked at as the patient will see it, before the patient does."""

import re

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from education.articles.models import ArticleEdition
from education.desk.looks import Look, in_look
from education.desk.preview_frames import framed
from education.editorial.previewing import previewed, previewing
from education.editorial.states import Standing
from education.staff.models import Entry
from education.urgency.levels import Level
from tests.desk.staff import admin_url, save, signed_in
from tests.factories import (
    approve,
    make_admin,
    make_article,
    make_care_card,
    make_checklist,
    make_clinic,
    make_glossary,
    make_person,
    make_region_page,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return signed_in(make_admin(name="Wren Writer"))


def framed_page(client, edition, page, look="light"):
    return client.get(f"{admin_url(edition, 'preview')}{look}{page}")


def patients_text(html):
    """What stands between the tags of a page, without the preview's own banner."""
    html = re.sub(r'<aside class="preview-banner".*?</aside>', "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def make_draft_of(edition, **words):
    draft = edition.new_draft(make_person())
    for name, text in words.items():
        setattr(draft, name, text)
    draft.save()
    return draft


# Every kind of document, in every standing

KINDS = {
    "article": (make_article, {"body": "A sentence nobody has published."}),
    "region page": (make_region_page, {"what_is_there": "A sentence nobody has published."}),
    "checklist": (make_checklist, {"goal": "A sentence nobody has published."}),
    "glossary": (make_glossary, {"title": "A sentence nobody has published."}),
    "care card": (make_care_card, {"lead_in": "A sentence nobody has published."}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_of_every_kind_is_shown_on_its_page_and_to_nobody_else(kind, staff, client):
    make_region_page()
    make, words = KINDS[kind]
    draft = make("draft", **({"region": "neck"} if kind == "region page" else {}), **words)
    page = draft.document.get_absolute_url().partition("#")[0]
    assertContains(framed_page(staff, draft, page), "A sentence nobody has published.")
    assertNotContains(client.get(page), "A sentence nobody", status_code=client.get(page).status_code)


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_draft_of_every_kind_can_be_looked_at(kind, staff):
    make, _words = KINDS[kind]
    make_region_page(region="neck")
    draft = make("draft", **({"region": "shoulder"} if kind == "region page" else {}))
    texts = {field.name for field in draft._meta.fields if field.get_internal_type() == "TextField"}
    type(draft).objects.filter(pk=draft.pk).update(**dict.fromkeys({"title", *texts} - {"comment"}, ""))
    page = draft.document.get_absolute_url().partition("#")[0]
    assert framed_page(staff, draft, page).status_code in {200, 404}
    assert staff.get(admin_url(draft, "preview")).status_code == 200


@pytest.mark.parametrize("standing", ["draft", "in-review", "approved", "scheduled", "live", "retired"])
def test_the_banner_says_where_the_edition_stands(standing, staff):
    edition = make_article(standing)
    page = framed_page(staff, edition, f"/articles/{edition.document.slug}/")
    label = Standing(standing).label
    assertContains(page, f"<strong>Preview: edition 1, {label}.</strong>")
    expected = {
        "live": "Patients see this now.",
        "scheduled": "patients see this.",
        "retired": "Patients no longer see this.",
    }
    assertContains(page, expected.get(standing, "Patients do not see this."))


def test_a_preview_is_the_page_that_patients_get_after_publication(staff, client):
    live = make_article()
    make_region_page()
    make_care_card()
    page = f"/articles/{live.document.slug}/"
    assert patients_text(framed_page(staff, live, page).content.decode()) == patients_text(
        client.get(page).content.decode()
    )


def test_an_older_edition_is_shown_in_place_of_the_live_one(staff):
    older = make_article(title="The first words")
    newer = make_draft_of(older, title="The second words")
    newer.submit(make_person())
    approve(newer)
    page = framed_page(staff, older, f"/articles/{older.document.slug}/")
    assertContains(page, "The first words")
    assertContains(page, "Preview: edition 1, superseded.")


def test_the_sheet_of_a_plan_is_shown_too(staff):
    live = make_checklist()
    draft = make_draft_of(live)
    draft.steps.first().delete()
    step = draft.steps.get()
    step.action = "Breathe out slowly"
    step.save()
    for page in (f"/checklists/{live.document.slug}/", f"/checklists/{live.document.slug}/sheet/"):
        shown = framed_page(staff, draft, page)
        assertContains(shown, "Breathe out slowly")
        assertNotContains(shown, "Roll your knees")
    assertContains(staff.get(admin_url(draft, "preview")), "The sheet for paper")


# One card, every page


def test_the_draft_of_a_card_stands_on_every_page_that_shows_the_card(staff, client):
    make_region_page()
    article, plan = make_article(), make_checklist()
    live = make_care_card(title="Go now if:")
    draft = make_draft_of(live, title="Go at once if:")
    pages = ["/spine/low-back/", f"/articles/{article.document.slug}/", f"/checklists/{plan.document.slug}/"]
    for page in pages:
        shown = framed_page(staff, draft, page)
        assertContains(shown, "Go at once if:")
        assertNotContains(shown, "Go now if:")
        assertContains(client.get(page), "Go now if:")
        assertNotContains(client.get(page), "Go at once if:")


def test_the_pages_that_hold_a_card_can_be_chosen(staff):
    make_region_page()
    article, plan = make_article(title="Low back spasm"), make_checklist(title="The first days")
    draft = make_draft_of(make_care_card())
    page = staff.get(admin_url(draft, "preview"))
    for edition in (article, plan):
        path = edition.document.get_absolute_url()
        assertContains(page, f'<a href="?page={path}">{edition.title}</a>')
        assertContains(
            staff.get(f"{admin_url(draft, 'preview')}?page={path}"),
            f'src="{admin_url(draft, "preview")}dark{path}"',
        )


@pytest.mark.parametrize("page", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"])
def test_no_other_site_comes_into_the_frames(page, staff):
    edition = make_article("draft")
    shown = staff.get(f"{admin_url(edition, 'preview')}?page={page}").content.decode()
    frames = re.findall(r'<iframe [^>]*src="([^"]*)"', shown)
    assert frames
    assert all(frame.startswith("/admin/") for frame in frames)


def test_the_draft_of_a_card_stands_on_the_page_of_emergency_signs(staff):
    draft = make_care_card("draft", region="any", level=Level.EMERGENCY_CALL, title="Call at once if:")
    assertContains(framed_page(staff, draft, "/emergency/"), "Call at once if:")


def test_other_drafts_stay_hidden_in_a_preview(staff):
    make_region_page()
    make_draft_of(make_care_card(), title="Another draft")
    article = make_article("draft")
    shown = framed_page(staff, article, f"/articles/{article.document.slug}/")
    assertContains(shown, "Go now if:")
    assertNotContains(shown, "Another draft")


def test_nothing_is_in_force_but_what_is_published_once_the_preview_is_over(staff):
    draft = make_article("draft")
    with previewing(draft):
        assert list(ArticleEdition.objects.in_force()) == [draft]
    assert previewed(ArticleEdition) is None
    assert not ArticleEdition.objects.in_force().exists()


def test_a_fault_in_a_page_does_not_leave_the_draft_in_force():
    draft = make_article("draft")
    with pytest.raises(ZeroDivisionError), previewing(draft):
        raise ZeroDivisionError
    assert not ArticleEdition.objects.in_force().exists()


# As a patient


def test_a_preview_leaves_nothing_behind(staff):
    edition = make_article("draft")
    before = Entry.objects.count(), edition.revision
    framed_page(staff, edition, f"/articles/{edition.document.slug}/")
    edition.refresh_from_db()
    assert (Entry.objects.count(), edition.revision) == before


def test_the_page_knows_nothing_of_who_looks_at_it(staff):
    edition = make_article("draft")
    seen = framed_page(staff, edition, f"/articles/{edition.document.slug}/")
    assertNotContains(seen, "Wren")
    assert not seen.cookies


@pytest.mark.parametrize("page", ["/admin/", "/admin/login/", "/preview/x/", "/nowhere/", "/media/x.webp"])
def test_what_is_no_page_for_patients_is_not_there(page, staff):
    assert framed_page(staff, make_article("draft"), page).status_code == 404


def test_a_form_is_not_sent_from_a_preview(staff):
    edition = make_article("draft")
    assert staff.post(f"{admin_url(edition, 'preview')}light/checker/", {"start": "1"}).status_code == 405


# Frames


def test_the_page_of_previews_shows_each_look_in_a_frame_and_as_a_link(staff):
    edition = make_article("draft")
    page = staff.get(admin_url(edition, "preview")).content.decode()
    root = f"{admin_url(edition, 'preview')}"
    for look in Look:
        address = f"{root}{look.value}/articles/{edition.document.slug}/"
        assert f'<a href="{address}">' in page
        assert re.search(rf'<iframe [^>]*src="{address}" title="Preview: [^"]+"', page)
    assert "Spanish" in page


def test_only_the_page_of_previews_may_hold_frames_and_only_its_pages_may_be_in_one(staff, client):
    edition = make_article("draft")
    shell = staff.get(admin_url(edition, "preview"))
    assert "frame-src 'self'" in shell.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in shell.headers["Content-Security-Policy"]
    page = framed_page(staff, edition, f"/articles/{edition.document.slug}/")
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert "frame-src" not in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert client.get("/").headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in client.get("/").headers["Content-Security-Policy"]


def test_no_preview_is_kept_by_anybody(staff):
    edition = make_article("draft")
    for page in (f"/articles/{edition.document.slug}/", "/static/css/site.css"):
        assert "no-store" in framed_page(staff, edition, page).headers["Cache-Control"]


def test_links_stay_in_the_preview_and_others_open_a_window_of_their_own():
    page = (
        '<a href="/articles/x/">1</a><a class="b" href="/">2</a><a href="#help">3</a><a href="tel:911">4</a>'
        '<a href="https://nice.org.uk/">5</a><a href="/checker/">6</a><a href="/es/checker/">7</a>'
        '<form method="get" action="/articles/"></form><form method="post" action="/checker/"></form>'
    )
    apart = ' target="_blank" rel="noopener noreferrer"'
    assert framed(page, "/P/", Look.LIGHT) == (
        '<a href="/P/articles/x/">1</a><a class="b" href="/P/">2</a><a href="#help">3</a>'
        f'<a href="tel:911">4</a><a href="https://nice.org.uk/"{apart}>5</a><a href="/checker/"{apart}>6</a>'
        f'<a href="/es/checker/"{apart}>7</a><form method="get" action="/P/articles/"></form>'
        f'<form method="post" action="/checker/"{apart}></form>'
    )


def test_every_link_of_a_previewed_page_leads_on(staff, library):
    edition = ArticleEdition.objects.get(document__slug="sciatica")
    root = f"{admin_url(edition, 'preview')}light"
    page = framed_page(staff, edition, "/articles/sciatica/").content.decode()
    links = set(re.findall(r'<a\b[^>]*href="([^"#]+)[^"]*"(?![^>]*target)', page))
    inner = {link for link in links if not link.startswith(("tel:", "mailto:"))}
    assert len(inner) > 10
    assert all(link.startswith(root) for link in inner)
    for link in inner:
        assert staff.get(link).status_code in {200, 301, 302}, link


def test_a_page_that_has_moved_is_found_within_the_preview(staff, library):
    edition = ArticleEdition.objects.get(document__slug="sciatica")
    moved = framed_page(staff, edition, "/spine/spasm-or-pinched-nerve/")
    assert moved.headers["Location"] == (
        f"{admin_url(edition, 'preview')}light/articles/spasm-or-pinched-nerve/"
    )


# Looks


def test_dark_rules_hold_in_the_dark_look_only():
    css = "a{} @media screen and (prefers-color-scheme: dark) { b{} } :root { color-scheme: light dark; }"
    dark = in_look(css, Look.DARK)
    assert "@media all and (min-width: 0) {" in dark
    assert "color-scheme: dark;" in dark
    light = in_look(css, Look.LIGHT)
    assert "@media all and (max-width: 0) {" in light
    assert "color-scheme: light;" in light


def test_print_rules_hold_in_the_print_look_only_and_rules_for_screens_do_not():
    css = (
        "@media print { a{} } @media screen and (min-width: 30rem) { b{} } @media (min-width: 64rem) { c{} }"
    )
    paper = in_look(css, Look.PRINT)
    assert "@media all { a{} }" in paper
    assert "@media all and (max-width: 0) and (min-width: 30rem) { b{} }" in paper
    screen = in_look(css, Look.LIGHT)
    assert "@media all and (max-width: 0) { a{} }" in screen
    assert "@media all and (min-width: 30rem) { b{} }" in screen


def test_rules_for_every_screen_stay_as_they_are():
    css = "@media (min-width: 64rem) { c{} } @container (min-width: 20rem) { d{} }"
    assert in_look(css, Look.LIGHT) == css


def test_large_letters_make_a_screen_narrow_as_in_a_browser():
    large = in_look("@media (min-width: 64rem) and (max-width: 40.5em) { a{ margin: 2rem } }", Look.LARGE)
    assert "@media (min-width: 128rem) and (max-width: 81em) { a{ margin: 2rem } }" in large
    assert "font-size: 200%" in large


def test_our_style_sheet_comes_in_the_look_of_the_page(staff):
    edition = make_article("draft")
    page = framed_page(staff, edition, f"/articles/{edition.document.slug}/", look="dark")
    sheet = f"{admin_url(edition, 'preview')}dark/static/css/site.css"
    assertContains(page, f'<link rel="stylesheet" href="{sheet}">')
    assertContains(page, '<meta name="color-scheme" content="dark">')
    css = staff.get(sheet)
    assert css.headers["Content-Type"] == "text/css; charset=utf-8"
    assertContains(css, "--paper: #14191a")
    assertNotContains(css, "prefers-color-scheme")


def test_the_color_of_the_clinic_comes_in_the_look_too(staff):
    make_clinic(accent="#884400")
    edition = make_article("draft")
    page = framed_page(staff, edition, f"/articles/{edition.document.slug}/", look="dark").content.decode()
    sheet = re.search(r'href="([^"]*accent-[^"]*)"', page)[1]
    assert sheet.startswith(admin_url(edition, "preview"))
    assertContains(staff.get(sheet), "@media all and (min-width: 0)")


@pytest.mark.parametrize("path", ["static/js/print.js", "static/../secret-key.css", "static/none.css"])
def test_nothing_but_our_style_sheets_comes_through_a_preview(path, staff):
    edition = make_article("draft")
    assert staff.get(f"{admin_url(edition, 'preview')}dark/{path}").status_code in {400, 404}


def test_a_look_that_is_not_known_is_not_there(staff):
    assert framed_page(staff, make_article("draft"), "/", look="upside-down").status_code == 404


# Languages


def test_a_text_without_a_translation_is_shown_among_the_words_of_the_other_language(staff, client):
    make_clinic(languages=["en", "es"])
    edition = make_article("draft")
    shell = staff.get(admin_url(edition, "preview"))
    assertContains(shell, "This text has not been translated.")
    page = framed_page(staff, edition, f"/es/articles/{edition.document.slug}/")
    assertContains(page, '<html lang="es"')
    assertContains(page, "A muscle that tightens by itself.")
    assert client.get(f"/es/articles/{edition.document.slug}/").status_code == 404


def test_a_translation_is_shown_as_it_is_or_will_be(staff):
    make_clinic(languages=["en", "es"])
    edition = make_article("draft")
    spanish = make_article("draft", slug="espasmo", language="es", title="Espasmo")
    type(spanish.document).objects.filter(pk=spanish.document_id).update(original=edition.document)
    page = staff.get(admin_url(edition, "preview"))
    address = f"{admin_url(spanish, 'preview')}light/es/articles/espasmo/"
    assertContains(page, f'src="{address}"')
    assertContains(staff.get(address), "Espasmo")


def test_a_clinic_with_one_language_is_told_that_patients_do_not_see_the_other(staff):
    make_clinic()
    assertContains(
        staff.get(admin_url(make_article("draft"), "preview")), "Your site does not offer this language yet."
    )


# Who may look


def test_nobody_looks_without_an_account():
    edition = make_article("draft")
    for address in (admin_url(edition, "preview"), f"{admin_url(edition, 'preview')}light/"):
        assert Client().get(address).headers["Location"].startswith("/admin/login/")


def test_an_account_without_a_role_does_not_look(client):
    edition = make_article("draft")
    stranger = signed_in(make_user())
    for address in (admin_url(edition, "preview"), f"{admin_url(edition, 'preview')}light/"):
        assert stranger.get(address).status_code == 403


@pytest.mark.parametrize("role", ["Writer", "Reviewer", "Publisher", "Administrator"])
def test_every_role_looks(role):
    edition = make_article("draft")
    client = signed_in(make_user(role))
    assert framed_page(client, edition, f"/articles/{edition.document.slug}/").status_code == 200


def test_an_edition_that_is_gone_is_not_there(staff):
    draft = make_article("draft")
    address = admin_url(draft, "preview")
    draft.delete()
    assert staff.get(address).status_code == 404
    assert staff.get(f"{address}light/").status_code == 404


def test_saving_leads_to_the_preview_when_that_button_is_pressed(staff):
    draft = make_article("draft")
    answer = save(staff, draft, press="_preview", summary="Saved on the way.")
    assert answer.redirect_chain[-1][0] == admin_url(draft, "preview")
    draft.refresh_from_db()
    assert draft.summary == "Saved on the way."
