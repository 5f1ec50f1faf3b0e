"""What people with back or neck pain want to know, in nine needs. Plain Python, no Django.

Source: Lim and others, 2019, doi 10.1016/j.jphys.2019.05.010: a review of 41 studies of what people with low
back pain want to know.
"""

from collections.abc import Iterable
from enum import StrEnum


def _(text: str) -> str:
    """Mark a text for translation and return it unchanged."""
    return text


class Need(StrEnum):
    """Something that people want to know; its value is the code kept with an edition."""

    CAUSE = "cause"
    DIAGNOSIS = "diagnosis"
    OUTLOOK = "outlook"
    WORK = "work"
    TRIGGERS = "triggers"
    TREATMENT = "treatment"
    SELF_CARE = "self-care"
    PREVENTION = "prevention"
    HELP = "help"

    @property
    def label(self) -> str:
        """The need in a few words of English, to be translated where it is shown."""
        return _LABELS[self]

    @property
    def question(self) -> str:
        """What a patient would ask, in English."""
        return _QUESTIONS[self]


_LABELS = {
    Need.CAUSE: _("Cause"),
    Need.DIAGNOSIS: _("Diagnosis and scans"),
    Need.OUTLOOK: _("Outlook"),
    Need.WORK: _("Work"),
    Need.TRIGGERS: _("Triggers and flare-ups"),
    Need.TREATMENT: _("Treatment choices"),
    Need.SELF_CARE: _("Self-care"),
    Need.PREVENTION: _("Prevention"),
    Need.HELP: _("Where to get help"),
}

_QUESTIONS = {
    Need.CAUSE: _("What is it, and why did I get it?"),
    Need.DIAGNOSIS: _("How do they find out, and do I need a scan?"),
    Need.OUTLOOK: _("How long will it last?"),
    Need.WORK: _("Can I work, and when can I go back?"),
    Need.TRIGGERS: _("What sets it off, and what do I do in a flare-up?"),
    Need.TREATMENT: _("What are my choices, and how much do they help?"),
    Need.SELF_CARE: _("What can I do at home?"),
    Need.PREVENTION: _("How do I keep it from coming back?"),
    Need.HELP: _("When and where do I get help?"),
}


def in_order(codes: Iterable[str]) -> str:
    """Return codes of needs as the text of a field: each once, in the order of the nine, a space between.

    Raises ``ValueError`` naming the codes that are no need.
    """
    given = set(codes)
    if unknown := sorted(given - set(Need)):
        raise ValueError(", ".join(unknown))
    return " ".join(need for need in Need if need in given)
