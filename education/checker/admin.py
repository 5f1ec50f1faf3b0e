from django.contrib import admin

from education.checker import staff
from education.checker.models import Protocol
from education.staff.pages import PagesAdmin


@admin.register(Protocol)
class ProtocolAdmin(PagesAdmin):
    """The rules are files, which no form changes; staff read, try and sign them here."""

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
