from django.contrib.auth.models import User
from django.core.management.base import CommandError

from education.staff.links import FORGOTTEN, password_link
from education.staff.management.at_the_server import AT_THE_SERVER, AccountCommand
from education.staff.trail import Act, record


class Command(AccountCommand):
    help = "Print a one-time link, valid for an hour, with which somebody chooses a new password."

    def help_account(self, account: User) -> str:
        if not account.is_active:
            raise CommandError(
                f"{account.username} does not work here any more: switch the account on first."
            )
        name = account.get_username()
        record(None, Act.PASSWORD, account, who=AT_THE_SERVER, called=name, note="one-time link made")
        return (
            f"Give this link to {name}. It opens once, within an hour, and asks for a new password:\n\n"
            f"    {password_link(account, FORGOTTEN)}\n"
        )
