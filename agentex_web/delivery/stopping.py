"""Stops turns: tells the worker through Redis, and the workflow through Temporal."""

import asyncio
import logging
import uuid
from collections.abc import Sequence

from temporalio.api.common.v1 import Payloads, WorkflowExecution
from temporalio.api.workflowservice.v1 import SignalWorkflowExecutionRequest
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.background import in_background
from agentex_web.delivery.client import RPC_TIMEOUT, TemporalMissing, temporal_client
from agentex_web.journal import stops
from agentex_web.journal.record import record
from agentex_web.journal.stops import Stop
from agentex_web.names import workflow_id_of
from agentex_web.streams.stops import announce_stop
from agentex_web.tasks.models import Turn
from agentex_web.turns.payloads import SignalName, StopParams

logger = logging.getLogger(__name__)

WAITING_FIRST_SECONDS = 0.2
"""How long the Stop of the running turn waits for the Stops of the waiting turns."""


async def deliver_stops(requested: Sequence[Stop]) -> None:
    """Stops the turns of a task. Waiting turns come first, so that they do not start when the running one
    ends.
    """
    running = [stop for stop in requested if stop.turn.status == Turn.Status.RUNNING]
    waiting = [asyncio.ensure_future(_deliver(stop)) for stop in requested if stop not in running]
    if waiting:
        await asyncio.wait(waiting, timeout=WAITING_FIRST_SECONDS)
    await asyncio.gather(*waiting, *map(_deliver, running))


async def _deliver(stop: Stop) -> None:
    turn = stop.turn
    # Redis is told in parallel with Temporal: if one of them hangs, the other still gets the Stop. Not with
    # undo: a Stop through Redis would also end the calls that undo, so only the workflow ends running calls.
    if not stop.undo:
        in_background(announce_stop(str(turn.pk), continued=turn.continued), f"Task {turn.task_id}: a Stop")
    try:
        known = await signal_stop(turn, undo=stop.undo, is_first=stop.is_first)
    except TemporalMissing as error:
        logger.warning("Turn %s: Temporal was not told to stop it (%s)", turn.pk, error)
        known = False
    if not known:
        # No workflow has the turn, so it must be ended here.
        await record(stops.stop_waiting, turn.task_id, turn.pk)


async def signal_stop(turn: Turn, *, undo: bool = False, is_first: bool = True, again: bool = False) -> bool:
    """Sends the signal STOP to the workflow of a turn. Returns False if the workflow is not running.

    Args:
        undo: undo what the turn has done.
        is_first: the first Stop of the turn. However often it is sent, Temporal delivers it once to each run
            of the workflow. A person who presses Stop again wants it delivered again, as the agent's code may
            have caught the first one.
        again: it has been sent before, and may have been lost.

    Raises:
        one of TemporalMissing: Temporal cannot be reached.
    """
    client = await temporal_client()
    once = f"stop/{turn.pk}/{turn.continued}{'/undo' if undo else ''}"
    # The client's own `signal` offers no request id (temporalio 1.35).
    request = SignalWorkflowExecutionRequest(
        namespace=client.namespace,
        workflow_execution=WorkflowExecution(workflow_id=workflow_id_of(turn.task_id)),
        signal_name=SignalName.STOP,
        identity=client.identity,
        request_id=once if is_first else str(uuid.uuid4()),
        input=Payloads(
            payloads=await client.data_converter.encode([StopParams(str(turn.pk), undo=undo, again=again)])
        ),
    )
    try:
        await client.workflow_service.signal_workflow_execution(request, retry=True, timeout=RPC_TIMEOUT)
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return False
        raise
    return True
