"""The staff pages of documents: their lists, a new one, and the editions of one."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.clinic.words import with_words
from education.desk.comparing import ComparePages
from education.desk.document_filters import LanguageFilter, ReviewFilter, StandingFilter
from education.desk.listing import Reader, found_by, in_words, listed_of
from education.desk.telling import day_and_time
from education.desk.translating import check_translation, translations_of
from education.desk.used import uses_on_page
from education.editorial.kinds import kind_named
from education.editorial.models import Person
from education.editorial.reviewing import review_of
from education.editorial.states import Origin, Standing, State
from education.staff.recorded import RecordedAdmin


class FirstDraftForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new document, with the title of its first draft."""

    title = forms.CharField(
        label=_("Title"), max_length=60, help_text=_("As patients read it."), widget=AdminTextInputWidget
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        original = self.fields["original"]
        original.help_text = gettext("Leave it empty, unless it translates a page of yours.")
        # A page begun in a window of its own would open there, and never come back to this form.
        original.widget.can_add_related = original.widget.can_change_related = False
        original.widget.can_view_related = False
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text += " " + gettext("Leave it empty to have it made from the title.")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "slug" in data and not data["slug"] and "title" in data:
            data["slug"] = slugify(data["title"]).strip("-")
            if not data["slug"]:
                self.add_error("slug", gettext("Write an address, in letters from a to z, like sciatica."))
        if (original := data.get("original")) and "language" in data:
            try:
                check_translation(data["language"], original)
            except ValidationError as refused:
                self.add_error("original", refused)
        return data


class DocumentAdmin(ComparePages, RecordedAdmin):
    """A document and its editions."""

    change_form_template = "admin/desk/document.html"
    form = FirstDraftForm
    list_display: tuple[str, ...] = (
        "shown_title",
        "slug",
        "shown_language",
        "shown_standing",
        "shown_work",
        "review_due",
    )
    list_filter: ClassVar[Any] = (StandingFilter, ReviewFilter, LanguageFilter)
    list_per_page = 50
    show_full_result_count = False  # one count is enough
    search_fields = ("slug",)  # and titles, see get_search_results
    edition_model: Any

    class Media:
        js = ("js/admin-names.js",)

    # What is read from its editions, for the list.
    shown_of_editions: ClassVar[tuple[str, ...]] = (
        "title", "live", "live_number", "live_origin", "live_from", "reviewed_on", "due_on", "state",
        "coming", "coming_from",
    )  # fmt: skip
    # What identifies the document; it cannot be changed once it is made.
    identity: ClassVar[tuple[str, ...]] = ("slug", "language", "original")
    autocomplete_fields = ("original",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        clinic = request.clinic  # type: ignore[attr-defined]
        reader = Reader(user=request.user, person=None, clinic=clinic)
        kind = kind_named(str(self.opts.model_name))
        return listed_of(kind, reader, super().get_queryset(request), self.shown_of_editions)

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Find documents by address and title: see ``found_by``."""
        return found_by(search_term, queryset), False

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return the columns; titles stand there with the clinic's words put in."""
        words = request.clinic.words  # type: ignore[attr-defined]

        @admin.display(description=_("title"), ordering="item_title")
        def shown_title(document: Any) -> str:
            return with_words(self.shown_title(document), words)

        return [shown_title if name == "shown_title" else name for name in self.list_display]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.get_readonly_fields(request, obj) if obj else (*self.asked, *self.identity)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        shown = ("shown_language" if name == "language" else name for name in self.identity)
        return tuple(shown) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj or "slug" not in self.identity else {"slug": ("title",)}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj:
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change=change, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and obj is not None and not obj.editions.filter(state=State.APPROVED).exists()

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    # What the first draft cannot be without, asked together with its title.
    asked: ClassVar[tuple[str, ...]] = ("title",)

    def first_draft(self, document: Any, said: dict[str, Any], person: Person | None) -> Any:
        """Return the first edition of a new document; rooms fill in what a draft cannot be without."""
        return self.edition_model(
            document=document, author=person, **{name: said[name] for name in self.asked}
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if not change:
                person = Person.of(request.user)
                self.first_draft(obj, form.cleaned_data, person).save()

    def called(self, thing: Any) -> str:
        title: str = thing.editions.order_by("-number").values_list("title", flat=True).first() or ""
        return str(thing.named(title)) if title else ""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        draft = obj.editions.get()
        messages.success(request, gettext("This is the first draft. Fill it in, then send it to review."))
        if other := self._called_the_same(draft):
            page = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
            url = reverse(page, args=[other.document_id])
            title = with_words(str(other), request.clinic.words)  # type: ignore[attr-defined]
            told = gettext("Patients can already read another text with this title:")
            ask = gettext("If you meant to change that one, delete this draft and choose ‘Edit’ there.")
            messages.warning(request, format_html('{} <a href="{}">{}</a>. {}', told, url, title, ask))
        return redirect(self.edition_url(draft))

    def _called_the_same(self, edition: Any) -> Any:
        """Return the live edition, if any, of another document that staff could take for that of this one."""
        live = self.edition_model.objects.in_force().in_language(edition.language)
        others = live.filter(title__iexact=edition.title).exclude(document=edition.document_id)
        named = str(edition).casefold()
        return next((one for one in others.select_related("document") if str(one).casefold() == named), None)

    def edition_url(self, edition: Any) -> str:
        opts = self.edition_model._meta
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[edition.pk])

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        document = kwargs.get("obj")
        # Saving leads to the first draft, whichever button is pressed: one is enough.
        context |= {"show_save_and_continue": False, "show_save_and_add_another": False}
        if document is not None:
            context |= self._page_of(request, document)
        return super().render_change_form(request, context, *args, **kwargs)

    def _page_of(self, request: HttpRequest, document: Any) -> dict[str, Any]:
        """Return what the page of a document tells of it and of its editions."""
        editions = self.edition_model.objects.filter(document=document).with_standing()
        rows = [
            {
                "edition": edition,
                "url": self.edition_url(edition),
                "standing": Standing(edition.standing).label,
            }
            for edition in editions.select_related("document", "author", "reviewed_by").order_by("-number")
        ]
        return {
            "title": with_words(document.named(self.shown_title(document)), request.clinic.words),  # type: ignore[attr-defined]
            "subtitle": None,
            "editions": rows,
            "uses": uses_on_page(document),
            "translations": translations_of(request, document, self._shared(document, rows)),
            "show_save": False,
        } | self.around(request, document, rows)

    def _shared(self, document: Any, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """Return what a translation is asked at its start and has in common with its original."""
        own = {name: getattr(document, name) for name in self.identity}
        newest = rows[0]["edition"] if rows else None
        own |= {name: getattr(newest, name) for name in self.asked if newest}
        return {name: value for name, value in own.items() if name not in {"title", "language", "original"}}

    def around(self, request: HttpRequest, document: Any, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """Return what stands above the editions: the live one's next review, and what can be compared."""
        context: dict[str, Any] = {}
        if live := next((row["edition"] for row in rows if row["edition"].standing == Standing.LIVE), None):
            pages: Any = self.admin_site.get_model_admin(self.edition_model)
            acts = [act for act in pages.possible_acts(request, live) if act["name"] in {"sign", "edit"}]
            clinic = request.clinic  # type: ignore[attr-defined]
            context |= {"live": live, "review": review_of(live, clinic), "live_acts": acts}
        elif gone := next(
            (row["edition"] for row in rows if row["edition"].standing == Standing.RETIRED), None
        ):
            pages = self.admin_site.get_model_admin(self.edition_model)
            acts = [act for act in pages.possible_acts(request, gone) if act["name"] == "restore"]
            context |= {"gone": gone, "live_acts": acts}
        if len(rows) > 1:
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_compare"
            newest, old = rows[0]["edition"], live or rows[1]["edition"]
            context |= {"compare_url": reverse(name, args=[document.pk]), "compare_new": newest.number}
            context["compare_old"] = old.number if old != newest else rows[1]["edition"].number
        return context

    def shown_title(self, document: Any) -> str:
        return str(document.item_title)

    @admin.display(description=_("language"), ordering="language")
    def shown_language(self, document: Any) -> str:
        return str(dict(settings.LANGUAGES).get(document.language, document.language))

    @admin.display(description=_("patients see"), ordering="item_live_from")
    def shown_standing(self, document: Any) -> str:
        if document.item_live is None:
            return gettext("nothing")
        number = gettext("edition %(number)s") % {"number": document.item_live_number}
        unsigned = document.item_live_origin == Origin.STARTER and document.item_reviewed_on is None
        return f"{number}, {gettext('not yet signed')}" if unsigned else number

    @admin.display(description=_("in work"), ordering="item_state")
    def shown_work(self, document: Any) -> str:
        said = [in_words(document.item_state)] if document.item_state else []
        if document.item_coming_from:
            moment = {"moment": day_and_time(document.item_coming_from)}
            said.append(gettext("scheduled for %(moment)s") % moment)
        return "; ".join(said) or "–"

    @admin.display(description=_("next review"), ordering="item_due_on")
    def review_due(self, document: Any) -> Any:
        due = document.item_due_on
        if due and due < timezone.localdate():
            return format_html("<strong>{}</strong> {}", gettext("overdue"), date_format(due))
        return date_format(due) if due else "–"
