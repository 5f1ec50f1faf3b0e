from django.urls import path

from education.checker import views

app_name = "checker"

urlpatterns = [
    path("checker/", views.start, name="start"),
    path("checker/check/", views.check, name="check"),
]
