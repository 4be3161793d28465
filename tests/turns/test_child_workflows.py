"""Child workflows: their agents work like any other, and their messages appear where the child was started."""

import asyncio

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from agentex_web.delivery.client import temporal_client
from agentex_web.tasks.models import Task
from tests.support.model_server import function_call, step, text
from tests.support.people import Person, last_turn
from tests.support.stack import Stack
from tests.support.turn_watching import agent_rows

FOUND = [
    ("tool_request", "done", '{"word": "tide"}'),
    ("tool_response", "done", "tide is on shelf 4"),
    ("text", "done", "It is on shelf 4."),
    ("text", "done", "Read."),
]


def script(stack: Stack, times: int) -> None:
    for number in range(times):
        stack.model.script_steps(
            step(function_call("shelf_of", {"word": "tide"}, f"call_shelf_{number}")),
            step(text("It is on shelf 4.")),
            match="research it",
        )


def test_a_worker_that_has_seen_no_message_yet_takes_a_child_over(stack: Stack, person: Person) -> None:
    call = function_call("shelf_of", {"word": "tide"}, "call_shelf")
    stack.model.script_steps(step(call), step(text("It is on"), hold_after=1), match="research it")
    stack.model.script(text("It is on shelf 4."), match="research it")
    task = person.begin("reporter", "report at once")
    with person.socket(task) as socket:
        socket.until_text("It")
        stack.kill("worker")
        stack.start_worker()
        socket.until_turn("done")
    assert agent_rows(task) == FOUND
    # The turn's first activity was in the child, and marked the turn running.
    assert last_turn(task).started_at is not None
    child = asyncio.run(history_of_child(task))
    assert EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED not in [each.event_type for each in child.events]


async def history_of_child(task: Task) -> WorkflowHistory:
    client = await temporal_client()
    parent = await client.get_workflow_handle(task.workflow_id).fetch_history()
    started = next(
        each.child_workflow_execution_started_event_attributes
        for each in parent.events
        if each.event_type == EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED
    )
    return await client.get_workflow_handle(started.workflow_execution.workflow_id).fetch_history()
