from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache


class StaffSite(AdminSite):
    site_header = _("SpasmGuide for staff")
    site_title = _("SpasmGuide")
    index_title = _("Your desk: what needs you")
    # How the models stand on the desk: a heading, and the rooms below it.
    groups = (
        (_("What patients read"), ("articles", "urgency", "checklists", "spine")),
        (_("Who answers for it, and what it rests on"), ("editorial",)),
        (_("This site"), ("clinic", "checker", "auth", "staff", "library")),
    )

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [path("texts/", self.admin_view(self.texts), name="texts"), *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from education.desk.home import desk
        from spasmguide.desk_notes import CheckerNotes

        context = {"desk": desk(request, [CheckerNotes()])} | (extra_context or {})
        page = super().index(request, context)
        about: Any = page.context_data
        about["groups"] = self.in_groups(about["app_list"])
        return page

    def in_groups(self, rooms: list[Any]) -> list[dict[str, Any]]:
        """Return the models that somebody may see, as the desk shows them: heading and models."""
        models = {room["app_label"]: list(room["models"]) for room in rooms}
        if "articles" in models:
            models["articles"].append(
                {
                    "name": _("Coverage board"), "object_name": "Coverage",
                    "admin_url": reverse("articles:coverage"), "view_only": True,
                }
            )  # fmt: skip
        groups = [
            {"heading": heading, "models": [model for label in labels for model in models.get(label, ())]}
            for heading, labels in self.groups
        ]
        return [group for group in groups if group["models"]]

    def each_context(self, request: Any) -> dict[str, Any]:
        """Return what each page shows; the list beside it has the headings of the desk."""
        context = super().each_context(request)
        context["available_apps"] = [
            {
                "name": group["heading"], "app_label": f"group-{place}",
                "app_url": f"{reverse('admin:index')}#desk-index", "models": group["models"],
            }
            for place, group in enumerate(self.in_groups(context["available_apps"]), 1)
        ]  # fmt: skip
        return context

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        """Lead to the desk: rooms are no pages of their own."""
        return redirect(f"{reverse('admin:index')}#desk-index")

    def texts(self, request: HttpRequest) -> HttpResponse:
        from education.desk.all_texts import all_texts

        return all_texts(request, self.each_context(request))

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        # Django loads this module before there are models.
        from education.staff.second_step import passkeys_possible
        from education.staff.sign_in import SignInView

        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        context = self.each_context(request) | {"title": _("Sign in"), "passkeys": passkeys_possible()}
        view = SignInView.as_view(next_page="admin:index", extra_context=context | (extra_context or {}))
        return view(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        from django.contrib.auth.views import PasswordChangeView

        from education.staff.forms import ChangePasswordForm

        view = PasswordChangeView.as_view(
            form_class=ChangePasswordForm,
            success_url=reverse("admin:password_change_done"),
            template_name="registration/password_change_form.html",
            extra_context=self.each_context(request) | (extra_context or {}),
        )
        return view(request)
