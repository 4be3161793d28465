"""Starts and signals the workflows of tasks with data from the record."""

import asyncio
import uuid
from datetime import timedelta
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.delivery.connection import temporal_connection
from agentex_web.encryption.converter import client_options
from agentex_web.services import ServiceMissing
from agentex_web.tasks.models import Message, Turn
from agentex_web.tasks.threads import in_database
from agentex_web.turns.contents import TextContent
from agentex_web.turns.event import AttachmentRef, Choices, Continuation, Event, SendEventParams
from agentex_web.turns.options import WORKFLOW_TASK
from agentex_web.turns.payloads import SignalName, StopParams, TaskParams
from agentex_web.turns.task_payloads import TaskRef

CHOSEN = ("agent", "model", "effort", "temperature", "without")
CONNECT_SECONDS = 3.0
RPC_TIMEOUT = timedelta(seconds=5)

TemporalMissing = (RPCError, RuntimeError, ServiceMissing, TimeoutError, OSError)
"""The exceptions that mean that Temporal cannot be reached. The SDK's connect raises a plain RuntimeError."""

_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[dict[str, Any], Client]] = WeakKeyDictionary()


async def temporal_client() -> Client:
    """Returns the connected Temporal client of this event loop.

    Raises:
        one of TemporalMissing: Temporal cannot be reached.
    """
    config = temporal_connection()
    loop = asyncio.get_running_loop()
    known = _clients.get(loop)
    if known is None or known[0] != config:
        client = await asyncio.wait_for(Client.connect(**config, **client_options()), CONNECT_SECONDS)
        known = _clients[loop] = (config, client)
    return known[1]


def _event(turn_id: uuid.UUID) -> tuple[Turn, SendEventParams] | None:
    message = (
        Message.objects.select_related("turn__task__agent", "turn__task__owner")
        .filter(pk=turn_id, turn__status__in=Turn.OPEN)
        .exclude(turn__task__pause__paused=True)
        .first()
    )
    return None if message is None else (message.turn, event_of(message.turn, message))


def event_of(turn: Turn, message: Message) -> SendEventParams:
    """The signal's argument for a turn and the person's message that opens it."""
    task = turn.task
    files = [
        AttachmentRef(each["id"], each["name"], each["content_type"])
        for each in message.data.get("attachments", [])
    ]
    return SendEventParams(
        task=TaskRef(str(task.pk), task.agent_id, task.owner.get_username(), task.parameters),
        event=Event(
            str(turn.pk),
            TextContent("user", message.content),
            str(turn.parent_id) if turn.parent_id else None,
            files,
            _choices(turn),
            Continuation(turn.continued, **turn.cut) if turn.continued else None,
        ),
    )


def _choices(turn: Turn) -> Choices | None:
    given = {name: turn.choices[name] for name in CHOSEN if name in turn.choices}
    if not (given or turn.instructions):
        return None
    return Choices(**given, instructions=turn.instructions)


async def deliver_turn(turn_id: uuid.UUID) -> None:
    """Delivers a turn of the record if it is still open and its chat is not paused."""
    if (found := await in_database(_event, turn_id)) is not None:
        await deliver(*found)


async def deliver_waiting(task_id: uuid.UUID) -> None:
    """Delivers all pending turns of the task, in order.

    Raises:
        one of TemporalMissing: Temporal cannot be reached. The outbox delivers the rest later.
    """
    for turn_id in await in_database(_waiting, task_id):
        await deliver_turn(turn_id)


def _waiting(task_id: uuid.UUID) -> list[uuid.UUID]:
    waiting = Turn.objects.filter(task_id=task_id, status=Turn.Status.PENDING).order_by("created_at")
    return list(waiting.values_list("pk", flat=True))


async def deliver(turn: Turn, params: SendEventParams) -> None:
    """Signals the task's workflow, and starts it if it is not running (signal-with-start). Repeating it is
    harmless.

    Args:
        turn: the turn, with its task and the task's agent loaded.

    Raises:
        one of TemporalMissing: Temporal cannot be reached. The turn stays pending, and the worker's outbox
            delivers it later.
    """
    client = await temporal_client()
    task = turn.task
    await client.start_workflow(
        task.agent.workflow,
        TaskParams(params.task, settings.AGENTEX_IDLE_SECONDS),
        id=task.workflow_id,
        task_queue=task.agent.task_queue,
        start_signal=SignalName.RECEIVE_EVENT,
        start_signal_args=[params],
        memo={"task": str(task.pk), "agent": task.agent_id, "owner": params.task.owner},
        static_summary=f"{task.agent.title}: {task.title}"[:200],
        task_timeout=WORKFLOW_TASK,
        rpc_timeout=RPC_TIMEOUT,
    )


async def signal_turn(turn: Turn, signal: SignalName, reason: str = "", *, undo: bool = False) -> bool:
    """Sends STOP, WITHDRAW or STEER for a turn. Returns False if its workflow is not running.

    Args:
        reason: with STOP, why the turn failed; empty if it was interrupted.
        undo: with STOP, undo what the turn has done.
    """
    client = await temporal_client()
    handle = client.get_workflow_handle(f"task-{turn.task_id}")
    try:
        await handle.signal(signal, StopParams(str(turn.pk), reason, undo), rpc_timeout=RPC_TIMEOUT)
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return False
        raise
    return True


async def temporal_is_there() -> bool:
    try:
        client = await temporal_client()
        return await client.service_client.check_health(timeout=RPC_TIMEOUT)
    except TemporalMissing:
        return False
