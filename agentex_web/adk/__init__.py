"""The API for authors of agents.

    from agentex_web import adk

    class Essayist(adk.Workflow):
        async def on_message(self, turn: adk.Turn) -> None: ...

``Workflow`` and ``Turn`` are for workflows. The modules ``messages``, ``streaming``, ``state``, ``tasks`` and
``tracing`` take the task's id, and work in workflows and in activities. Their calls are idempotent. Importing
this package requires no Django, no Redis and no settings.
"""

from agentex_web.adk import acp, messages, schedule, state, streaming, tasks, tracing, workflow
from agentex_web.adk.asking import AskedField, File, ask, ask_user
from agentex_web.adk.memory_tools import tools as memory_tools
from agentex_web.adk.planning_tools import tools as schedule_tools
from agentex_web.compat.agentex_sdk import providers
from agentex_web.compat.agentex_sdk.templating import utils
from agentex_web.compat.guide import BaseWorkflow, streaming_task_id
from agentex_web.turns.approval_policy import Approval
from agentex_web.turns.choosing import Options
from agentex_web.turns.contents import (
    AgentAuthor,
    Author,
    DataContent,
    MessageStatus,
    TaskMessage,
    TextContent,
    ToolRequestContent,
    ToolResponseContent,
)
from agentex_web.turns.context_interceptor import ContextInterceptor
from agentex_web.turns.event import Event, SendEventParams
from agentex_web.turns.hooks import TemporalStreamingHooks
from agentex_web.turns.inputs import input_of, with_files
from agentex_web.turns.payloads import SignalName, TaskParams
from agentex_web.turns.scope import quiet
from agentex_web.turns.started_tasks import StartedTask, TaskAnswer
from agentex_web.turns.status import Status
from agentex_web.turns.streamed import StreamedMessage
from agentex_web.turns.task_payloads import TaskInfo, TaskRef, TaskState, TaskStatus
from agentex_web.turns.tool_place import pure, tool
from agentex_web.turns.turn import Turn
from agentex_web.turns.workflow import Workflow

__all__ = [
    "Approval",
    "AgentAuthor",
    "AskedField",
    "Author",
    "BaseWorkflow",
    "ContextInterceptor",
    "DataContent",
    "Event",
    "File",
    "MessageStatus",
    "Options",
    "SendEventParams",
    "SignalName",
    "StartedTask",
    "Status",
    "StreamedMessage",
    "TaskAnswer",
    "TaskInfo",
    "TaskMessage",
    "TaskParams",
    "TaskRef",
    "TaskState",
    "TaskStatus",
    "TemporalStreamingHooks",
    "TextContent",
    "ToolRequestContent",
    "ToolResponseContent",
    "Turn",
    "Workflow",
    "acp",
    "ask",
    "ask_user",
    "input_of",
    "memory_tools",
    "messages",
    "providers",
    "pure",
    "quiet",
    "schedule",
    "schedule_tools",
    "state",
    "streaming",
    "streaming_task_id",
    "tasks",
    "tool",
    "tracing",
    "utils",
    "with_files",
    "workflow",
]
