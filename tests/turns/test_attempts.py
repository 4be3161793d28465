"""A failed call that waits for its next attempt: reason, attempt, time, and what a person can do."""

import pytest

from agentex_web.tasks.models import Message, Task, Turn
from tests.support.model_server import function_call, step, text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.waiting import until

LONG_WAIT = {"kind": "status", "status": 429, "retry_after": 600}


def act(person: Person, turn: Turn, do: str, message: Message | None = None, result: str = "") -> int:
    data = {"do": do, "message": str(message.pk) if message else "", "result": result}
    return person.http.post(f"/tasks/{turn.task_id}/turns/{turn.pk}/attempt/", data=data).status_code


def waiting_model_call(stack: Stack, person: Person, words: str) -> Turn:
    stack.model.script(match=words, fault=LONG_WAIT)
    stack.model.script(text("At last."), match=words)
    turn = last_turn(person.begin("haiku", words))
    until(lambda: Turn.objects.filter(pk=turn.pk, attempt=2, retry_at__isnull=False).exists(), stack.logs)
    turn.refresh_from_db()
    assert "too many requests" in turn.error
    return turn


def waiting_tool_call(stack: Stack, person: Person, item: str) -> tuple[Turn, Message]:
    stack.model.script_steps(
        step(function_call("ask_the_warehouse", {"item": item})),
        step(text("Noted.")),
        match=f"stock of {item}",
    )
    turn = last_turn(person.begin("failing_tool", f"stock of {item}"))
    waiting = turn.messages.filter(kind="tool_request", attempt=2)
    until(waiting.exists, stack.logs)
    request = waiting.get()
    assert request.status == "streaming"
    assert request.error == "ConnectionError: the warehouse does not answer"
    return turn, request


def test_a_model_call_is_tried_now(stack: Stack, person: Person) -> None:
    turn = waiting_model_call(stack, person, "try now please")
    assert "Try now" in person.http.get(f"/tasks/{turn.task_id}/").text
    assert act(person, turn, "now") == 204
    assert ended(turn).status == "done"
    assert (turn.attempt, turn.messages.get(author="agent").content) == (2, "At last.")
    assert act(person, turn, "now") == 409


def test_a_model_call_is_given_up(stack: Stack, person: Person) -> None:
    turn = waiting_model_call(stack, person, "give up please")
    assert act(person, turn, "give_up") == 204
    assert ended(turn).status == "failed"
    assert turn.error.startswith("Cancelled after 1 attempt. The model")
    assert "too many requests" in turn.error
    assert "Retry" in person.http.get(f"/tasks/{turn.task_id}/").text
    assert len(stack.model.requests("give up please")) == 1


def test_a_tool_call_is_tried_now(stack: Stack, person: Person) -> None:
    turn, request = waiting_tool_call(stack, person, "lamps")
    (stack.data / "lamps.ready").touch()
    assert act(person, turn, "now", request) == 204
    assert ended(turn).status == "done"
    assert turn.messages.get(kind="tool_response").content == "lamps: 12 in stock"
    request.refresh_from_db()
    assert (request.status, request.attempt, request.error) == ("done", 2, "")


def test_a_tools_result_is_given_by_hand(stack: Stack, person: Person) -> None:
    turn, request = waiting_tool_call(stack, person, "chairs")
    page = person.http.get(f"/tasks/{turn.task_id}/").text
    assert "Enter the result manually" in page and "the warehouse does not answer" in page
    assert act(person, turn, "supply", request, "chairs: 3, I counted") == 204
    assert ended(turn).status == "done"
    assert turn.messages.get(kind="tool_response").content == "chairs: 3, I counted"
    request.refresh_from_db()
    # The call no longer waits.
    assert (request.error, set(request.data) & {"activity", "retry_at"}) == ("", set())
    assert act(person, turn, "supply", request, "chairs: 4") == 409
    told = stack.model.requests("stock of chairs")[-1]["body"]["input"][-1]
    assert told["output"] == "chairs: 3, I counted"
    assert "Result entered manually" in person.http.get(f"/tasks/{turn.task_id}/").text


def test_a_tool_call_is_given_up_and_the_model_goes_on(stack: Stack, person: Person) -> None:
    turn, request = waiting_tool_call(stack, person, "desks")
    assert act(person, turn, "give_up", request) == 204
    assert ended(turn).status == "done"
    assert "gave up" in turn.messages.get(kind="tool_response").content


@pytest.mark.parametrize(
    ("tool", "error"),
    [
        ("ask_an_expert", "LookupError: the expert does not know"),
        ("ask_in_a_hurry", "ConnectionError: nobody is there"),
    ],
    ids=["an error that is not tried again", "no time for another attempt"],
)
def test_a_last_attempt_announces_no_other(stack: Stack, person: Person, tool: str, error: str) -> None:
    stack.model.script(function_call(tool, {"item": "moon"}), match=f"{tool} please")
    task = person.begin("failing_tool", f"{tool} please")
    with person.socket(task) as socket:
        socket.until_turn("failed")
        assert not [each for each in socket.frames if "data-attempt-actions" in each.get("html", "")]
    request = last_turn(task).messages.get(kind="tool_request")
    assert (request.status, request.attempt, request.error) == ("failed", 1, "")
    assert not {"activity", "retry_at"} & request.data.keys()
    assert error in last_turn(task).error


def test_a_stranger_can_do_nothing_about_it(stack: Stack, person: Person, stranger: Person) -> None:
    turn = waiting_model_call(stack, person, "not yours to try")
    assert act(stranger, turn, "now") == 404
    assert act(person, turn, "supply") == 400
    assert act(person, turn, "dance") == 400
    person.stop(Task.objects.get(pk=turn.task_id))
    assert ended(turn).status == "interrupted"


def test_an_mcp_server_that_cannot_be_reached_is_told_of_and_given_up(stack: Stack, person: Person) -> None:
    turn = last_turn(person.begin("lost_library", "find a book"))
    until(
        lambda: Turn.objects.filter(pk=turn.pk, attempt__gte=2, retry_at__isnull=False).exists(), stack.logs
    )
    turn.refresh_from_db()
    assert "list-tools failed: " in turn.error
    assert "there-is-no-such-command" in turn.error
    assert "there-is-no-such-command" in person.http.get(f"/tasks/{turn.task_id}/").text
    until(lambda: act(person, turn, "give_up") == 204)
    assert ended(turn).status == "failed"
    assert "there-is-no-such-command" in turn.error


def test_what_failed_is_said_until_the_next_attempt_ends_well(stack: Stack, person: Person) -> None:
    stack.model.script(match="say why until then", fault={"kind": "status", "status": 500})
    stack.model.script(text("At last."), match="say why until then")
    task = person.begin("haiku", "say why until then")
    with person.socket(task) as socket:
        socket.until_turn("done")
        frames = socket.frames
    told = [frame["html"] for frame in frames if frame["type"] == "turn" and frame["status"] == "running"]
    # The call fails, is retried, and continues normally. It is shown as running before the failure only if it fails
    # slowly enough.
    failing = ["failed (500)" in html for html in told]
    assert failing[-3:] == [True, True, False] and not any(failing[:-3])
    turn = last_turn(task)
    assert (turn.attempt, turn.error, turn.retry_at) == (2, "", None)
