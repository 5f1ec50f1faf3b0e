from django.contrib.auth.models import User
from django.db import transaction

from education.staff.accounts import forget_second_step
from education.staff.management.at_the_server import AT_THE_SERVER, AccountCommand
from education.staff.trail import Act, record


class Command(AccountCommand):
    help = "Take away the one-time codes, passkeys and recovery codes of somebody who has lost them."

    @transaction.atomic
    def help_account(self, account: User) -> str:
        name = account.get_username()
        forget_second_step(account)
        record(None, Act.SECOND_STEP, account, who=AT_THE_SERVER, called=name, note="taken away")
        return (
            f"The password alone opens the account of {name} now. They are asked to set up a new second step."
        )
