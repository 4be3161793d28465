"""Turns that are interrupted during tool calls: text and results so far are remembered."""

from agentex_web.tasks.models import Task
from tests.support.model_server import function_call, incomplete, reasoning, step, text
from tests.support.people import Person, Socket, last_turn
from tests.support.shown import assert_the_same_after_a_reload
from tests.support.stack import Stack
from tests.support.turn_watching import agent_rows, next_input, watched
from tests.support.waiting import until

WORDS = "one two three four five six"


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


def test_a_call_with_broken_arguments_is_asked_for_again(stack: Stack, person: Person) -> None:
    stack.model.script_steps(
        step(function_call("count_up", '{"name": "bro', "call_broken")),
        step(function_call("count_up", {"name": "whole"}, "call_whole")),
        step(text("Counted.")),
        match="broken arguments",
    )
    task, socket = watched(person, "slow_tools", "broken arguments")
    assert [row[0] for row in agent_rows(task)] == ["tool_request", "tool_response", "text"]
    assert_the_same_after_a_reload(person, task, socket)


def test_a_failure_after_a_tool_keeps_what_the_tool_did(stack: Stack, person: Person) -> None:
    stack.model.script_steps(
        step(
            reasoning("A tool."), text("I count."), function_call("count_up", {"name": "kept"}, "call_kept")
        ),
        step(text(WORDS), fault=incomplete(2)),
        match="fails after a tool",
    )
    task, socket = watched(person, "slow_tools", "fails after a tool", "failed")
    assert_the_same_after_a_reload(person, task, socket)
    asked = next_input(stack, person, task)
    assert [item.get("role") or item["type"] for item in asked] == [
        "user",
        "reasoning",
        "assistant",
        "function_call",
        "function_call_output",
        "assistant",
    ]
    assert asked[4]["output"] == "kept ran 1 time"


def test_a_stop_in_a_tool_keeps_what_was_said_and_returned(stack: Stack, person: Person) -> None:
    stack.model.script(
        reasoning("Two tools."),
        text("Both at once."),
        function_call("count_up", {"name": "quick"}, "call_quick"),
        function_call("wait_for_file", {"name": "stopped"}, "call_wait"),
        match="stop in a tool",
    )

    def stop(task: Task, _socket: Socket) -> None:
        until(
            lambda: (
                last_turn(task)
                .messages.filter(kind="tool_request", tool_name="count_up", status="done")
                .exists()
            )
        )
        until(lambda: (stack.data / "stopped.waiting").exists())
        person.stop(task)

    task, socket = watched(person, "slow_tools", "stop in a tool", "interrupted", stop)
    (stack.data / "stopped.go").touch()
    assert_the_same_after_a_reload(person, task, socket)
    asked = next_input(stack, person, task)
    assert [item.get("role") or item["type"] for item in asked] == [
        "user",
        "reasoning",
        "assistant",
        "function_call",
        "function_call",
        "function_call_output",
        "function_call_output",
    ]
    assert [item["output"] for item in asked[5:]] == [
        "quick ran 1 time",
        "The user stopped this before it returned.",
    ]
