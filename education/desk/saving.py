"""Saving the form of an edition without losing a word: to a colleague, a lost session or a changed role."""

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext

from education.clinic.words import with_words
from education.desk.conflicts import (
    Difference,
    Rows,
    differences,
    in_doubt,
    is_resolution,
    of_copy,
    resolved,
    seen,
)
from education.desk.kept_words import Way, field_of, keeping, kept_page, sent_pairs
from education.desk.posted import CHOOSE, PUT_BACK, sent_of
from education.editorial.models import Person
from education.editorial.rows import held
from education.editorial.standing import EditionQuerySet
from education.editorial.states import EditionError, Standing
from education.staff.models import Act, Entry
from education.staff.roles import WRITE

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object

MOST_COPIES = 20  # copies of words, on somebody's device, that are known to be saved
NEW_DRAFT = "_new_draft"


class OnlyShown:
    """A form that shows what was sent and goes no further."""

    errors: ClassVar[dict[str, Any]] = {}

    def is_valid(self) -> bool:
        return False


class SafeSaving(Base):
    """Answers a form that cannot simply be saved with every word of it, and a way on."""

    if TYPE_CHECKING:

        def edition_url(self, edition: Any) -> str: ...
        def document_url(self, edition: Any) -> str: ...
        def act_url(self, edition: Any, name: str) -> str: ...
        def possible_acts(self, request: HttpRequest, edition: Any) -> list[dict[str, Any]]: ...

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_change"
        page = keeping(self.change_view, partial(field_of, self))
        return [path("<path:object_id>/change/", page, name=name), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method != "POST":
            return super().change_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            return self._saved(request, object_id, form_url, extra_context)

    def _saved(self, request: HttpRequest, object_id: str, form_url: str, extra_context: Any) -> HttpResponse:
        edition = self._held(request, unquote(object_id))
        if edition is None:
            return self._deleted(request, unquote(object_id))
        if NEW_DRAFT in request.POST and not edition.is_draft:
            return self._as_new_draft(request, edition, extra_context)
        if not edition.is_draft:
            return self._moved_on(request, edition)
        if not self.has_change_permission(request, edition):
            raise PermissionDenied
        if conflict := self._reconciled(request, edition):
            return conflict
        return super().change_view(request, object_id, form_url, extra_context)

    def _held(self, request: HttpRequest, object_id: str) -> Any:
        """Return the edition, kept from others until the transaction ends, or ``None``."""
        if not object_id.isdecimal() or len(object_id) > 18:
            return None
        editions: EditionQuerySet = self.model._default_manager
        if held(editions.filter(pk=object_id)).first() is None:
            return None
        return self.get_object(request, object_id)

    # Two people on one draft

    def _reconciled(self, request: HttpRequest, edition: Any) -> HttpResponse | None:
        """Let ``request.POST`` stand on what is stored now, or ask about what others saved meanwhile."""
        form, kinds = self._stored_form(request, edition)
        moved = request.POST.get("revision", str(edition.revision)) != str(edition.revision)
        found: list[Difference] = []
        if is_resolution(request.POST):
            found = in_doubt(request.POST, type(form)(request.POST, instance=edition))
            request.POST = resolved(request.POST, form, kinds)  # type: ignore[assignment]
        if moved:
            asked = {each.name for each in found}
            since = differences(request.POST, type(form)(request.POST, instance=edition), kinds)
            found += [each for each in since if each.name not in asked]
        if found:
            return self._conflict_page(request, edition, found, seen(form, kinds))
        if moved:
            request.POST = resolved(request.POST, form, kinds)  # type: ignore[assignment]
        return None

    def _stored_form(self, request: HttpRequest, edition: Any) -> tuple[Any, list[Rows]]:
        """Return the unbound form of an edition as it is stored, and its rows."""
        fields = flatten_fieldsets(self.get_fieldsets(request, edition))
        form = self.get_form(request, edition, change=True, fields=fields)(instance=edition)
        kinds = []
        for formset_class, inline in self.get_formsets_with_inlines(request, edition):
            formset = formset_class(instance=edition, queryset=inline.get_queryset(request))
            rows = {str(row.pk): row for row in formset.get_queryset()}
            called = capfirst(str(inline.verbose_name))
            kinds.append(Rows(prefix=formset.prefix, called=called, form=formset.form, stored=rows))
        return form, kinds

    def _conflict_page(
        self, request: HttpRequest, edition: Any, found: list[Any], digests: str
    ) -> HttpResponse:
        shown = {name for each in found if each.bound for name in sent_of(request.POST, each.bound)}
        context = self.admin_site.each_context(request) | {
            "title": gettext("Two people wrote at the same time"),
            "subtitle": with_words(str(edition), request.clinic.words),  # type: ignore[attr-defined]
            "opts": self.opts,
            "edition": edition,
            "differences": found,
            "of_both": [each for each in found if each.is_of_both],
            "of_theirs": [each for each in found if not each.is_of_both],
            "other": self._last_saved(edition.pk),
            "sent": self._sent_again(request, shown | {"revision", "seen"}),
            "seen": digests,
            "edition_url": self.edition_url(edition),
            "document_url": self.document_url(edition),
            "send_on": "_act" in request.POST,
        }
        return TemplateResponse(request, "admin/desk/conflict.html", context, status=409)

    def _sent_again(self, request: HttpRequest, without: set[str]) -> list[tuple[str, str]]:
        return [
            (name, text)
            for name, text in sent_pairs(request)
            if name not in without and not name.startswith(CHOOSE)
        ]

    def seen_by(self, request: HttpRequest, edition: Any) -> str:
        """Return what a form says it was made from; one that was sent has said it."""
        if request.method == "POST" and "seen" in request.POST:
            return request.POST["seen"]
        return seen(*self._stored_form(request, edition))

    # Words that have no place to go to

    def _deleted(self, request: HttpRequest, object_id: str) -> HttpResponse:
        entry = self._trail(object_id).filter(act=Act.DELETE).first()
        ways = [Way(label=gettext("Go to your desk"), url=reverse("admin:index"))]
        return kept_page(
            request, ways=ways,
            title=gettext("This draft was deleted meanwhile"),
            said=" ".join([_by(entry), gettext("Your words are all here: copy or download what you need.")]),
        )  # fmt: skip

    def _moved_on(self, request: HttpRequest, edition: Any, refused: str = "") -> HttpResponse:
        entry = self._trail(str(edition.pk)).exclude(act=Act.SAVE).first()
        ways = self._ways_on(request, edition)
        standing = Standing(edition.standing).label
        told = [
            refused,
            gettext("This edition is '%(standing)s' now, so it can no longer be changed.")
            % {"standing": standing},
            _by(entry),
            gettext("Your words are all here."),
            ""
            if ways[:-1]
            else gettext("Keep a copy. Ask a reviewer to send the text back, then put them in."),
        ]
        return kept_page(
            request, ways=ways,
            title=gettext("Your words could not be saved here"), said=" ".join(filter(None, told)),
        )  # fmt: skip

    def _ways_on(self, request: HttpRequest, edition: Any) -> list[Way]:
        acts = {act["name"]: act for act in self.possible_acts(request, edition)}
        ways = []
        if {"edit", "restore"} & acts.keys():
            draft = type(edition).objects.filter(document=edition.document_id).in_work().first()
            if draft:
                label = gettext("Open the draft that is in work, to put them in there")
                ways.append(Way(label=label, url=self.edition_url(draft), opens_apart=True))
            else:
                ways.append(Way(label=gettext("Start a new draft with my words"), button=NEW_DRAFT))
        for name in ("send-back", "withdraw", "take-back"):
            if name in acts:
                ways.append(Way(label=acts[name]["label"], url=acts[name]["url"], opens_apart=True))
        return [
            *ways,
            Way(label=gettext("Open the edition"), url=self.edition_url(edition), opens_apart=True),
        ]

    def _as_new_draft(self, request: HttpRequest, edition: Any, extra_context: Any) -> HttpResponse:
        """Start a new draft from an edition that is locked, with the words of the form that came too late."""
        person = Person.of(request.user)
        if person is None or not person.may(WRITE):
            raise PermissionDenied
        try:
            draft = edition.new_draft(person)
        except EditionError as refused:
            return self._moved_on(request, edition, refused.messages[0])
        form, kinds = self._stored_form(request, draft)
        copies = {kind.prefix: dict(_copies(edition, kind)) for kind in kinds}
        sent = of_copy(request.POST, copies)
        sent["revision"], sent["seen"] = str(draft.revision), seen(form, kinds)
        request.POST = sent  # type: ignore[assignment]
        return super().change_view(request, str(draft.pk), self.edition_url(draft), extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        if PUT_BACK not in request.POST:
            return form
        return type(form.__name__, (OnlyShown, form), {"Meta": form.Meta})

    # Who did what

    def _trail(self, object_id: str) -> Any:
        return Entry.objects.filter(kind=self.opts.label_lower, thing_id=object_id)

    def _last_saved(self, pk: Any) -> Any:
        entry = self._trail(str(pk)).filter(act=Act.SAVE).first()
        return {"who": _name(entry), "at": entry.at} if entry else None

    # Copies on somebody's device

    def note_copy(self, request: HttpRequest) -> None:
        """Remember which copy of words was saved, so that the page can throw it away."""
        token = request.POST.get("copy", "")
        if re.fullmatch(r"[\w-]{8,40}", token):
            copies = [*request.session.get("saved_copies", []), token]
            request.session["saved_copies"] = copies[-MOST_COPIES:]


def _copies(edition: Any, kind: Rows) -> Iterator[tuple[str, str]]:
    """Yield the ids of an edition's rows, each with that of its copy: they were copied in this order."""
    for row, copy in zip(getattr(edition, kind.prefix).all(), sorted(kind.stored, key=int), strict=True):
        yield str(row.pk), copy


def _name(entry: Entry) -> str:
    person = Person.objects.filter(user=entry.user_id).first() if entry.user_id else None
    return person.name if person else entry.who


def _by(entry: Entry | None) -> str:
    """Return who did something, and when, as a sentence."""
    if entry is None:
        return ""
    told = {
        "who": _name(entry) or gettext("Somebody"),
        "when": date_format(timezone.localtime(entry.at), "DATETIME_FORMAT"),
        "what": entry.get_act_display(),
    }
    return gettext("%(who)s, %(when)s: %(what)s.") % told
