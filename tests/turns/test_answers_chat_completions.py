"""The Chat Completions API: everything it supports is shown and remembered as with the Responses API."""

import json
from collections.abc import Iterator

import pytest

from agentex_web.positions import OPENING
from agentex_web.tasks.models import Task
from tests.support.model_server import (
    failed,
    function_call,
    incomplete,
    reasoning,
    refusal,
    step,
    text,
)
from tests.support.people import Person, Socket, ended, last_turn
from tests.support.shown import assert_the_same_after_a_reload
from tests.support.stack import Stack
from tests.support.turn_watching import agent_rows, next_input, watched

WORDS = "one two three four five six"
LENGTH = "The answer reached the model's length limit."


@pytest.fixture(scope="module", autouse=True)
def chat_worker(running_stack: Stack) -> Iterator[None]:
    running_stack.restore()
    running_stack.kill("worker")
    running_stack.start_worker(settings={"AGENTEX_MODEL_API": "chat_completions"})
    yield
    # The next test that needs a worker starts the usual one.
    running_stack.kill("worker")


def test_thoughts_and_words(stack: Stack, person: Person) -> None:
    stack.model.script(reasoning("Let me see."), text("Waves **come**."), match="chat text")
    task, socket = watched(person, "haiku", "chat text")
    assert agent_rows(task) == [("reasoning", "done", "Let me see."), ("text", "done", "Waves **come**.")]
    assert socket.streamed() == "Let me see.Waves **come**."
    assert last_turn(task).usage["output"] > 0
    request = stack.model.requests("chat text")[0]
    assert request["path"] == "/v1/chat/completions"
    assert_the_same_after_a_reload(person, task, socket)
    said = next_input(stack, person, task)[-1]
    assert (said["role"], said["content"]) == ("assistant", "Waves **come**.")


def test_calls_side_by_side_and_what_they_return(stack: Stack, person: Person) -> None:
    stack.model.script_steps(
        step(
            reasoning("Two."),
            text("I call."),
            function_call("count_up", {"name": "chat a"}, "call_a"),
            function_call("count_up", {"name": "chat b"}, "call_b"),
        ),
        step(text("Both.")),
        match="chat tools",
    )
    task, socket = watched(person, "slow_tools", "chat tools")
    turn = last_turn(task)
    assert turn.error == ""
    calls = turn.messages.filter(kind="tool_request").order_by("position")
    results = {row.tool_call_id: row.content for row in turn.messages.filter(kind="tool_response")}
    assert [(json.loads(call.content)["name"], results[call.tool_call_id]) for call in calls] == [
        ("chat a", "chat a ran 1 time"),
        ("chat b", "chat b ran 1 time"),
    ]
    assert agent_rows(task)[-1] == ("text", "done", "Both.")
    page = assert_the_same_after_a_reload(person, task, socket)
    assert "Preparing" not in page
    roles = [item["role"] for item in next_input(stack, person, task)]
    assert [role for role in roles if role != "system"] == ["user", "assistant", "tool", "tool", "assistant"]


def test_a_tool_that_runs_is_shown_as_running(stack: Stack, person: Person) -> None:
    stack.model.script_steps(
        step(function_call("wait_for_file", {"name": "chat"}, "call_runs")),
        step(text("Done.")),
        match="chat running",
    )

    def look(task: Task, socket: Socket) -> None:
        socket.until(lambda frame: 'data-state="running"' in frame.get("html", ""))
        assert 'data-state="running"' in person.http.get(f"/tasks/{task.pk}/").text
        (stack.data / "chat.go").touch()

    task, socket = watched(person, "slow_tools", "chat running", meanwhile=look)
    assert_the_same_after_a_reload(person, task, socket)


def test_a_refusal(stack: Stack, person: Person) -> None:
    stack.model.script(refusal("I will not."), match="chat refuse")
    task, socket = watched(person, "haiku", "chat refuse", "failed")
    assert agent_rows(task) == [("text", "failed", "I will not.")]
    assert last_turn(task).error == "The model declined to answer."
    assert_the_same_after_a_reload(person, task, socket)
    assert next_input(stack, person, task)[-1]["role"] == "assistant"


def test_an_answer_that_is_cut_off(stack: Stack, person: Person) -> None:
    told = "The answer was cut off by the model's content filter."
    stack.model.script(text(WORDS), match="chat cut", fault=incomplete(3, "content_filter"))
    task, socket = watched(person, "haiku", "chat cut", "failed")
    (said,) = last_turn(task).messages.exclude(position=OPENING)
    assert (said.status, said.error, last_turn(task).error) == ("failed", told, told)
    assert said.content and WORDS.startswith(said.content) and said.content != WORDS
    assert_the_same_after_a_reload(person, task, socket)
    assert next_input(stack, person, task)[-1]["content"] == said.content


def test_an_answer_that_was_cut_off_goes_on(stack: Stack, person: Person) -> None:
    stack.model.script(text(WORDS), match="chat goes on", fault=incomplete(3))
    task, socket = watched(person, "haiku", "chat goes on", "failed")
    turn = last_turn(task)
    said = turn.messages.exclude(position=OPENING).get()
    assert (said.status, said.error, turn.error) == ("failed", LENGTH, LENGTH)
    assert said.content and WORDS.startswith(said.content) and said.content != WORDS
    assert_the_same_after_a_reload(person, task, socket)
    stack.model.script(text(WORDS.removeprefix(said.content)), match="Go on exactly where it stopped")
    address = f"/tasks/{task.pk}/turns/{turn.pk}/continue/"
    assert person.http.post(address, data={"number": 0}).status_code == 204
    assert ended(turn).status == "done"
    said.refresh_from_db()
    assert (said.status, said.content) == ("done", WORDS)
    asked = stack.model.requests("Go on exactly where it stopped")[-1]["body"]["messages"]
    assert [each["role"] for each in asked[-3:]] == ["user", "assistant", "user"]
    assert next_input(stack, person, task)[-1]["content"] == WORDS


def test_an_answer_that_is_cut_off_before_its_first_word(stack: Stack, person: Person) -> None:
    stack.model.script(match="chat empty", fault=incomplete(0))
    task, _ = watched(person, "haiku", "chat empty", "failed")
    assert last_turn(task).error.startswith(LENGTH.removesuffix("."))
    assert len(stack.model.requests("chat empty")) == 1


def test_a_filter_before_the_first_word_is_a_refusal(stack: Stack, person: Person) -> None:
    stack.model.script(match="chat filtered", fault=incomplete(0, "content_filter"))
    task, socket = watched(person, "haiku", "chat filtered", "failed")
    assert "content filter" in last_turn(task).error
    assert_the_same_after_a_reload(person, task, socket)


def test_what_may_pass_is_tried_again(stack: Stack, person: Person) -> None:
    stack.model.script(text(WORDS), match="chat again", fault=failed(3))
    stack.model.script(text(WORDS), match="chat again")
    task, socket = watched(person, "haiku", "chat again")
    assert agent_rows(task) == [("text", "done", WORDS)]
    assert last_turn(task).attempt == 2
    assert_the_same_after_a_reload(person, task, socket)


def test_an_answer_in_json(stack: Stack, person: Person) -> None:
    stack.model.script(text('{"city":"Oslo","days":[]}'), match="chat forecast")
    task, socket = watched(person, "forecast", "chat forecast")
    assert stack.model.requests("chat forecast")[0]["body"]["response_format"]["type"] == "json_schema"
    assert 'data-language="json"' in assert_the_same_after_a_reload(person, task, socket)
