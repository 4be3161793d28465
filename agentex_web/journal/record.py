"""Runs the journal's changes and publishes their events after the commit.

For a running model call, worker/model/answer_rows.py publishes the events instead, in order with its deltas.
If a crash in between loses the events, each page notices by the version (agentex_web/actions/versions.py).
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar

from agentex_web.background import for_task
from agentex_web.journal.change import Change
from agentex_web.streams.events import ChatChanged, Event, TaskDeleted
from agentex_web.streams.keys import chats_of
from agentex_web.streams.publisher import publish, publish_all
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Wait
from agentex_web.waits.queries import members_of

logger = logging.getLogger(__name__)

REDIS_SECONDS = 0.3
"""How long `report_in_time` waits for Redis, which takes a millisecond unless it hangs."""
WAITS = 30
"""Number of shorter waits within REDIS_SECONDS: connecting and writing take ten event loop iterations."""

P = ParamSpec("P")
R = TypeVar("R")


async def record(function: Callable[P, Change[R]], *args: P.args, **kwargs: P.kwargs) -> R:
    """Makes a change of the journal and reports it to the open pages.

    Returns:
        The change's result.

    Raises:
        Exception: the function failed; nothing was written.
    """
    change = await in_database(function, *args, **kwargs)
    await report(change)
    return change.result


async def report(change: Change[Any]) -> None:
    """Publishes the events of a committed change. If Redis is unavailable, pages notice later and resync."""
    task_id = str(change.task_id)
    batches: list[tuple[str, Sequence[Event]]] = [(task_id, change.reported)]
    if change.is_listed:
        batches.append((chats_of(change.owner_id), [ChatChanged(task_id)]))
    await publish_all(batches)


async def report_chat(owner_id: int, task_id: str = "") -> None:
    """Has the chat's current row sent to its owner's open pages (chat/list_socket.py).

    Args:
        task_id: empty if the whole list changed; the pages then reload it.
    """
    await publish(chats_of(owner_id), [ChatChanged(task_id)])


async def report_deleted(task_id: str) -> None:
    """Tells the open pages of a task that it is deleted, so that they leave it."""
    await publish(task_id, [TaskDeleted()])


async def report_wait(wait: Wait) -> None:
    """Updates a wait in the inboxes of its group's members; the owner's is updated by the change itself."""
    if wait.group:
        for member in await in_database(members_of, wait.group):
            await report_chat(member, str(wait.task_id))


async def report_in_time(change: Change[Any]) -> None:
    """Reports a change to open pages. Waits for Redis for REDIS_SECONDS at most."""
    reporting = asyncio.ensure_future(report(change))
    # Several short waits, because a single timeout would also expire when only the event loop is late, as it
    # is when 50 people send at once.
    for _ in range(WAITS):
        done, _pending = await asyncio.wait({reporting}, timeout=REDIS_SECONDS / WAITS)
        if done:
            return reporting.result()
    reporting.cancel()
    logger.warning("Task %s: Redis is slow; the pages read the conversation again", change.task_id)
    # When Redis accepts the events later, they may be outdated; the rows never are.
    for_task(change.task_id, publish(str(change.task_id), change.as_resync))
    return None
