"""Turns are queued and withdrawn, stopped at any moment, and survive workers that come and go."""

from agentex_web.journal.stops import NOT_SEEN
from tests.support.model_server import function_call, step, text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.stopping import stop_past_temporal
from tests.support.waiting import until


def test_messages_sent_while_the_agent_works_are_answered_in_order(stack: Stack, person: Person) -> None:
    stack.model.script(text("Answer one."), match="queue one", hold_after=1)
    for name in ("two", "three"):
        stack.model.script(text(f"Answer {name}."), match=f"queue {name}")
    task = person.begin("haiku", "queue one")
    stack.model.wait_for(lambda record: record["held"], match="queue one")
    waiting = [person.send(task, f"queue {name}") for name in ("two", "three")]
    with person.socket(task) as socket:
        for _ in waiting:
            socket.until_turn("queued")
        stack.model.release("queue one")
    assert [ended(turn).status for turn in waiting] == ["done", "done"]
    turns = list(task.turns.order_by("created_at"))
    assert [turn.parent_id for turn in turns] == [None, turns[0].pk, turns[1].pk]
    for earlier, later in zip(turns, turns[1:], strict=False):
        assert earlier.finished_at and later.started_at and earlier.finished_at <= later.started_at
    told = stack.model.requests("queue three")[0]["body"]["input"]
    assert [item["role"] for item in told] == ["user", "assistant", "user", "assistant", "user"]


def test_a_queued_message_can_be_withdrawn_and_is_not_answered(stack: Stack, person: Person) -> None:
    stack.model.script(text("Answer."), match="withdraw first", hold_after=1)
    task = person.begin("haiku", "withdraw first")
    stack.model.wait_for(lambda record: record["held"], match="withdraw first")
    waiting = person.send(task, "withdraw second")
    with person.socket(task) as socket:
        socket.until_turn("queued")
        assert person.http.post(f"/tasks/{task.pk}/turns/{waiting.pk}/withdraw/").status_code == 204
        socket.until_turn("withdrawn")
        stack.model.release()
        socket.until_turn("done")
    after = person.send(task, "withdraw third")
    assert ended(after).status == "done"
    assert stack.model.requests("withdraw second") == []
    told = stack.model.requests("withdraw third")[0]["body"]["input"]
    assert "withdraw second" not in str(told)
    assert person.http.post(f"/tasks/{task.pk}/turns/{after.pk}/withdraw/").status_code == 409


def test_stop_closes_the_models_request_and_keeps_what_was_said(stack: Stack, person: Person) -> None:
    stack.model.script(text("one two three four five"), match="stop midway", hold_after=3)
    task = person.begin("haiku", "stop midway")
    with person.socket(task) as socket:
        socket.until_text("three")
        stop_past_temporal(stack, person, task, "stop midway")
        socket.until_turn("interrupted")
    turn = last_turn(task)
    answer = turn.messages.get(author="agent")
    assert (answer.status, answer.content.split()) == ("interrupted", ["one", "two", "three"])
    stack.model.script(text("Gladly."), match="and then?")
    ended(person.send(task, "and then?"))
    told = stack.model.requests("and then?")[0]["body"]["input"]
    assert told[1] == {"role": "assistant", "content": answer.content}


def test_stop_before_the_first_token(stack: Stack, person: Person) -> None:
    stack.model.script(text("Too late."), match="stop early", first_token_after=60)
    task = person.begin("haiku", "stop early")
    stack.model.wait_for(lambda record: True, match="stop early")
    stop_past_temporal(stack, person, task, "stop early")
    assert ended(last_turn(task)).status == "interrupted"


def test_stop_during_a_tool(stack: Stack, person: Person) -> None:
    stack.model.script_steps(
        step(function_call("wait_for_file", {"name": "never"}, "call_never")),
        step(text("Unsaid.")),
        match="stop a tool",
    )
    stack.model.script(text("Yes?"), match="after the stop")
    task = person.begin("slow_tools", "stop a tool")
    turn = last_turn(task)
    until(
        lambda: turn.messages.filter(
            kind="tool_request", tool_name="wait_for_file", status="streaming"
        ).exists(),
        stack.logs,
    )
    until(lambda: (stack.data / "never.waiting").exists(), stack.logs)
    person.stop(task)
    assert ended(turn).status == "interrupted"
    assert turn.messages.get(kind="tool_request").status == "interrupted"
    # A model would refuse a conversation with a call that has no output.
    assert ended(person.send(task, "after the stop")).status == "done"
    assert len(stack.model.requests("stop a tool")) == 1


def test_stop_when_no_worker_runs(stack: Stack, person: Person) -> None:
    stack.model.script(text("Unsaid."), match="stop without a worker")
    stack.kill("worker")
    try:
        task = person.begin("haiku", "stop without a worker")
        person.stop(task)
    finally:
        stack.start_worker()
    stopped = ended(last_turn(task))
    assert (stopped.status, stopped.error) == ("interrupted", NOT_SEEN)
    assert stack.model.requests("stop without a worker") == []
