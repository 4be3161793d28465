"""`manage.py setuplink`: prints a new link to the page that creates the first account."""

from typing import Any

from django.core.management.base import BaseCommand

from agentex_web.accounts.setup import setup_is_open, setup_link


class Command(BaseCommand):
    help = "Prints a link that creates the first account, valid for a day."

    def handle(self, *args: Any, **options: Any) -> None:
        if setup_is_open():
            self.stdout.write(setup_link())
        else:
            self.stdout.write("An account was created already: log in, or use `createsuperuser`.")
