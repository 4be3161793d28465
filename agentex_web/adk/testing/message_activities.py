"""The record activities about messages, working on the in-memory record."""

import uuid

from temporalio import activity
from temporalio.exceptions import ApplicationError

from agentex_web.adk.testing.calls import CallsUnderWay
from agentex_web.adk.testing.endings import tool_message_id
from agentex_web.adk.testing.kept_messages import KeptMessage, Streamed
from agentex_web.adk.testing.record import OnRecord, Record
from agentex_web.turns.contents import TaskMessage, TextContent
from agentex_web.turns.record_payloads import (
    CreateMessage,
    ListMessages,
    StreamDelta,
    TakeBack,
    UpdateMessage,
)
from agentex_web.turns.running_activity import created_id, new_message, require_context


class MessageActivities(OnRecord):
    """Each method implements the activity of the same name.

    Args:
        record: the record that the activities write to.
        calls: the running model calls, which ``take_back`` ends.
    """

    def __init__(self, record: Record, calls: CallsUnderWay) -> None:
        super().__init__(record)
        self._calls = calls

    @activity.defn(name="create_message")
    async def create_message(self, create: CreateMessage) -> str:
        context, new = require_context(), new_message()
        self._check_task(create.task_id)
        turn_id = self._turn_for(create.turn_id or context.turn_id)
        content = create.content
        if (
            create.kind == "text"
            and not create.message_id
            and (shown := self._already_shown(turn_id, content, context.parent_tool_call_id))
        ):
            return shown
        if create.message_id:
            pk = create.message_id
        elif create.tool_call_id:
            pk = tool_message_id(turn_id, create.tool_call_id, create.kind)
        elif create.key:
            pk = str(created_id(uuid.UUID(turn_id), create.key))
        else:
            pk = str(new.created_in(uuid.UUID(turn_id)))
        message = KeptMessage(
            pk,
            turn_id,
            new.position or self._record.position_after_all(turn_id),
            content.author,
            create.kind,
            create.status,
            content.content,
            create.agent_name,
            create.tool_name,
            create.tool_call_id,
            error=create.error,
            parent_tool_call_id=context.parent_tool_call_id,
            data=dict(create.data),
        )
        self._record.put(message)
        return pk

    def _already_shown(self, turn_id: str, content: TextContent, inside: str) -> str:
        for each in self._record.messages_of(turn_id):
            said = each.opens_turn or (each.call and each.status == "done")
            same = each.kind == "text" and each.content in (content.content, content.content.strip())
            if said and same and each.author == content.author and each.parent_tool_call_id == inside:
                return each.id
        return ""

    @activity.defn(name="take_back")
    async def take_back(self, taken: TakeBack) -> None:
        self._calls.take_back(taken.turn_id, taken.before)
        self._record.forget(
            [
                each
                for each in self._record.messages_of(taken.turn_id)
                if (taken.start <= each.position < taken.before or each.id == taken.grown)
                and each.kind in ("text", "reasoning")
                and each.call
                and each.parent_tool_call_id == taken.parent_tool_call_id
            ]
        )

    @activity.defn(name="update_message")
    async def update_message(self, update: UpdateMessage) -> None:
        message = self._record.messages.get(update.message_id)
        if message is None or update.task_id != self._record.task_id:
            raise ApplicationError(
                f"Task {update.task_id} has no message {update.message_id}.", non_retryable=True
            )
        message.content = update.content

    @activity.defn(name="list_messages")
    async def list_messages(self, which: ListMessages) -> list[TaskMessage]:
        rows = [row for turn in self._record.path(self._record.shown) for row in turn.messages]
        return [
            TaskMessage(row.id, row.turn_id, TextContent(row.author, row.content), row.kind, row.status)
            for row in rows[-which.limit :]
        ]

    @activity.defn(name="stream_delta")
    async def stream_delta(self, delta: StreamDelta) -> None:
        if not delta.offset:
            # As in production, the first piece reserves the message's position.
            new_message()
        turn_id = self._turn_for(require_context().turn_id)
        self._record.streamed.append(Streamed(delta.message_id, turn_id, delta.text))

    def _turn_for(self, turn_id: str) -> str:
        if found := turn_id or self._record.shown:
            return found
        raise ValueError(f"Task {self._record.task_id} has no turn yet that a message could join.")
