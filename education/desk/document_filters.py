"""How the lists of one kind of document are narrowed: as the list of all texts is."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from education.desk.listing import as_items
from education.desk.lists import STANDINGS, STARTER
from education.editorial.reviewing import SOON, Due


class ChosenFilter(admin.SimpleListFilter):
    """A filter whose choices are known without asking the database."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {name for name, _label in self.lookup_choices}
        value = self.value()
        return queryset.filter(self.which(request, value)) if value in known and value else queryset

    def which(self, request: HttpRequest, value: str) -> Q:
        raise NotImplementedError


class StandingFilter(ChosenFilter):
    title = _("status")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, label) for name, (label, _which) in STANDINGS.items()]

    def which(self, request: HttpRequest, value: str) -> Q:
        return as_items(STANDINGS[value][1])


class ReviewFilter(ChosenFilter):
    title = _("next review")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("overdue", Due.OVERDUE.label),
            ("soon", Due.SOON.label),
            ("starter", _("starter text nobody has signed")),
        ]

    def which(self, request: HttpRequest, value: str) -> Q:
        if value == "starter":
            return as_items(STARTER)
        if value == "overdue":  # however long
            return Q(item_due_on__lt=timezone.localdate())
        today = timezone.localdate()
        return Q(item_due_on__gte=today, item_due_on__lte=today + SOON)


class LanguageFilter(ChosenFilter):
    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(settings.LANGUAGES)

    def which(self, request: HttpRequest, value: str) -> Q:
        return Q(language=value)
