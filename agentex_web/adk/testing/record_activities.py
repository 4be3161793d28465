"""The record activities, working on the in-memory record.

They have the same names and payloads as those of agentex_web/worker/activities/, which use the database.
"""

import json
import uuid
from collections.abc import Callable, Coroutine
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from agentex_web.adk.testing.calls import CallsUnderWay
from agentex_web.adk.testing.endings import finish, tool_message_id
from agentex_web.adk.testing.record import Json, KeptMessage, MadeChat, Record, Streamed
from agentex_web.adk.testing.wait_activities import WaitActivities
from agentex_web.positions import below
from agentex_web.turns.activity_context import created_id, new_message, require_context
from agentex_web.turns.contents import TaskMessage, TextContent
from agentex_web.turns.record_payloads import (
    AgentMemory,
    ChangeTask,
    CreateMessage,
    CreateTask,
    FinishTurn,
    Handoff,
    KeepSummary,
    ListMessages,
    SendMessage,
    SetState,
    StreamDelta,
    TakeBack,
    TakeIn,
    ToolCall,
    TurnMemory,
    TurnRef,
    UpdateMessage,
    WriteSpan,
)
from agentex_web.turns.task_payloads import TaskInfo, TaskState

STATE_BYTES = 65_536
TITLE_LENGTH = 200
Implementation = Callable[[Any], Coroutine[Any, Any, Any]]


