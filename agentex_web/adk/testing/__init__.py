"""Tests for agents: real turns with a scripted model, in milliseconds and without any service.

    from agentex_web.adk.testing import chat, text, tool_call

    async def test_it_looks_the_weather_up() -> None:
        async with chat("agents/weather.py") as weather:
            weather.model.script(tool_call("get_weather", city="Oslo"), text("Sunny."))
            turn = await weather.send("What is the weather in Oslo?")
            assert turn.answer == "Sunny."
            assert turn.tools[0].output == "Oslo: sunny, 25 °C"

The workflow, its interceptors, the SDK's runner and the agent's own code are those of production. Temporal's
server (with a clock that skips waiting times), the record and the model are replaced by in-memory versions.
Neither Django nor Redis is imported. After each turn the workflow is replayed, so code that is not
deterministic fails its test.
"""

from agentex_web.adk.testing.chat import Chat, chat
from agentex_web.adk.testing.decorator import with_chat
from agentex_web.adk.testing.errors import (
    NoAnswerScripted,
    NotDeterministic,
    NothingHappens,
    TestingError,
    TookTooLong,
    WorkflowTaskFailed,
)
from agentex_web.adk.testing.kept_messages import KeptMessage, ToolUse
from agentex_web.adk.testing.kept_turns import KeptTurn
from agentex_web.adk.testing.model import ScriptedModel
from agentex_web.adk.testing.record import Record
from agentex_web.adk.testing.request import Request
from agentex_web.adk.testing.script import (
    custom_tool_call,
    cut,
    failure,
    handoff,
    hold,
    mcp_approval_request,
    mcp_call,
    patch_call,
    reasoning,
    refusal,
    shell_call,
    text,
    tool_call,
)
from agentex_web.adk.testing.tools import HeldTool, ToolRun, Tools
from agentex_web.turns.event import Choices

__all__ = [
    "Chat",
    "Choices",
    "HeldTool",
    "KeptMessage",
    "KeptTurn",
    "NoAnswerScripted",
    "NotDeterministic",
    "NothingHappens",
    "Record",
    "Request",
    "ScriptedModel",
    "TestingError",
    "TookTooLong",
    "ToolRun",
    "ToolUse",
    "Tools",
    "WorkflowTaskFailed",
    "chat",
    "custom_tool_call",
    "cut",
    "patch_call",
    "shell_call",
    "failure",
    "handoff",
    "hold",
    "mcp_approval_request",
    "mcp_call",
    "reasoning",
    "refusal",
    "text",
    "tool_call",
    "with_chat",
]
