"""What the acts ask for. Every form of an act takes the edition and the clinic it is about."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from education.clinic.models import Clinic
from education.editorial.findings import Finding
from education.editorial.models import Person
from education.editorial.states import Standing
from education.editorial.verbs import check_due
from education.staff.roles import WRITE

WRITE_A_DAY = _("Write the day like 2026-12-31.")
WRITE_A_TIME = _("Write the time like 14:30.")
PASSED = _("This moment has passed. Choose a later one, or leave both empty.")
LEFT_OUT = _("The clocks go forward that night, and there is no %(time)s on that day. "
             "Choose another time, like %(better)s.")  # fmt: skip
TWICE = _("The clocks go back that night, and there is %(time)s twice on that day. "
          "Choose another time, like %(better)s.")  # fmt: skip
FURTHEST = timedelta(days=3 * 365)


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"


class NoteForm(forms.Form):
    """An act that needs nothing but a yes."""

    use_required_attribute = False  # errors come from us, in one place
    takes_words = False  # what is typed is more than a day or a choice

    def __init__(self, *args: Any, edition: Any, clinic: Clinic, **kwargs: Any) -> None:
        self.edition, self.clinic = edition, clinic
        super().__init__(*args, **kwargs)

    @cached_property
    def findings(self) -> list[Finding]:
        """What is found in the text as it is now: it is asked once for the page."""
        self.edition.read_parts()
        found: list[Finding] = self.edition.findings()
        return found

    @cached_property
    def in_its_place(self) -> list[Any]:
        """The editions of the same document that patients see now or later, in the order of time."""
        editions = type(self.edition).objects.with_standing().filter(document=self.edition.document_id)
        shown = editions.filter(standing__in=(Standing.LIVE, Standing.SCHEDULED))
        return list(shown.exclude(pk=self.edition.pk).order_by("live_from"))

    @property
    def scheduled(self) -> list[Any]:
        """The other editions that will take its place once it is live."""
        return [other for other in self.in_its_place if other.standing == Standing.SCHEDULED]

    @property
    def live(self) -> Any:
        """The other edition, if any, that patients see now."""
        return next((other for other in self.in_its_place if other.standing == Standing.LIVE), None)

    def plain_fields(self) -> list[forms.BoundField]:
        """The fields that are asked one below the other."""
        return self.visible_fields()


class CommentForm(NoteForm):
    takes_words = True

    comment = forms.CharField(
        label=_("What should change?"),
        error_messages={"required": _("Say what should change, so that the writer knows.")},
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
    )


class ReviewForm(NoteForm):
    """When the next review is due, of the words as they were when the page was opened."""

    seen = forms.IntegerField(
        widget=forms.HiddenInput,
        required=False,
        error_messages={"invalid": _("Load this page again: it was not sent as it was shown.")},
    )
    review_due_on = forms.DateField(
        label=_("Next review due on"), widget=DateInput,
        error_messages={
            "required": _("Choose the day of the next review."), "invalid": WRITE_A_DAY,
        },
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        due = self.clinic.next_review(self.edition.risk, timezone.localdate())
        self.initial = {"review_due_on": due, "seen": self.edition.revision, **self.initial}
        self.fields["review_due_on"].help_text = _(
            "Your clinic reviews emergency text every %(emergency)s months, home care every %(home)s, "
            "other text every %(other)s."
        ) % {
            "emergency": self.clinic.review_months_emergency,
            "home": self.clinic.review_months_home,
            "other": self.clinic.review_months_other,
        }

    def clean_review_due_on(self) -> date:
        return check_due(self.cleaned_data["review_due_on"], timezone.localdate())


class SignForm(ReviewForm):
    """A review that changes nothing: the button that was pressed says whether sources were checked."""

    # The first is what the Enter key presses: nobody claims by accident to have read the sources.
    buttons = (
        ("no", _("Sign. I did not check the sources")),
        ("yes", _("Sign. I checked the sources too")),
    )

    @property
    def sources_checked(self) -> bool:
        return self.data.get("sources_checked") == "yes"


class MomentForm(NoteForm):
    """A moment in the clinic's time zone, to the minute."""

    day = forms.DateField(
        widget=DateInput,
        error_messages={"invalid": WRITE_A_DAY},
        required=False,
        help_text=_("Empty means at once."),
    )
    at = forms.TimeField(
        label=_("At"),
        widget=TimeInput(format="%H:%M"),
        error_messages={"invalid": WRITE_A_TIME},
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].help_text = _(
            "Empty means at the start of that day. The time is that of your clinic: %(zone)s. "
            "It is %(now)s there now."
        ) % {
            "zone": self.clinic.time_zone,
            "now": time_format(timezone.now().astimezone(self.clinic.zone), "TIME_FORMAT"),
        }

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        today = timezone.now().astimezone(self.clinic.zone).date()
        if day and day < today:
            raise forms.ValidationError(PASSED)
        if day and day > today + FURTHEST:
            raise forms.ValidationError(_("Choose a day within the next three years."))
        return day

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("at") and "day" in data and not data["day"]:
            self.add_error("day", _("Choose the day too, or leave both empty."))
        if self.errors:
            return data
        if data["at"] and (wrong := _no_moment(datetime.combine(data["day"], data["at"]), self.clinic.zone)):
            self.add_error("at", wrong)
        elif (moment := self.moment()) and moment < timezone.now().replace(second=0, microsecond=0):
            self.add_error("at" if data["at"] else "day", PASSED)
        return data

    def moment(self) -> datetime | None:
        """Return the moment; ``None`` for at once. An empty time means the first moment of that day."""
        day = self.cleaned_data["day"]
        if day is None:
            return None
        at = self.cleaned_data["at"]
        if at is None and day == timezone.now().astimezone(self.clinic.zone).date():
            return None  # that day has begun
        return datetime.combine(day, at or time.min, tzinfo=self.clinic.zone).astimezone(UTC)


