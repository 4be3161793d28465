"""An agent's code changes while it works: the run ends instead of being replayed for ever."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowExecutionStatus

from agentex_web.delivery.client import temporal_client
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.waiting import until

FILE = '''
"""Waits, and then says something."""

from agentex_web import adk


class Changing(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        {first}
        await turn.sleep({seconds})
        await turn.say("Awake.")
'''


def status_of(workflow_id: str) -> WorkflowExecutionStatus | None:
    async def read() -> WorkflowExecutionStatus | None:
        handle = (await temporal_client()).get_workflow_handle(workflow_id)
        return (await handle.describe()).status

    return asyncio.run(read())


def sleeps(workflow_id: str) -> bool:
    """True once Temporal has recorded what the workflow did, and that it waits."""

    async def read() -> bool:
        handle = (await temporal_client()).get_workflow_handle(workflow_id)
        return any(
            [
                each.event_type == EventType.EVENT_TYPE_TIMER_STARTED
                async for each in handle.fetch_history_events()
            ]
        )

    return asyncio.run(read())


@pytest.fixture
def file(stack: Stack) -> Iterator[Path]:
    # A folder of these tests alone: the last, with the examples of the documentation.
    path = Path(stack.environment["AGENTEX_AGENT_DIRS"].split(",")[-1]) / "changing.py"
    yield path
    path.unlink()
    # The next test that needs a worker starts one, without it.
    stack.kill("worker")


def test_a_run_whose_code_changed_ends_with_a_reason(stack: Stack, person: Person, file: Path) -> None:
    file.write_text(FILE.format(first='await turn.say("Good night.")', seconds=3))
    stack.kill("worker")
    stack.start_worker()
    task = person.begin("changing", "sleep")
    turn = last_turn(task)
    until(lambda: sleeps(task.workflow_id), stack.logs)
    stack.kill("worker")
    file.write_text(FILE.format(first="await turn.get_state()", seconds=1))
    stack.start_worker()
    until(lambda: status_of(task.workflow_id) == WorkflowExecutionStatus.FAILED, stack.logs)
    turn = ended(turn)
    assert turn.status == "failed" and turn.error
    # The next message starts the new code.
    assert ended(person.send(task, "again")).status == "done"