class RecordActivities(WaitActivities):
    """Each method implements the activity of the same name.

    Args:
        record: the record that the activities write to.
        calls: the running model calls, which ``take_back`` ends.
    """

    def __init__(self, record: Record, calls: CallsUnderWay) -> None:
        super().__init__(record)
        self._calls = calls

    def by_name(self) -> dict[str, Implementation]:
        """The activities by their names."""
        names = [name for name in dir(self) if not name.startswith("_") and name != "by_name"]
        return {name: getattr(self, name) for name in names}

    @activity.defn(name="queue_turn")
    async def queue_turn(self, ref: TurnRef) -> None:
        turn = self._record.turns[ref.turn_id]
        if turn.status == "pending" and turn.continued == ref.continued:
            turn.status = "queued"

    @activity.defn(name="begin_turn")
    async def begin_turn(self, ref: TurnRef) -> None:
        turn = self._record.turns[ref.turn_id]
        if turn.status in ("pending", "queued") and turn.continued == ref.continued:
            turn.status = "running"

    @activity.defn(name="finish_turn")
    async def finish_turn(self, end: FinishTurn) -> list[Json]:
        return finish(self._record, end)

    @activity.defn(name="take_in")
    async def take_in(self, taken: TakeIn) -> bool:
        waits, path = self._record.turns[taken.message_id], require_context().path
        pk = str(uuid.uuid5(uuid.UUID(taken.turn_id), f"taken/{taken.message_id}"))
        if pk in self._record.messages:
            return True
        if waits.status not in ("pending", "queued"):
            return False
        waits.status = "withdrawn"
        content = self._record.messages[taken.message_id].content
        self._record.put(
            KeptMessage(
                pk, taken.turn_id, below(path, 0), "user", "text", "done", content, data={"taken": True}
            )
        )
        return True

    @activity.defn(name="load_items")
    async def load_items(self, turn_id: str) -> list[Json]:
        return self._record.items_up_to(turn_id)

    @activity.defn(name="keep_summary")
    async def keep_summary(self, kept: KeepSummary) -> None:
        self._record.turns[kept.turn_id].summary = kept.summary
        self._record.put(
            KeptMessage(
                str(uuid.uuid5(uuid.UUID(kept.turn_id), "summary")),
                kept.turn_id,
                below(kept.path, 0),
                "system",
                "text",
                "done",
                kept.summary,
                data={"summary": True},
            )
        )

    @activity.defn(name="load_memory")
    async def load_memory(self, turn_id: str) -> TurnMemory:
        path = self._record.path(turn_id)[::-1]
        last_agent = next((turn.last_agent for turn in path if turn.last_agent), "")
        return TurnMemory(last_agent, next((turn.context for turn in path if turn.context is not None), None))

    @activity.defn(name="load_agent_memory")
    async def load_agent_memory(self, memory: AgentMemory) -> TurnMemory:
        path = self._record.path(memory.turn_id)[::-1]
        path = [turn for turn in path if turn.agent == memory.agent]
        last_agent = next((turn.last_agent for turn in path if turn.last_agent), "")
        return TurnMemory(last_agent, next((turn.context for turn in path if turn.context is not None), None))

    @activity.defn(name="tool_started")
    async def tool_started(self, call: ToolCall) -> None:
        self._request(call).status = "streaming"

    @activity.defn(name="tool_ended")
    async def tool_ended(self, call: ToolCall) -> None:
        request, context = self._request(call), require_context()
        self._record.put(
            KeptMessage(
                tool_message_id(call.turn_id, call.tool_call_id, "tool_response"),
                call.turn_id,
                below(context.path, 1),
                "agent",
                "tool_response",
                "failed" if call.failed else "done",
                call.output or "",
                call.agent_name,
                call.tool_name,
                call.tool_call_id,
                context.parent_tool_call_id,
                data={"files": [each.name or each.url[:30] for each in call.files]} if call.files else {},
            )
        )
        request.status, request.error = "done", ""

    def _request(self, call: ToolCall) -> KeptMessage:
        context = require_context()
        pk = tool_message_id(call.turn_id, call.tool_call_id, "tool_request")
        if pk not in self._record.messages:
            self._record.put(
                KeptMessage(
                    pk,
                    call.turn_id,
                    below(context.path, 0),
                    "agent",
                    "tool_request",
                    "streaming",
                    call.arguments,
                    call.agent_name,
                    call.tool_name,
                    call.tool_call_id,
                    context.parent_tool_call_id,
                )
            )
        return self._record.messages[pk]

    @activity.defn(name="handed_off")
    async def handed_off(self, handoff: Handoff) -> None:
        context = require_context()
        self._record.put(
            KeptMessage(
                str(uuid.uuid5(uuid.UUID(handoff.turn_id), f"handoff/{context.path}")),
                handoff.turn_id,
                below(context.path, 0),
                "system",
                "handoff",
                "done",
                f"{handoff.from_agent} handed over to {handoff.to_agent}",
                handoff.to_agent,
                parent_tool_call_id=context.parent_tool_call_id,
                data={"from": handoff.from_agent, "to": handoff.to_agent},
            )
        )

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

    @activity.defn(name="get_state")
    async def get_state(self, task_id: str) -> TaskState:
        self._check_task(task_id)
        return TaskState(json.loads(json.dumps(self._record.state)), self._record.state_version)

    @activity.defn(name="set_state")
    async def set_state(self, change: SetState) -> TaskState:
        self._check_task(change.task_id)
        record, written = self._record, json.dumps(change.value)
        if len(written.encode()) > STATE_BYTES:
            size = len(written.encode())
            raise _refused(
                f"The state is {size:,} bytes; the limit is {STATE_BYTES:,}. Store a reference instead."
            )
        repeated = change.version is None or record.state_version == change.version + 1
        if record.state == change.value and repeated:
            return TaskState(change.value, record.state_version)
        if change.version not in (None, record.state_version):
            raise _refused(
                f"The state has version {record.state_version}, not {change.version}: "
                "read it again, then write."
            )
        record.state, record.state_version = json.loads(written), record.state_version + 1
        return TaskState(change.value, record.state_version)

    @activity.defn(name="get_task")
    async def get_task(self, task_id: str) -> TaskInfo:
        self._check_task(task_id)
        record = self._record
        return TaskInfo(task_id, record.title, record.status, record.agent, record.owner, record.parameters)

    @activity.defn(name="write_span")
    async def write_span(self, span: WriteSpan) -> None:
        require_context()
        self._record.spans[span.id] = span

    @activity.defn(name="create_task")
    async def create_task(self, create: CreateTask) -> TaskInfo:
        """Records the new chat, but does not run it: a test has a single chat."""
        task_id = str(new_message().id_of("task"))
        made = TaskInfo(
            task_id, create.title, "open", create.agent, self._record.owner, dict(create.parameters)
        )
        self._record.made.setdefault(task_id, MadeChat(made))
        return made

    @activity.defn(name="send_message")
    async def send_message(self, message: SendMessage) -> str:
        if message.task_id not in self._record.made:
            raise ApplicationError(
                f"Task {message.task_id} was not started by this chat.",
                type="ChatRefused",
                non_retryable=True,
            )
        message_id = str(new_message().id_of("message"))
        self._record.made[message.task_id].messages[message_id] = message.content
        return message_id

    @activity.defn(name="change_task")
    async def change_task(self, change: ChangeTask) -> None:
        self._check_task(change.task_id)
        if change.title:
            self._record.title = " ".join(change.title.split())[:TITLE_LENGTH]
        if change.status:
            self._record.status = change.status

    def _turn_for(self, turn_id: str) -> str:
        if found := turn_id or self._record.shown:
            return found
        raise ValueError(f"Task {self._record.task_id} has no turn yet that a message could join.")

    def _check_task(self, task_id: str) -> None:
        if task_id != self._record.task_id:
            raise ApplicationError(f"This test has no task {task_id}.", non_retryable=True)


def _refused(reason: str) -> ApplicationError:
    return ApplicationError(reason, type="StateRefused", non_retryable=True)
