"""Delivers accepted messages that are still pending, and ends turns that nobody will answer.

Each worker sweeps (duties.py). A second delivery is harmless: a workflow ignores an event that it has seen.
"""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

from django.db.models import F, Q
from django.utils import timezone
from temporalio.client import Client

from agentex_web.delivery.client import RPC_TIMEOUT, temporal_client
from agentex_web.delivery.decisions import deliver_decision, due_decisions, postpone
from agentex_web.delivery.messages import deliver_turn
from agentex_web.delivery.pauses import deliver_pause, due_pauses
from agentex_web.delivery.repeating import pause_after
from agentex_web.tasks.models import Turn
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Wait
from agentex_web.worker.lost_turns import end_if_lost, open_turns

logger = logging.getLogger(__name__)
T = TypeVar("T")

BATCH = 100
AT_ONCE = 8
"""Number of concurrent calls to Temporal in a sweep."""


async def sweep() -> int:
    """Delivers the messages, decisions and pauses that are due; returns the number of messages.

    Raises:
        TemporalMissing: Temporal cannot be reached; nothing is counted as a delivery.
    """
    due, decided, paused = await in_database(_due_now)
    if due or decided or paused:
        await (await temporal_client()).service_client.check_health(timeout=RPC_TIMEOUT)
        await _each(due, _deliver)
        await _each(decided, _deliver_decision)
        await _each(paused, _deliver_pause)
    return len(due)


async def _deliver(turn: Turn) -> None:
    """Delivers one turn. A failure affects only this turn, which is retried at growing intervals."""
    # Postponed first, so that even a turn that crashes the worker is not retried at once.
    await in_database(_postpone, turn)
    try:
        await deliver_turn(turn.pk)
    except Exception as error:  # noqa: BLE001  (any error: the other turns must still be delivered)
        logger.warning(
            "Task %s: turn %s was not delivered, attempt %s: %s",
            turn.task_id,
            turn.pk,
            turn.deliveries + 1,
            error,
        )


async def _deliver_pause(task_id: uuid.UUID) -> None:
    try:
        await deliver_pause(task_id)
    except Exception as error:  # noqa: BLE001
        logger.warning("Task %s: the pause was not delivered: %s", task_id, error)


async def _deliver_decision(wait: Wait) -> None:
    """Delivers a decision to its workflow. As with turns, a failure affects only this one."""
    await in_database(postpone, wait)
    try:
        await deliver_decision(wait)
    except Exception as error:  # noqa: BLE001
        logger.warning(
            "Task %s: the decision about wait %s was not delivered: %s", wait.task_id, wait.pk, error
        )


def _due_now() -> tuple[list[Turn], list[Wait], list[uuid.UUID]]:
    return _due(), due_decisions(), due_pauses()


def _due() -> list[Turn]:
    now = timezone.now()
    due = Q(deliver_at__lte=now) | Q(deliver_at=None)
    pending = Turn.objects.filter(due, status=Turn.Status.PENDING).exclude(task__pause__paused=True)
    pending = pending.order_by("deliver_at", "created_at")
    return list(pending.only("pk", "task_id", "deliveries")[:BATCH])


def _postpone(turn: Turn) -> None:
    Turn.objects.filter(pk=turn.pk).update(
        deliver_at=timezone.now() + pause_after(turn.deliveries), deliveries=F("deliveries") + 1
    )


async def end_lost_turns(client: Client) -> None:
    """Ends the turns that will not be answered, whatever the cause; worker/lost_turns.py decides."""
    await _each(await in_database(open_turns), partial(end_if_lost, client))


async def _each(found: Sequence[T], act: Callable[[T], Awaitable[None]]) -> None:
    """Calls ``act`` for all, a few at once. A failure does not stop the others.

    Raises:
        Exception: the first failure, after all calls have ended.
    """
    free = asyncio.Semaphore(AT_ONCE)

    async def one(each: T) -> None:
        async with free:
            await act(each)

    results = await asyncio.gather(*map(one, found), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
