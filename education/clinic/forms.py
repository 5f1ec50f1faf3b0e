"""The set-up form: the first administrator, and the clinic."""

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Fieldset, Layout, Submit
from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model, password_validation
from django.contrib.auth.models import Group, User
from django.core.validators import URLValidator
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.clinic.countries import countries
from education.clinic.intended_use import IntendedUse, intended_use
from education.clinic.models import CheckerMode, Clinic, SetupLink
from education.staff.roles import ADMINISTRATOR
from education.staff.trail import Act, record

# Tells the rooms above that there is a first administrator (``user``), before anybody else knows.
site_made = Signal()

INTENDED_USE = '{% include "clinic/intended-use-details.html" with intended_use=form.intended_use only %}'


def country_choices() -> list[tuple[str, Any]]:
    """Return the countries of the table by name, with the empty choice first."""
    named = sorted((c.name, c.code) for c in countries().values() if c.code)
    return [("", _("Another country")), *((code, name) for name, code in named)]


WRITE_AN_ADDRESS = _("Write the address of the web site like https://clinic.example.")
MISSING = {
    "full_name": _("Write your name."),
    "username": _("Choose a name to sign in with."),
    "password": _("Choose a password."),
    "password_again": _("Write the password a second time."),
    "name": _("Write the name of the clinic."),
    "phone": _("Write the phone number that patients call."),
}


class Section(Fieldset):  # type: ignore[misc]
    """Fields under a heading of the page, which has its own title above."""

    template = "clinic/set_up_section.html"


if TYPE_CHECKING:
    ClinicForm = forms.ModelForm[Clinic]
else:
    ClinicForm = forms.ModelForm


