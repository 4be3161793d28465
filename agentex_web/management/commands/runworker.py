"""`manage.py runworker`: the Temporal worker. Channels has a command of this name; ours comes first."""

import asyncio
import gc
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from agentex_web.embedded import leash
from agentex_web.management import database


class Command(BaseCommand):
    help = "Runs the Temporal worker that carries the agents in agents/, until it is told to stop."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--task-queue", help="Default: TEMPORAL_TASK_QUEUE, else agentex.")

    def handle(self, *args: Any, task_queue: str | None, **options: Any) -> None:
        leash.hold()
        # Here and not above: it loads the Agents SDK, which other commands' listings can do without.
        from agentex_web.worker.run import serve

        # What is loaded now stays: no collection has to look at it again.
        gc.freeze()
        gc.enable()
        database.wait_until_migrated()
        asyncio.run(serve(task_queue))
