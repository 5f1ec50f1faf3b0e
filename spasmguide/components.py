"""Example data for ``/components/``, the page for developers that shows every partial in every state."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms

REGIONS = [
    {"slug": "neck", "name": "Neck", "url": "#", "note": "Head to shoulders, and down an arm"},
    {"slug": "upper-back", "name": "Upper and middle back", "url": "#", "note": "Behind the ribs"},
    {"slug": "low-back", "name": "Low back", "url": "#", "note": "Waist to hips, and down a leg"},
    {"slug": "shoulder", "name": "Shoulder", "url": "#", "note": "Shoulder and shoulder blade"},
]

EMERGENCY_SIGNS = [
    "you cannot pee, or you leak pee or poop, and this is new",
    "your groin, genitals or bottom feel numb or tingle",
    "both legs are weak, numb or painful",
    "it began with a bad fall, a crash or a hard hit",
]

CARDS = [
    {
        "level": "emergency-call",
        "title": "Call 911 now if:",
        "lead_in": "You have back pain and any of these:",
        "items": ["you have chest pain, or a tearing pain in your chest or belly", "you faint"],
        "after": "Do not drive yourself.",
    },
    {
        "level": "emergency-go",
        "title": "Go to an emergency department now if:",
        "lead_in": "You have low back pain and any of these:",
        "items": EMERGENCY_SIGNS,
        "after": "Do not drive yourself.",
    },
    {
        "level": "urgent-today",
        "title": "Call your doctor or clinic today if:",
        "lead_in": "You have low back pain and any of these:",
        "items": ["you have a fever or shaking chills", "one foot has become weak"],
        "after": "If the clinic is closed, go to an urgent care center.",
    },
    {
        "level": "book-soon",
        "title": "Book a visit if:",
        "lead_in": "You have low back pain and any of these:",
        "items": ["it is no better after 3 weeks", "it keeps coming back"],
        "after": "",
    },
    {
        "level": "self-care",
        "title": "You can start at home if:",
        "lead_in": "None of the signs above fits you, and:",
        "items": ["the pain eases when you change position"],
        "after": "Look at the signs again each day, and when anything changes.",
    },
]

LATE_CARDS: list[dict[str, Any]] = [
    {**CARDS[1], "reviewed_on": date(2026, 3, 1), "review_due_on": date(2026, 9, 1), "is_overdue": True},
    {**CARDS[1], "reviewed_on": date(2025, 3, 1), "review_due_on": date(2025, 9, 1), "is_long_overdue": True},
]

RESULTS = [
    {
        "level": "emergency-call",
        "title": "Call 911 now",
        "steps": [
            "Do not drive yourself.",
            "Stay where you are and keep still.",
            "If you are alone, unlock the door.",
            "Have your medicines ready.",
        ],
    },
    {
        "level": "emergency-go",
        "title": "Go to an emergency department now",
        "steps": ["Ask someone to drive you.", "Take a list of your medicines."],
    },
    {
        "level": "urgent-today",
        "title": "Get medical advice today",
        "steps": [
            "Call your doctor's office or a nurse advice line.",
            "Closed? Go to urgent care.",
        ],
    },
    {
        "level": "book-soon",
        "title": "Book an appointment",
        "steps": ["Ask for a visit within two weeks.", "Care for yourself at home until then."],
    },
    {
        "level": "self-care",
        "title": "Care at home, and watch for changes",
        "steps": ["Keep moving.", "Look at the warning signs each day."],
    },
]

REVIEWED: dict[str, Any] = {
    "written_by": {"name": "Sam Reed"},
    "reviewed_by": {"name": "Dana Ortiz", "credentials": "PT, DPT", "role": "physical therapist"},
    "second_reviewer": {"name": "Lee Park", "credentials": "MD", "role": "family doctor"},
    "written_on": date(2026, 9, 1),
    "reviewed_on": date(2026, 11, 3),
    "review_due_on": date(2028, 11, 3),
    "evidence_checked_on": date(2026, 10, 20),
}
STARTER: dict[str, Any] = {
    "is_starter_unreviewed": True,
    "written_by": "SpasmGuide starter library",
    "written_on": date(2026, 11, 20),
    "evidence_checked_on": date(2026, 11, 20),
}
OVERDUE: dict[str, Any] = {
    **REVIEWED,
    "reviewed_on": date(2024, 9, 1),
    "review_due_on": date(2026, 9, 1),
    "is_overdue": True,
}

STEPS = [
    {
        "id": "rest-calves",
        "action": "Lie on your back with your calves on a chair",
        "how": "Let the chair carry your legs. Breathe slowly and let your belly soften.",
        "why": "This takes the load off the muscles of your low back.",
        "minutes": 15,
        "times_a_day": 3,
        "days": 2,
        "stop": ["your legs go numb, or weaker than before"],
    },
    {
        "id": "knee-rolls",
        "action": "Roll your bent knees from side to side",
        "how": "Keep both shoulders on the floor. Move only as far as it feels easy.",
        "why": "Small movements tell a tight muscle that it may let go.",
        "feel": "A mild stretch on one side of your back.",
        "hold_seconds": 5,
        "repeats": 10,
        "sets": 2,
        "times_a_day": 2,
        "days": 12,
        "not_for": ["you had a spine operation in the last 6 weeks"],
        "easier": "Roll half as far.",
        "harder": "Hold each side for 10 seconds.",
    },
]

FIGURE = {
    "src": "/static/img/favicon.svg",
    "width": 160,
    "height": 160,
    "alt": "A curve of six short bars, the mark of this site.",
    "caption": "Where the drawing of a stretch stands",
}

SOURCES = [
    {
        "authors": "National Institute for Health and Care Excellence",
        "title": "Low back pain and sciatica in over 16s: assessment and management",
        "publisher": "NICE guideline NG59",
        "year": 2020,
        "url": "https://www.nice.org.uk/guidance/ng59",
    },
    {
        "authors": "Bernstein IA, Malik Q, Carville S, Ward S",
        "title": "Low back pain and sciatica: summary of NICE guidance",
        "publisher": "BMJ",
        "year": 2017,
        "url": "https://doi.org/10.1136/bmj.i6748",
    },
]

ANSWERS = [
    {"question": "Where is the main pain?", "answer": "Low back", "change_url": "#"},
    {
        "question": "Do you have any of these signs right now?",
        "answer": "One foot drags\nPain shoots below the knee",
        "change_name": "change",
        "change_value": "signs",
    },
]


class ExampleForm(forms.Form):
    """One field of each kind that a patient or the first administrator meets."""

    use_required_attribute = False

    signs = forms.MultipleChoiceField(
        label="Do you have any of these signs right now?",
        help_text="Select all that apply",
        choices=[
            ("foot", "One foot drags, or you cannot lift your toes"),
            ("knee", "Pain shoots below the knee"),
            ("unsure", "I'm not sure"),
            ("none", "No, I do not have any of these"),
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select the signs you have, or select 'No, I do not have any of these'"},
    )
    age = forms.IntegerField(
        label="How old are you?",
        help_text="In years, like 54",
        error_messages={"required": "Enter your age in years, like 54"},
    )
    numb = forms.ChoiceField(
        label="Does your groin or bottom feel numb?",
        help_text="This is the area that touches a bike seat",
        choices=[("yes", "Yes"), ("no", "No"), ("unsure", "I'm not sure")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes, no or not sure"},
    )
    country = forms.ChoiceField(
        label="Country",
        choices=[("", "Choose one"), ("us", "United States"), ("es", "Spain")],
        error_messages={"required": "Choose the country of your clinic"},
    )
    note = forms.CharField(label="What else should we know?", widget=forms.Textarea, required=False)
    save = forms.BooleanField(label="Save my ticks on this device", required=False)

    def __init__(self, *args: Any, form_id: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signs"].why = "Signs like these tell how soon you need help."  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.form_id = form_id
        self.helper.form_action = "#"
        self.helper.attrs = {"novalidate": ""}
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*self.fields, Submit("go", "Continue"))


def example_forms() -> dict[str, ExampleForm]:
    """Return the form untouched and the form sent empty, so that every error shows."""
    return {
        "form": ExampleForm(form_id="form", prefix="fresh"),
        "form_with_errors": ExampleForm({}, form_id="form-with-errors", prefix="sent"),
    }


EXAMPLES: dict[str, Any] = {
    "regions": REGIONS,
    "cards": CARDS,
    "late_cards": LATE_CARDS,
    "results": RESULTS,
    "reviewed": REVIEWED,
    "starter": STARTER,
    "overdue": OVERDUE,
    "steps": STEPS,
    "figure": FIGURE,
    "sources": SOURCES,
    "answers": ANSWERS,
    "forms": example_forms,
    "key_points": [
        "Most spasms ease within a week or two, even strong ones.",
        "Gentle movement helps more than lying still.",
        "Know the signs that need help: read the cards below.",
    ],
    "articles": [
        {
            "title": "Muscle spasm in the low back",
            "summary": "Why it hurts so much, and what helps in the first days.",
            "url": "#",
            "regions": [REGIONS[2]],
        },
        {
            "title": "Spasm or pinched nerve?",
            "summary": "How the two feel, and how they differ.",
            "url": "#",
            "regions": [REGIONS[0], REGIONS[2]],
        },
        {
            "title": "Heat and cold",
            "summary": "When a warm pack helps, and how to use one safely.",
            "url": "#",
            "regions": [],
        },
    ],
    "crumbs": [{"title": "Home", "url": "#"}, {"title": "Articles", "url": "#"}],
    "contents": [
        {"id": "cards", "title": "When to get help"},
        {"id": "document", "title": "What you can do now"},
        {"id": "checking", "title": "How long it lasts"},
    ],
    "previous": {"title": "Muscle spasm in the neck", "url": "#"},
    "next": {"title": "Sciatica: a pinched nerve in the low back", "url": "#"},
    "more_regions": [{"title": "I'm not sure where it starts", "url": "#"}],
    "empty_links": [{"title": "All articles", "url": "#"}, {"title": "Home care", "url": "#"}],
    "languages": [
        {"code": "en", "name": "English", "url": "#", "is_current": True},
        {"code": "es", "name": "Español", "url": "#", "is_current": False},
    ],
    "clinic_abroad": {
        "name": "SpasmGuide",
        "emergency_text": "your local emergency number",
        "country": {
            "emergency_note": "911 in the US and Canada, 112 in Europe and on many mobile "
            "networks, 999 in the UK, 000 in Australia, 111 in New Zealand."
        },
        "checker_mode": "off",
    },
}
