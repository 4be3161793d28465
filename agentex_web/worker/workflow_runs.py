"""The state of a task's workflow in Temporal: at work, stuck, or ended, and why."""

import asyncio
import logging
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent, WorkflowExecutionSignaledEventAttributes
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryReverseRequest
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.delivery.client import RPC_TIMEOUT
from agentex_web.encryption.codec import CannotDecrypt
from agentex_web.failure_types import CODE_GONE, SENTENCES
from agentex_web.turns.event import SendEventParams
from agentex_web.turns.payloads import SignalName

logger = logging.getLogger(__name__)

FAILED_ATTEMPTS = 3
"""Attempts of a workflow task after which its workflow is stuck. Temporal makes the second one at once;
a database that was unavailable for a moment is back by the third."""
OVERDUE_ATTEMPTS = 5
"""Like FAILED_ATTEMPTS, for attempts that no worker completed within Temporal's 10 s: a worker that is merely
busy, or that died, is back by then."""
STOP_TAKEN_AFTER = timedelta(seconds=5)
"""A workflow that no worker advances for this long after a Stop is stuck; usually it takes milliseconds."""
CONFIRMED_AFTER = 1.0
"""Seconds until such a workflow is looked at again. Worker or server may have been paused meanwhile, and may
have taken the Stop as soon as they went on: ending the run then would end the messages after it as well.
"""
OWN_PREFIX = "Agentex: "
"""Prefix of the reason with which this product terminates a stuck run."""

DUPLICATE_ID = "DuplicateId"
"""Part of the server's message about commands from changed code, which do not fit the history."""
CODE_CHANGED = "The agent's code changed while it was working. Retry starts it with the current code."
BLOCKED = "The agent's workflow was blocked for more than 2 seconds. Move slow work to a tool or an activity."
CRASHED = "The agent's code crashed the worker ({crash}). Run such code in a program that a tool starts."
_CRASHED = CRASHED.partition("{")[0]
LOST = "Temporal no longer knows this run: it was terminated there, or its database was lost."
OVERDUE = "The agent's workflow made no progress: no worker completed its next step in several attempts."
NOT_TAKEN = "No worker picked up the request to stop."
NO_ANSWER = "The agent's workflow ended before it answered."


class Standing(Enum):
    """State of a run, as far as its turns are concerned."""

    WORKS = "works"
    STUCK = "stuck"
    ENDED = "ended"


@dataclass(frozen=True)
class Run:
    """The latest run of a task's workflow.

    Attributes:
        started: None if Temporal knows no run.
        id: the run id; empty if the run has ended.
        continued: the run continues an earlier run and has taken over its turns.
        reason: why it is stuck or has ended, as a sentence for the page.
        final: it failed or is stuck in a way that the next run would repeat.
    """

    standing: Standing
    started: datetime | None = None
    reason: str = ""
    final: bool = False
    id: str = ""
    continued: bool = False


async def latest_run(client: Client, workflow_id: str, *, stopping: bool = False) -> Run:
    """Returns the state of a workflow's latest run.

    Args:
        stopping: a person pressed Stop, so a run that no worker advances counts as stuck.

    Raises:
        RPCError: Temporal cannot be reached.
    """
    found = await _described(client, workflow_id)
    if found is None:
        return Run(Standing.ENDED, reason=LOST)
    if found.status not in (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.CONTINUED_AS_NEW):
        last = await _last_event(client, workflow_id, found.run_id)
        return await _ended(client, last, found.start_time)
    # The client's public description lacks this field (temporalio 1.35).
    pending = found.raw_description.pending_workflow_task
    if stopping and pending.attempt and _age(pending.original_scheduled_time) > STOP_TAKEN_AFTER:
        await asyncio.sleep(CONFIRMED_AFTER)
        later = await _described(client, workflow_id)
        waiting = later.raw_description.pending_workflow_task if later else None
        if waiting is None or waiting.original_scheduled_time != pending.original_scheduled_time:
            return await latest_run(client, workflow_id)
        return Run(Standing.STUCK, found.start_time, NOT_TAKEN)
    if pending.attempt > 1:
        last = await _last_event(client, workflow_id, found.run_id)
        if reason := await _why_stuck(client, last, pending.attempt):
            return Run(Standing.STUCK, found.start_time, reason, final=reason == BLOCKED)
    continued = found.raw_description.workflow_execution_info.first_run_id != found.run_id
    return Run(Standing.WORKS, found.start_time, id=found.run_id, continued=continued)


