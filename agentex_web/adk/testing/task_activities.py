"""The record activities about the task, its state and spans, and other chats, on the in-memory record."""

import json

from temporalio import activity
from temporalio.exceptions import ApplicationError

from agentex_web.adk.testing.record import MadeChat, OnRecord
from agentex_web.turns.record_payloads import ChangeTask, CreateTask, SendMessage, SetState, WriteSpan
from agentex_web.turns.running_activity import new_message, require_context
from agentex_web.turns.task_payloads import TaskInfo, TaskState

STATE_BYTES = 65_536
TITLE_LENGTH = 200


class TaskActivities(OnRecord):
    """Each method implements the activity of the same name."""

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

    @activity.defn(name="change_task")
    async def change_task(self, change: ChangeTask) -> None:
        self._check_task(change.task_id)
        if change.title:
            self._record.title = " ".join(change.title.split())[:TITLE_LENGTH]
        if change.status:
            self._record.status = change.status

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

    @activity.defn(name="write_span")
    async def write_span(self, span: WriteSpan) -> None:
        require_context()
        self._record.spans[span.id] = span


def _refused(reason: str) -> ApplicationError:
    return ApplicationError(reason, type="StateRefused", non_retryable=True)
