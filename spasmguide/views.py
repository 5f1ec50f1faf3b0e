"""Pages that join the rooms, pages for machines, and the pages for when something goes wrong."""

from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models.functions import JSONObject
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe
from django.views.static import serve

from education.articles.cards import card_of, card_of_row
from education.articles.models import ArticleEdition, GlossaryEdition
from education.checklists.models import ChecklistEdition
from education.clinic.models import Clinic
from education.clinic.requests import SiteRequest
from education.clinic.words import with_words
from education.editorial.prose import prose
from education.editorial.reading import Gone, NotInThisLanguage, edition_or_404
from education.editorial.rows import gather
from education.spine.anatomy import Region, nerve_levels
from education.spine.chips import region_chips
from education.spine.models import RegionPageCitation, RegionPageEdition
from education.urgency.levels import Level
from education.urgency.models import ANY_REGION, CareCardEdition, cards_from_rows, signs_are_unchecked

ARTICLES_ON_HOME = 6
HELP_LEVELS = [level for level in reversed(Level) if level is not Level.SELF_CARE]
COMPARISON = "spasm-or-pinched-nerve"
FIXED_PAGES = (
    "", "articles/", "spine/", "checklists/", "checker/", "emergency/", "clinic/", "about/",
    "privacy/", "accessibility/",
)  # fmt: skip


@require_safe
def home(request: SiteRequest) -> TemplateResponse:
    editions = ArticleEdition.objects.in_force().in_language(get_language()).for_lists()
    articles = [card_of(edition, request.clinic.words) for edition in editions[:ARTICLES_ON_HOME]]
    context = {"articles": articles, "regions": region_chips(Region)}
    return TemplateResponse(request, "home.html", context)


@require_safe
def explorer(request: SiteRequest) -> TemplateResponse:
    """The spine as a list of links, with the picture beside it."""
    comparison = ArticleEdition.objects.in_force().in_language(get_language())
    links = [
        {"title": edition.title, "url": reverse("articles:detail", args=[COMPARISON])}
        for edition in comparison.filter(document__slug=COMPARISON)
    ]
    links.append({"title": _("I am not sure where it comes from"), "url": reverse("checker:start")})
    return TemplateResponse(request, "spine/explorer.html", {"regions": region_chips(Region), "more": links})


@require_safe
def comparison(request: SiteRequest) -> HttpResponseBase:
    """The question behind the site is answered by an article, so that a clinician signs the answer."""
    return redirect("articles:detail", slug=COMPARISON, permanent=True)


@require_safe
def region(request: SiteRequest, region: str) -> TemplateResponse:
    """Everything about one region: words, signs that need help, nerves, articles, home care."""
    edition = edition_or_404(request, RegionPageEdition, region)
    language = get_language()
    found = gather(
        cards=CareCardEdition.objects.in_force().in_language(language).of_regions(region, ANY_REGION).rows(),
        articles=ArticleEdition.objects.in_force().in_language(language).about(region).rows(),
        plans=ChecklistEdition.objects.in_force().in_language(language).about(region).rows(),
        sources=RegionPageCitation.objects.filter(edition=edition).rows(),
    )
    words = request.clinic.words
    own = [row for row in found["cards"] if row["region"] == region]
    titles = {
        "what_is_there": _("What is there"),
        "what_it_feels_like": _("What trouble feels like"),
        "where_it_spreads": _("Where it spreads"),
        "good_to_know": _("Good to know"),
    }
    parts = [
        {
            "id": name.replace("_", "-"),
            "title": title,
            "html": prose(text, words, part=name, shift=1),
        }
        for name, title in titles.items()
        if (text := getattr(edition, name).strip())
    ]
    articles = sorted(
        found["articles"], key=lambda row: (row["topic_position"], row["position"], row["title"])
    )
    context = {
        "edition": edition,
        "trail": [{"title": _("Explore the spine"), "url": reverse("spine:explorer")}],
        "region": region,
        "region_name": _(Region(region).label),
        "summary": with_words(edition.summary, words),
        "parts": parts,
        "can_check": not signs_are_unchecked(cards_from_rows(found["cards"], request.clinic)),
        "nerves": nerve_levels(Region(region)),
        "cards": cards_from_rows(own, request.clinic, *HELP_LEVELS),
        "home": cards_from_rows(own, request.clinic, Level.SELF_CARE),
        "articles": [card_of_row(row, words) for row in articles],
        "plans": found["plans"],
        "sources": sorted(found["sources"], key=lambda row: row["position"]),
        "other_regions": region_chips([r for r in Region if r != region]),
    }
    return TemplateResponse(request, "spine/region.html", context)


