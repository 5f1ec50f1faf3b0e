"""The states of an edition, where it stands at a moment, and what is said when an act is not possible."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """What people have decided. Whether an approved edition is live is a question of time."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in-review", _("in review")
    APPROVED = "approved", _("approved")


class Standing(models.TextChoices):
    """Where an edition stands at a moment."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in-review", _("in review")
    APPROVED = "approved", _("approved, not published")
    SCHEDULED = "scheduled", _("scheduled")
    LIVE = "live", _("live")
    SUPERSEDED = "superseded", _("superseded")
    RETIRED = "retired", _("retired")


class Origin(models.TextChoices):
    CLINIC = "clinic", _("this clinic")
    STARTER = "starter", _("starter library")


class EditionError(ValidationError):
    """An act that the rules of publishing do not allow; its message says what to do instead."""


class NotAllowed(EditionError):
    """A role that cannot do this; whatever page or request it was tried with."""


class LiveEditionError(EditionError):
    """An approved edition was to be changed."""


KEPT = _("Published documents are kept. Retire them instead.")
LOCKED = _("This edition is no longer a draft, so it cannot be changed. Start a new draft from it.")
DRAFTS_ONLY = _("Only drafts can be deleted: every published edition is kept.")
STAYS = _("Patients and the symptom checker need these signs, so the card stays. Choose 'Edit' to change it.")
NOT_LEAVING = _("No retirement is planned for this edition.")
FIXED = _("The address of a published document is fixed. Make a new document instead.")
ONE_DRAFT = _("There is a draft already. Finish or delete it first.")
DECIDED = _("Editions are sent to review, approved and retired by their own acts, not by saving them.")
FASTER = _("This edition is '%(standing)s' now, so that is not possible. Load its page again.")
SAID = _("Comments are kept as they were said. They can only be settled.")
NEEDS_ROLE = _("Your account may not do this. Ask an administrator for the role '%(role)s'.")
NEEDS_ACCOUNT = _("Only people with an account of their own can do this.")
