from django.urls import path

from education.urgency import views

app_name = "urgency"

urlpatterns = [path("emergency/", views.emergency, name="emergency")]
