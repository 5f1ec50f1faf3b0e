"""The staff pages of accounts: who works here, in which roles, and how they get in.

Roles are the four groups; nobody is given single permissions. An account that has done something is never
deleted, only switched off.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from education.staff.links import NEWCOMER, password_link
from education.staff.lockout import lift, locked_accounts
from education.staff.models import Entry
from education.staff.recorded import NOTHING, RecordedAdmin, values_changed
from education.staff.roles import ADMINISTRATOR, EXPLAINED, REVIEWER
from education.staff.second_step import ARROW, with_second_step
from education.staff.sessions import sessions_of
from education.staff.sign_in import end
from education.staff.trail import Act, record

if TYPE_CHECKING:
    AccountFormBase = forms.ModelForm[User]
    RolesFieldBase = forms.ModelMultipleChoiceField[Group]
else:
    AccountFormBase, RolesFieldBase = forms.ModelForm, forms.ModelMultipleChoiceField

NEW_LINK = "staff_new_link"  # where a link waits in the session of whoever made it, to be shown once


def administrators() -> QuerySet[User]:
    """Return the accounts that look after accounts, and work."""
    role = User.groups.through.objects.filter(user_id=OuterRef("pk"), group__name=ADMINISTRATOR)
    return User.objects.filter(Q(is_superuser=True) | Exists(role), is_active=True)


def all_roles() -> QuerySet[Group]:
    """Return the four roles, in the order of their power."""
    order = [When(name=role, then=Value(place)) for place, role in enumerate(EXPLAINED)]
    place = Case(*order, output_field=IntegerField())
    return Group.objects.filter(name__in=EXPLAINED).annotate(place=place).order_by("place")


def roles_of(account: User) -> str:
    """Return the roles of an account in words."""
    held = {group.name for group in account.groups.all()}
    words = [role for role in EXPLAINED if role in held]
    return ", ".join(words) or NOTHING


class RolesField(RolesFieldBase):
    """The roles as boxes to tick, each with what it may do."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, role: Group) -> str:
        return f"{gettext(role.name)}: {EXPLAINED[role.name]}"


class AccountForm(AccountFormBase):
    """An account. Refuses what would leave the site without anybody who looks after accounts."""

    by: User  # who fills it in
    first_name = forms.CharField(
        label=_("Name"), max_length=150, help_text=_("First and last name, as colleagues know them."),
        widget=AdminTextInputWidget,
    )  # fmt: skip
    groups = RolesField(
        label=_("Roles"),
        queryset=all_roles(),
        error_messages={"required": _("Tick at least one role: without one nobody can sign in.")},
    )

    class Meta:
        model = User
        fields = ("first_name", "username", "email", "groups", "is_active")
        labels = {
            "username": _("Username"), "email": _("E-mail"), "is_active": _("Works here"),
        }  # fmt: skip
        help_texts = {
            "username": _("The name to sign in with. Letters, digits and @ . + - _ only."),
            "email": _("The site writes there when a text waits for them. It may stay empty."),
            "is_active": _("Take the tick away when somebody leaves: they are signed out at once and cannot "
                           "sign in again. What they did stays on record."),
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Somebody who was there before may lose every role.
        self.fields["groups"].required = self.instance._state.adding

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("This name is taken. Choose another one."))
        return username

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance._state.adding:
            return data
        # Waits for others who change administrators now, so that two cannot switch off each other. What they
        # did is seen by a second statement only: the one that waited still sees the roles as they were.
        list(administrators().order_by("pk").select_for_update())
        current = set(administrators().values_list("pk", flat=True))
        if self.instance.pk not in current:
            return data
        works, roles = data.get("is_active", False), data.get("groups", ())
        keeps_power = self.instance.is_superuser or any(role.name == ADMINISTRATOR for role in roles)
        if self.instance.pk == self.by.pk:
            self._check_own(works, roles)
        elif len(current) == 1 and not (works and keeps_power):
            self.add_error(None, _("There is no other administrator. Give somebody else that role first."))
        return data

    def _check_own(self, works: bool, roles: Any) -> None:
        """Nobody shuts the door on themselves; a colleague can do it for them."""
        had_role = self.instance.groups.filter(name=ADMINISTRATOR).exists()
        if not works:
            self.add_error(
                "is_active", _("You cannot switch off your own account. Another administrator can.")
            )
        if had_role and all(role.name != ADMINISTRATOR for role in roles):
            self.add_error("groups", _("You cannot take this role from yourself. Another administrator can."))