async def _described(client: Client, workflow_id: str) -> WorkflowExecutionDescription | None:
    """Returns what Temporal knows of the latest run; None if it knows none.

    Raises:
        RPCError: Temporal cannot be reached.
    """
    try:
        return await client.get_workflow_handle(workflow_id).describe(rpc_timeout=RPC_TIMEOUT)
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return None
        raise


async def was_sent(client: Client, workflow_id: str, run: Run, turn_id: uuid.UUID) -> bool:
    """Whether the run was sent the message of a turn. Reads the run's history from the start to that event.

    Raises:
        RPCError: Temporal cannot be reached, or no longer knows the run.
    """
    history = client.get_workflow_handle(workflow_id, run_id=run.id)
    async for event in history.fetch_history_events(rpc_timeout=RPC_TIMEOUT):
        sent = event.workflow_execution_signaled_event_attributes
        if sent.signal_name == SignalName.RECEIVE_EVENT and await _is_about(client, sent, turn_id):
            return True
    return False


async def _is_about(
    client: Client, sent: WorkflowExecutionSignaledEventAttributes, turn_id: uuid.UUID
) -> bool:
    """Whether a signal RECEIVE_EVENT is the message of a turn."""
    try:
        found = await client.data_converter.decode(sent.input.payloads[:1], [SendEventParams])
    except CannotDecrypt:
        # It may be the one that is looked for. Another worker may have the key.
        raise
    except Exception as error:  # noqa: BLE001  (anyone can send a signal, with any content)
        logger.warning("A signal %s could not be read: %s", sent.signal_name, error)
        return False
    return bool(found) and isinstance(found[0], SendEventParams) and found[0].event.id == str(turn_id)


async def _why_stuck(client: Client, last: HistoryEvent, attempts: int) -> str:
    """Why a run is stuck whose workflow task was started more than once; empty if it may still go on.

    Args:
        last: the last event of its history. Temporal writes an event for the first failed attempt only.
    """
    match last.event_type:
        case EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
            failed = last.workflow_task_failed_event_attributes
            if "TMPRL1101" in failed.failure.message:
                return BLOCKED
            changed = (
                failed.cause == WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR
            )
            if changed or DUPLICATE_ID in failed.failure.message or attempts >= FAILED_ATTEMPTS:
                return (await _reason(client, failed.failure))[0]
        case EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT:
            if attempts >= OVERDUE_ATTEMPTS:
                return OVERDUE
    return ""


def _age(since: Timestamp) -> timedelta:
    return datetime.now(UTC) - since.ToDatetime(UTC)


async def _last_event(client: Client, workflow_id: str, run_id: str) -> HistoryEvent:
    answer = await client.workflow_service.get_workflow_execution_history_reverse(
        GetWorkflowExecutionHistoryReverseRequest(
            namespace=client.namespace,
            execution=WorkflowExecution(workflow_id=workflow_id, run_id=run_id),
            maximum_page_size=1,
        ),
        timeout=RPC_TIMEOUT,
    )
    events = answer.history.events
    return events[0] if events else HistoryEvent()


async def _ended(client: Client, last: HistoryEvent, started: datetime) -> Run:
    match last.event_type:
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
            failure = last.workflow_execution_failed_event_attributes.failure
            reason, final = await _reason(client, failure)
            return Run(Standing.ENDED, started, reason, final=final)
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED:
            given = last.workflow_execution_terminated_event_attributes.reason
            reason = given.removeprefix(OWN_PREFIX) if given.startswith(OWN_PREFIX) else LOST
            return Run(Standing.ENDED, started, reason, final=reason.startswith((BLOCKED, _CRASHED)))
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
            return Run(Standing.ENDED, started, NO_ANSWER)
        case _:
            return Run(Standing.ENDED, started, LOST)


async def _reason(client: Client, failure: Failure) -> tuple[str, bool]:
    """Returns the reason as a sentence, and whether another run would fail the same way."""
    kind: str | None
    try:
        error = await client.data_converter.decode_failure(failure)
    except Exception as unreadable:  # noqa: BLE001  (its turns must end all the same)
        logger.warning("The failure of a run could not be read: %s", unreadable)
        kind, said = failure.application_failure_info.type, failure.message
    else:
        kind = error.type if isinstance(error, ApplicationError) else type(error).__name__
        said = error.message if isinstance(error, ApplicationError) else str(error)
    if kind == "NondeterminismError" or "TMPRL1100" in said or DUPLICATE_ID in said:
        return CODE_CHANGED, False
    if kind == CODE_GONE or (kind == "NotFoundError" and "not registered" in said):
        return f"{said} The agent's code changed. Retry starts it with the current code.", False
    if kind in SENTENCES:
        return said, True
    return f"The agent's code failed: {kind or 'Error'}: {said or 'no message'}"[:2_000], True
