"""The worker sends heartbeats for long-running tools, so that its death is noticed, and keeps serving others."""

import asyncio

from temporalio.service import RPCError

from agentex_web.delivery.client import temporal_client
from agentex_web.tasks.models import Task
from tests.support.model_server import function_call, step, text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.waiting import until

TOOLS = ["wait_quietly", "wait_plainly"]


def has_beaten(task: Task) -> bool:
    """True if Temporal has received a heartbeat of the task's running activity."""

    async def look() -> bool:
        try:
            described = await (await temporal_client()).get_workflow_handle(task.workflow_id).describe()
        except RPCError:
            return False  # The workflow has not started yet.
        pending = described.raw_description.pending_activities
        return any(each.HasField("last_heartbeat_time") for each in pending)

    return asyncio.run(look())


def begin(stack: Stack, person: Person, tool: str, name: str) -> Task:
    call = function_call(tool, {"name": name}, "call_quiet")
    stack.model.script_steps(step(call), step(text("It came.")), match=f"wait for {name}")
    return person.begin("quiet_tools", f"wait for {name}")


def test_the_worker_beats_for_quiet_tools_and_serves_others(stack: Stack, person: Person) -> None:
    tasks = {tool: begin(stack, person, tool, f"beats-{tool}") for tool in TOOLS}
    for task in tasks.values():
        until(lambda: has_beaten(task), stack.logs)  # noqa: B023  (waited for at once)
    stack.model.script(text("Meanwhile."), match="beside them")
    assert ended(last_turn(person.begin("haiku", "beside them"))).status == "done"
    for tool, task in tasks.items():
        (stack.data / f"beats-{tool}.go").touch()
        turn = ended(last_turn(task))
        assert turn.messages.get(kind="tool_response").content == f"beats-{tool} came"
        assert turn.messages.get(kind="tool_request").attempt == 1


def test_a_worker_that_dies_in_a_quiet_tool_is_noticed(stack: Stack, person: Person) -> None:
    task = begin(stack, person, "wait_quietly", "dies")
    until(lambda: has_beaten(task), stack.logs)
    stack.kill("worker")
    stack.start_worker()
    (stack.data / "dies.go").touch()
    # This happens long before the tool's limit of five minutes.
    turn = ended(last_turn(task))
    assert turn.messages.get(kind="tool_request").attempt == 2
    assert turn.messages.get(kind="tool_response").content == "dies came"
