"""Things to test with. Each is reviewed, live and complete unless it is told otherwise.

Editions go through the same acts as in the clinic, so that no test rests on one that could not exist.
``standing`` says how far: ``draft``, ``in-review``, ``approved``, ``scheduled``, ``live`` or ``retired``.
"""

from datetime import date, timedelta
from functools import cache
from io import BytesIO
from itertools import count

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from education.articles.models import (
    Article,
    ArticleCitation,
    ArticleEdition,
    Glossary,
    GlossaryEdition,
    Term,
    Topic,
)
from education.checklists.models import Checklist, ChecklistCitation, ChecklistEdition, Phase, Step
from education.clinic.models import Clinic
from education.editorial.models import Person, Source
from education.spine.anatomy import Region
from education.spine.models import RegionPage, RegionPageCitation, RegionPageEdition
from education.staff.roles import EXPLAINED
from education.urgency.levels import Level
from education.urgency.models import CareCard, CareCardCitation, CareCardEdition

PASSWORD = "correct horse battery staple"

_numbers = count(1)


@cache
def hashed(password):
    """Return a password as it is stored; once, because Argon2 takes its time on purpose."""
    return make_password(password)


def in_months(months):
    return timezone.localdate() + timedelta(days=30 * months)


def make_clinic(**facts):
    Clinic.objects.filter(pk=1).delete()
    return Clinic.objects.create(
        **{
            "pk": 1,
            "name": "Harbor Back Clinic",
            "country_code": "US",
            "phone": "+1 555 010 0200",
            # As outside of a request: else "today" in a test is another day than on the page, for five
            # hours of each night. Tests of the clinic's own time name a zone.
            "time_zone": "UTC",
            "units": "us",
            **facts,
        }
    )


def make_user(*roles, username="", **facts):
    """Return the account of a member of staff with some of the roles."""
    user = get_user_model().objects.create(
        username=username or f"user-{next(_numbers)}", password=hashed(PASSWORD), is_staff=True, **facts
    )
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def make_admin(username="", name="", **facts):
    """Return an administrator; one with a name is also a clinician under People."""
    username = username or f"admin-{next(_numbers)}"
    user = get_user_model().objects.create(
        username=username, password=hashed(PASSWORD), is_staff=True, is_superuser=True
    )
    if name:
        make_person(name, user=user, **facts)
    return user


def make_person(name="", roles=tuple(EXPLAINED), **facts):
    """Return a clinician with an account that may do everything, unless told otherwise."""
    name = name or f"Dana Ortiz {next(_numbers)}"
    if "user" not in facts:
        facts["user"] = make_user(*roles)
    return Person.objects.create(
        name=name, **{"credentials": "DPT", "role": "physical therapist", "is_clinician": True, **facts}
    )


def make_source(**facts):
    number = next(_numbers)
    return Source.objects.create(
        **{
            "slug": f"source-{number}",
            "authors": "National Institute for Health and Care Excellence",
            "title": f"Low back pain and sciatica, part {number}",
            "publisher": "NICE",
            "year": 2020,
            "url": "https://www.nice.org.uk/guidance/ng59",
            **facts,
        }
    )


def make_topic(slug="spasm", language="en", **facts):
    values = {"title": "Muscle spasm", "position": 10, **facts}
    return Topic.objects.get_or_create(slug=slug, language=language, defaults=values)[0]


def make_document(model, slug="", language="en", **facts):
    slug = slug or f"document-{next(_numbers)}"
    return model.objects.create(slug=slug, language=language, **facts)


def make_article(standing="live", *, slug="", language="en", document=None, sources=1, **facts):
    """Return an edition of an article."""
    document = document or make_document(Article, slug, language)
    words = {
        "title": "Muscle spasm in the low back",
        "summary": "What a spasm is, and what helps.",
        "kind": "condition",
        "topic": facts.pop("topic", None) or make_topic(language=document.language),
        "regions": "low-back",
        "key_points": "Most spasms ease in days.\nKeep moving.\nKnow the signs on the cards.",
        "body": "## What it is\n\nA muscle that tightens by itself.",
        "what_to_do": "1. Keep warm.\n2. Move a little.\n\n![Warm pack on the low back.](figure:heat-pack)",
        "how_long": "Days to two weeks.",
        "choices": "Table: Choices\n\n| Choice | Helps | Know |\n| - | - | - |\n| Wait | Often | Safe |",
        "daily_life": "Go back to your tasks step by step.",
        "what_a_doctor_may_do": "Ask, look and press.",
        "questions": "- When can I work?",
        "more_help": "[Our clinic](page:clinic)",
    }
    return _brought_to(standing, ArticleEdition, document, words, facts, ArticleCitation, sources)


def make_card_document(region, level, language):
    """Return the document of a card, which may be there already: see ``let_emergency_cards_live``."""
    return CareCard.objects.get_or_create(
        region=region, level=level, language=language, defaults={"slug": f"{region}-{Level(level).slug}"}
    )[0]


def let_emergency_cards_live(edition):
    """Let the regions that a page shows have an emergency card, as the checks before publishing ask."""
    language = edition.document.language
    for region in edition.care_regions():
        cards = CareCardEdition.objects.in_force().in_language(language).of_regions(region)
        if not cards.filter(document__level__gte=Level.EMERGENCY_GO).exists():
            CareCardEdition.objects.create(
                document=make_card_document(region, Level.EMERGENCY_CALL, language),
                title="Call now if:", lead_in="You have any of these:", items="you faint", origin="starter",
            ).publish_starter()  # fmt: skip


