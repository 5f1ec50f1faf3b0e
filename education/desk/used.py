"""Where a thing is used, as its staff pages tell it before it is changed or deleted."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.text import capfirst

from education.clinic.words import with_words
from education.editorial.where_used import Use, where_used

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object

SHOWN, FOLDED = 10, 90  # places on a page: open, and behind a fold; the rest is counted


@dataclass(frozen=True)
class UsesOnPage:
    """The places of a thing as a page lists them: some in the open, more behind a fold, the rest counted."""

    uses: list[Use]

    @property
    def count(self) -> int:
        return len(self.uses)

    @property
    def first(self) -> list[Use]:
        return self.uses[:SHOWN]

    @property
    def more(self) -> list[Use]:
        return self.uses[SHOWN : SHOWN + FOLDED]

    @property
    def hidden(self) -> int:
        return max(0, self.count - SHOWN)

    @property
    def rest(self) -> int:
        return max(0, self.count - SHOWN - FOLDED)


def uses_on_page(thing: Any) -> UsesOnPage | None:
    """Return the places of a thing, or ``None`` when there are none."""
    uses = where_used(thing) if thing is not None else []
    return UsesOnPage(uses) if uses else None


class ShowsUses(Base):
    """Tells on the pages of a thing where it is used, before it is changed or deleted."""

    change_form_template = "admin/desk/used.html"
    delete_confirmation_template = "admin/desk/delete-used.html"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        uses = uses_on_page(self.get_object(request, unquote(object_id)))
        return super().change_view(request, object_id, form_url, {"uses": uses, **(extra_context or {})})

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Keep what any edition needs, and say which."""
        deleted, counts, needed, protected = super().get_deleted_objects(objs, request)
        uses = [use for thing in objs for use in where_used(thing, ever=True)]
        words = request.clinic.words  # type: ignore[attr-defined]
        kept = [
            format_html('<a href="{}">{}</a> {}', use.url, capfirst(with_words(use.title, words)), use.how)
            for use in uses
        ]
        return deleted, counts, set() if kept else needed, kept or protected
