"""Tells workflows that their chat was paused or resumed. A delivery is repeated until Temporal accepts it."""

import uuid
from datetime import timedelta

from django.utils import timezone
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.delivery.client import RPC_TIMEOUT, temporal_client
from agentex_web.delivery.messages import deliver_waiting
from agentex_web.names import workflow_id_of
from agentex_web.tasks.threads import in_database
from agentex_web.turns.payloads import PauseParams, SignalName
from agentex_web.waits.models import Pause

AGAIN = timedelta(seconds=10)
BATCH = 200


async def deliver_pause(task_id: uuid.UUID) -> None:
    """Signals the chat's workflow, if it is running. If the chat was resumed, also delivers its waiting
    messages.

    Raises:
        one of TemporalMissing: Temporal cannot be reached. The outbox repeats the delivery.
    """
    pause = await in_database(_postponed, task_id)
    if pause is None:
        return
    handle = (await temporal_client()).get_workflow_handle(workflow_id_of(task_id))
    try:
        await handle.signal(SignalName.PAUSE, PauseParams(pause.paused), rpc_timeout=RPC_TIMEOUT)
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
    if not pause.paused:
        await deliver_waiting(task_id)
    await in_database(_delivered, pause)


def due_pauses() -> list[uuid.UUID]:
    """The ids of the chats whose pause or resumption is due to be delivered."""
    due = Pause.objects.filter(deliver_at__lte=timezone.now()).order_by("deliver_at")
    return list(due.values_list("task_id", flat=True)[:BATCH])


def _postponed(task_id: uuid.UUID) -> Pause | None:
    pauses = Pause.objects.filter(task_id=task_id, deliver_at__isnull=False)
    pauses.update(deliver_at=timezone.now() + AGAIN)
    return pauses.first()


def _delivered(pause: Pause) -> None:
    # If the chat was paused or resumed again meanwhile, that change must still be delivered.
    Pause.objects.filter(pk=pause.pk, paused=pause.paused).update(deliver_at=None)
