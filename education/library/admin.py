from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from education.library import staff
from education.library.models import Exchange
from education.staff.pages import PagesAdmin


@admin.register(Exchange)
class ExchangeAdmin(PagesAdmin):
    """Export and import, for everybody who may see documents."""

    pages = (
        ("", staff.overview, "changelist"),
        ("choose/", staff.choose, "choose"),
        ("export/", staff.export_page, "export"),
        ("import/", staff.upload, "upload"),
        ("import/check/", staff.check_page, "check"),
    )

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(staff.kinds_for(request.user))
