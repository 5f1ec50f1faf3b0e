"""One line for each room, then the pages that join them, staff pages and machines' pages."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from spasmguide import views

spine = [
    path("spine/", views.explorer, name="explorer"),
    path("spine/spasm-or-pinched-nerve/", views.comparison, name="comparison"),
    path("spine/<slug:region>/", views.region, name="region"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("", include("education.clinic.urls")),
    path("", include("education.desk.urls")),
    path("", include("education.urgency.urls")),
    path("", include("education.articles.urls")),
    path("", include("education.checklists.urls")),
    path("", include("education.checker.urls")),
    path("", include((spine, "spine"))),
    path("admin/account/", include("education.staff.urls")),
    path("admin/", admin.site.urls),
    path("healthz", views.health, name="health"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path(".well-known/security.txt", views.security_txt, name="security"),
    re_path(rf"^{settings.MEDIA_URL.strip('/')}/(?P<path>.+)$", views.media, name="media"),
]
if settings.DEBUG:
    urlpatterns.append(path("components/", views.components, name="components"))

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