# For machines


@never_cache
@require_safe
def health(request: SiteRequest) -> JsonResponse:
    """Tell that the server answers, and whether its database does: 200 or 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"alive": True, "database": False}, status=503)
    return JsonResponse({"alive": True, "database": True})


@require_safe
def robots(request: SiteRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /preview/",
        "",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: SiteRequest) -> TemplateResponse:
    """Every public page in every language that is switched on, with the day its text last changed."""
    clinic = request.clinic
    documents = {
        "articles": (ArticleEdition, "articles/{}/"),
        "plans": (ChecklistEdition, "checklists/{}/"),
        "regions": (RegionPageEdition, "spine/{}/"),
        "glossaries": (GlossaryEdition, "glossary/"),
    }
    found = gather(
        **{
            name: model.objects.in_force()
            .filter(document__language__in=clinic.languages)
            .annotate(row=JSONObject(slug="document__slug", language="document__language", day="live_from"))
            for name, (model, _pattern) in documents.items()
        }
    )
    pages = [
        {
            "url": settings.SITE_URL + language_root(clinic, row["language"]) + pattern.format(row["slug"]),
            "day": str(row["day"])[:10],
        }
        for name, (_model, pattern) in documents.items()
        for row in found[name]
    ]
    fixed = [
        {"url": settings.SITE_URL + language_root(clinic, language) + path}
        for language in clinic.languages
        for path in FIXED_PAGES
    ]
    return TemplateResponse(request, "sitemap.xml", {"pages": fixed + pages}, content_type="application/xml")


def language_root(clinic: Clinic, language: str) -> str:
    return "/" if language == clinic.first_language else f"/{language}/"


@require_safe
def security_txt(request: SiteRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116)."""
    contact = request.clinic.email
    expires = timezone.now().replace(month=12, day=31, hour=23, minute=59, second=59, microsecond=0)
    lines = [
        f"Contact: {f'mailto:{contact}' if contact else f'{settings.SITE_URL}/clinic/'}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@cache_control(public=True, max_age=31536000, immutable=True)
@require_safe
def media(request: SiteRequest, path: str) -> HttpResponseBase:
    """A picture that staff uploaded; its name changes with its content, so it can be kept for ever."""
    if not path.endswith(".webp"):
        raise Http404
    return serve(request, path, document_root=str(settings.MEDIA_ROOT))


# When something goes wrong


def bad_request(request: SiteRequest, exception: Exception) -> HttpResponse:
    return _trouble(request, "400.html", 400)


def permission_denied(request: SiteRequest, exception: Exception) -> HttpResponse:
    return _trouble(request, "403.html", 403)


def page_not_found(request: SiteRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, Gone):
        return _trouble(request, "410.html", 410)
    elsewhere = exception if isinstance(exception, NotInThisLanguage) else None
    return _trouble(request, "404.html", 404, elsewhere=elsewhere)


def _trouble(request: SiteRequest, template: str, status: int, **context: Any) -> HttpResponse:
    context["is_for_staff"] = _is_for_staff(request)
    return TemplateResponse(request, template, context, status=status).render()


def _is_for_staff(request: SiteRequest) -> bool:
    """Whether somebody who is signed in met this; no other page asks who somebody is."""
    user = getattr(request, "user", None)
    return request.path.startswith("/admin/") and user is not None and user.is_authenticated


@require_safe
def components(request: SiteRequest) -> TemplateResponse:
    """Every partial in every state, for those who build the site."""
    from spasmguide.components import EXAMPLES

    return TemplateResponse(request, "components.html", EXAMPLES)
