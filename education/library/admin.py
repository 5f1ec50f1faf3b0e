from functools import update_wrapper
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from education.library import staff
from education.library.models import Exchange

if TYPE_CHECKING:
    ExchangeAdminBase = admin.ModelAdmin[Exchange]
else:
    ExchangeAdminBase = admin.ModelAdmin


@admin.register(Exchange)
class ExchangeAdmin(ExchangeAdminBase):
    """Pages instead of a table, for everybody who may see documents."""

    def get_urls(self) -> list[URLPattern]:
        pages = (
            ("", staff.overview, "changelist"),
            ("choose/", staff.choose, "choose"),
            ("export/", staff.export_page, "export"),
            ("import/", staff.upload, "upload"),
            ("import/check/", staff.check_page, "check"),
        )
        return [
            path(route, self.guarded(view), name=f"library_exchange_{name}") for route, view, name in pages
        ]

    def guarded(self, view: staff.View) -> staff.View:
        """Let in staff who may see documents, nobody else."""

        def page(request: HttpRequest) -> HttpResponse:
            if not self.has_view_permission(request):
                raise PermissionDenied
            return view(request)

        return self.admin_site.admin_view(update_wrapper(page, view))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(staff.kinds_for(request.user))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
