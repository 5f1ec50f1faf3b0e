"""What may happen to an edition, from which standing, and by whom."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from education.articles.models import Article, ArticleCitation, ArticleEdition, Term
from education.checklists.models import Step
from education.editorial.rows import gather
from education.editorial.states import EditionError, LiveEditionError, NotAllowed, Standing, State
from education.urgency.levels import Level
from education.urgency.models import CareCardEdition
from tests.factories import (
    approve,
    in_months,
    make_article,
    make_care_card,
    make_checklist,
    make_clinic,
    make_document,
    make_glossary,
    make_person,
    make_region_page,
    make_source,
    make_starter,
    publish,
    rewrite,
)
from tests.pages import visit

pytestmark = pytest.mark.django_db

MAKERS = (make_article, make_care_card, make_checklist, make_glossary, make_region_page)


def standing_of(edition, at=None):
    return type(edition).objects.with_standing(at).get(pk=edition.pk).standing


def in_standing(standing):
    """Return an article's edition in any of the seven standings."""
    if standing != Standing.SUPERSEDED:
        return make_article(standing)
    edition = make_article()
    newer = edition.new_draft(make_person())
    newer.submit(make_person())
    approve(newer)
    return edition


def words_of(edition):
    fields = {field.attname for field in edition._meta.concrete_fields}
    decided = {edition._meta.get_field(name).attname for name in edition.decisions}
    own = {"id", "number", "origin", "author_id", "written_on", "change_note", "document_id", "revision"}
    words = {name: getattr(edition, name) for name in fields - decided - own}
    parts = {
        name: sorted(
            str({k: v for k, v in vars(part).items() if k not in {"_state", "id", "edition_id"}})
            for part in getattr(edition, name).all()
        )
        for name in edition.parts
    }
    return words, parts


# The acts

