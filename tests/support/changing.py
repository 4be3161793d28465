"""Agents whose code changes while they have chats: one case per kind of change, and their first turns."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from temporalio.api.enums.v1 import EventType
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.delivery.client import temporal_client
from agentex_web.tasks.models import Turn
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
        before, after: functions from the case's name to the file's source; ``after`` is None if the file is deleted.
        works: a turn is running when the code changes; otherwise the chat is idle.
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


def begin(stack: Stack, person: Person, name: str) -> Turn:
    """Starts the case's first turn. When this returns, the turn is running, or has ended if the case is idle."""
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
    """True once Temporal has recorded that the workflow sleeps, and so everything that it did before."""

    async def read() -> bool:
        handle = (await temporal_client()).get_workflow_handle(workflow_id)
        started = EventType.EVENT_TYPE_TIMER_STARTED
        return any([each.event_type == started async for each in handle.fetch_history_events()])

    try:
        return asyncio.run(read())
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        # The message is stored, but its workflow has not started yet.
        return False
