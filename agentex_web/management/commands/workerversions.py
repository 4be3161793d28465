"""`manage.py workerversions`: lists the versions of the workers' code, or makes one current."""

import asyncio
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from redis.exceptions import RedisError
from temporalio.service import RPCError

from agentex_web.delivery.client import TemporalMissing, temporal_client
from agentex_web.services import ServiceMissing


class Command(BaseCommand):
    help = "Lists the versions of the workers' code (AGENTEX_WORKER_VERSIONING), or makes one current."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--task-queue",
            default=settings.TEMPORAL_TASK_QUEUE,
            help="The task queue of the workers. Default: TEMPORAL_TASK_QUEUE.",
        )
        parser.add_argument(
            "--current", metavar="BUILD_ID", help="Make this version current: it gets the new messages."
        )

    def handle(self, *args: Any, task_queue: str, current: str | None, **options: Any) -> None:
        # Imported here, because it loads the Agents SDK.
        from agentex_web.worker.versions.build import deployment_name

        name = deployment_name(task_queue)
        try:
            if current:
                asyncio.run(_make_current(name, current))
            self.stdout.write("\n".join(asyncio.run(_lines(name))))
        except RPCError as error:
            raise CommandError(f"Temporal refused: {error.message}") from error
        except (*TemporalMissing, RedisError) as error:
            raise CommandError(f"Temporal or Redis cannot be reached: {error}") from error


async def _make_current(name: str, build_id: str) -> None:
    from agentex_web.worker.versions import deployment

    await deployment.make_current(await temporal_client(), name, build_id)


async def _lines(name: str) -> list[str]:
    from agentex_web.streams import live_workers
    from agentex_web.worker.versions import deployment

    client = await temporal_client()
    known = await deployment.describe(client, name)
    if not known.versions:
        return [f"{name} has no versions: no worker with AGENTEX_WORKER_VERSIONING has run."]
    try:
        workers = await live_workers.builds(name)
    except (RedisError, ServiceMissing, OSError):
        workers = {}
    lines = [f"{'version':40} {'':8} {'workers':>8} {'open runs':>10}"]
    for each in known.versions:
        runs = await deployment.open_runs(client, name, each.build_id)
        mark = "current" if each.current else ""
        lines.append(f"{each.build_id:40} {mark:8} {workers.get(each.build_id, 0):8} {runs:10}")
    return lines
