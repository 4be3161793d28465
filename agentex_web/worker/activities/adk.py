"""Activities behind ``agentex_web.adk``, which authors call from workflows and from activities."""

import uuid
from typing import cast

from django.utils import timezone
from temporalio import activity
from temporalio.exceptions import ApplicationError

from agentex_web.journal import messages, task
from agentex_web.journal.record import record
from agentex_web.rendering.markdown import render
from agentex_web.streams.events import MessageDelta, MessageReset, MessageStarted
from agentex_web.streams.publisher import publish
from agentex_web.tasks import branches, queries, spans, state
from agentex_web.tasks.models import Message
from agentex_web.tasks.queries import position_after_all, turn_for
from agentex_web.tasks.threads import in_database
from agentex_web.turns.activity_context import ActivityContext
from agentex_web.turns.contents import Author, MessageStatus, TaskMessage, TextContent
from agentex_web.turns.record_payloads import (
    ChangeTask,
    ListMessages,
    SetState,
    StreamDelta,
    UpdateMessage,
    WriteSpan,
)
from agentex_web.turns.running_activity import new_message, require_context
from agentex_web.turns.task_payloads import TaskInfo, TaskState, TaskStatus
from agentex_web.worker.activities.own_task import own_task


@activity.defn(name="update_message")
async def update_message(update: UpdateMessage) -> None:
    """Replaces the text of one of the task's messages."""
    task_id, message_id = uuid.UUID(update.task_id), uuid.UUID(update.message_id)
    with own_task(update.task_id):
        html = await render(update.content)
        await record(messages.rewrite, task_id, message_id, update.content, html)


@activity.defn(name="list_messages")
async def list_messages(which: ListMessages) -> list[TaskMessage]:
    """The latest messages, oldest first."""
    rows = await in_database(branches.latest_messages, uuid.UUID(which.task_id), which.limit)
    return [_as_agents_see_it(row) for row in rows]


def _as_agents_see_it(row: Message) -> TaskMessage:
    content = TextContent(cast(Author, row.author), row.content)
    return TaskMessage(
        str(row.pk), str(row.turn_id), content, row.kind, status=cast(MessageStatus, row.status)
    )


@activity.defn(name="stream_delta")
async def stream_delta(delta: StreamDelta) -> None:
    """Streams a part of a message. The whole message is stored when the author creates it at the end."""
    with own_task(delta.task_id):
        await _stream(delta, require_context())


async def _stream(delta: StreamDelta, context: ActivityContext) -> None:
    delivered = MessageDelta(delta.message_id, delta.offset, delta.text)
    if delta.offset:
        await publish(delta.task_id, [delivered])
        return
    turn_id = await in_database(turn_for, uuid.UUID(delta.task_id), context.turn_id)
    position = new_message().position
    if not position:
        position = await in_database(position_after_all, turn_id)
    started = MessageStarted(
        message=delta.message_id,
        turn=str(turn_id),
        position=position,
        author=delta.author,
        call=delta.message_id,
        started_at=timezone.now().isoformat(),
    )
    # A repeated activity sends its message from the start, so the page must drop what it has shown of it.
    again = [MessageReset(delta.message_id)] if activity.info().attempt > 1 else []
    await publish(delta.task_id, [*again, started, delivered])


@activity.defn(name="get_state")
async def get_state(task_id: str) -> TaskState:
    return TaskState(*await in_database(state.get_state, uuid.UUID(task_id)))


@activity.defn(name="set_state")
async def set_state(change: SetState) -> TaskState:
    with own_task(change.task_id):
        return await _set_state(change)


async def _set_state(change: SetState) -> TaskState:
    try:
        version = await in_database(state.set_state, uuid.UUID(change.task_id), change.value, change.version)
    except state.StateRefused as refused:
        raise ApplicationError(str(refused), type="StateRefused", non_retryable=True) from refused
    return TaskState(change.value, version)


@activity.defn(name="get_task")
async def get_task(task_id: str) -> TaskInfo:
    row = await in_database(queries.get_task, uuid.UUID(task_id))
    status, owner = cast(TaskStatus, row.status), row.owner.get_username()
    return TaskInfo(task_id, row.title, status, row.agent_id, owner, row.parameters)


@activity.defn(name="write_span")
async def write_span(span: WriteSpan) -> None:
    """Records the start or end of an author's span."""
    context = require_context()
    with own_task(span.task_id or context.task_id):
        await in_database(spans.write, span, context.task_id, context.turn_id)


@activity.defn(name="change_task")
async def change_task(change: ChangeTask) -> None:
    with own_task(change.task_id):
        await record(task.change_task, uuid.UUID(change.task_id), change.title, change.status)
