"""Parts die in the middle of work: nothing is lost, doubled or run twice."""

import os
import signal
from typing import Any

from agentex_web.tasks.models import Turn
from tests.support.model_server import function_call, step, text
from tests.support.openai_site import client_of
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.stopping import stop_past_temporal
from tests.support.waiting import until

ANSWER = "alpha beta gamma delta epsilon"


def test_a_worker_killed_in_the_middle_of_an_answer(stack: Stack, person: Person) -> None:
    stack.model.script(text(ANSWER), match="kill the worker", hold_after=3)
    stack.model.script(text(ANSWER), match="kill the worker")
    task = person.begin("haiku", "kill the worker")
    with person.socket(task) as socket:
        socket.until_text("gamma")
        stack.kill("worker")
        stack.start_worker()
        socket.until_turn("done")
    turn = last_turn(task)
    said = [(row.status, row.content) for row in turn.messages.filter(author="agent")]
    assert said == [("done", ANSWER)]
    assert turn.status == "done" and turn.attempt == 2 and turn.error == ""
    assert any("The worker stopped." in frame.get("html", "") for frame in socket.frames)
    # The page removed the first attempt before the second was shown.
    kinds = [frame["type"] for frame in socket.frames]
    assert kinds.index("reset") < len(kinds) - 1 - kinds[::-1].index("started")


def test_a_stream_of_openais_interface_goes_on_over_a_workers_death(stack: Stack, person: Person) -> None:
    stack.model.script(text(ANSWER), match="kill under a client", hold_after=3)
    stack.model.script(text(ANSWER), match="kill under a client")
    said = ""
    messages: Any = [{"role": "user", "content": "kill under a client"}]
    with client_of(person) as client:
        for chunk in client.chat.completions.create(model="haiku", messages=messages, stream=True):
            said += chunk.choices[0].delta.content or ""
            if said.endswith("gamma"):
                stack.kill("worker")
                stack.start_worker()
    assert said == ANSWER


def test_a_worker_killed_in_the_middle_of_a_tool_runs_the_other_tool_once(
    stack: Stack, person: Person
) -> None:
    stack.model.script_steps(
        step(function_call("count_up", {"name": "first"}, "call_first")),
        step(function_call("wait_for_file", {"name": "crash"}, "call_wait")),
        step(text("Both are done.")),
        match="kill in a tool",
    )
    task = person.begin("slow_tools", "kill in a tool")
    turn = last_turn(task)
    until(
        lambda: turn.messages.filter(
            kind="tool_request", tool_name="wait_for_file", status="streaming"
        ).exists(),
        stack.logs,
    )
    until(lambda: (stack.data / "crash.waiting").exists(), stack.logs)
    stack.kill("worker")
    (stack.data / "crash.go").touch()
    stack.start_worker()
    turn = ended(turn)
    assert turn.status == "done"
    assert (stack.data / "first.count").read_text() == "1"
    assert [row.content for row in turn.messages.filter(kind="tool_response")] == [
        "first ran 1 time",
        "crash came",
    ]
    assert turn.messages.filter(kind="tool_request").count() == 2


def test_a_worker_killed_after_it_counted_counts_once(stack: Stack, person: Person) -> None:
    task = person.begin("counter", "count this")
    until(lambda: (stack.data / f"{task.pk}.waiting").exists(), stack.logs)
    stack.kill("worker")
    (stack.data / f"{task.pk}.go").touch()
    stack.start_worker()
    assert ended(last_turn(task)).status == "done"
    task.refresh_from_db()
    assert (task.state, task.state_version) == ({"count": 1}, 1)


def test_a_worker_that_is_told_to_stop_hands_its_call_over(stack: Stack, person: Person) -> None:
    stack.model.script(text(ANSWER), match="hand over", hold_after=2)
    stack.model.script(text(ANSWER), match="hand over")
    task = person.begin("haiku", "hand over")
    with person.socket(task) as socket:
        socket.until_text("beta")
        stack.start_worker("second")
        stack.kill("worker", signal.SIGTERM)
        socket.until_turn("done")
    stack.start_worker()
    stack.kill("second", signal.SIGTERM)
    assert [row.content for row in last_turn(task).messages.filter(author="agent")] == [ANSWER]


def test_a_stop_reaches_a_worker_that_was_told_to_stop(stack: Stack, person: Person) -> None:
    stack.model.script(text(ANSWER), match="stop in the grace", hold_after=2)
    task = person.begin("haiku", "stop in the grace")
    with person.socket(task) as socket:
        socket.until_text("beta")
        os.kill(stack.pid("worker"), signal.SIGTERM)
        until(lambda: "The worker stops" in stack.log("worker"), stack.logs)
        stop_past_temporal(stack, person, task, "stop in the grace")
        # The worker has no other call, and ends.
        stack.kill("worker", signal.SIGTERM)
        stack.start_worker()
        socket.until_turn("interrupted")


def test_redis_and_temporal_gone_and_back(stack: Stack, person: Person) -> None:
    stack.model.script(text("All is back."), match="services gone")
    stack.kill("services", signal.SIGTERM)
    until(lambda: not stack.is_healthy())
    page = person.http.get("/")
    assert page.status_code == 200
    assert "Agents cannot be reached" in page.text
    task = person.begin("haiku", "services gone")
    assert last_turn(task).status == Turn.Status.PENDING
    assert "services gone" in person.http.get(f"/tasks/{task.pk}/").text
    down = person.http.get("/healthz")
    assert down.status_code == 503
    assert {part for part, state in down.json().items() if state == "down"} >= {"redis", "temporal"}
    stack.start_services()
    turn = ended(last_turn(task))
    assert (turn.status, turn.messages.get(author="agent").content) == ("done", "All is back.")
    until(stack.is_healthy, stack.logs)


def test_a_turn_whose_workflow_was_ended_in_temporal_does_not_run_for_ever(
    stack: Stack, person: Person
) -> None:
    stack.model.script(text(ANSWER), match="terminated", hold_after=1)
    task = person.begin("haiku", "terminated")
    with person.socket(task) as socket:
        socket.until_text("alpha")
        stack.terminate_workflow(task.workflow_id)
        socket.until(lambda frame: frame["type"] == "turn" and frame["status"] == "failed")
    assert "Temporal no longer knows this run" in last_turn(task).error
    stack.model.release()
