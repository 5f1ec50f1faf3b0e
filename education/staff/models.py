"""The audit trail: who did what, and when; and who is signed in now, and where."""

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from education.staff.append_only import AppendOnlyError, AppendOnlyQuerySet


class Act(models.TextChoices):
    """What can stand in the trail."""

    ADD = "add", _("added")
    SAVE = "save", _("saved")
    DELETE = "delete", _("deleted")
    SUBMIT = "submit", _("sent to review")
    SEND_BACK = "send-back", _("sent back")
    WITHDRAW = "withdraw", _("withdrawn from review")
    APPROVE = "approve", _("approved")
    PUBLISH = "publish", _("published")
    SCHEDULE = "schedule", _("scheduled")
    TAKE_BACK = "take-back", _("taken back")
    SIGN = "sign", _("signed, no change")
    RETIRE = "retire", _("retired")
    KEEP = "keep", _("retirement canceled")
    ASSIGN = "assign", _("assigned")
    DRAFT = "draft", _("new draft started")
    COMMENT = "comment", _("commented")
    RATE = "rate", _("rated with PEMAT")
    LINK = "preview-link", _("preview link made")
    LINK_CLOSED = "preview-link-closed", _("preview link closed")
    EXPORT = "export", _("exported")
    IMPORT = "import", _("imported")
    SIGN_IN = "sign-in", _("signed in")
    SIGN_OUT = "sign-out", _("signed out")
    SIGN_IN_FAILED = "sign-in-failed", _("failed to sign in")
    LOCKED_OUT = "locked-out", _("locked out")
    LIFTED = "lock-lifted", _("lock-out lifted")
    PASSWORD = "password", _("password changed")
    SECOND_STEP = "second-step", _("second step of signing in changed")
    SESSION_ENDED = "session-ended", _("session ended")
    ROLE = "role", _("role changed")
    SETTINGS = "settings", _("settings changed")


class Entry(models.Model):
    """Somebody did something to a thing at a moment. Names are kept as they were then."""

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    # Without a rule of the database, so that an account can go and its entries stay as they are.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False, related_name="+",
        verbose_name=_("account"),
    )  # fmt: skip
    who = models.CharField(_("who"), max_length=200, blank=True, db_index=True)
    act = models.CharField(_("what"), max_length=24, choices=Act, db_index=True)
    kind = models.CharField(_("kind of thing"), max_length=80, blank=True)  # like articles.articleedition
    thing_id = models.CharField(max_length=40, blank=True)
    thing = models.CharField(_("thing"), max_length=240, blank=True)
    from_edition = models.PositiveIntegerField(_("from edition"), null=True)
    to_edition = models.PositiveIntegerField(_("to edition"), null=True)
    from_standing = models.CharField(_("stood before"), max_length=12, blank=True)
    to_standing = models.CharField(_("stands now"), max_length=12, blank=True)
    note = models.TextField(_("in which words"), blank=True)

    objects: ClassVar[Any] = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the audit trail")
        verbose_name_plural = _("audit trail")
        ordering = ["-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["kind", "thing_id"], name="entry_thing"),
            models.Index(fields=["act", "who", "at"], name="entry_act_of_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.who}: {self.get_act_display()} {self.thing}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError


class OpenSession(AbstractBaseSession):
    """A session of Django's, which knows whose it is, so that its owner can see and end it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="open_sessions",
        verbose_name=_("account"),
    )  # fmt: skip
    since = models.DateTimeField(_("signed in"), null=True)
    seen = models.DateTimeField(_("last seen"), null=True)
    browser = models.CharField(_("browser"), max_length=40, blank=True)
    system = models.CharField(_("system"), max_length=40, blank=True)

    class Meta(AbstractBaseSession.Meta):
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.browser}, {self.system}"

    @classmethod
    def get_session_store_class(cls) -> Any:
        from education.staff.sessions import SessionStore

        return SessionStore