VERBS = {
    "submit": lambda edition: edition.submit(make_person()),
    "send_back": lambda edition: edition.send_back(make_person(), "Say it shorter."),
    "withdraw": lambda edition: edition.withdraw(edition.author),
    "approve": lambda edition: edition.approve(make_person(), in_months(12)),
    "publish": publish,
    "keep": lambda edition: edition.keep(make_person()),
    "assign": lambda edition: edition.assign(make_person(), None),
    "sign": lambda edition: edition.sign(make_person(), in_months(12)),
    "take_back": lambda edition: edition.take_back(make_person()),
    "retire": lambda edition: edition.retire(make_person()),
    "publish_starter": lambda edition: edition.publish_starter(),
    "new_draft": lambda edition: edition.new_draft(make_person()),
}
ALLOWED = {
    Standing.DRAFT: {"submit": Standing.IN_REVIEW, "assign": Standing.DRAFT},
    Standing.IN_REVIEW: {
        "send_back": Standing.DRAFT,
        "withdraw": Standing.DRAFT,
        "approve": Standing.APPROVED,
        "assign": Standing.IN_REVIEW,
    },
    Standing.APPROVED: {"publish": Standing.LIVE, "send_back": Standing.DRAFT, "assign": Standing.APPROVED},
    Standing.SCHEDULED: {
        "take_back": Standing.DRAFT,
        "new_draft": Standing.SCHEDULED,
        "publish": Standing.LIVE,
    },
    Standing.LIVE: {"sign": Standing.LIVE, "retire": Standing.RETIRED, "new_draft": Standing.LIVE},
    Standing.SUPERSEDED: {"new_draft": Standing.SUPERSEDED},
    Standing.RETIRED: {"new_draft": Standing.RETIRED},
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("standing", list(Standing))
def test_only_the_allowed_acts_happen(standing, verb):
    edition = in_standing(standing)
    assert standing_of(edition) == standing
    before = ArticleEdition.objects.filter(pk=edition.pk).values().get()
    if verb in ALLOWED[standing]:
        VERBS[verb](edition)
        assert standing_of(edition) == ALLOWED[standing][verb]
        return
    with pytest.raises(EditionError) as refused:
        VERBS[verb](edition)
    assert len(" ".join(refused.value.messages)) > 20
    assert ArticleEdition.objects.filter(pk=edition.pk).values().get() == before


def test_an_act_that_comes_too_late_says_where_the_edition_stands():
    edition = make_article("in-review")
    other = ArticleEdition.objects.get(pk=edition.pk)
    approve(other)
    with pytest.raises(EditionError, match=r"'live' now.*Load its page again"):
        edition.send_back(make_person(), "Too late.")


def test_an_act_on_a_deleted_draft_says_so():
    edition = make_article("draft")
    ArticleEdition.objects.filter(pk=edition.pk).delete()
    with pytest.raises(EditionError, match="deleted"):
        edition.submit(make_person())


def test_the_words_that_are_checked_are_the_words_that_are_sent_to_review():
    edition = make_article("draft")
    edition.title = "Typed, and never saved"
    edition.submit(make_person())
    assert edition.title == ArticleEdition.objects.get(pk=edition.pk).title == "Muscle spasm in the low back"


def test_a_comment_is_needed_to_send_a_draft_back():
    edition = make_article("in-review")
    with pytest.raises(EditionError, match="what should change"):
        edition.send_back(make_person(), "  \n")


def test_a_text_is_withdrawn_by_whoever_wrote_it_or_sent_it_and_by_nobody_else():
    sender, author = make_person(), make_person()
    for person, region in ((sender, "neck"), (author, "low-back")):
        card = make_care_card("draft", author=author, region=region)
        card.submit(sender)
        card.approve(make_person(), in_months(6))
        with pytest.raises(NotAllowed, match="Only who wrote it"):
            card.withdraw(make_person())
        card.withdraw(person)
        assert (card.reviewed_by, card.reviewed_on, card.review_due_on) == (None, None, None)
        assert standing_of(card) == Standing.DRAFT


def test_a_draft_that_was_sent_back_has_no_reviewer_left():
    edition = make_care_card("in-review")
    edition.approve(make_person(), in_months(6))
    edition.send_back(make_person(), "One sign is missing.")
    assert (edition.reviewed_by, edition.reviewed_on, edition.review_due_on) == (None, None, None)
    assert edition.comment == "One sign is missing."
    edition.submit(make_person())
    assert edition.comment == ""


@pytest.mark.parametrize("due", [-1, 0, 3 * 366 + 1])
def test_the_next_review_is_in_the_future_and_within_three_years(due):
    edition = make_article("in-review")
    with pytest.raises(EditionError, match="between tomorrow and three years"):
        edition.approve(make_person(), timezone.localdate() + timedelta(days=due))


def test_a_day_in_the_past_means_at_once():
    edition = make_article("approved")
    edition.publish(make_person(), timezone.now() - timedelta(days=400))
    assert timezone.now() - edition.live_from < timedelta(seconds=10)


# Who


def test_only_a_clinician_approves_and_signs():
    layman = make_person(is_clinician=False)
    with pytest.raises(EditionError, match="Only a clinician"):
        make_article("in-review").approve(layman, in_months(6))
    with pytest.raises(EditionError, match="Only a clinician"):
        make_article().sign(layman, in_months(6))


def test_the_writer_is_not_the_only_approver(client, writer):
    edition = make_article("in-review", author=writer)
    with pytest.raises(EditionError, match="You wrote this"):
        edition.approve(writer, in_months(6))
    make_clinic(works_alone=True)
    edition.approve(writer, in_months(6))
    assert edition.is_reviewed_by_author
    publish(edition)
    path = edition.document.get_absolute_url()
    assert "One person wrote and reviewed this page." in visit(client, path).main
    assert "One person runs this clinic." in visit(client, "/about/").main


def test_a_page_that_a_colleague_reviewed_names_no_lone_writer(client):
    make_clinic()
    assert "One person" not in visit(client, make_article().document.get_absolute_url()).main
    assert "One person" not in visit(client, "/about/").main


def test_a_byline_in_another_name_does_not_let_the_writer_approve(writer):
    edition = make_article("draft", author=make_person("Somebody Else"))
    edition.submit(writer)
    with pytest.raises(EditionError, match="You sent this to review"):
        edition.approve(writer, in_months(6))


def test_a_byline_changed_on_an_old_copy_does_not_let_the_writer_approve(writer):
    edition = make_article("in-review", author=writer)
    edition.author = make_person("Somebody Else")
    with pytest.raises(EditionError, match="You wrote this"):
        edition.approve(writer, in_months(6))


def test_the_writer_does_not_sign_the_own_text(writer):
    edition = make_article(author=writer)
    with pytest.raises(EditionError, match="You wrote this"):
        edition.sign(writer, in_months(12))


@pytest.mark.parametrize("level", list(Level))
def test_emergency_text_needs_the_approval_of_two_people(level, clinician, colleague):
    card = make_care_card("in-review", level=level)
    card.approve(clinician, in_months(6))
    if not level.is_emergency:
        assert standing_of(card) == Standing.APPROVED
        return
    assert standing_of(card) == Standing.IN_REVIEW
    with pytest.raises(EditionError, match="needs two people"):
        card.approve(clinician, in_months(6))
    card.approve(colleague, in_months(6))
    assert (card.reviewed_by, card.second_reviewer) == (clinician, colleague)
    assert standing_of(card) == Standing.APPROVED


@pytest.mark.parametrize("loss", ["the role", "the account", "being a clinician"])
@pytest.mark.parametrize(("standing", "verb"), [("in-review", "approve"), ("live", "sign")])
def test_the_first_of_two_counts_only_while_they_may_review(clinician, colleague, loss, standing, verb):
    card = make_care_card(standing)
    names = {"approve": "reviewed_by", "sign": "signed_by"}
    before = card.second_reviewer
    getattr(card, verb)(clinician, in_months(6))
    if loss == "the role":
        clinician.user.groups.clear()
    elif loss == "the account":
        type(clinician.user).objects.update(is_active=False)
        type(clinician.user).objects.filter(pk=colleague.user_id).update(is_active=True)
    else:
        type(clinician).objects.filter(pk=clinician.pk).update(is_clinician=False)
    getattr(card, verb)(colleague, in_months(6))
    assert getattr(card, names[verb]) == colleague
    assert card.second_reviewer == before
    assert standing_of(card) == standing


def test_one_person_approves_emergency_text_alone_where_the_clinic_says_so(writer):
    make_clinic(works_alone=True)
    card = make_care_card("in-review", author=writer)
    card.approve(writer, in_months(6))
    assert standing_of(card) == Standing.APPROVED
    assert card.is_reviewed_by_author


def test_an_old_copy_cannot_make_one_person_count_as_two(clinician, colleague):
    card = make_care_card("in-review")
    card.approve(colleague, in_months(6))
    stale = CareCardEdition.objects.get(pk=card.pk)
    card.send_back(make_person(), "Once more.")
    card.submit(make_person())
    card.approve(clinician, in_months(6))
    assert stale.reviewed_by == colleague
    with pytest.raises(EditionError, match="two people"):
        stale.approve(clinician, in_months(6))
    assert standing_of(card) == Standing.IN_REVIEW


@pytest.mark.parametrize(("standing", "verb"), [("in-review", "approve"), ("live", "sign")])
def test_one_account_does_not_count_as_two_people(standing, verb, clinician):
    card, account = make_care_card(standing), clinician.user
    getattr(card, verb)(clinician, in_months(6))
    clinician.user = None
    clinician.save()
    with pytest.raises(EditionError, match="two people"):
        getattr(card, verb)(make_person("The same again", user=account), in_months(6))


def test_nothing_moves_on_emergency_text_until_the_second_person_signs(clinician, colleague):
    card = make_care_card()
    rewrite(card, reviewed_on=date(2026, 1, 2), review_due_on=date(2026, 7, 1))
    before = (card.reviewed_by, card.second_reviewer, card.reviewed_on, card.review_due_on)
    card.sign(clinician, in_months(6))
    assert (card.reviewed_by, card.second_reviewer, card.reviewed_on, card.review_due_on) == before
    assert card.is_overdue()
    with pytest.raises(EditionError, match="two people"):
        card.sign(clinician, in_months(6))
    card.sign(colleague, in_months(6))
    assert (card.reviewed_by, card.second_reviewer, card.signed_by) == (clinician, colleague, None)
    assert card.reviewed_on == timezone.localdate()
    assert not card.is_overdue()


def test_starter_text_counts_as_reviewed_only_after_both_have_signed(clinician, colleague):
    card = make_starter(make_care_card)
    assert card.is_starter_unreviewed
    card.sign(clinician, in_months(6))
    assert card.is_starter_unreviewed
    assert card.reviewed_by is None
    card.sign(colleague, in_months(6))
    assert not card.is_starter_unreviewed


# Reviewed on


def test_reviewed_on_moves_by_a_review_only(live_article, clinician):
    rewrite(live_article, reviewed_on=date(2026, 1, 2))
    draft = live_article.new_draft(make_person())
    assert draft.reviewed_on is None
    draft.title = "A typo, mended"
    draft.save()
    live_article.refresh_from_db()
    assert live_article.reviewed_on == date(2026, 1, 2)
    live_article.sign(clinician, in_months(24))
    assert live_article.reviewed_on == timezone.localdate()


@pytest.mark.parametrize("decision", [
    {"reviewed_on": date(2030, 1, 1)}, {"state": State.APPROVED}, {"live_from": timezone.now()},
    {"review_due_on": date(2030, 1, 1)}, {"comment": "Fine."},
])  # fmt: skip
def test_a_decision_is_not_made_by_saving(decision):
    draft = make_article("draft")
    with pytest.raises(EditionError, match="by their own acts"):
        ArticleEdition.objects.filter(pk=draft.pk).update(**decision)
    for name, value in decision.items():
        setattr(draft, name, value)
    with pytest.raises(EditionError, match="by their own acts"):
        draft.save()
    with pytest.raises(EditionError, match="by their own acts"):
        ArticleEdition.objects.bulk_create([draft])


def test_an_edition_cannot_be_made_live_in_one_go(clinician):
    with pytest.raises(EditionError, match="by their own acts"):
        ArticleEdition.objects.create(
            document=make_document(Article), topic=make_article("draft").topic, title="Unread",
            state=State.APPROVED, live_from=timezone.now(), reviewed_by=clinician,
            reviewed_on=date(2026, 1, 1), review_due_on=in_months(6),
        )  # fmt: skip


# A live edition is never changed

LOCKED_STANDINGS = [Standing.IN_REVIEW, Standing.SCHEDULED, Standing.LIVE, Standing.RETIRED]


@pytest.mark.parametrize("standing", LOCKED_STANDINGS)
def test_only_a_draft_can_be_changed(standing):
    edition = make_article(standing)
    same = ArticleEdition.objects.filter(pk=edition.pk)
    edition.title = "Something else"
    with pytest.raises(LiveEditionError):
        edition.save()
    with pytest.raises(LiveEditionError):
        edition.save(update_fields=["title"])
    with pytest.raises(LiveEditionError):
        same.update(title="Something else")
    with pytest.raises(LiveEditionError), transaction.atomic():
        ArticleEdition.objects.bulk_update([edition], ["title"])
    with pytest.raises(EditionError):
        ArticleEdition.objects.bulk_create(
            [edition], update_conflicts=True, unique_fields=["id"], update_fields=["title"]
        )
    with pytest.raises(EditionError):
        edition.delete()
    with pytest.raises(EditionError):
        same.delete()
    with pytest.raises(LiveEditionError):
        ArticleEdition.objects.update_or_create(pk=edition.pk, defaults={"title": "Something else"})
    assert same.get().title == "Muscle spasm in the low back"


def test_an_old_copy_of_a_draft_cannot_undo_its_publication():
    stale = make_article("draft")
    edition = ArticleEdition.objects.get(pk=stale.pk)
    edition.submit(make_person())
    approve(edition)
    stale.title = "From an old tab"
    with pytest.raises(LiveEditionError):
        stale.save()
    with pytest.raises(EditionError):
        stale.delete()
    assert standing_of(edition) == Standing.LIVE


PARTS = [
    (make_article, ArticleCitation, "supports"),
    (make_checklist, Step, "action"),
    (make_glossary, Term, "meaning"),
]


@pytest.mark.parametrize("standing", LOCKED_STANDINGS)
@pytest.mark.parametrize(("make", "model", "field"), PARTS)
def test_parts_are_locked_with_their_edition(make, model, field, standing):
    edition = make(standing)
    part = model.objects.filter(edition=edition).first()
    before = list(model.objects.filter(edition=edition).values())
    parts = model.objects.filter(edition=edition)
    setattr(part, field, "Something else")
    copy = model.objects.get(pk=part.pk)
    copy.pk = None
    draft_of_another = make("draft") if make is not make_glossary else None
    attempts = [
        part.save,
        part.delete,
        copy.save,
        lambda: parts.update(**{field: "Something else"}),
        lambda: model.objects.bulk_update([part], [field]),
        lambda: model.objects.bulk_create([copy]),
        lambda: model.objects.bulk_create(
            [part], update_conflicts=True, unique_fields=["id"], update_fields=[field]
        ),
        parts.delete,
        lambda: parts.all().order_by("-pk").delete(),
        lambda: getattr(edition, edition.parts[0]).all().delete(),
    ]
    if draft_of_another:
        part.edition = draft_of_another
        attempts.append(lambda: parts.update(edition=draft_of_another))
        foreign = model.objects.filter(edition=draft_of_another)
        attempts.append(lambda: foreign.update(edition=edition))
    for attempt in attempts:
        with pytest.raises(LiveEditionError), transaction.atomic():
            attempt()
    assert list(model.objects.filter(edition=edition).values()) == before


def test_a_part_knows_the_state_of_its_edition_from_the_database():
    edition = make_article("draft")
    citation = edition.citations.get()
    ArticleEdition.objects.get(pk=edition.pk).submit(make_person())
    assert citation.edition.is_draft  # the copy in memory is old
    with pytest.raises(LiveEditionError):
        citation.save()


def test_parts_of_a_draft_can_be_changed_in_every_way():
    edition = make_checklist("draft", steps=3)
    step = edition.steps.first()
    step.action = "Walk"
    step.save()
    edition.steps.update(minutes=5)
    Step.objects.bulk_update(edition.steps.all(), ["minutes"])
    step.delete()
    edition.steps.all().delete()
    assert edition.steps.count() == 0


# Deleting


def test_a_draft_can_be_deleted_with_its_parts():
    edition = make_article("draft")
    edition.delete()
    assert not ArticleCitation.objects.exists()


def test_a_document_that_was_never_published_can_be_deleted():
    document = make_article("in-review").document
    document.delete()
    assert not ArticleEdition.objects.exists()


@pytest.mark.parametrize("standing", [Standing.SCHEDULED, Standing.LIVE, Standing.RETIRED])
def test_a_published_document_is_kept(standing):
    document = make_article(standing).document
    for delete in (document.delete, Article.objects.all().delete):
        with pytest.raises(EditionError, match="Retire them instead"):
            delete()
    assert ArticleEdition.objects.count() == 1


def test_people_and_sources_that_stand_under_a_text_are_kept(live_article):
    with pytest.raises(ProtectedError):
        live_article.reviewed_by.delete()
    with pytest.raises(ProtectedError):
        live_article.citations.get().source.delete()


def test_the_address_of_a_published_document_is_fixed(live_article):
    document = live_article.document
    document.slug = "moved"
    with pytest.raises(EditionError, match="is fixed"):
        document.save()
    with pytest.raises(EditionError, match="is fixed"):
        Article.objects.update(language="es")
    card = make_care_card().document
    card.level = Level.SELF_CARE
    with pytest.raises(EditionError, match="is fixed"):
        card.save()


def test_an_address_is_unique_in_its_language():
    make_document(Article, "sciatica")
    make_document(Article, "sciatica", "es")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_document(Article, "sciatica")


# Live, and what comes after it


def test_an_edit_leaves_the_live_edition_as_it_is(live_article):
    draft = live_article.new_draft(make_person())
    draft.title = "Something else"
    draft.save()
    assert ArticleEdition.objects.in_force().get() == live_article
    draft.submit(make_person())
    approve(draft)
    assert ArticleEdition.objects.in_force().get() == draft
    assert standing_of(live_article) == Standing.SUPERSEDED


def test_retiring_does_not_bring_an_older_edition_back(live_article):
    newer = live_article.new_draft(make_person())
    newer.submit(make_person())
    approve(newer)
    newer.retire(make_person())
    assert not ArticleEdition.objects.in_force().exists()
    assert not ArticleEdition.objects.in_force(timezone.now() + timedelta(days=4000)).exists()


def test_a_retired_page_does_not_come_back_by_retiring_it_again(live_article):
    live_article.retire(make_person())
    with pytest.raises(EditionError, match="'retired'"):
        live_article.retire(make_person(), timezone.now() + timedelta(days=9))
    assert not ArticleEdition.objects.in_force().exists()


def test_a_scheduled_edition_waits_for_its_moment(live_article):
    draft = live_article.new_draft(make_person())
    draft.submit(make_person())
    moment = timezone.now() + timedelta(days=3)
    approve(draft, live_from=moment)
    just_before = moment - timedelta(microseconds=1)
    assert ArticleEdition.objects.in_force().get() == live_article
    assert ArticleEdition.objects.in_force(just_before).get() == live_article
    assert ArticleEdition.objects.in_force(moment).get() == draft


def test_an_edition_that_is_taken_back_never_goes_live(live_article):
    draft = live_article.new_draft(make_person())
    draft.submit(make_person())
    approve(draft, live_from=timezone.now() + timedelta(days=3))
    draft.take_back(make_person())
    assert ArticleEdition.objects.in_force(timezone.now() + timedelta(days=9)).get() == live_article
    assert draft.reviewed_by is None


def test_two_editions_do_not_go_live_at_the_same_moment(live_article):
    moment = timezone.now() + timedelta(days=3)
    for edition in (live_article.new_draft(make_person()),):
        edition.submit(make_person())
        approve(edition, live_from=moment)
    another = live_article.new_draft(make_person())
    another.submit(make_person())
    another.approve(make_person(), in_months(6))
    with pytest.raises(EditionError, match="goes live at that very moment"):
        another.publish(make_person(), moment)


def test_a_restored_edition_says_where_it_comes_from(live_article):
    live_article.retire(make_person())
    assert live_article.new_draft(make_person()).change_note == "Restored from edition 1."


@pytest.mark.parametrize("make", MAKERS)
def test_a_restored_edition_has_the_same_words_and_parts(make):
    first = make()
    second = first.new_draft(make_person())
    second.title = "Another title"
    second.save()
    second.submit(make_person())
    approve(second)
    restored = first.new_draft(make_person())
    assert restored.pk != first.pk
    assert words_of(restored) == words_of(first)
    assert (restored.state, restored.number, restored.origin) == (State.DRAFT, 3, "clinic")
    assert standing_of(first) == Standing.SUPERSEDED


def test_a_document_has_one_draft_at_most(live_article):
    live_article.new_draft(make_person())
    with pytest.raises(EditionError, match="There is a draft already"):
        live_article.new_draft(make_person())


# Before a review


def test_a_review_needs_a_source():
    draft = make_article("draft", sources=0)
    with pytest.raises(EditionError, match="at least one source"):
        draft.submit(make_person())


def test_a_review_needs_a_named_writer(live_article):
    draft = live_article.new_draft(make_person())
    draft.author = None
    draft.save()
    with pytest.raises(EditionError) as refused:
        draft.submit(make_person())
    assert refused.value.message_dict == {"author": ["Choose who wrote it."]}


def test_a_word_that_no_clinic_can_fill_in_is_refused():
    draft = make_care_card("draft", after="Call {emergencie}.")
    with pytest.raises(EditionError) as refused:
        draft.submit(make_person())
    assert "{emergencie}" in refused.value.message_dict["after"][0]


# What the database itself refuses

RAW = {
    "an unknown state": "state = 'whatever'",
    "a live edition without a reviewer": "reviewed_by_id = NULL, reviewed_on = NULL",
    "a live edition without a next review": "review_due_on = NULL",
    "a live edition without a review": "reviewed_on = NULL",
    "a next review before the last one": "review_due_on = '2001-01-01'",
    "one reviewer counted twice": "second_reviewer_id = reviewed_by_id",
    "an end before the start": "retire_from = '2001-01-01 00:00:00'",
}


@pytest.mark.parametrize("change", RAW.values(), ids=RAW)
def test_the_database_refuses(change, live_article):
    table = ArticleEdition._meta.db_table
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {change} WHERE id = %s", [live_article.pk])


def test_the_database_refuses_two_drafts_and_two_editions_of_one_moment(live_article):
    draft = live_article.new_draft(make_person())
    table = ArticleEdition._meta.db_table
    for change in ("state = 'draft'", f"number = {draft.number}"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {change} WHERE id = %s", [live_article.pk])
    draft.submit(make_person())
    approve(draft)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET live_from = (SELECT live_from FROM {table} WHERE id = %s) WHERE id = %s",
            [draft.pk, live_article.pk],
        )


# Reading


def test_gather_returns_each_part_with_one_query(django_assert_num_queries):
    article, plan = make_article(sources=3), make_checklist(steps=2)
    assert connection.features.supports_json_field  # Django asks the database once
    with django_assert_num_queries(1):
        found = gather(
            sources=ArticleCitation.objects.filter(edition=article).rows(),
            steps=Step.objects.filter(edition=plan).rows(),
            cards=CareCardEdition.objects.in_force().of_regions("neck").rows(),
        )
    assert [row["position"] for row in sorted(found["sources"], key=lambda row: row["position"])] == [1, 2, 3]
    assert {row["key"] for row in found["steps"]} == {"step-1", "step-2"}
    assert found["cards"] == []


def test_gather_keeps_unicode_lists_and_line_ends():
    make_care_card(items="no pipí\r\n“numb” – 麻\n\ttab", level=Level.BOOK_SOON)
    found = gather(cards=CareCardEdition.objects.in_force().rows())
    assert found["cards"][0]["items"] == "no pipí\r\n“numb” – 麻\n\ttab"


def test_sources_can_be_shared_and_counted(live_article):
    source = make_source()
    ArticleCitation.objects.bulk_create(
        [
            ArticleCitation(
                edition=live_article.new_draft(make_person()), position=9, source=source, supports="More."
            )
        ]
    )
    assert ArticleCitation.objects.filter(source=source).count() == 1