class AccountAdmin(RecordedAdmin):
    """Accounts. Those of owners (superusers) are changed by owners only."""

    form = AccountForm
    inlines: ClassVar[list[Any]] = []  # rooms above add what belongs to somebody there
    change_form_template = "admin/staff/account.html"
    change_list_template = "admin/staff/accounts.html"
    list_display = ("shown_name", "username", "shown_roles", "works_here", "second_step", "last_login")
    list_display_links = ("shown_name", "username")
    search_fields = ("first_name", "last_name", "username", "email")
    show_full_result_count = False
    ordering = ("-is_active", "first_name", "username")
    fieldsets = (
        (_("Who it is"), {"fields": ("first_name", "username", "email")}),
        (_("What they may do"), {"fields": ("groups", "is_active")}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return with_second_step(super().get_queryset(request)).prefetch_related("groups")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.by = request.user
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None:
            return self.fieldsets
        return (self.fieldsets[0], (self.fieldsets[1][0], {"fields": ("groups",)}))

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        if obj is not None and not self.has_change_permission(request, obj):
            return []
        return super().get_inline_instances(request, obj)

    # The list

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Narrow the list by nothing but words: by an address, passwords and sessions could be guessed."""
        return False

    @admin.display(description=_("name"), ordering="first_name")
    def shown_name(self, account: User) -> str:
        return account.get_full_name() or account.username

    @admin.display(description=_("roles"))
    def shown_roles(self, account: User) -> str:
        if account.is_superuser:
            return gettext("Owner of this site: may do everything")
        return roles_of(account)

    @admin.display(description=_("works here"), boolean=True, ordering="is_active")
    def works_here(self, account: User) -> bool:
        return account.is_active

    @admin.display(description=_("second step"), boolean=True)
    def second_step(self, account: Any) -> bool:
        return bool(account.has_second_step)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"locked": self._locked(request)} | (extra_context or {})
        return super().changelist_view(request, context)

    def _locked(self, request: HttpRequest) -> list[dict[str, Any]]:
        locked = locked_accounts() if self.has_change_permission(request) else {}
        if not locked:
            return []
        found = User.objects.filter(username__in=locked)
        return [{"account": account, "until": locked[account.username]} for account in found]

    # Who may do what

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_superuser or request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only an account that was made by mistake can go."""
        if obj is None or not super().has_delete_permission(request, obj):
            return False
        return not (
            (obj.is_superuser and not request.user.is_superuser)
            or obj.pk == request.user.pk
            or Entry.objects.filter(user=obj.pk).exists()
            or hasattr(obj, "person")
            or not administrators().exclude(pk=obj.pk).exists()
        )

    # Saving

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.is_staff = obj.is_superuser or bool(form.cleaned_data["groups"])
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        account = User.objects.get(pk=form.instance.pk)
        before = roles_of(account)
        super().save_related(request, form, formsets, change)
        after = roles_of(User.objects.get(pk=account.pk))
        if after != before:
            self._record_act(request, Act.ROLE, account, f"{before} {ARROW} {after}")

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """Tell what changed besides the roles, which have an entry of their own."""
        return "" if add else values_changed(form, formsets, but=("groups",))

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return super().log_change(request, obj, message) if message else None

    def _record_act(self, request: HttpRequest, act: Act, account: User, note: str = "") -> None:
        record(request.user, act, account, called=account.get_username(), note=note)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> Any:
        self._make_link(request, obj)
        return redirect(self._url(obj))

    # The page of an account, and what its buttons do

    def get_urls(self) -> list[URLPattern]:
        do = self.admin_site.admin_view(require_POST(self.do_view))
        return [path("<int:pk>/do/<slug:act>/", do, name="auth_user_do"), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        account = kwargs.get("obj")
        if account is not None:
            context |= {
                "new_link": self._new_link(request, account),
                "locked_until": locked_accounts().get(account.username),
                "may_lift": self.has_change_permission(request),
                "is_own": account.pk == request.user.pk,
                "may_act": self.has_change_permission(request, account) and account.is_active,
                "open_sessions": sessions_of(account).count(),
                "has_second_step": account.has_second_step,
                "needs_person": self._needs_person(account),
                "reviews_in_vain": self._reviews_in_vain(account),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def _needs_person(self, account: User) -> bool:
        return bool(self.inlines) and account.is_staff and not hasattr(account, "person")

    def _reviews_in_vain(self, account: User) -> bool:
        """Whether they have the role, but nobody has said that they are a clinician."""
        person = getattr(account, "person", None)
        return bool(person and not person.is_clinician and account.groups.filter(name=REVIEWER).exists())

    def do_view(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        """Do what a button on the page of an account says."""
        account: Any = self.get_object(request, str(pk))
        if account is None or act not in self.ACTS:
            raise Http404
        # A lock-out happens to anybody, also to an owner.
        if not self.has_change_permission(request, None if act == "lift" else account):
            raise PermissionDenied
        if act != "lift" and account.pk == request.user.pk:
            # There the password is asked for again, so that a session left open is not enough.
            messages.error(
                request,
                gettext("This is your own account. You look after its password and its second step here."),
            )
            return redirect("mfa_index")
        messages.success(request, self.ACTS[act](self, request, account))
        to_list = request.POST.get("back") == "list"
        return redirect("admin:auth_user_changelist" if to_list else self._url(account))

    def _url(self, account: User) -> str:
        return reverse("admin:auth_user_change", args=[account.pk])

    def _lift(self, request: HttpRequest, account: User) -> str:
        lift(request.user, account)
        return gettext("%(name)s can sign in again.") % {"name": account.username}

    def _link(self, request: HttpRequest, account: User) -> str:
        self._make_link(request, account)
        return gettext("The link is on this page, once. Copy it now, and hand it over.")

    def _make_link(self, request: HttpRequest, account: User) -> None:
        until = timezone.now() + NEWCOMER
        request.session[NEW_LINK] = [account.pk, password_link(account, NEWCOMER), until.isoformat()]
        self._record_act(request, Act.PASSWORD, account, gettext("one-time link made"))

    def _new_link(self, request: HttpRequest, account: User) -> dict[str, Any] | None:
        """Return the link that has just been made for an account; it is shown once."""
        made_for, link, until = request.session.get(NEW_LINK, (None, "", ""))
        if made_for != account.pk:
            return None
        del request.session[NEW_LINK]
        ends = timezone.localtime(datetime.fromisoformat(until))
        return {"url": link, "until": date_format(ends, "DATETIME_FORMAT")}

    def _end_sessions(self, request: HttpRequest, account: User) -> str:
        ended = end(sessions_of(account), by=request.user, of=account)
        said = ngettext("Signed out in %(count)d place.", "Signed out in %(count)d places.", ended)
        return said % {"count": ended}

    def _take_second_step(self, request: HttpRequest, account: User) -> str:
        forget_second_step(account)
        self._record_act(request, Act.SECOND_STEP, account, gettext("taken away by a colleague"))
        return gettext("Their second step is taken away. The password is enough until they set up another.")

    ACTS = {
        "lift": _lift,
        "link": _link,
        "end-sessions": _end_sessions,
        "forget-second-step": _take_second_step,
    }


def forget_second_step(account: Any) -> None:
    """Take away all second steps of an account, whose owner has lost them."""
    Authenticator.objects.filter(user=account.pk).delete()
