from django.urls import path

from education.checklists import views

app_name = "checklists"

urlpatterns = [
    path("checklists/", views.checklist_list, name="list"),
    path("checklists/<slug:slug>/", views.checklist_detail, name="detail"),
    path("checklists/<slug:slug>/sheet/", views.checklist_sheet, name="sheet"),
]
