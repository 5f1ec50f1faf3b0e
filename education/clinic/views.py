"""Who we are, what we keep, and the first page that an administrator sees."""

import re

from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from education.clinic.colors import for_dark_pages
from education.clinic.forms import SetupForm
from education.clinic.models import Clinic, SetupLink
from education.clinic.requests import SiteRequest


@require_safe
def contact(request: SiteRequest) -> TemplateResponse:
    return TemplateResponse(request, "clinic/contact.html")


@require_safe
def about(request: SiteRequest) -> TemplateResponse:
    return TemplateResponse(request, "clinic/about.html")


@require_safe
def privacy(request: SiteRequest) -> TemplateResponse:
    return TemplateResponse(request, "clinic/privacy.html")


@require_safe
def accessibility(request: SiteRequest) -> TemplateResponse:
    return TemplateResponse(request, "clinic/accessibility.html")


@require_safe
@cache_control(public=True, max_age=31536000, immutable=True)
def accent(request: SiteRequest, color: str) -> HttpResponse:
    """A style sheet of a few lines in the clinic's color, by address, so that no page holds a style."""
    if not re.fullmatch(r"[0-9a-f]{6}", color):
        raise Http404
    light = f"#{color}"
    css = (
        "@layer tokens {\n"
        f"  :root {{ --accent: {light}; }}\n"
        "  @media screen and (prefers-color-scheme: dark) {\n"
        f"    :root {{ --accent: {for_dark_pages(light)}; }}\n"
        "  }\n"
        "}\n"
    )
    return HttpResponse(css, content_type="text/css; charset=utf-8")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: SiteRequest, token: str) -> HttpResponse:
    """Make the first administrator and name the clinic, once, for the bearer of a set-up link."""
    has_administrator = get_user_model().objects.filter(is_superuser=True).exists()
    if has_administrator or not SetupLink.objects.matching(token).exists():
        context = {"has_administrator": has_administrator}
        return TemplateResponse(request, "clinic/set_up_closed.html", context, status=410)

    # A site that has lost its last administrator keeps its settings.
    form = SetupForm(request.POST or None, instance=Clinic.objects.filter(pk=1).first())
    if not form.is_valid():
        status = 400 if form.is_bound else 200
        return TemplateResponse(request, "clinic/set_up.html", {"form": form}, status=status)

    user = form.make_site(token)
    if user is None:  # somebody else was faster, or the link has been voided meanwhile
        return redirect(request.path)
    login(request, user)
    messages.success(
        request, _("Your site is ready. Patients see your clinic's name and phones from now on.")
    )
    return redirect("admin:index")
