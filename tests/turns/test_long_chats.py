"""A chat grows to twice Temporal's limit for a payload (2 MB). Its payloads are deleted with it."""

from agentex_web.tasks.models import LargePayload
from tests.support.model_server import function_call, step, text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.waiting import until

LONG = "y" * 99_000
TURNS, THOUSANDS = 4, 900


def test_a_conversation_of_almost_four_megabytes_goes_on_and_leaves_nothing(
    stack: Stack, person: Person
) -> None:
    for number in range(TURNS):
        stack.model.script_steps(
            step(function_call("read_pages", {"thousands": THOUSANDS}, f"call_{number}")),
            step(text("Read.")),
            match=f"long number {number}",
        )
    task = person.begin("voluminous", f"{LONG} long number 0")
    assert ended(last_turn(task)).status == "done", last_turn(task).error
    for number in range(1, TURNS):
        turn = ended(person.send(task, f"{LONG} long number {number}"))
        assert turn.status == "done", turn.error
    told = stack.model.requests(f"long number {TURNS - 1}")[-1]["body"]["input"]
    outputs = [item for item in told if item.get("type") == "function_call_output"]
    assert len(outputs) == TURNS and all(len(item["output"]) == THOUSANDS * 1_000 for item in outputs)
    assert sum(len(str(item)) for item in told) > 3_900_000
    payloads = LargePayload.objects.filter(workflow=task.workflow_id)
    assert payloads.exists()
    task.delete()
    until(lambda: not payloads.exists(), stack.logs)