class SetupForm(ClinicForm):
    """Asks for what the site cannot know. Nothing is saved unless all of it is right."""

    use_required_attribute = False

    full_name = forms.CharField(label=_("Your name"), max_length=80, help_text=_("As patients may see it."))
    username = forms.CharField(
        label=_("Username"),
        max_length=150,
        help_text=_("The name that you sign in with."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "At least 10 characters. Three or four unrelated words are good and easy to keep in mind."
        ),
    )
    password_again = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    country_code = forms.ChoiceField(
        label=_("Country"),
        required=False,
        help_text=_("Sets the emergency number, the advice line, the language and the units. "
                    "Check the numbers afterwards."),
    )  # fmt: skip
    checker_mode = forms.ChoiceField(
        label=_("Symptom checker"),
        required=False,
        widget=forms.RadioSelect,
        help_text=_("You can change this later."),
    )
    intended_use_accepted = forms.BooleanField(
        label=_("I have read what the full checker is meant for, and accept it for this clinic"),
        required=False,
        help_text=_("Needed for the full checker. Your name and the day are kept."),
    )

    # As on the page, so that the summary of errors follows it.
    field_order = (
        "full_name", "username", "password", "password_again", "name", "country_code", "phone", "hours",
        "address", "website", "checker_mode", "intended_use_accepted",
    )  # fmt: skip

    class Meta:
        model = Clinic
        fields = ("name", "country_code", "phone", "hours", "address", "website", "checker_mode")
        labels = {"name": _("Name of the clinic"), "website": _("Web site of the clinic")}
        help_texts = {
            "phone": _("The number that patients call in opening hours."),
            "hours": _("One line for each time, like: Monday to Friday, 8 am to 5 pm."),
        }
        widgets = {
            "hours": forms.Textarea(attrs={"rows": 3}),
            "address": forms.Textarea(attrs={"rows": 3}),
            "website": forms.URLInput(attrs={"placeholder": ""}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = ""
        self.fields["country_code"].choices = country_choices()  # type: ignore[attr-defined]
        self.fields["checker_mode"].choices = [  # type: ignore[attr-defined]
            ("", _("As usual in my country")), *CheckerMode.choices
        ]  # fmt: skip
        self.fields["phone"].required = True
        for name, message in MISSING.items():
            self.fields[name].error_messages["required"] = message
        self.fields["website"].error_messages["invalid"] = WRITE_AN_ADDRESS
        self.fields["website"].validators = [
            type(check)(schemes=["http", "https"], message=WRITE_AN_ADDRESS)
            if isinstance(check, URLValidator)
            else check
            for check in self.fields["website"].validators
        ]
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}  # errors come from us, in one place
        self.helper.layout = Layout(
            Section(
                _("You, the first administrator"),
                "full_name",
                "username",
                "password",
                "password_again",
            ),
            Section(_("Your clinic"), "name", "country_code", "phone", "hours", "address", "website"),
            Section(
                _("What patients can do"),
                "checker_mode",
                HTML(INTENDED_USE),
                "intended_use_accepted",
            ),
            Submit("save", _("Make my site")),
        )

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        user_model = get_user_model()
        user_model.username_validator(username)
        if user_model.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(_("This name is taken. Choose another one."))
        return username

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        password, again = data.get("password"), data.get("password_again")
        if password and again and password != again:
            self.add_error("password_again", _("The two passwords differ. Write the same one twice."))
        elif password:
            name = data.get("full_name", "")
            user = get_user_model()(username=data.get("username", ""), first_name=name)
            try:
                password_validation.validate_password(password, user)
            except forms.ValidationError as error:
                self.add_error("password", error)
        country = countries()[data.get("country_code", "")]
        data["checker_mode"] = data.get("checker_mode") or country.checker_mode
        if data["checker_mode"] == CheckerMode.FULL:
            # Noted before the tick is seen, because the clinic checks itself next; without the tick the
            # form is not valid and nothing is saved.
            today = timezone.localdate(timezone=ZoneInfo(country.time_zone))
            self.instance.accept_intended_use(data.get("full_name", ""), today)
            if not data.get("intended_use_accepted"):
                self.add_error("intended_use_accepted", self._how_to_accept())
        return data

    def full_clean(self) -> None:
        """Ask for the passwords again where something else is wrong: a page never gives them back."""
        super().full_clean()
        if self.errors and self.cleaned_data.get("password_again"):
            self.add_error("password", _("Write both passwords again. They are not kept on the page."))

    @property
    def intended_use(self) -> IntendedUse:
        """The text to accept, for the page."""
        return intended_use()

    def _how_to_accept(self) -> str:
        if self.data.get("checker_mode"):
            return gettext("Tick this to run the full checker, or choose the list of warning signs.")
        return gettext(
            "The full checker is usual in your country: tick this to run it, or choose the list of "
            "warning signs."
        )

    @transaction.atomic
    def make_site(self, token: str) -> User | None:
        """Make the clinic and its administrator, and void the link.

        Returns ``None``, and makes nothing, when the link no longer holds or there is an administrator.
        """
        user_model = get_user_model()
        used, _rows = SetupLink.objects.matching(token).delete()  # of two at once, one deletes it
        if not used or user_model.objects.filter(is_superuser=True).exists():
            return None
        SetupLink.objects.all().delete()
        country = countries()[self.cleaned_data["country_code"]]
        clinic = self.instance
        clinic.pk = 1
        clinic.time_zone, clinic.units = country.time_zone, country.units
        known = country.language in settings.STARTER_LANGUAGES
        clinic.languages = [country.language if known else settings.STARTER_LANGUAGES[0]]
        clinic.save()
        user = user_model.objects.create_superuser(
            self.cleaned_data["username"], password=self.cleaned_data["password"]
        )
        user.first_name = self.cleaned_data["full_name"]
        user.save(update_fields=["first_name"])
        user.groups.add(Group.objects.get(name=ADMINISTRATOR))
        record(user, Act.ROLE, user, called=user.username, note=f"– → {ADMINISTRATOR}")
        site_made.send(sender=SetupForm, user=user)
        return user
