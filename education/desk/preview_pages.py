"""The staff pages on which an edition is looked at as patients will see it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, resolve
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from education.desk.comment_pages import edition_for, page_url
from education.desk.link_pages import links_url
from education.desk.looks import Look, in_look
from education.desk.preview_frames import framed, static_sheet
from education.desk.preview_page import Preview, in_other_language, page_of, patients_page
from education.editorial.kinds import kinds
from education.editorial.where_used import where_used

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object

# Look, name, and the size of the frame in pixels.
PHONE, PAPER, DESK = (360, 720), (680, 1123), (1280, 900)  # paper: A4 between its margins
FRAMES = (
    (Look.LIGHT, _("Phone"), PHONE, "phone"),
    (Look.DARK, _("Phone in the dark"), PHONE, "phone"),
    (Look.LARGE, _("Phone with letters twice as large"), PHONE, "phone"),
    (Look.LIGHT, _("Large screen"), DESK, "desk"),
    (Look.PRINT, _("On paper"), PAPER, "paper"),
)
PHONES = sum(1 for frame in FRAMES if frame[-1] == "phone")


class PreviewPages(Base):
    """Gives each edition its previews."""

    # Further pages of the same document: what is added to its address, and a name.
    also_at: ClassVar[tuple[tuple[str, Any], ...]] = ()
    # Whether other documents' pages hold it, as they hold a care card.
    stands_in_others: ClassVar[bool] = False

    if TYPE_CHECKING:

        def context_of(self, request: HttpRequest, edition: Any, title: str) -> dict[str, Any]: ...

    def get_urls(self) -> list[URLPattern]:
        in_frame: Any = csp_replace({"frame-ancestors": [SELF]})
        with_frames: Any = csp_update({"frame-src": [SELF]})
        staff: Any = self.admin_site.admin_view
        frame = in_frame(xframe_options_sameorigin(staff(require_safe(self.frame_view))))
        pages: dict[str, tuple[str, Any]] = {
            "<int:pk>/preview/": ("preview", with_frames(staff(require_safe(self.preview_view)))),
            "<int:pk>/preview/<slug:look>/": ("frame", frame),
            "<int:pk>/preview/<slug:look>/<path:page>": ("frame", frame),
        }
        named = f"{self.opts.app_label}_{self.opts.model_name}"
        urls = [path(route, view, name=f"{named}_{name}") for route, (name, view) in pages.items()]
        return [*urls, *super().get_urls()]

    def preview_url(self, edition: Any) -> str:
        return page_url(edition, "preview")

    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._with_links(super().change_view(request, *args, **kwargs))

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        acts: Any = super()
        return self._with_links(acts.act_view(request, object_id, name))

    def _with_links(self, page: HttpResponse) -> HttpResponse:
        """Return a page about an edition, with the addresses of all this."""
        context = getattr(page, "context_data", None) or {}
        if edition := context.get("edition"):
            context["preview_url"] = self.preview_url(edition)
            context["links_url"] = links_url(edition)
        return page

    # Looks

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the page in all its looks at once."""
        edition = edition_for(self, request, pk)
        pages = self._preview_paths(request, edition)
        chosen = request.GET.get("page") or pages[0][0]
        frames = self._frames(edition, chosen)
        context = self.context_of(request, edition, gettext("Preview")) | {
            "frames": [*frames[:PHONES], *self._in_languages(request, edition, chosen), *frames[PHONES:]],
            "pages": [
                {"name": name, "url": f"?page={page}", "is_shown": page == chosen} for page, name in pages
            ],
            "links_url": links_url(edition),
        }
        return TemplateResponse(request, "admin/desk/preview.html", context)

    def _preview_paths(self, request: HttpRequest, edition: Any) -> list[tuple[str, str]]:
        """Return the paths and names of the pages on which the edition can be looked at."""
        clinic = request.clinic  # type: ignore[attr-defined]
        page = page_of(edition, clinic)
        pages = [(page, gettext("The page itself"))]
        pages += [(page + more, str(name)) for more, name in self.also_at]
        if self.stands_in_others:
            pages += [(page_of(live, clinic), live.title) for live in _live_around(edition)]
        return list({page.partition("#")[0]: (page, name) for page, name in reversed(pages)}.values())[::-1]

    def _frames(self, edition: Any, page: str) -> list[dict[str, Any]]:
        return [
            {"name": name, "url": self._frame_url(edition, look, page), "size": size, "kind": kind}
            for look, name, size, kind in FRAMES
        ]

    def _frame_url(self, edition: Any, look: Look, page: str) -> str:
        return page_url(edition, "frame", look.value) + page.removeprefix("/")

    def _in_languages(self, request: HttpRequest, edition: Any, page: str) -> list[dict[str, Any]]:
        codes = [code for code, _name in settings.LANGUAGES if code != edition.document.language]
        return [self._in_language(request, edition, page, code) for code in codes]

    def _in_language(self, request: HttpRequest, edition: Any, page: str, code: str) -> dict[str, Any]:
        """The same page in another language: its translation, or these words among that language's."""
        clinic = request.clinic  # type: ignore[attr-defined]
        notes = []
        if translated := _translation(edition, code):
            page = page_of(translated, clinic)
        else:
            notes.append(gettext("This text has not been translated."))
            page = in_other_language(clinic, page, code)
        if code not in clinic.languages:
            notes.append(gettext("Your site does not offer this language yet."))
        return {
            "name": get_language_info(code)["name_translated"],
            "url": self._frame_url(translated or edition, Look.LIGHT, page),
            "size": PHONE,
            "kind": "phone",
            "note": " ".join(notes),
        }

    def frame_view(self, request: HttpRequest, pk: int, look: str, page: str = "") -> HttpResponse:
        """Answer with one page of the site in a look, or with a style sheet of it."""
        edition = edition_for(self, request, pk)
        if look not in set(Look):
            raise Http404
        kind = Look(look)
        if f"/{page}".startswith(settings.STATIC_URL):
            return HttpResponse(static_sheet(page, kind), content_type="text/css; charset=utf-8")
        answer = patients_page(request, Preview(edition=edition), f"/{page}")
        root = page_url(edition, "frame", look)
        if 300 <= answer.status_code < 400:
            return redirect(root + answer.headers["Location"].removeprefix("/"))
        text, form = answer.content.decode(), answer.headers["Content-Type"]
        if form.startswith("text/css"):
            text = in_look(text, kind)
        elif form.startswith("text/html"):
            text = framed(text, root, kind)
        return HttpResponse(text, status=answer.status_code, content_type=form)


def _translation(edition: Any, code: str) -> Any:
    """Return what patients read in another language, or will; ``None`` without a translation."""
    document = edition.document
    original = document.original_id or document.pk
    same = Q(document__original=original) | Q(document=original)
    editions = type(edition)._default_manager.filter(same, document__language=code).select_related("document")
    return editions.in_force().first() or editions.in_work().first()


def _live_around(edition: Any) -> Iterator[Any]:
    """Yield the live editions whose pages hold the edition's document. One query for each kind."""
    found: dict[type[models.Model], list[str]] = {}
    for use in where_used(edition):
        place = resolve(use.url)
        if (document_admin := getattr(place.func, "model_admin", None)) and "object_id" in place.kwargs:
            found.setdefault(document_admin.model, []).append(place.kwargs["object_id"])
    for kind in kinds():
        if pks := found.get(kind.document):
            live = kind.edition.objects.in_force().filter(document__in=pks)
            yield from live.select_related("document").order_by("title")
