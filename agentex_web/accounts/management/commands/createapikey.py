"""`manage.py createapikey USERNAME`: creates an API key and prints it, and nothing else."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agentex_web.accounts import api_keys
from agentex_web.accounts.models import ApiKey

MOST_DAYS = 36_500


class Command(BaseCommand):
    help = "Creates an API key and prints it. It cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="The person as whom programs act with the key.")
        parser.add_argument("--name", default="", help="What uses the key.")
        parser.add_argument("--days", type=int, default=0, help="How long it is valid. Default: forever.")

    def handle(self, *args: Any, username: str, name: str, days: int, **options: Any) -> None:
        person = User.objects.filter(username=username).first()
        if person is None:
            raise CommandError(f"There is no account “{username}”.")
        if not person.is_active:
            raise CommandError(f"The account “{username}” is deactivated.")
        if not 0 <= days <= MOST_DAYS:
            raise CommandError(f"--days must be between 1 and {MOST_DAYS:,}.")
        if len(name) > ApiKey.NAME_LENGTH:
            raise CommandError(f"--name can have up to {ApiKey.NAME_LENGTH} characters.")
        expires = timezone.now() + timedelta(days=days) if days else None
        try:
            _row, text = api_keys.create(person, name, expires)
        except api_keys.TooManyKeys as error:
            raise CommandError(str(error)) from None
        self.stdout.write(text)
