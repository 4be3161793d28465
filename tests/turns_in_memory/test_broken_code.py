"""Authors' code that cannot continue: its turn ends with a reason, and the next message is answered."""

import asyncio
from pathlib import Path

import pytest
from pydantic import BaseModel
from temporalio import activity, workflow
from temporalio.common import RetryPolicy

from agentex_web import adk
from agentex_web.adk.state_machine import NoOpWorkflow, State, StateMachine
from agentex_web.adk.testing import chat, text, tool_call
from agents import Agent, RunHooks


class Broken(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        match turn.message.content.content:
            case "assert":
                raise AssertionError("it is not stopped")
            case "exit":
                raise SystemExit(3)
            case "interrupt":
                raise KeyboardInterrupt
            case "base":
                raise BaseException("of the lowest kind")
            case "half":
                await turn.say("a\ud800b")
            case "unknown":
                await workflow.execute_activity("of_nobody", start_to_close_timeout=HOUR)
            case "state":
                await Endless("idle", [State(name="idle", workflow=NoOpWorkflow())]).run()
            case "group" | "activity of a group":
                async with asyncio.TaskGroup() as group:
                    group.create_task(
                        fail_in_activity() if "activity" in turn.message.content.content else fail()
                    )
            case "hooks":
                await turn.run(Agent(name="Hooked"), turn.input, hooks=LeavingHooks())
        await turn.say("Well.")


async def fail() -> None:
    raise LookupError("no lamp")


@activity.defn
async def fail_in_groups() -> None:
    async with asyncio.TaskGroup() as outer, asyncio.TaskGroup() as inner:
        inner.create_task(fail())
        outer.create_task(asyncio.sleep(60))


async def fail_in_activity() -> None:
    never = RetryPolicy(non_retryable_error_types=["LookupError"])
    await workflow.execute_activity(fail_in_groups, start_to_close_timeout=HOUR, retry_policy=never)


class Endless(StateMachine[BaseModel]):
    async def terminal_condition(self) -> bool:
        return False


HOUR = adk.tool.__kwdefaults__["timeout"]


class LeavingHooks(RunHooks):
    async def on_llm_start(self, *_args):
        raise SystemExit(4)


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("assert", "AssertionError: it is not stopped"),
        ("exit", "SystemExit: 3"),
        ("interrupt", "KeyboardInterrupt"),
        ("base", "BaseException: of the lowest kind"),
        ("unknown", "No worker has the activity “of_nobody”."),
        ("hooks", "SystemExit: 4"),
        ("group", "The agent's code failed: LookupError: no lamp"),
        ("activity of a group", "The agent's code failed: LookupError: no lamp"),
        ("state", "The state “idle” has no work and does not end"),
    ],
)
async def test_it_ends_its_turn_and_nothing_else(what: str, reason: str) -> None:
    async with chat(Broken, activities=[fail_in_groups]) as broken:
        turn = await broken.send(what)
        after = await broken.send("and now?")
    assert turn.status == "failed" and reason in turn.error
    assert (after.status, after.answer) == ("done", "Well.")


async def test_half_a_character_is_replaced() -> None:
    async with chat(Broken) as broken:
        turn = await broken.send("half")
    assert (turn.status, turn.messages[1].content) == ("done", "a\N{REPLACEMENT CHARACTER}b")


async def test_a_made_up_tool_is_said_to_the_model() -> None:
    async with chat(Agent(name="Clerk", tools=[])) as clerk:
        clerk.model.script(tool_call("get_wether", city="Oslo"), text("I cannot look it up."))
        turn = await clerk.send("weather?")
    assert (turn.status, turn.answer) == ("done", "I cannot look it up.")


LEAVES = """
import os
from agents import Agent, function_tool

@function_tool
def leave() -> str:
    os._exit(7)

def instructions(context, agent):
    return os.abort() if "abort" in str(context.turn_input) else "Leave."

agent = Agent(name="Leaving", instructions=instructions, tools=[leave])
"""


async def test_code_that_ends_the_process_ends_itself_only(tmp_path: Path) -> None:
    path = tmp_path / "leaving.py"
    path.write_text(LEAVES)
    async with chat(path) as opened:
        opened.model.script(tool_call("leave"), text("It left."))
        left = await opened.send("leave")
        aborted = await opened.send("abort")
    assert (left.status, left.answer) == ("done", "It left.")
    assert "SystemExit: 7" in left.messages[2].content
    assert "os.abort()" in aborted.error


CONSOLE = """
from agents import Agent, RunContextWrapper

agent = Agent(name="Console", instructions=lambda context, agent: {code})
"""


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("input('Really? ')", "calls input() in a workflow, where nobody can answer"),
        ("context.context.style", "If this means the run context, set CONTEXT in the agent's file."),
    ],
)
async def test_what_an_examples_main_would_have_given_is_named(tmp_path: Path, code: str, words: str) -> None:
    path = tmp_path / "console.py"
    path.write_text(CONSOLE.replace("{code}", code))
    async with chat(path) as opened:
        turn = await opened.send("go")
    assert turn.status == "failed" and words in turn.error
