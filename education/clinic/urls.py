from django.urls import path

from education.clinic import views

app_name = "clinic"

urlpatterns = [
    path("clinic/", views.contact, name="contact"),
    path("about/", views.about, name="about"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("clinic/accent-<slug:color>.css", views.accent, name="accent"),
    path("admin/set-up/<str:token>/", views.set_up, name="set-up"),
]
