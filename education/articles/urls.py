from django.urls import path

from education.articles import views
from education.articles.coverage import staff

app_name = "articles"

urlpatterns = [
    path("articles/", views.article_list, name="list"),
    path("articles/<slug:slug>/", views.article_detail, name="detail"),
    path("glossary/", views.glossary, name="glossary"),
    path("admin/coverage/", staff.for_staff(staff.needs), name="coverage"),
    path("admin/coverage/elements/", staff.for_staff(staff.element_list), name="coverage-elements"),
]
