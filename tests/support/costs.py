"""Counts what a turn costs: database queries, Redis commands and workflow history."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from temporalio.api.history.v1 import HistoryEvent

from agentex_web.delivery.client import temporal_client
from agentex_web.services import redis_url
from agentex_web.tasks.models import Message, Task

# Queries not caused by a turn: those for open sockets and health, which run every few seconds; and the query for
# watches of an ended turn, which runs in the background and may come after the count.
_PERIODIC = re.compile(
    r'^database_\d+\tSELECT "(?:django_session|auth_user)"|SELECT "tasks_task"."version"'
    r'|FROM "tasks_agent" WHERE "tasks_agent"."seen_at"|\tSELECT .*FROM "watches_(?:followedturn|turnwatch)"'
)


@contextmanager
def logged(data: Path) -> Iterator[Path]:
    """Lets the processes of a data directory log their queries while the block runs, and yields the log."""
    log = data / "queries.log"
    log.touch()
    try:
        yield log
    finally:
        log.unlink()


def queries(log: Path, task: Task) -> list[str]:
    """The queries that turns and people caused, without those of other tasks and of the worker's loops.

    Args:
        log: the query log that tests/support/settings.py writes.
    """
    messages = Message.objects.filter(turn__task=task).values_list("pk", "turn")
    known = {task.pk.hex, *(each.hex for row in messages for each in row)}
    made = []
    for line in log.read_text().splitlines():
        query, ids, loop = line.rsplit("\t", 2)
        named = ids.split()
        if not loop and not _PERIODIC.search(query) and (not named or known.intersection(named)):
            made.append(line)
    return made


def commands() -> Counter[str]:
    """How often Redis has executed each command."""
    stats = Redis.from_url(redis_url()).info("commandstats")
    return Counter({name.removeprefix("cmdstat_"): figures["calls"] for name, figures in stats.items()})


def history_events(task: Task) -> list[HistoryEvent]:
    """The history of the task's workflow so far."""

    async def read() -> list[HistoryEvent]:
        client = await temporal_client()
        handle = client.get_workflow_handle(task.workflow_id)
        return [event async for event in handle.fetch_history_events()]

    return asyncio.run(read())


def signals(task: Task) -> list[str]:
    """The names of the signals in the history of the task's workflow."""
    events = [
        each for each in history_events(task) if each.HasField("workflow_execution_signaled_event_attributes")
    ]
    return [each.workflow_execution_signaled_event_attributes.signal_name for each in events]


def activities(events: list[HistoryEvent]) -> list[str]:
    """The names of scheduled activities and of markers, which include local activities."""
    names = []
    for event in events:
        if event.HasField("activity_task_scheduled_event_attributes"):
            names.append(event.activity_task_scheduled_event_attributes.activity_type.name)
        elif event.HasField("marker_recorded_event_attributes"):
            names.append(event.marker_recorded_event_attributes.marker_name)
    return names
