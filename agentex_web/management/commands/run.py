"""`manage.py run`: everything that one machine needs for a chat, until Ctrl-C."""

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections
from django.utils import timezone

from agentex_web.accounts.environment import create_superuser_from_environment
from agentex_web.accounts.setup import no_accounts, origin, setup_link
from agentex_web.embedded import ports
from agentex_web.embedded.errors import CannotStart
from agentex_web.embedded.part import Part
from agentex_web.embedded.ready import announce, missing_in_web
from agentex_web.embedded.started import supervisor_of_services
from agentex_web.services import temporal_ui_url, uses_demo_model
from agentex_web.tasks.agents import worker_is_alive


class Command(BaseCommand):
    help = "Runs everything: the services of this machine, a worker and the web process."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            ours = [_worker(), _web()]
            with supervisor_of_services(self.stdout.write, ours, _need_web_port) as (supervisor, _):
                _prepare_database()
                since = timezone.now()
                announce(supervisor, lambda: missing_in_web() or _missing_worker(since), _ready)
                supervisor.loop()
        except CannotStart as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            # Before the supervisor listened for it: nothing has been started.
            return


def _prepare_database() -> None:
    try:
        call_command("migrate", interactive=False, verbosity=0)
        create_superuser_from_environment()
    except OperationalError as error:
        raise CannotStart(f"The database cannot be used: {str(error).strip()}") from error
    finally:
        connections.close_all()


def _missing_worker(since: datetime) -> list[str]:
    """The worker that ran before may look alive for some seconds; the one that was just started counts."""
    try:
        return [] if worker_is_alive(since) else ["worker"]
    finally:
        connections.close_all()


def _worker() -> Part:
    return Part("worker", [sys.executable, "manage.py", "runworker"], is_service=False)


def _web() -> Part:
    """Daphne: no access log (-v 0), and no Server header."""
    listen = ["-b", settings.HOST, "-p", str(settings.PORT)]
    daphne = ["-m", "agentex_web.embedded.web", *listen, "-v", "0", "--no-server-name"]
    return Part("web", [sys.executable, *daphne, "agentex_web.asgi:application"], is_service=False)


def _need_web_port() -> None:
    host, port = settings.HOST, settings.PORT
    try:
        free = ports.is_free(host, port)
    except OSError as error:
        raise CannotStart(f"Nothing can listen at HOST={host}, PORT={port}: {error.strerror}.") from error
    if not free:
        raise CannotStart(
            f"Port {port} of {host} is taken by another program; choose another: PORT={port + 1}."
        )


def _ready() -> Sequence[str]:
    model = "the demo model; for a real one set OPENAI_API_KEY or OPENAI_BASE_URL in .env"
    if not uses_demo_model():
        model = settings.AGENTEX_MODEL or "the default of each agent"
        model += f" at {settings.OPENAI_BASE_URL}" if settings.OPENAI_BASE_URL else " at OpenAI"
    lines = [f"  Agentex Web is ready:    {origin()}/"]
    if no_accounts():
        lines.append(f"  Make the first account:  {setup_link()}")
    if ui := temporal_ui_url():
        lines.append(f"  Temporal's web UI:       {ui}")
    return [*lines, f"  Model:                   {model}"]
