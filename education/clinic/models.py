"""One clinic: who it is, how it is reached, how its site looks and speaks."""

import re
import secrets
from calendar import monthrange
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Self
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from education.clinic.colors import PAPER_LIGHT, READABLE, SURFACE_LIGHT, contrast
from education.clinic.countries import Country, countries
from education.clinic.fields import WebAddressField
from education.clinic.intended_use import intended_use
from education.clinic.pictures import logo_name, picture_size

SETUP_LINK_HOURS = 48

is_phone = RegexValidator(
    r"\A\+?(?=(?:[ ().\-]*[0-9]){2})[0-9(][0-9 ().\-]{1,28}(\s?(x|ext\.?)\s?[0-9]{1,6})?\Z",
    _("Write a phone number with digits, like +1 555 010 0200."),
)


def dial_link(phone: str) -> str:
    """Return the ``tel:`` address of a phone number, or ``""`` for an empty one."""
    number = phone.lower().partition("x")[0].partition("e")[0].strip()
    plus = "+" if number.startswith("+") else ""
    if plus:  # the zero in brackets is for calls from within the country
        number = re.sub(r"\(\s*0\s*\)", "", number)
    digits = "".join(c for c in number if c.isdigit())
    return f"tel:{plus}{digits}" if digits else ""


def check_accent(color: str) -> None:
    """Refuse a color on which, or in which, text could not be read."""
    try:
        ratio = min(contrast(color, SURFACE_LIGHT), contrast(color, PAPER_LIGHT))
    except ValueError as error:
        raise ValidationError(_("Write the color like #0b5a5e.")) from error
    if ratio < READABLE:
        raise ValidationError(
            _("Text in this color cannot be read on our pages: its contrast is %(ratio)s to 1, "
              "and 4.5 to 1 is needed. Choose a darker color."),
            params={"ratio": f"{ratio:.1f}"},
        )  # fmt: skip


def check_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("Write a time zone like America/New_York."))


def check_languages(codes: Any) -> None:
    known = dict(settings.LANGUAGES)
    if not isinstance(codes, list) or not codes or not all(code in known for code in codes):
        raise ValidationError(_("Choose at least one language."))


class CheckerMode(models.TextChoices):
    """How much the symptom checker does. The law differs by country: see docs/hosting.md."""

    OFF = "off", _("Off: no symptom checker")
    RED_FLAGS = "red-flags", _("List of warning signs: no questions, no reasoning")
    FULL = "full", _("Full: questions and an answer on how soon to get help")


class Risk(models.TextChoices):
    """What can happen when a text is out of date; it says how often the text is reviewed."""

    EMERGENCY = "emergency", _("emergency text")
    HOME = "home", _("exercises and home care")
    OTHER = "other", _("other text")


def first_of_all() -> list[str]:
    return [settings.LANGUAGE_CODE]


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month; the 31st becomes the last day of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))


def months(label: Any, default: int) -> "models.PositiveSmallIntegerField[int, int]":
    """Return a field for a number of months, from one to three years."""
    return models.PositiveSmallIntegerField(
        label,
        default=default,
        validators=[MinValueValidator(1), MaxValueValidator(36)],
        help_text=_("Months."),
    )


