"""The staff page on which links are made for somebody outside, and closed."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from education.desk.comment_forms import LinkForm
from education.desk.comment_pages import edition_for, page_url, speaker
from education.desk.preview_links import UNPUBLISHED, close, make_link
from education.editorial.models import Person, PreviewLink
from education.editorial.states import NEEDS_ACCOUNT, EditionError

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object


class LinkPages(Base):
    """Gives each edition its preview links."""

    if TYPE_CHECKING:

        def context_of(self, request: HttpRequest, edition: Any, title: str) -> dict[str, Any]: ...

    def get_urls(self) -> list[URLPattern]:
        staff: Any = self.admin_site.admin_view
        named = f"{self.opts.app_label}_{self.opts.model_name}"
        close_view = staff(require_POST(self.close_link_view))
        return [
            path("<int:pk>/links/", staff(self.links_view), name=f"{named}_links"),
            path("<int:pk>/links/<int:link>/close/", close_view, name=f"{named}_close_link"),
            *super().get_urls(),
        ]

    def links_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """List the links of an edition, and make one: its address is shown this once."""
        edition = edition_for(self, request, pk)
        form = LinkForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                made = make_link(edition, _known(request), **form.cleaned_data)
            except EditionError as refused:
                form.add_error(None, refused)
            else:
                return self._links_page(request, edition, LinkForm(), made=made, for_whom=form.cleaned_data)
        return self._links_page(request, edition, form)

    def _links_page(self, request: HttpRequest, edition: Any, form: LinkForm, **made: Any) -> HttpResponse:
        now = timezone.now()
        is_unpublished = edition.standing in UNPUBLISHED
        links = [
            {
                "link": link,
                "is_open": is_unpublished and link.closed_at is None and link.expires_at > now,
                "close_url": page_url(edition, "close_link", link.pk),
            }
            for link in PreviewLink.objects.about(edition).select_related("made_by")
        ]
        title = gettext("Let somebody outside read it")
        context = self.context_of(request, edition, title) | made
        context |= {"form": form, "links": links, "is_unpublished": is_unpublished}
        return TemplateResponse(request, "admin/desk/links.html", context)

    def close_link_view(self, request: HttpRequest, pk: int, link: int) -> HttpResponse:
        edition = edition_for(self, request, pk)
        found = get_object_or_404(PreviewLink.objects.about(edition), pk=link)
        try:
            close(found, edition, _known(request))
        except EditionError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            done = gettext("Closed. The link of %(name)s opens nothing any more.")
            messages.success(request, done % {"name": found.for_whom})
        return redirect(page_url(edition, "links"))


def links_url(edition: Any) -> str:
    """Return the page of an edition's links; none once it is published."""
    return page_url(edition, "links") if edition.standing in UNPUBLISHED else ""


def _known(request: HttpRequest) -> Person:
    person = speaker(request)
    if person is None:
        raise EditionError(NEEDS_ACCOUNT)
    return person
