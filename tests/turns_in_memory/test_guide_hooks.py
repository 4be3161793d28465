"""Hooks written as in the guide (tests/agents/custom_hooks.py): what they hide, announce and log."""

from types import ModuleType

import pytest

from agentex_web import adk
from agentex_web.adk import TemporalStreamingHooks
from agentex_web.adk.testing import chat, text, tool_call
from agents import Agent, Tool, function_tool
from tests.turns_in_memory.agents import of_tests


async def test_custom_hooks_hide_announce_and_log(capsys: pytest.CaptureFixture[str]) -> None:
    async with chat(of_tests("custom_hooks"), check_replay=False) as hooked:
        calls = [tool_call("internal_lookup", key="a"), tool_call("public_lookup", key="b")]
        hooked.model.script(calls, text("Looked up."))
        turn = await hooked.send("custom hooks")
    assert turn.said == [
        ("user", "text", "custom hooks"),
        ("system", "text", "🤖 Agent 'Hooked' is now active"),
        ("agent", "tool_request", '{"key": "b"}'),
        ("agent", "tool_response", "value of b"),
        ("agent", "text", "Looked up."),
    ]
    assert '{"key": "a"}' not in turn.streamed
    printed = capsys.readouterr().out
    assert "LLM prompt: " in printed and "LLM said: 2 items" in printed
    assert hooked.state == {"ended_with": "Looked up."}


class PrintedHooks(TemporalStreamingHooks):
    """The guide's ``CustomHooks``, with the guide's signatures."""

    async def on_tool_start(self, tool_call):
        if tool_call.tool_name.startswith("internal_"):
            return
        await super().on_tool_start(tool_call)

    async def on_agent_start(self, agent, context):
        words = f"🤖 Agent '{agent.name}' is now active"
        await adk.messages.create(task_id=self.task_id, content=adk.TextContent("system", words))

    async def on_llm_start(self, context):
        print(f"LLM prompt: {context.messages}")


@function_tool
def internal_lookup(key: str) -> str:
    """Looks something up that nobody need see."""
    return f"secret of {key}"


@function_tool
def public_lookup(key: str) -> str:
    """Looks something up."""
    return f"value of {key}"


def hooked(name: str, hooks: type[TemporalStreamingHooks]) -> ModuleType:
    """An agent's file with these hooks."""
    file = ModuleType(name.lower())
    tools: list[Tool] = [internal_lookup, public_lookup]
    vars(file)["agent"] = Agent(name=name, instructions="Use the tools.", tools=tools)
    vars(file)["HOOKS"] = hooks
    return file


async def test_the_custom_hooks_work_as_the_guide_prints_them(capsys: pytest.CaptureFixture[str]) -> None:
    async with chat(hooked("Printed", PrintedHooks)) as printed:
        calls = [tool_call("internal_lookup", key="a"), tool_call("public_lookup", key="b")]
        printed.model.script(calls, text("Looked up."))
        turn = await printed.send("custom hooks")
    assert turn.said == [
        ("user", "text", "custom hooks"),
        ("system", "text", "🤖 Agent 'Printed' is now active"),
        ("agent", "tool_request", '{"key": "b"}'),
        ("agent", "tool_response", "value of b"),
        ("agent", "text", "Looked up."),
    ]
    assert "LLM prompt: [{'role': 'system', 'content': 'Use the tools.'}" in capsys.readouterr().out


async def test_a_hidden_call_stays_hidden_with_the_signatures_of_the_sdk() -> None:
    class Hiding(TemporalStreamingHooks):
        async def on_tool_start(self, context, agent, tool):
            if not tool.name.startswith("internal_"):
                await super().on_tool_start(context, agent, tool)

    async with chat(hooked("Hiding", Hiding)) as hiding:
        hiding.model.script([tool_call("internal_lookup", key="a")], text("Done."), text("Yes."))
        turn = await hiding.send("hide it")
        await hiding.send("and then")
    assert turn.said == [("user", "text", "hide it"), ("agent", "text", "Done.")]
    # The model still gets the result, also in later turns.
    assert "secret of a" in str(hiding.model.requests[-1].input)