def _no_moment(local: datetime, zone: ZoneInfo) -> str:
    """Return why a time of the clock names no moment, or two; ``""`` when it names one.

    Clocks that go forward leave times out, and clocks that go back have some twice.
    """
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return ""
    clock = {"time": f"{local:%H:%M}"}
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        clock["better"] = f"{first.astimezone(UTC).astimezone(zone):%H:%M}"
        return str(LEFT_OUT % clock)
    width = (first.utcoffset() or timedelta()) - (second.utcoffset() or timedelta())
    clock["better"] = f"{local + width:%H:%M}"
    return str(TWICE % clock)


class Reason(forms.CharField):
    """Why a warning may stay; ``about`` is what the warning says."""

    def __init__(self, *, about: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.about = about


class PublishForm(MomentForm):
    """When it goes live, and why each warning may stay."""

    takes_words = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].label = _("Goes live on")
        if self.edition.standing == Standing.SCHEDULED:  # it stays so unless another moment is chosen
            moment = self.edition.live_from.astimezone(self.clinic.zone)
            self.initial = {"day": moment.date(), "at": moment.time(), **self.initial}
        self.found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            if not finding.is_error:
                self.found.setdefault(finding.code, []).append(finding)
        earlier = self._reasons_so_far() if self.found else {}
        for code, found in self.found.items():
            self.fields[f"reason_{code}"] = self._reason_field(found[0].text, earlier.get(code, ""))

    def _reason_field(self, about: str, earlier: str) -> Reason:
        field = Reason(
            about=about,
            label=_("Why may this stay?"),
            error_messages={
                "required": _("Write why this may stay, or send the text back to be mended."),
                "max_length": _("Make the reason shorter: %(limit_value)d characters at most."),
            },
            widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
            initial=earlier,
            help_text=_("This was written earlier. Change it if it no longer fits.") if earlier else "",
            max_length=500,
        )
        field.widget.attrs.pop("maxlength", None)  # the browser would cut without a word
        return field

    def _reasons_so_far(self) -> dict[str, str]:
        """The reasons that were given when it was scheduled, or for what patients see now."""
        return self.edition.reasons or (self.live.reasons if self.live else {})

    def warned(self) -> list[dict[str, Any]]:
        """Return each kind of warning: its ``findings``, and the ``field`` for the reason."""
        return [
            {"code": code, "findings": findings, "field": self[f"reason_{code}"]}
            for code, findings in self.found.items()
        ]

    def plain_fields(self) -> list[forms.BoundField]:
        return [self["day"], self["at"]]

    @property
    def reasons(self) -> dict[str, str]:
        return {
            name.removeprefix("reason_"): text
            for name, text in self.cleaned_data.items()
            if name.startswith("reason_")
        }


class RetirementForm(MomentForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].label = _("Taken off the site on")


class AssignForm(NoteForm):
    to = forms.ModelChoiceField(
        label=_("Who is next?"), queryset=Person.objects.none(), required=False,
        empty_label=_("Nobody in particular"),
        help_text=_("They find it on their desk."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["to"]
        people.queryset = Person.objects.who_may(WRITE)
        self.initial["to"] = self.edition.assigned_to_id
