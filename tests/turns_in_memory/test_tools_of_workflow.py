"""Function tools that run in the workflow, where they are, and beginners' mistakes in both places."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from agentex_web import adk
from agentex_web.adk.testing import chat, text, tool_call
from agents import Agent, Runner, function_tool
from tests.turns_in_memory.agents import of_tests, rows


async def test_a_tool_that_runs_an_agent_runs_in_the_workflow() -> None:
    async with chat(of_tests("handyman")) as shop:
        shop.model.script(tool_call("ask_another", question="what?"), text("It said so."), agent="Handyman")
        shop.model.script(text("That."), agent="Other")
        turn = await shop.send("ask")
    assert turn.tools[0].output == "That."
    assert turn.answer == "It said so."


class Dynamic(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        @function_tool
        async def note(words: str) -> str:
            """Closes over the turn."""
            await turn.say(words, author="system")
            return "noted"

        await turn.run(Agent(name="Dynamic", tools=[note]), turn.input)


async def test_a_tool_made_in_a_turn_runs_in_the_workflow() -> None:
    async with chat(Dynamic) as dynamic:
        dynamic.model.script(tool_call("note", words="hello"), text("Done."))
        turn = await dynamic.send("note it")
    assert turn.tools[0].output == "noted"
    assert ("text", "done", "hello") in rows(turn)


NESTED = {
    "nested/__init__.py": "",
    "nested/helper.py": """
import os
from agents import Agent, function_tool

@function_tool
def look() -> str:
    return str(len(os.listdir("/")) > 0)

def build():
    @function_tool
    def inner() -> str:
        return str(len(os.listdir("/")) > 0)
    return Agent(name="Inner", tools=[look, inner])
""",
    "nested/agent.py": """
from agents import Agent
from helper import build

agent = Agent(name="Outer", tools=[build().as_tool("ask", "Asks.")])
""",
}


async def test_the_tools_of_an_agent_that_is_a_tool_run_outside_of_the_workflow(tmp_path: Path) -> None:
    for name, source in NESTED.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(source)
    async with chat(tmp_path / "nested") as outer:
        outer.model.script(tool_call("ask", input="x"), text("b"), agent="Outer")
        outer.model.script([tool_call("look"), tool_call("inner")], text("a"), agent="Inner")
        turn = await outer.send("x")
    assert [(each.name, each.output) for each in turn.tools] == [
        ("ask", "a"),
        ("look", "True"),
        ("inner", "True"),
    ]


@adk.pure
@function_tool
async def opens_doors() -> str:
    """Fails in a group."""
    raise ExceptionGroup("several", [KeyError("door")])


async def test_a_group_in_a_tool_of_the_workflow_is_told_by_its_first_cause() -> None:
    async with chat(Agent(name="Porter", tools=[opens_doors])) as porter:
        porter.model.script(tool_call("opens_doors"), text("It is locked."))
        turn = await porter.send("open")
    assert turn.tools[0].output.endswith("Error: KeyError: 'door'") and turn.tools[0].status == "failed"


@function_tool
async def forgets() -> Any:
    """Forgets to await."""
    return _later()


async def _later() -> str:
    return "later"


@function_tool
def yields() -> Any:
    """Yields."""
    yield 1


@adk.pure
@function_tool
def forgets_in_the_workflow() -> Any:
    """Forgets to await."""
    return _later()


@function_tool
def asks() -> str:
    """Asks."""
    return input()


@function_tool
def runs_an_agent() -> str:
    """Blocks."""
    return str(Runner.run_sync(Agent(name="Other"), "Hello").final_output)


@adk.pure
@function_tool
def runs_an_agent_in_the_workflow() -> str:
    """Blocks."""
    return str(Runner.run_sync(Agent(name="Other"), "Hello").final_output)


class _Beginner(Agent[None]):
    def __init__(self) -> None:
        tools = [forgets, yields, forgets_in_the_workflow, asks, runs_an_agent, runs_an_agent_in_the_workflow]
        super().__init__(name="Beginner", tools=tools)


@pytest.mark.parametrize(
    ("tool", "remedy"),
    [
        ("forgets", "Write: await _later(…)"),
        ("yields", "Return them, such as: return list(…)"),
        ("forgets_in_the_workflow", "Write: await _later(…)"),
        ("asks", "with adk.ask()"),
        ("runs_an_agent", "await Runner.run(…)"),
        ("runs_an_agent_in_the_workflow", "await Runner.run(…)"),
    ],
)
async def test_a_beginners_mistake_in_a_tool_is_a_failure_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, tool: str, remedy: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    async with chat(_Beginner()) as beginner:
        beginner.model.script(tool_call(tool), text("I see."))
        turn = await beginner.send("try")
    assert turn.status == "done"
    assert turn.tools[0].status == "failed" and remedy in str(turn.tools[0].output)
