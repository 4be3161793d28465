"""Whatever happens to an agent's code, its turn ends with a reason, and the next message works."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agentex_web.tasks.models import Task
from tests.support.model_server import function_call, text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.waiting import until

ACTIVITY_TOOL = '''
"""Waits in a tool."""
import asyncio
from datetime import timedelta
from temporalio import activity
from temporalio.openai_agents.workflow import activity_as_tool
from agents import Agent, function_tool

@activity.defn
async def {name}() -> str:
    """Waits."""
    await asyncio.sleep({seconds})
    return "waited"

agent = Agent(name="Passing", tools=[activity_as_tool({name}, start_to_close_timeout=timedelta(minutes=1))])
'''
AGENT = '''
"""Answers."""
from agents import Agent
agent = Agent(name="Passing")
'''
WORKFLOW = '''
"""Answers by a workflow of its own."""
from agentex_web import adk

class Passing(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        if turn.message.content.content == "wait":
            await turn.sleep(60)
        await turn.say("From a workflow.")
'''
BROKEN = '''
"""Ends in ways that code should not."""
from datetime import timedelta
from temporalio import workflow
from agentex_web import adk

class Passing(adk.Workflow):
    def __init__(self) -> None:
        self.asked = 0

    async def on_message(self, turn: adk.Turn) -> None:
        match turn.message.content.content:
            case "block":
                for _ in range(10**10):
                    pass
            case "exit":
                raise SystemExit(3)
            case "base":
                raise BaseException("of the lowest kind")
            case "value":
                await turn.set_state({"when": object()})
            case "activity":
                await workflow.execute_activity("of_nobody", start_to_close_timeout=timedelta(minutes=1))
        await turn.say("Still here.")
'''


class Code:
    """A file in agents/ that a test replaces, with a worker that has loaded it."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        # The last folder is of this test process alone.
        self.path = Path(stack.environment["AGENTEX_AGENT_DIRS"].split(",")[-1]) / "passing.py"

    def becomes(self, source: str | None) -> None:
        self.stack.kill("worker")
        if source is None:
            self.path.unlink(missing_ok=True)
        else:
            self.path.write_text(source)
        self.stack.start_worker()


@pytest.fixture
def code(stack: Stack) -> Iterator[Code]:
    made = Code(stack)
    yield made
    made.becomes(None)


def waiting_in_a_tool(stack: Stack, person: Person, words: str) -> Task:
    stack.model.script(function_call("wait", {}), match=words)
    stack.model.script(text("Waited."), match=words)
    task = person.begin("passing", words)
    until(lambda: last_turn(task).messages.filter(kind="tool_request", status="streaming"), stack.logs)
    return task


CHANGES = {
    "tool renamed": ACTIVITY_TOOL.format(name="pause", seconds=0),
    "agent made a workflow": WORKFLOW,
    "tool gone": AGENT,
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_code_of_a_turn_changes_while_it_works(
    stack: Stack, person: Person, code: Code, change: str
) -> None:
    code.becomes(ACTIVITY_TOOL.format(name="wait", seconds=25))
    task = waiting_in_a_tool(stack, person, f"while {change}")
    stack.model.script(text("From an agent."), match=f"after {change}")
    code.becomes(CHANGES[change])
    turn = ended(last_turn(task))
    assert turn.status == "failed" and turn.error
    after = ended(person.send(task, f"after {change}"))
    assert after.status == "done", after.error


@pytest.mark.parametrize(("before", "after"), [(AGENT, WORKFLOW)])
def test_an_idle_chat_goes_on_with_the_code_of_today(
    stack: Stack, person: Person, code: Code, before: str, after: str
) -> None:
    for words in ("hello passing", "again passing"):
        stack.model.script(text("From an agent."), match=words)
    code.becomes(before)
    task = person.begin("passing", "hello passing")
    assert ended(last_turn(task)).status == "done"
    code.becomes(after)
    assert ended(person.send(task, "again passing")).status == "done"


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("exit", "SystemExit: 3"),
        ("base", "BaseException: of the lowest kind"),
        ("value", "object"),
        ("activity", "No worker has the activity “of_nobody”."),
        ("block", "blocked for more than 2 seconds"),
    ],
)
def test_code_that_cannot_go_on(stack: Stack, person: Person, code: Code, what: str, reason: str) -> None:
    code.becomes(BROKEN)
    task = person.begin("passing", what)
    turn = ended(last_turn(task))
    assert turn.status == "failed" and reason in turn.error
    assert stack.runs("worker")
    assert ended(person.send(task, "hello")).status == "done"


def test_a_stop_ends_a_turn_whose_code_is_gone(stack: Stack, person: Person, code: Code) -> None:
    code.becomes(WORKFLOW)
    task = person.begin("passing", "wait")
    until(lambda: last_turn(task).status == "running", stack.logs)
    code.becomes(None)
    person.stop(task)
    assert ended(last_turn(task)).status in ("interrupted", "failed")
