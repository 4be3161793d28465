"""The code of an agent changes under its chats: each turn ends, and the next message runs the code of today.

One worker is killed and another started for all cases: each agent here is a case.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from temporalio.api.enums.v1 import EventType

from agentex_web.delivery.client import temporal_client
from agentex_web.tasks.models import Task, Turn
from tests.support.authored import Authored, authored
from tests.support.model_server import function_call, text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.waiting import until

AGENT = '''
"""Answers."""
from agents import Agent
agent = Agent(name="Passing")
'''
ACTIVITY_TOOL = '''
"""Waits in a tool."""
import asyncio
from datetime import timedelta
from temporalio import activity
from temporalio.openai_agents.workflow import activity_as_tool
from agents import Agent, function_tool

@activity.defn(name="{activity}")
async def {name}() -> str:
    """Waits."""
    await asyncio.sleep(60)
    return "waited"

agent = Agent(name="Passing", tools=[activity_as_tool({name}, start_to_close_timeout=timedelta(minutes=1))])
'''
WORKFLOW = '''
"""Answers by a workflow of its own."""
from agentex_web import adk

class {name}(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        {first}
        if "wait" in turn.message.content.content:
            await turn.sleep(60)
        await turn.say("From a workflow.")
'''
NO_HANDLER = '''
"""Takes no messages."""
from temporalio import workflow

@workflow.defn
class {name}:
    @workflow.run
    async def run(self) -> None:
        pass
'''


def tool(case: str, name: str) -> str:
    return ACTIVITY_TOOL.format(name=name, activity=f"{name}_of_{case}")


def workflow(case: str, first: str = "pass") -> str:
    return WORKFLOW.format(name=f"Of{case.title().replace('_', '')}", first=first)


def no_handler(case: str) -> str:
    return NO_HANDLER.format(name=f"Of{case.title().replace('_', '')}")


def agent(_case: str) -> str:
    return AGENT


@dataclass(frozen=True)
class Case:
    """
    Attributes:
        before, after: the file's source from its name; ``after`` is None where the file is deleted.
        works: a turn is under way when the code changes, and not merely a chat open.
    """

    before: Callable[[str], str]
    after: Callable[[str], str] | None
    works: bool = False


CASES = {
    "tool_renamed": Case(lambda case: tool(case, "wait"), lambda case: tool(case, "pause"), works=True),
    "tool_gone": Case(lambda case: tool(case, "wait"), agent, works=True),
    "agent_made_workflow": Case(lambda case: tool(case, "wait"), workflow, works=True),
    "workflow_made_agent": Case(workflow, agent, works=True),
    "workflow_rewritten": Case(
        lambda case: workflow(case, 'await turn.say("Good night.")'),
        lambda case: workflow(case, "await turn.get_state()"),
        works=True,
    ),
    "file_deleted": Case(workflow, None, works=True),
    "idle_agent_made_workflow": Case(agent, workflow),
    "idle_workflow_made_agent": Case(workflow, agent),
    "idle_workflow_rewritten": Case(
        lambda case: workflow(case, 'await turn.say("one"); await turn.say("two")'),
        lambda case: workflow(case, 'await turn.set_state({"seen": 1})'),
    ),
    "idle_workflow_without_handler": Case(workflow, no_handler),
    "idle_file_deleted": Case(agent, None),
}
WORKING = [name for name, case in CASES.items() if case.works]
GOES_ON = [name for name, case in CASES.items() if case.after not in (None, no_handler)]


@dataclass
class Changed:
    """The chats of all cases after the change, and the messages that were sent meanwhile, while no worker ran."""

    tasks: dict[str, Task]
    begun: dict[str, Turn]
    sent: dict[str, Turn]


@pytest.fixture(scope="module")
def files(running_stack: Stack) -> Iterator[Authored]:
    with authored(running_stack) as files:
        yield files


@pytest.fixture(scope="module")
def changes() -> dict[str, Changed]:
    """Filled by the first test: the record can be read in tests alone."""
    return {}


@pytest.fixture
def changed(stack: Stack, files: Authored, changes: dict[str, Changed], person: Person) -> Changed:
    if "all" not in changes:
        files.write({name: case.before(name) for name, case in CASES.items()})
        files.restart()
        begun = {name: begin(stack, person, name) for name in CASES}
        stack.kill("worker")
        sent = {}
        for name in CASES:
            stack.model.script(text("From an agent."), match=f"after {name}")
            sent[name] = person.send(begun[name].task, f"after {name}")
        files.write({name: case.after(name) if case.after else None for name, case in CASES.items()})
        stack.start_worker()
        for turn in sent.values():
            # The next test begins with a model that has nothing scripted.
            ended(turn)
        changes["all"] = Changed({name: turn.task for name, turn in begun.items()}, begun, sent)
    return changes["all"]


def begin(stack: Stack, person: Person, name: str) -> Turn:
    """A first turn: under way when this returns, or ended."""
    words = f"wait, {name}" if CASES[name].works else f"hello {name}"
    calls = "tool" in CASES[name].before(name)
    if calls:
        stack.model.script(function_call("wait", {}), match=words)
    elif CASES[name].before is agent:
        stack.model.script(text("From an agent."), match=words)
    task = person.begin(name, words)
    turn = last_turn(task)
    if not CASES[name].works:
        assert ended(turn).status == "done"
    elif calls:
        until(lambda: turn.messages.filter(kind="tool_request", status="streaming"), stack.logs)
    else:
        until(lambda: sleeps(task.workflow_id), stack.logs)
    return turn


def sleeps(workflow_id: str) -> bool:
    """True once Temporal has recorded what the workflow did, and that it waits."""

    async def read() -> bool:
        handle = (await temporal_client()).get_workflow_handle(workflow_id)
        started = EventType.EVENT_TYPE_TIMER_STARTED
        return any([each.event_type == started async for each in handle.fetch_history_events()])

    return asyncio.run(read())


@pytest.mark.parametrize("name", WORKING)
def test_the_turn_under_way_ends_with_a_reason(changed: Changed, name: str) -> None:
    turn = ended(changed.begun[name])
    assert turn.status == "failed" and turn.error


@pytest.mark.parametrize("name", GOES_ON)
def test_what_was_sent_meanwhile_is_answered_by_the_code_of_today(changed: Changed, name: str) -> None:
    turn = ended(changed.sent[name])
    assert turn.status == "done", turn.error
    assert turn.messages.filter(author="agent", content__startswith="From ").exists()


@pytest.mark.parametrize("name", sorted(CASES.keys() - set(GOES_ON)))
def test_without_code_it_ends_with_a_reason(changed: Changed, person: Person, name: str) -> None:
    turn = ended(changed.sent[name])
    assert turn.status == "failed" and turn.error
