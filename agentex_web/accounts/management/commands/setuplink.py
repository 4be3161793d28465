"""`manage.py setuplink`: a fresh link to the page that makes the first account."""

from typing import Any

from django.core.management.base import BaseCommand

from agentex_web.accounts.setup import no_accounts, setup_link


class Command(BaseCommand):
    help = "Prints a link that makes the first account, valid for a day."

    def handle(self, *args: Any, **options: Any) -> None:
        if no_accounts():
            self.stdout.write(setup_link())
        else:
            self.stdout.write("There are accounts already: log in, or use `manage.py createsuperuser`.")
