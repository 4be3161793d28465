"""No card stays open when its turn has ended: a call that was not run shows this and the reason."""

import pytest

from tests.support.model_server import function_call, step, text
from tests.support.people import Person, last_turn
from tests.support.shown import assert_the_same_after_a_reload, server_id
from tests.support.stack import Stack
from tests.support.turn_watching import next_input, watched

REJECTED = "System files stay as they are."


def test_a_call_that_a_guardrail_rejects_says_what_the_model_is_told(stack: Stack, person: Person) -> None:
    calls = [
        function_call("rename_file", {"name": name}, f"call_rename_{name}") for name in ("system", "notes")
    ]
    stack.model.script_steps(step(*calls), step(text("One of them.")), match="rename both")
    task, socket = watched(person, "careful", "rename both")
    turn = last_turn(task)
    assert {row.status for row in turn.messages.filter(kind="tool_request")} == {"done"}
    results = turn.messages.filter(kind="tool_response")
    assert {server_id(row.tool_call_id): (row.status, row.content) for row in results} == {
        "call_rename_system": ("failed", REJECTED),
        "call_rename_notes": ("done", "notes is renamed"),
    }
    assert_the_same_after_a_reload(person, task, socket)
    told = [item["output"] for item in next_input(stack, person, task) if "output" in item]
    assert told == [REJECTED, "notes is renamed"]


@pytest.mark.parametrize(
    ("asked", "tool", "result"),
    [
        ("sell the lamp", "sell", ("failed", "It was not run.")),
        ("silent, the price of the lamp", "price", ("done", "Result not recorded.")),
    ],
)
def test_a_call_that_an_authors_own_workflow_leaves_open(
    stack: Stack, person: Person, asked: str, tool: str, result: tuple[str, str]
) -> None:
    call = function_call(tool, {"name": "lamp"}, f"call_{tool}")
    stack.model.script_steps(step(call), step(text("Well.")), match=asked)
    task, socket = watched(person, "own_hooks", asked)
    request = last_turn(task).messages.get(kind="tool_request")
    response = last_turn(task).messages.get(kind="tool_response")
    assert request.status == "done"
    assert (response.status, response.content) == result
    assert_the_same_after_a_reload(person, task, socket)
