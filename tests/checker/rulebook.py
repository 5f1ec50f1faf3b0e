"""The rules, and the staff pages about them: how a test opens these, and what is signed there."""

from datetime import date

from django.contrib.auth.models import Permission

from education.checker.decisions import load_decisions
from education.checker.models import DecisionSignature
from education.checker.protocol import load_protocol
from tests.checker.conftest import FOLDER
from tests.pages import page_of

HOME = "/admin/checker/protocol/"
PROTOCOL = load_protocol(FOLDER, "en")
DECISION = next(one for one in load_decisions(FOLDER, PROTOCOL) if one.id == "cough")


def allow(user, codename):
    user.user_permissions.add(Permission.objects.get(codename=codename))


def get(client, path=""):
    return page_of(client.get(HOME + path), HOME + path)


def signature(**facts):
    return DecisionSignature(
        **{
            "decision": DECISION.id,
            "digest": DECISION.digest,
            "text": DECISION.text,
            "protocol_version": PROTOCOL.version,
            "signed_as": "Cleo Clinician, DPT",
            "signed_on": date(2026, 11, 20),
            **facts,
        }
    )
