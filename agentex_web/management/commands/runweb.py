"""`manage.py runweb`: the web process, at the HOST and PORT of the settings."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from agentex_web.embedded import leash
from agentex_web.embedded.supervisor import CANNOT_START
from agentex_web.management import announcement, database

BACKLOG = 1024
"""Connections that may wait to be accepted. After a restart all pages connect at once. Twisted's default is
50, and the rest would try again after one second, and then after three."""


class Command(BaseCommand):
    help = "Runs the web process at HOST and PORT, with Daphne."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--migrate",
            action="store_true",
            help="First apply missing migrations and create the account of DJANGO_SUPERUSER_*.",
        )

    def handle(self, *args: Any, migrate: bool, **options: Any) -> None:
        leash.hold()
        if migrate:
            _prepare_database()
        announcement.announce()
        from daphne.cli import CommandLineInterface  # type: ignore[import-untyped]

        host = settings.HOST.strip("[]").replace(":", r"\:")
        listen = ["-e", f"tcp:port={settings.PORT}:interface={host}:backlog={BACKLOG}"]
        # No access log, and no Server header.
        CommandLineInterface().run([*listen, "-v", "0", "--no-server-name", "agentex_web.asgi:application"])


def _prepare_database() -> None:
    try:
        database.prepare()
    except CommandError as error:
        print(f"The account of DJANGO_SUPERUSER_* cannot be created: {error}", file=sys.stderr)
        sys.exit(CANNOT_START)
    except DatabaseError as error:
        sys.exit(f"The database cannot be used: {str(error).strip()}")
