"""What an agent's author imports: messages, streaming, state, tasks, and the types that signals carry.

    from agentex_web import adk
    from agentex_web.adk import SendEventParams, SignalName, TextContent

Each call works in a workflow and in an activity, and can be repeated without doubling anything.
"""

from agentex_web.adk import messages, state, streaming, tasks, workflow
from agentex_web.adk.workflow import BaseWorkflow
from agentex_web.turns.context_interceptor import ContextInterceptor
from agentex_web.turns.hooks import TemporalStreamingHooks
from agentex_web.turns.inputs import input_of
from agentex_web.turns.payloads import (
    Event,
    SendEventParams,
    SignalName,
    TaskInfo,
    TaskMessage,
    TaskParams,
    TaskRef,
    TaskState,
    TextContent,
)

__all__ = [
    "BaseWorkflow",
    "ContextInterceptor",
    "Event",
    "SendEventParams",
    "SignalName",
    "TaskInfo",
    "TaskMessage",
    "TaskParams",
    "TaskRef",
    "TaskState",
    "TemporalStreamingHooks",
    "TextContent",
    "input_of",
    "messages",
    "state",
    "streaming",
    "tasks",
    "workflow",
]
