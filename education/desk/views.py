"""The one page of this room that needs no account: an edition read through a preview link."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from education.desk.comment_forms import VisitorsCommentForm
from education.desk.notices import after_comment
from education.desk.preview_links import count_opening, edition_of, may_comment, opened_by
from education.desk.preview_page import Preview, page_of, patients_page
from education.editorial.comments import say_through
from education.editorial.models import Comment, PreviewLink
from education.editorial.rows import held

THANKS = "said"


def quietly(response: HttpResponse) -> HttpResponse:
    """Keep the address to those who have it: no search engine, no other site, no page kept."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


# No cookie, so no CSRF token: a forged post would need the token of the address, which is the key itself.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """Show one edition to the bearer of its link, and take their comments."""
    link = opened_by(token)
    edition = edition_of(link) if link else None
    if link is None or edition is None:
        return _trouble(request, "closed", 410 if link else 404)
    if not count_opening(link):
        return _trouble(request, "busy", 429)
    with translation.override(edition.document.language):
        sent = request.POST if request.method == "POST" else None
        form = VisitorsCommentForm(sent, edition=edition, action=request.path)
        if form.is_valid():
            if not _taken(form, link, edition):
                return _trouble(request, "busy", 429)
            return quietly(redirect(f"{request.path}?{THANKS}#comment"))
    shown = Preview(
        edition=edition, link=link, form=form, thanks=THANKS in request.GET and not form.is_bound,
        comments=list(Comment.objects.filter(link=link)),
    )  # fmt: skip
    clinic = request.clinic  # type: ignore[attr-defined]
    return quietly(patients_page(request, shown, page_of(edition, clinic).partition("#")[0]))


@transaction.atomic
def _taken(form: VisitorsCommentForm, link: PreviewLink, edition: Any) -> bool:
    """Keep a comment, unless the link has brought too many in this hour."""
    held(PreviewLink.objects.filter(pk=link.pk)).first()  # one at a time, so that none slips by the count
    if not may_comment(link):
        return False
    words = form.cleaned_data
    say_through(link, edition, words["name"], words["text"], words["field"])
    after_comment(None, edition, None)
    return True


def _trouble(request: HttpRequest, what: str, status: int) -> HttpResponse:
    page = TemplateResponse(request, "desk/preview-closed.html", {"what": what}, status=status)
    if status == 429:
        page.headers["Retry-After"] = "60"
    return quietly(page)
