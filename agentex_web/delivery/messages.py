"""Delivers the messages of the record to the workflows of their tasks."""

import asyncio
import logging
import uuid

from django.conf import settings

from agentex_web.background import for_task
from agentex_web.delivery.client import RPC_TIMEOUT, TemporalMissing, temporal_client
from agentex_web.journal.answering import MEMORY
from agentex_web.journal.change import Change
from agentex_web.journal.record import report_in_time
from agentex_web.journal.sent import Accepted
from agentex_web.memories.keeping import memory_text
from agentex_web.tasks.models import Message, Turn
from agentex_web.tasks.threads import in_database
from agentex_web.turns.contents import TextContent
from agentex_web.turns.event import AttachmentRef, Choices, Continuation, Event, SendEventParams
from agentex_web.turns.options import WORKFLOW_TASK
from agentex_web.turns.payloads import SignalName, TaskParams
from agentex_web.turns.task_payloads import TaskRef

logger = logging.getLogger(__name__)

CHOSEN = ("agent", "model", "effort", "temperature", "without")
REPORT_SECONDS = 0.05
"""Work that the first token does not wait for begins this long after the delivery. On two cores it would
otherwise cost Temporal and the worker 5 ms and more of the 50 that they take.
"""


async def begin_hand_over(accepted: Change[Accepted]) -> None:
    """Starts `hand_over` of a message that its page shows already, in the background.

    Returns when Temporal has been asked, before it answers. If this process crashes, the worker's outbox
    delivers the message.
    """
    for_task(accepted.task_id, hand_over(accepted, report_after=REPORT_SECONDS))
    await asyncio.sleep(0)


async def hand_over(accepted: Change[Accepted], *, report_after: float = 0.0) -> None:
    """Delivers an accepted message, and reports it to open pages in the background.

    Args:
        accepted: with the turn's task loaded, and the task's agent and owner.
        report_after: seconds. The worker's "queued" or "running" may come before this "pending"; a page keeps
            the later status.
    """
    for_task(accepted.task_id, _report_later(accepted, report_after))
    turn = accepted.result.turn
    # Only tasks that a view has loaded (actions/access.py) say whether they are paused. A new one is not.
    if turn.status not in Turn.OPEN or getattr(turn.task, "is_paused", False):
        return
    try:
        if accepted.result.is_behind:
            await deliver_waiting(turn.task_id)
        else:
            await deliver(turn, await _event(turn, accepted.result.message))
    except TemporalMissing as error:
        logger.warning("Task %s: the message waits for Temporal (%s)", turn.task_id, error)


async def _report_later(accepted: Change[Accepted], seconds: float) -> None:
    await asyncio.sleep(seconds)
    await report_in_time(accepted)


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


async def _event(turn: Turn, message: Message) -> SendEventParams:
    return event_of(turn, message, await in_database(memory_given, turn) if MEMORY in turn.choices else None)


def memory_given(turn: Turn) -> str | None:
    """What is remembered about the owner of the turn's task, if its agent gets that; else None."""
    return memory_text(turn.task.owner_id) if MEMORY in turn.choices else None


def event_of(turn: Turn, message: Message, memory: str | None = None) -> SendEventParams:
    """The signal's argument for a turn and the person's message that opens it.

    Args:
        memory: what ``memory_given`` returns. It is not stored with the turn, so that what is forgotten is
            gone.
    """
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
            _choices(turn, memory),
            Continuation(turn.continued, **turn.cut) if turn.continued else None,
        ),
    )


def _choices(turn: Turn, memory: str | None) -> Choices | None:
    given = {name: turn.choices[name] for name in CHOSEN if name in turn.choices}
    if not (given or turn.instructions or memory is not None):
        return None
    return Choices(**given, instructions=turn.instructions, memory=memory)


async def deliver_turn(turn_id: uuid.UUID) -> None:
    """Delivers a turn of the record if it is still open and its chat is not paused."""
    if (message := await in_database(_deliverable, turn_id)) is not None:
        await deliver(message.turn, await _event(message.turn, message))


def _deliverable(turn_id: uuid.UUID) -> Message | None:
    return (
        Message.objects.select_related("turn__task__agent", "turn__task__owner")
        .filter(pk=turn_id, turn__status__in=Turn.OPEN)
        .exclude(turn__task__pause__paused=True)
        .first()
    )


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
