"""What is found in a text before it goes out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something about an edition that keeps it from patients, or that somebody must answer for.

    An error has to be mended. A warning may stay if somebody gives a reason, which is kept with the
    edition under ``code``. ``field`` names the field it is about, or is empty; ``better`` says what to
    write instead, if that is known.
    """

    code: str
    text: str
    field: str = ""
    better: str = ""
    is_error: bool = True


def by_field(findings: Iterable[Finding]) -> dict[str, list[Any]]:
    """Return the sentences of findings as Django's forms take errors."""
    found: dict[str, list[Any]] = {}
    for finding in findings:
        found.setdefault(finding.field or NON_FIELD_ERRORS, []).append(finding.text)
    return found
