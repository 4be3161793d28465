"""Answers that fail or are cut short: what was said stays, the reason is told, the conversation goes on."""

import pytest

from agentex_web.tasks.models import Task
from tests.model_server import (
    Json,
    drop,
    end,
    error_event,
    failed,
    function_call,
    incomplete,
    reasoning,
    step,
    text,
)
from tests.people import Person, Socket, last_turn
from tests.shown import assert_the_same_after_a_reload
from tests.stack import Stack
from tests.turn_watching import agent_rows, next_input, watched
from tests.waiting import until

WORDS = "one two three four five six"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (failed(3, "It is full.", code="invalid_prompt"), "The model failed: It is full."),
        (incomplete(3), "The answer was cut off: it reached the most tokens that the model may write."),
        (incomplete(3, "content_filter"), "The answer was cut off by the model's content filter."),
        ({**error_event(3, "It broke."), "code": "invalid_prompt"}, "The model failed: It broke."),
    ],
    ids=["failed", "too long", "filtered", "error event"],
)
def test_an_answer_that_ends_badly_keeps_its_words_and_tells_why(
    stack: Stack, person: Person, fault: Json, reason: str
) -> None:
    stack.model.script(reasoning("Hm."), text(WORDS), match="ends badly", fault=fault)
    task, socket = watched(person, "haiku", "ends badly", "failed")
    turn = last_turn(task)
    assert turn.error == reason
    thought, said = turn.messages.exclude(position=0).order_by("position")
    assert (thought.kind, thought.status) == ("reasoning", "done")
    assert (said.status, said.error) == ("failed", reason)
    assert said.content and WORDS.startswith(said.content) and said.content != WORDS
    page = assert_the_same_after_a_reload(person, task, socket)
    assert page.count(reason.replace("'", "&#x27;")) >= 1
    assert len(stack.model.requests("ends badly")) == 1
    assert next_input(stack, person, task) == [
        {"role": "user", "content": "ends badly"},
        {"role": "assistant", "content": said.content},
    ]


@pytest.mark.parametrize(
    "fault",
    [end(3), end(), drop(3), failed(3), error_event(3)],
    ids=["ended without an end", "ended before the start", "dropped", "failed", "error event"],
)
def test_what_may_pass_is_tried_again_and_shown_once(stack: Stack, person: Person, fault: Json) -> None:
    stack.model.script(reasoning("Hm."), text("zero"), text(WORDS), match="try this again", fault=fault)
    stack.model.script(text(WORDS), match="try this again")
    task, socket = watched(person, "haiku", "try this again")
    assert agent_rows(task) == [("text", "done", WORDS)]
    assert last_turn(task).attempt == 2
    assert_the_same_after_a_reload(person, task, socket)
    assert [item["role"] for item in next_input(stack, person, task)] == ["user", "assistant"]


def test_a_failure_after_the_last_word_is_told_all_the_same(stack: Stack, person: Person) -> None:
    stack.model.script(text(WORDS), match="all said", fault=incomplete(100))
    task, socket = watched(person, "haiku", "all said", "failed")
    ((kind, status, content),) = agent_rows(task)
    assert (kind, status, content) == ("text", "failed", WORDS)
    assert_the_same_after_a_reload(person, task, socket)


def test_a_failure_before_the_first_word_is_told(stack: Stack, person: Person) -> None:
    stack.model.script(match="nothing said", fault=failed(0, "No.", code="invalid_prompt"))
    task, socket = watched(person, "haiku", "nothing said", "failed")
    (row,) = last_turn(task).messages.exclude(position=0)
    assert (row.status, row.content, row.error) == ("failed", "", "The model failed: No.")
    assert_the_same_after_a_reload(person, task, socket)
    assert next_input(stack, person, task) == [{"role": "user", "content": "nothing said"}]


def test_a_call_whose_arguments_were_cut_off_is_not_run(stack: Stack, person: Person) -> None:
    call = function_call("count_up", {"name": "never"}, "call_cut")
    stack.model.script(text("Let me count."), call, match="cut the call", fault=incomplete(7))
    task, socket = watched(person, "slow_tools", "cut the call", "failed")
    turn = last_turn(task)
    assert turn.error.startswith("The answer was cut off")
    request = turn.messages.get(kind="tool_request")
    assert request.status == "failed" and not request.content.endswith("}")
    assert not (stack.data / "never.count").exists()
    assert_the_same_after_a_reload(person, task, socket)
    # A call without an output would be refused, so only the words are remembered.
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
        until(lambda: last_turn(task).messages.filter(tool_call_id="call_quick", status="done").exists())
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
