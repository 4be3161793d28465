"""The agent's own tools of every kind: calls are shown while they are written, and may run in parallel."""

import json

from agentex_web.positions import OPENING
from agentex_web.tasks.models import Task
from tests.support.model_server import custom_tool_call, function_call, reasoning, step, text
from tests.support.people import Person, Socket, last_turn
from tests.support.shown import assert_the_same_after_a_reload, frames_of, server_id
from tests.support.stack import Stack
from tests.support.turn_watching import agent_rows, next_input, watched


def test_arguments_are_shown_while_the_model_writes_them(stack: Stack, person: Person) -> None:
    call = function_call("slow_echo", {"words": "a long enough sentence"}, "call_written")
    stack.model.script_steps(step(call, hold_after=4), step(text("Said.")), match="write the arguments")

    def look(task: Task, socket: Socket) -> None:
        socket.until_text('{"words')
        begun = next(frame for frame in socket.frames if frame["type"] == "started")
        assert "Preparing" in begun["html"] and 'data-kind="tool_request"' in begun["html"]
        # A page that opens now shows the same.
        page = person.http.get(f"/tasks/{task.pk}/").text
        assert "Preparing" in page and "{&quot;words" in page
        stack.model.release()

    task, socket = watched(person, "answers", "write the arguments", meanwhile=look)
    request, response, _ = last_turn(task).messages.exclude(position=OPENING).order_by("position")
    about = frames_of(socket, request.pk)
    assert "".join(frame["text"] for frame in about if frame["type"] == "delta") == request.content
    # One card: written, then running, then done.
    assert [frame["type"] for frame in about if frame["type"] != "delta"] == [
        "started",
        "done",
        "done",
        "done",
    ]
    assert json.loads(request.content) == {"words": "a long enough sentence"}
    assert response.content == "echo of a long enough sentence"
    assert_the_same_after_a_reload(person, task, socket)


def test_calls_of_one_answer_run_side_by_side(stack: Stack, person: Person) -> None:
    calls = [
        function_call("slow_echo", {"words": f"number {number}", "seconds": 1.0}, f"call_side_{number}")
        for number in range(3)
    ]
    stack.model.script_steps(step(reasoning("All."), *calls), step(text("Done.")), match="side by side")
    task, socket = watched(person, "answers", "side by side")
    requests = list(last_turn(task).messages.filter(kind="tool_request").order_by("position"))
    assert [json.loads(request.content)["words"] for request in requests] == [
        "number 0",
        "number 1",
        "number 2",
    ]
    began = [request.started_at for request in requests]
    ended = [request.finished_at for request in requests]
    assert all(began) and all(ended) and max(began) < min(ended)
    responses = last_turn(task).messages.filter(kind="tool_response")
    assert {server_id(row.tool_call_id): row.content for row in responses} == {
        f"call_side_{number}": f"echo of number {number}" for number in range(3)
    }
    page = assert_the_same_after_a_reload(person, task, socket)
    assert page.count('data-kind="tool_request"') == page.count('data-kind="tool_response"') == 3
    kinds = [item.get("role") or item["type"] for item in next_input(stack, person, task)]
    assert kinds == ["user", "reasoning", *["function_call"] * 3, *["function_call_output"] * 3, "assistant"]


def test_a_custom_tool_gets_words_and_is_one_card(stack: Stack, person: Person) -> None:
    stack.model.script_steps(
        step(custom_tool_call("shout", "be quiet, please", "call_shout")),
        step(text("Loud.")),
        match="shout it",
    )
    task, socket = watched(person, "answers", "shout it")
    assert agent_rows(task) == [
        ("tool_request", "done", "be quiet, please"),
        ("tool_response", "done", "BE QUIET, PLEASE"),
        ("text", "done", "Loud."),
    ]
    assert_the_same_after_a_reload(person, task, socket)
    _, called, returned, _ = next_input(stack, person, task)
    assert (called["type"], called["input"]) == ("custom_tool_call", "be quiet, please")
    assert returned["type"] == "custom_tool_call_output"
    assert returned["output"] == [{"type": "input_text", "text": "BE QUIET, PLEASE"}]


def test_tools_of_an_mcp_server_over_stdio(stack: Stack, person: Person) -> None:
    stack.model.script_steps(
        step(
            function_call("find_book", {"title": "Moby Dick"}, "call_find"),
            function_call("burn_book", {"title": "Moby Dick"}, "call_burn"),
        ),
        step(text("Shelf 9.")),
        match="find Moby Dick",
    )
    task, socket = watched(person, "librarian", "find Moby Dick")
    offered = stack.model.requests("find Moby Dick")[0]["body"]["tools"]
    assert [tool["name"] for tool in offered] == ["find_book", "burn_book", "vanish"]
    turn = last_turn(task)
    assert turn.messages.get(kind="tool_response", tool_name="find_book").content == (
        "Moby Dick stands on shelf 9"
    )
    # The MCP server does not reveal the reason.
    assert "burn_book" in turn.messages.get(kind="tool_response", tool_name="burn_book").content
    assert agent_rows(task)[-1] == ("text", "done", "Shelf 9.")
    assert_the_same_after_a_reload(person, task, socket)
