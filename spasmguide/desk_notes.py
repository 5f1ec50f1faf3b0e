"""What rooms above the editorial one have to say on the desk."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext, ngettext

from education.checker.models import DecisionSignature
from education.checker.views import decisions_to_sign
from education.clinic.models import CheckerMode
from education.desk.home import Note, Rows
from education.desk.listing import Reader
from education.desk.lists import may_review
from education.desk.telling import page_of


class CheckerNotes:
    """Choices of the symptom checker that no clinician has signed, and its use that nobody has accepted."""

    def parts(self, reader: Reader) -> dict[str, QuerySet[Any]]:
        signed = DecisionSignature.objects.filter(digest__in=decisions_to_sign()).order_by()
        return {"signed_decisions": signed.annotate(row=JSONObject(digest="digest"))}

    def notes(self, reader: Reader, rows: Rows) -> Iterable[Note]:
        if reader.clinic.checker_mode != CheckerMode.FULL:
            return
        waiting = decisions_to_sign() - {row["digest"] for row in rows["signed_decisions"]}
        if waiting and may_review(reader):
            yield Note(
                text=ngettext(
                    "%(number)d choice of the symptom checker waits for the signature of a clinician.",
                    "%(number)d choices of the symptom checker wait for the signature of a clinician.",
                    len(waiting),
                )
                % {"number": len(waiting)},
                url=page_of("checker_protocol_decisions"),
                link=gettext("Read and sign them"),
            )
        if reader.may("clinic.change_clinic"):
            yield from self._intended_use(reader)

    def _intended_use(self, reader: Reader) -> Iterable[Note]:
        clinic = reader.clinic
        if not clinic.is_set_up or clinic.has_accepted_intended_use:
            return
        text = gettext("A newer text on what the symptom checker is for waits to be read.")
        if not clinic.intended_use_version:
            text = gettext(
                "Nobody has accepted what the symptom checker is for. Until then patients get the list of "
                "warning signs instead of the questions."
            )
        yield Note(
            text=text,
            url=page_of("checker_protocol_intended_use"),
            link=gettext("Read and accept it"),
            is_loud=not clinic.intended_use_version,
        )
