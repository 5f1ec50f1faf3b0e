from django.contrib import admin

from education.checker.acceptance import intended_use_page
from education.checker.decision_pages import decision, decisions
from education.checker.models import Protocol
from education.checker.protocol_pages import (
    cases,
    flow_file,
    flow_of_place,
    flows,
    history,
    questions,
    rules,
)
from education.checker.safety_file import safety_file, safety_file_download
from education.checker.simulator import simulator
from education.staff.pages import PagesAdmin


@admin.register(Protocol)
class ProtocolAdmin(PagesAdmin):
    """The rules are files, which no form changes; staff read, try and sign them here."""

    pages = (
        ("", rules, "changelist"),
        ("questions/", questions, "questions"),
        ("flow/", flows, "flows"),
        ("flow/<slug:place>/", flow_of_place, "flow"),
        ("flow/<slug:place>.svg", flow_file, "flow_file"),
        ("cases/", cases, "cases"),
        ("history/", history, "history"),
        ("simulator/", simulator, "simulator"),
        ("decisions/", decisions, "decisions"),
        ("decisions/<str:id>/", decision, "decision"),
        ("intended-use/", intended_use_page, "intended_use"),
        ("safety-file/", safety_file, "safety_file"),
        ("safety-file/download/", safety_file_download, "safety_file_download"),
    )
