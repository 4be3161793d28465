"""`manage.py runworker`: the Temporal worker. Overrides Channels' command of the same name."""

import asyncio
import gc
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from agentex_web.embedded import leash
from agentex_web.management import database, reloading


class Command(BaseCommand):
    help = "Runs the Temporal worker that serves the agents in agents/, until it is stopped."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--task-queue", help="The task queue to serve. Default: TEMPORAL_TASK_QUEUE.")
        parser.add_argument(
            "--reload", action="store_true", help="Serve a file in agents/ within seconds after it changes."
        )

    def handle(self, *args: Any, task_queue: str | None, reload: bool, **options: Any) -> None:
        if reload:
            sys.exit(reloading.serve_and_reload(task_queue))
        leash.hold()
        # Imported here, because it loads the Agents SDK, which is not needed to list the commands.
        from agentex_web.worker.run import serve

        # Freeze what is loaded now, so that the garbage collector does not scan it again.
        gc.freeze()
        gc.enable()
        database.wait_until_migrated()
        asyncio.run(serve(task_queue))
