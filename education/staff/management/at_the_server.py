"""What commands about accounts have in common: they name one account, and say who was at the server."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

AT_THE_SERVER = "manage.py"  # who did it, in the audit trail


class AccountCommand(BaseCommand):
    """A command that takes the name with which somebody signs in."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="the name with which they sign in")

    def handle(self, *args: Any, username: str, **options: Any) -> str:
        account = User.objects.filter(username=username).first()
        if account is None:
            names = ", ".join(User.objects.order_by("username").values_list("username", flat=True)[:20])
            raise CommandError(f"Nobody signs in as {username}. There are: {names or 'no accounts yet'}.")
        return self.help_account(account)

    def help_account(self, account: User) -> str:
        """Do it, and return what to print."""
        raise NotImplementedError
