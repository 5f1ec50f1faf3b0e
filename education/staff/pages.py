"""Staff pages where nothing is changed: tables, or an entry of the admin with views of its own."""

from collections.abc import Callable
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = admin.ModelAdmin

View = Callable[..., HttpResponse]


class OnlyLookedAt(Base):
    """Nobody adds, changes or deletes anything here, whatever they are."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PagesAdmin(OnlyLookedAt):
    """Pages instead of a table, for whoever may see them."""

    # Route, view and name; the one called ``changelist`` is where the entry leads.
    pages: ClassVar[tuple[tuple[str, View, str], ...]]

    def get_urls(self) -> list[URLPattern]:
        prefix = f"{self.opts.app_label}_{self.opts.model_name}"
        return [path(route, self.guarded(view), name=f"{prefix}_{name}") for route, view, name in self.pages]

    def guarded(self, view: View) -> View:
        def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if not self.has_view_permission(request):
                raise PermissionDenied
            return view(request, **kwargs)

        return self.admin_site.admin_view(update_wrapper(page, view))
