"""Tells workflows the decisions of their waits. A delivery is repeated until Temporal accepts it; repeating
it is harmless.
"""

import uuid

from django.db.models import F
from django.utils import timezone
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.delivery.client import RPC_TIMEOUT, temporal_client
from agentex_web.delivery.repeating import pause_after
from agentex_web.tasks.threads import in_database
from agentex_web.turns.payloads import SignalName
from agentex_web.turns.wait_payloads import Outcome, WaitStatus
from agentex_web.waits.models import Wait

BATCH = 100


def outcome_of(wait: Wait) -> Outcome:
    """The status of a wait in the form that its workflow gets."""
    left = None if wait.deadline is None else (wait.deadline - timezone.now()).total_seconds()
    status: WaitStatus = wait.status  # type: ignore[assignment]
    return Outcome(
        str(wait.pk),
        status,
        wait.decision or {},
        wait.decided_by.get_username() if wait.decided_by else "",
        wait.decided_at.isoformat() if wait.decided_at else "",
        None if left is None else max(left, 0.0),
    )


async def deliver_decision(wait: Wait) -> None:
    """Signals the waiting workflow. If it has ended, nothing needs to be delivered: the outbox ends its turn.

    Args:
        wait: the wait, with ``decided_by`` loaded.

    Raises:
        one of TemporalMissing: Temporal cannot be reached. The outbox repeats the delivery.
    """
    client = await temporal_client()
    handle = client.get_workflow_handle(wait.workflow_id)
    try:
        await handle.signal(SignalName.DECIDE, outcome_of(wait), rpc_timeout=RPC_TIMEOUT)
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
    await in_database(_delivered, wait.pk)


def due_decisions() -> list[Wait]:
    """Decisions whose delivery is due."""
    due = Wait.objects.filter(deliver_at__lte=timezone.now()).order_by("deliver_at")
    return list(due.select_related("decided_by")[:BATCH])


def postpone(wait: Wait) -> None:
    """Counts a delivery attempt, and schedules the next one after a pause."""
    waiting = Wait.objects.filter(pk=wait.pk, deliver_at__isnull=False)
    waiting.update(deliver_at=timezone.now() + pause_after(wait.deliveries), deliveries=F("deliveries") + 1)


def _delivered(wait_id: uuid.UUID) -> None:
    Wait.objects.filter(pk=wait_id).update(deliver_at=None)
