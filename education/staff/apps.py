from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    """SIGN IN: who may do what, and who did what."""

    name = "education.staff"
    verbose_name = _("Accounts and records")

    def ready(self) -> None:
        from education.staff import comings
        from education.staff.roles import make_roles

        # As Django makes the permissions themselves: after each migration, and so after each upgrade.
        post_migrate.connect(make_roles, dispatch_uid="spasmguide-roles")
        comings.connect()
        self.name_accounts()

    @staticmethod
    def name_accounts() -> None:
        """Call Django's users what they are here, on every page that names them."""
        from django.contrib.auth.models import User

        apps.get_app_config("auth").verbose_name = _("Accounts")
        User._meta.verbose_name, User._meta.verbose_name_plural = _("account"), _("accounts")
