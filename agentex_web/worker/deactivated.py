"""Ends all work for a person whose account is deactivated: answers, waits and waiting messages."""

import logging
import uuid

from agentex_web.delivery.stopping import deliver_stops
from agentex_web.journal import stops
from agentex_web.journal.record import record
from agentex_web.tasks.models import Turn
from agentex_web.tasks.threads import in_database

logger = logging.getLogger(__name__)
BATCH = 50


async def stop_deactivated() -> int:
    """Stops the chats of people without an active account; returns the number of those chats.

    If no worker takes the Stop, worker/lost_turns.py ends the turns.
    """
    found = await in_database(_at_work)
    for task_id in found:
        requested = await record(stops.request_stops, task_id)
        await deliver_stops(requested)
        logger.info("Task %s: stopped, because the account of its owner is not active", task_id)
    return len(found)


def _at_work() -> list[uuid.UUID]:
    rows = Turn.objects.filter(status__in=Turn.OPEN, stop_requested=False, task__owner__is_active=False)
    return list(rows.order_by().values_list("task_id", flat=True).distinct()[:BATCH])