def make_care_card(
    standing="live", *, region="low-back", level=Level.EMERGENCY_GO, language="en", document=None, **facts
):
    """Return an edition of a care card; those of the two emergency levels need two people."""
    document = document or make_card_document(region, level, language)
    words = {
        "title": "Go now if:",
        "lead_in": "You have back pain and any of these:",
        "items": "you cannot pee\nyour groin is numb",
        "after": "Do not drive yourself.",
    }
    return _brought_to(standing, CareCardEdition, document, words, facts, CareCardCitation)


def make_checklist(standing="live", *, slug="", language="en", document=None, steps=2, **facts):
    """Return an edition of a home-care plan."""
    document = document or make_document(Checklist, slug, language)
    words = {
        "title": "Low back: the first days",
        "summary": "What to do at home.",
        "region": Region.LOW_BACK,
        "goal": "Less pain, more movement.",
        "not_for": "People with a fever.",
        "stop_rules": "Your leg goes numb.",
        "safety_net": "Call {advice} if it is no better in two weeks.",
    }

    def add_steps(edition):
        for place in range(1, steps + 1):
            make_step(edition, place)

    return _brought_to(standing, ChecklistEdition, document, words, facts, ChecklistCitation, then=add_steps)


def make_step(edition, place=1, **facts):
    return Step.objects.create(
        edition=edition,
        **{
            "position": place * 10,
            "key": f"step-{place}",
            "phase": Phase.FIRST_2_DAYS,
            "action": "Roll your knees from side to side",
            "how": "Slowly.",
            "figure": "knee-rolls",
            "hold_seconds": 5,
            "repeats": 10,
            **facts,
        },
    )


def make_region_page(standing="live", *, region="low-back", language="en", document=None, **facts):
    document = document or make_document(RegionPage, region, language)
    words = {
        "title": "Low back",
        "summary": "From the waist to the hips.",
        "what_is_there": "Five bones.",
        "what_it_feels_like": "An ache.",
        "where_it_spreads": "Into a leg.",
    }
    return _brought_to(standing, RegionPageEdition, document, words, facts, RegionPageCitation)


def make_glossary(standing="live", *, language="en", document=None, terms=("spasm",), **facts):
    document = document or make_document(Glossary, "glossary", language)

    def add_terms(edition):
        for term in terms:
            Term.objects.create(edition=edition, slug=term, term=term, meaning="A muscle that tightens.")

    words = {"title": "Words you may hear", "summary": "In plain English."}
    return _brought_to(standing, GlossaryEdition, document, words, facts, then=add_terms)


def _brought_to(standing, model, document, words, facts, citation=None, sources=1, then=None):
    people = {name: facts.pop(name) for name in ("reviewed_by", "second_reviewer") if name in facts}
    due = facts.pop("review_due_on", None) or in_months(6)
    moment = facts.pop("live_from", None)
    author = facts.pop("author", None) or make_person("Sam Reed", is_clinician=False, role="writer")
    edition = model.objects.create(document=document, author=author, **{**words, **facts})
    for number in range(1, sources + 1 if citation else 1):
        citation.objects.create(
            edition=edition, position=number, source=make_source(), supports="Spasms ease by themselves."
        )
    if then:
        then(edition)
    let_emergency_cards_live(edition)
    if standing == "draft":
        return edition
    edition.submit(author)
    if standing == "in-review":
        return edition
    if standing == "approved":
        approve_only(edition, people.get("reviewed_by"), people.get("second_reviewer"), due)
        return edition
    now = timezone.now()
    if standing == "scheduled":
        moment = moment or now + timedelta(days=3)
    approve(edition, people.get("reviewed_by"), people.get("second_reviewer"), due, moment)
    if moment and moment < now:  # no act goes back in time
        rewrite(edition, live_from=moment)
    if standing == "retired":
        edition.retire(make_person())
    return edition


def approve(edition, by=None, second=None, due=None, live_from=None):
    """Let an edition in review be approved, by as many people as it takes, and published."""
    approve_only(edition, by, second, due)
    publish(edition, live_from=live_from)


def approve_only(edition, by=None, second=None, due=None):
    due = due or in_months(6)
    edition.approve(by or make_person(), due)
    if edition.document.is_emergency_text and edition.state == "in-review":
        edition.approve(second or make_person(), due)


def publish(edition, by=None, live_from=None):
    """Publish an approved edition, with a reason for whatever the checks warn of."""
    reasons = {warning.code: "Our readers know this." for warning in edition.warnings()}
    edition.publish(by or make_person(), live_from, reasons)


def rewrite(edition, **decisions):
    """Set dates and states as no act would, such as a review that is years ago."""
    type(edition).objects.filter(pk=edition.pk).decide(**decisions)
    edition.refresh_from_db()


def make_overdue(edition, since=date(2026, 1, 1)):
    rewrite(edition, reviewed_on=since - timedelta(days=365), review_due_on=since)


def make_starter(make=make_article, **facts):
    """Return an edition of the starter library: live, and not yet reviewed by the clinic."""
    edition = make("draft", origin="starter", **facts)
    edition.publish_starter()
    return edition


def picture_file(name="picture.png", kind="PNG", size=(64, 48), color="teal", **options):
    """Return a picture as staff upload it."""
    written = BytesIO()
    Image.new("RGB", size, color).save(written, kind, **options)
    return SimpleUploadedFile(name, written.getvalue(), f"image/{kind.lower()}")
