"""What the form of an edition asks for while somebody writes: previews, things to put in, signs of life."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext

from education.desk.insertions import figures, local_words, pages
from education.editorial.prose import prose

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object

FRAGMENT = "X-Fragment"  # a script asks for the heart of a page


class EditorPages(Base):
    """Gives the form of an edition its helpers."""

    if TYPE_CHECKING:

        def edition_url(self, edition: Any) -> str: ...
        def seen_by(self, request: HttpRequest, edition: Any) -> str: ...

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        for_staff = self.admin_site.admin_view
        return [
            path("<path:object_id>/pulse/", self.pulse_view, name=f"{name}_pulse"),
            path("<path:object_id>/prose/", for_staff(self.prose_view), name=f"{name}_prose"),
            path("<path:object_id>/insert/<slug:what>/", for_staff(self.insert_view), name=f"{name}_insert"),
            *super().get_urls(),
        ]

    def editor(self, request: HttpRequest, edition: Any) -> dict[str, Any]:
        """Return what the form itself has to know."""

        def url(name: str, *more: str) -> str:
            view = f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}"
            return reverse(view, args=[edition.pk, *more])

        user: Any = request.user
        return {
            "revision": edition.revision,
            "seen": self.seen_by(request, edition),
            "copies": f"spasmguide.words.{user.pk}.{self.opts.model_name}.{edition.pk}.",
            "copy": request.POST.get("copy", ""),
            "is_unsaved": request.method == "POST",
            "saved_copies": " ".join(request.session.get("saved_copies", [])),
            "pulse_url": url("pulse"),
            "prose_url": url("prose"),
            "hints_url": url("hints"),
            "insert_urls": {what: url("insert", what) for what in ("pages", "drawings", "local")},
        }

    def pulse_view(self, request: HttpRequest, object_id: str) -> JsonResponse:
        """Tell a form whether it can be sent: who is signed in, with a fresh token, and what is stored."""
        if not self.admin_site.has_permission(request):
            back = f"{reverse('admin:login')}?{urlencode({'next': request.GET.get('next', '')})}"
            return JsonResponse({"signed_in": False, "sign_in": back})
        edition = self.get_object(request, unquote(object_id))
        revision = edition.revision if edition else None
        return JsonResponse({"signed_in": True, "token": get_token(request), "revision": revision})

    def prose_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show a text as patients see it; nothing is saved."""
        edition = self.edition_to_read(request, object_id)
        field = request.POST.get("_field", "")
        text = request.POST.get(field, "")
        language = edition.document.language
        with translation.override(language):
            words = request.clinic.words  # type: ignore[attr-defined]
            html = prose(text, words, part="preview", shift=1)
        label = str(edition._meta.get_field(field).verbose_name) if field in edition.prose else field
        context = self.admin_site.each_context(request) | {
            "title": gettext("Preview"),
            "subtitle": label[:1].upper() + label[1:],
            "html": html,
            "language": language,
            "edition_url": self.edition_url(edition),
            "document": edition.document,
        }
        name = "preview-prose-text" if FRAGMENT in request.headers else "preview-prose"
        return TemplateResponse(request, f"admin/desk/{name}.html", context)

    def insert_view(self, request: HttpRequest, object_id: str, what: str) -> HttpResponse:
        """List what can be put into a text, each with the line to copy; a script shows it in a window."""
        edition = self.edition_to_read(request, object_id)
        search = request.GET.get("q", "")[:100]
        clinic = request.clinic  # type: ignore[attr-defined]
        if what == "pages":
            title, items = gettext("Link to one of our pages"), pages(edition.document.language, search)
        elif what == "drawings":
            title, items = gettext("Put in a drawing"), figures()
        elif what == "local":
            title, items = gettext("Words that each clinic fills in"), local_words(clinic.words)
        else:
            raise Http404
        context = self.admin_site.each_context(request) | {
            "title": title,
            "items": items,
            "search": search,
            "search_label": gettext("Search by words of the title") if what == "pages" else "",
        }
        return TemplateResponse(request, "admin/desk/insert.html", context)

    def edition_to_read(self, request: HttpRequest, object_id: str) -> Any:
        edition = self.get_object(request, unquote(object_id))
        if edition is None:
            raise Http404
        if not self.has_view_or_change_permission(request, edition):
            raise PermissionDenied
        return edition
