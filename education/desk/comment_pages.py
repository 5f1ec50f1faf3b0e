"""The comments on an edition, on its staff page and on the pages of what is done with it."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Field
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from education.clinic.words import with_words
from education.desk.acts import ACTS
from education.desk.comment_forms import CommentForm
from education.desk.kept_words import keeping
from education.desk.notices import after_comment
from education.editorial.comments import POWERS, say, settle, thread
from education.editorial.models import Comment, Person
from education.editorial.rows import held
from education.editorial.states import NEEDS_ACCOUNT

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object


def page_url(edition: Any, name: str, *more: Any) -> str:
    """Return the path of a staff page of an edition, by the last part of its name."""
    opts = edition._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{name}", args=[edition.pk, *more])


def edition_for(pages: Any, request: HttpRequest, pk: int) -> Any:
    """Return an edition of an admin's pages; raise for one that is not there or that is not to be read."""
    edition = pages.get_object(request, str(pk))
    if edition is None:
        raise Http404
    if not pages.has_view_permission(request, edition):
        raise PermissionDenied
    return edition


def speaker(request: HttpRequest) -> Person | None:
    """Return who speaks or lets others read; raise ``PermissionDenied`` for an account that may not."""
    if not any(request.user.has_perm(power) for power in POWERS):
        raise PermissionDenied
    return Person.of(request.user)


@transaction.atomic
def said_once(edition: Any, by: Person, text: str, field: str) -> bool:
    """Add a comment, unless it is the newest one already, as after a double click; return whether it was."""
    held(type(edition)._default_manager.filter(pk=edition.pk)).first()  # one after the other
    newest = Comment.objects.about(edition).last()
    if newest and newest.settled_at is None and (newest.by, newest.text, newest.field) == (by, text, field):
        return False
    say(edition, by, text, field)
    return True


class CommentPages(Base):
    """Gives each edition its comments."""

    if TYPE_CHECKING:

        def document_url(self, edition: Any) -> str: ...

    def get_urls(self) -> list[URLPattern]:
        staff = self.admin_site.admin_view
        pages: dict[str, tuple[str, Any]] = {
            "<int:pk>/comments/": ("comments", keeping(self.comments_view, self._asked)),
            "<int:pk>/comments/<int:comment>/": ("settle", staff(require_POST(self.settle_view))),
        }
        named = f"{self.opts.app_label}_{self.opts.model_name}"
        urls = [path(route, view, name=f"{named}_{name}") for route, (name, view) in pages.items()]
        return [*urls, *super().get_urls()]

    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        page = super().change_view(request, *args, **kwargs)
        return self._talked_over(request, page, is_folded=True)

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        acts: Any = super()
        return self._talked_over(request, acts.act_view(request, object_id, name), back=name)

    def _talked_over(self, request: HttpRequest, page: HttpResponse, **how: Any) -> HttpResponse:
        """Return a page about an edition, with what is said about it."""
        context = getattr(page, "context_data", None) or {}
        if edition := context.get("edition"):
            context["talk"] = self.talk(request, edition, **how)
        return page

    def talk(
        self, request: HttpRequest, edition: Any, back: str = "", form: CommentForm | None = None,
        is_folded: bool = False,
    ) -> dict[str, Any]:  # fmt: skip
        """Return what the comments need: those that are open, the others, and a form.

        ``back`` names the act to whose page one returns; ``is_folded`` leaves room for what is below.
        """
        said: list[dict[str, Any]] = [
            {"said": one, "url": page_url(edition, "settle", one.pk) if one.pk else ""}
            for one in thread(edition)
        ]
        return {
            "open": [one for one in said if one["said"].is_open],
            "past": [one for one in said if not one["said"].is_open],
            "form": form or CommentForm(edition=edition),
            "url": page_url(edition, "comments"),
            "may": any(request.user.has_perm(power) for power in POWERS),
            "back": back,
            "is_folded": is_folded,
        }

    def context_of(self, request: HttpRequest, edition: Any, title: str) -> dict[str, Any]:
        """Return what a page about an edition needs."""
        return self.admin_site.each_context(request) | {
            "title": title,
            "subtitle": with_words(str(edition), request.clinic.words),  # type: ignore[attr-defined]
            "opts": self.opts,
            "edition": edition,
            "edition_url": page_url(edition, "change"),
            "document_url": self.document_url(edition),
        }

    def _asked(self, request: HttpRequest, name: str) -> Field | None:
        return CommentForm(edition=self.model).fields.get(name)

    def comments_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a comment; show all of them on a page of their own when it cannot be taken."""
        edition = edition_for(self, request, pk)
        form = CommentForm(request.POST if request.method == "POST" else None, edition=edition)
        if form.is_valid():
            if person := speaker(request):
                if said_once(edition, person, form.cleaned_data["text"], form.cleaned_data["field"]):
                    messages.success(request, gettext("Your comment is kept."))
                    after_comment(request, edition, person)
                return redirect(self._talk_goes_back(request, edition))
            form.add_error(None, NEEDS_ACCOUNT)
        context = self.context_of(request, edition, gettext("Comments"))
        context["talk"] = self.talk(request, edition, request.POST.get("back", ""), form)
        return TemplateResponse(request, "admin/desk/comments_page.html", context)

    def settle_view(self, request: HttpRequest, pk: int, comment: int) -> HttpResponse:
        """Settle a comment, or open it again."""
        edition = edition_for(self, request, pk)
        found = get_object_or_404(Comment.objects.about(edition), pk=comment)
        settled = request.POST.get("settled") != "no"
        if person := speaker(request):
            settle(found, edition, person, settled)
            done = (
                gettext("Settled. The comment is kept.") if settled else gettext("The comment is open again.")
            )
            messages.success(request, done)
        else:
            messages.error(request, NEEDS_ACCOUNT)
        return redirect(self._talk_goes_back(request, edition))

    def _talk_goes_back(self, request: HttpRequest, edition: Any) -> str:
        """Return where the comment was written: the page of an act, or the edition's own."""
        name = request.POST.get("back", "")
        acts = {act.name for act in ACTS if act.is_open_to(request.user, edition)}
        if name in acts:
            return page_url(edition, "act", name) + "#comments"
        return page_url(edition, "change") + "#comments"
