"""No card stays open when its turn has ended: a call that was not run shows this and the reason."""

import pytest

from tests.support.model_server import function_call, incomplete, step, text
from tests.support.people import Person, last_turn
from tests.support.shown import assert_the_same_after_a_reload
from tests.support.stack import Stack
from tests.support.turn_watching import next_input, watched


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


def test_a_call_whose_arguments_were_cut_off_is_not_run(stack: Stack, person: Person) -> None:
    call = function_call("count_up", {"name": "never"}, "call_cut")
    stack.model.script(text("Let me count."), call, match="cut the call", fault=incomplete(7))
    task, socket = watched(person, "slow_tools", "cut the call", "failed")
    turn = last_turn(task)
    assert turn.error == "The answer reached the model's length limit."
    request = turn.messages.get(kind="tool_request")
    assert request.status == "failed" and not request.content.endswith("}")
    assert not (stack.data / "never.count").exists()
    assert_the_same_after_a_reload(person, task, socket)
    # Models refuse a call without an output, so only the text is remembered.
    assert [item["role"] for item in next_input(stack, person, task)] == ["user", "assistant"]