class Clinic(models.Model):
    """The one row of settings. Without a row, the defaults for an unknown country hold."""

    name = models.CharField(_("name"), max_length=80, default="SpasmGuide")
    country_code = models.CharField(_("country"), max_length=8, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True, validators=[is_phone])
    out_of_hours_phone = models.CharField(
        _("phone when closed"), max_length=40, blank=True, validators=[is_phone]
    )
    email = models.EmailField(_("e-mail"), blank=True)
    website = WebAddressField(_("web site"), blank=True)
    address = models.TextField(_("address"), blank=True, max_length=300)
    hours = models.TextField(
        _("opening hours"), blank=True, max_length=400, help_text=_("One line for each time.")
    )

    emergency_number = models.CharField(
        _("emergency number"), max_length=40, blank=True, validators=[is_phone],
        help_text=_("Leave empty for the number of your country."),
    )  # fmt: skip
    advice_line = models.CharField(
        _("advice line, in words"), max_length=120, blank=True,
        help_text=_("Reads after 'call', for example: our nurse line. Leave empty for your country's."),
    )  # fmt: skip
    advice_phone = models.CharField(
        _("advice line, number"), max_length=40, blank=True, validators=[is_phone]
    )
    crisis_line = models.CharField(
        _("crisis line, in words"), max_length=120, blank=True,
        help_text=_("For people who think of ending their life. Reads after 'call'."),
    )  # fmt: skip
    crisis_phone = models.CharField(
        _("crisis line, number"), max_length=40, blank=True, validators=[is_phone]
    )

    languages = models.JSONField(
        _("languages that patients see"), default=first_of_all, validators=[check_languages],
        help_text=_("The first one stands at the start of the site."),
    )  # fmt: skip
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[check_zone])
    units = models.CharField(
        _("units"), max_length=8, default="metric",
        choices=[("us", _("Fahrenheit, pounds, feet")), ("metric", _("Celsius, kilograms, meters"))],
    )  # fmt: skip

    accent = models.CharField(
        _("accent color"), max_length=7, blank=True, validators=[check_accent],
        help_text=_("For links and buttons, like #0b5a5e. The colors of urgency stay as they are."),
    )  # fmt: skip
    logo = models.ImageField(
        _("logo"), upload_to=logo_name, blank=True,
        help_text=_("PNG, JPEG or WebP, up to 5 MB. It is made smaller and cleaned of hidden data."),
    )  # fmt: skip

    checker_mode = models.CharField(
        _("symptom checker"), max_length=12, choices=CheckerMode, default=CheckerMode.FULL
    )
    # The text on what the full checker is for, as accepted: only accept_intended_use() writes these.
    intended_use_version = models.CharField(_("accepted version"), max_length=12, blank=True, editable=False)
    intended_use_accepted_by = models.CharField(_("accepted by"), max_length=80, blank=True, editable=False)
    intended_use_accepted_on = models.DateField(_("accepted on"), null=True, blank=True, editable=False)
    works_alone = models.BooleanField(
        _("one person runs this clinic"), default=False,
        help_text=_("Then the writer of a text may also approve it, and the page says so."),
    )  # fmt: skip
    # How long a review holds, and how long after its day a text still counts as safe. In months.
    review_months_emergency = months(_("review emergency text every"), 6)
    review_months_home = months(_("review exercises and home-care plans every"), 12)
    review_months_other = months(_("review other text every"), 24)
    long_overdue_months = months(_("stop relying on overdue text after"), 6)
    funding = models.TextField(
        _("who pays for this site"), blank=True, max_length=400,
        help_text=_("Shown on the page 'About this guide'."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("clinic settings")
        verbose_name_plural = _("clinic settings")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pk=1),
                name="one_clinic",
                violation_error_message=_("There is one clinic only: change its settings."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("clinic:contact")

    def clean(self) -> None:
        """Refuse the choice of the full checker before the text on its use is accepted."""
        if self.checker_mode != CheckerMode.FULL or self.has_accepted_intended_use:
            return
        # A clinic that runs it already can still save its phones while a newer text waits to be read.
        if Clinic.objects.filter(pk=1, checker_mode=CheckerMode.FULL).exists():
            return
        message = format_html(
            '{} <a href="{}">{}</a>',
            _("Before you choose the full checker, read what it is meant for and accept it:"),
            reverse("admin:checker_protocol_intended_use"),
            _("intended use of the checker"),
        )
        raise ValidationError({"checker_mode": ValidationError(message, code="intended-use")})

    @classmethod
    def load(cls) -> Self:
        """Return the clinic, or one with the defaults when none is named yet. One query."""
        return cls.objects.filter(pk=1).first() or cls()

    @property
    def is_set_up(self) -> bool:
        return self.pk is not None

    def accept_intended_use(self, name: str, on: date) -> None:
        """Note who accepted the text in force, and when; the caller saves."""
        self.intended_use_version = intended_use().version
        self.intended_use_accepted_by, self.intended_use_accepted_on = name, on

    @property
    def has_accepted_intended_use(self) -> bool:
        """Whether the text in force is accepted; an older one may be."""
        return self.intended_use_version == intended_use().version

    @property
    def effective_checker_mode(self) -> str:
        """What patients get: the full checker falls back to the list of signs until its use is accepted.

        A site that no clinic has set up yet runs as by default, and says so. A newer text does not switch
        off a checker that runs: staff are asked to read it.
        """
        is_missing = self.is_set_up and not self.intended_use_version
        if self.checker_mode == CheckerMode.FULL and is_missing:
            return CheckerMode.RED_FLAGS
        return self.checker_mode

    @cached_property
    def country(self) -> Country:
        return countries().get(self.country_code) or countries()[""]

    def review_months(self, risk: str) -> int:
        """Return how many months a review of such text holds."""
        return {
            Risk.EMERGENCY: self.review_months_emergency,
            Risk.HOME: self.review_months_home,
            Risk.OTHER: self.review_months_other,
        }[Risk(risk)]

    def next_review(self, risk: str, reviewed_on: date) -> date:
        """Return the day on which a text reviewed on a day is due again."""
        return months_after(reviewed_on, self.review_months(risk))

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def first_language(self) -> str:
        return str(self.languages[0])

    @property
    def other_languages(self) -> list[str]:
        return list(self.languages[1:])

    @property
    def emergency(self) -> str:
        """The emergency number, or ``""`` when the country is not known."""
        return self.emergency_number or (self.country.emergency if self.country.code else "")

    @property
    def emergency_link(self) -> str:
        return dial_link(self.emergency_number) or (
            f"tel:{self.country.emergency_dial}" if self.country.emergency_dial else ""
        )

    @property
    def emergency_text(self) -> str:
        """The number to show; for an unknown country, those of the larger ones by name."""
        return self.emergency or self.country.emergency

    @property
    def advice(self) -> str:
        return self.advice_line or self.advice_phone or self.country.advice

    @property
    def advice_link(self) -> str:
        own = self.advice_line or self.advice_phone
        return dial_link(self.advice_phone if own else self.country.advice_dial)

    @property
    def crisis(self) -> str:
        return self.crisis_line or self.crisis_phone or self.country.crisis

    @property
    def crisis_link(self) -> str:
        own = self.crisis_line or self.crisis_phone
        return dial_link(self.crisis_phone if own else self.country.crisis_dial)

    @property
    def phone_link(self) -> str:
        return dial_link(self.phone)

    @property
    def out_of_hours_phone_link(self) -> str:
        return dial_link(self.out_of_hours_phone)

    @property
    def accent_css(self) -> str:
        return reverse("clinic:accent", args=[self.accent[1:].lower()]) if self.accent else ""

    @property
    def logo_picture(self) -> dict[str, Any] | None:
        """The logo as ``url``, ``width``, ``height`` (pixels), read from its name, not its file."""
        if not self.logo:
            return None
        width, height = picture_size(self.logo.name)
        return {"url": self.logo.url, "width": width, "height": height}

    @cached_property
    def words(self) -> dict[str, str]:
        """The words that stand in content as ``{emergency}`` and so on."""
        return {
            "emergency": self.emergency or str(_("your local emergency number")),
            "emergency_department": self.country.emergency_department,
            "advice": self.advice,
            "poison": self.country.poison,
            "crisis": self.crisis,
            "clinic": self.name,
            "clinic_phone": self.phone or str(_("the clinic")),
        }


class SetupLinkQuerySet(models.QuerySet["SetupLink"]):
    def matching(self, token: str) -> Self:
        """Links that this token opens now."""
        return self.filter(digest=digest(token), expires_at__gt=timezone.now())


class SetupLink(models.Model):
    """A link that lets its bearer name the clinic and become its first administrator.

    Only a digest of its token is kept, so that a copy of the database opens nothing.
    """

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    objects = SetupLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"until {self.expires_at:%Y-%m-%d %H:%M}"

    @classmethod
    def renew(cls) -> str:
        """Void all earlier links and return the path of a new one."""
        token = secrets.token_urlsafe(24)
        cls.objects.all().delete()
        expires_at = timezone.now() + timedelta(hours=SETUP_LINK_HOURS)
        cls.objects.create(digest=digest(token), expires_at=expires_at)
        return reverse("clinic:set-up", args=[token])


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
