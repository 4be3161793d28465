"""`manage.py services`: Temporal, Redis and the demo model of this machine, until Ctrl-C."""

import functools
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agentex_web.embedded.errors import CannotStart
from agentex_web.embedded.needed import needs_any
from agentex_web.embedded.part import Part
from agentex_web.embedded.ready import announce, missing_parts
from agentex_web.embedded.started import supervisor_of_services


class Command(BaseCommand):
    help = "Runs the services that the settings give no address for: Temporal, Redis, the demo model."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not needs_any():
            self.stdout.write("Every service has an address in the settings; there is nothing to run.")
            return
        try:
            with supervisor_of_services(self.stdout.write) as (supervisor, services):
                missing = functools.partial(missing_parts, services)
                announce(supervisor, missing, functools.partial(_ready, services))
                supervisor.loop()
        except CannotStart as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            # Before the supervisor listened for it: nothing has been started.
            return


def _ready(services: Sequence[Part]) -> list[str]:
    addresses = [item for part in services for item in part.addresses.items()]
    return ["All services are ready.", *(f"  {name:<12} {address}" for name, address in addresses)]
