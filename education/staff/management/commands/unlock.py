from django.contrib.auth.models import User

from education.staff.lockout import lift, locked_until
from education.staff.management.at_the_server import AT_THE_SERVER, AccountCommand


class Command(AccountCommand):
    help = "Let somebody sign in again who is locked out after failed tries."

    def help_account(self, account: User) -> str:
        if locked_until(account.get_username()) is None:
            return f"{account.username} is not locked out."
        lift(None, account, who=AT_THE_SERVER)
        return f"{account.username} can sign in again."
