from functools import update_wrapper
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from education.checker import staff
from education.checker.models import Protocol

if TYPE_CHECKING:
    ProtocolAdminBase = admin.ModelAdmin[Protocol]
else:
    ProtocolAdminBase = admin.ModelAdmin


@admin.register(Protocol)
class ProtocolAdmin(ProtocolAdminBase):
    """Pages instead of a table: the rules are files, which no form changes."""

    def get_urls(self) -> list[URLPattern]:
        pages = (
            ("", staff.rules, "changelist"),
            ("questions/", staff.questions, "questions"),
            ("flow/", staff.flows, "flows"),
            ("flow/<slug:place>/", staff.flow_of_place, "flow"),
            ("flow/<slug:place>.svg", staff.flow_file, "flow_file"),
            ("cases/", staff.cases, "cases"),
            ("history/", staff.history, "history"),
            ("simulator/", staff.simulator, "simulator"),
            ("decisions/", staff.decisions, "decisions"),
            ("decisions/<str:id>/", staff.decision, "decision"),
            ("intended-use/", staff.intended_use_page, "intended_use"),
            ("safety-file/", staff.safety_file, "safety_file"),
            ("safety-file/download/", staff.safety_file_download, "safety_file_download"),
        )
        return [
            path(route, self.guarded(view), name=f"checker_protocol_{name}") for route, view, name in pages
        ]

    def guarded(self, view: staff.View) -> staff.View:
        """Let in staff who may see the rules, nobody else."""

        def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if not self.has_view_permission(request):
                raise PermissionDenied
            return view(request, **kwargs)

        return self.admin_site.admin_view(update_wrapper(page, view))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
