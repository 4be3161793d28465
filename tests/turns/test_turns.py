"""A turn from the message to its end: what streams, what is stored, and which reason a failure shows."""

import uuid

from agentex_web.tasks.models import Message, Turn
from tests.support.model_server import function_call, reasoning, step, text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack


def rows(turn: Turn) -> list[tuple[str, str, str]]:
    return [(row.kind, row.status, row.content) for row in turn.messages.order_by("position")]


def test_an_answer_streams_and_is_kept(stack: Stack, person: Person) -> None:
    stack.model.script(reasoning("Let me see."), text("Waves come and go."), match="sea one")
    task = person.begin("haiku", "Tell me of the sea one")
    with person.socket(task) as socket:
        while True:
            # What is reported is stored.
            frame = socket.until(lambda frame: frame["type"] in ("done", "turn"))
            if frame["type"] == "done":
                assert Message.objects.filter(pk=frame["message"]).exists()
            elif frame["status"] == "done":
                assert Turn.objects.get(pk=frame["turn"]).status == "done"
                break
    turn = last_turn(task)
    assert rows(turn) == [
        ("text", "done", "Tell me of the sea one"),
        ("reasoning", "done", "Let me see."),
        ("text", "done", "Waves come and go."),
    ]
    assert socket.streamed() == "Let me see.Waves come and go."
    assert turn.usage["output"] > 0
    assert [item.get("role") or item["type"] for item in turn.items] == ["user", "reasoning", "assistant"]
    assert task.title == "Tell me of the sea one"


def test_a_tool_call_is_one_card_with_its_result(stack: Stack, person: Person) -> None:
    stack.model.script_steps(
        step(function_call("get_weather", {"city": "Oslo"}, "call_card")),
        step(text("Fine.")),
        match="weather card",
    )
    task = person.begin("weather", "weather card")
    with person.socket(task) as socket:
        socket.until_turn("done")
    turn = last_turn(task)
    request, response = turn.messages.filter(tool_name="get_weather").order_by("position")
    assert (request.kind, request.status, request.tool_name) == ("tool_request", "done", "get_weather")
    assert (response.kind, response.status) == ("tool_response", "done")
    assert response.content.startswith("Oslo: ")
    assert request.seconds is not None and request.seconds >= 0
    begun = [frame["message"] for frame in socket.frames if frame["type"] == "started"]
    assert begun.count(str(request.pk)) == 1


def test_a_busy_model_is_asked_again_and_says_so(stack: Stack, person: Person) -> None:
    stack.model.script(match="busy model", fault={"kind": "status", "status": 429, "retry_after": 0.2})
    stack.model.script(text("Here I am."), match="busy model")
    task = person.begin("haiku", "busy model")
    with person.socket(task) as socket:
        told = socket.until(lambda frame: frame["type"] == "turn" and "busy" in frame["html"])
        assert "attempt 2" in told["html"].lower()
        socket.until_turn("done")
    turn = last_turn(task)
    assert (turn.status, turn.attempt, turn.error) == ("done", 2, "")
    assert [row[2] for row in rows(turn)] == ["busy model", "Here I am."]


def test_a_message_that_is_sent_twice_is_accepted_once(stack: Stack, person: Person) -> None:
    stack.model.script(text("Once."), match="sent twice", times=None)
    stack.model.script(text("Hello."), match="first of twice")
    task = person.begin("haiku", "first of twice")
    ended(last_turn(task))
    name = uuid.uuid4()
    first = person.send(task, "sent twice", name)
    assert person.send(task, "sent twice", name) == first
    ended(first)
    assert task.turns.count() == 2
    assert len(stack.model.requests("sent twice")) == 1


def test_the_record_is_written_while_every_slot_for_models_is_taken(stack: Stack, person: Person) -> None:
    stack.kill("worker")
    stack.start_worker(settings={"AGENTEX_CONCURRENT_MODEL_CALLS": 1})
    try:
        stack.model.script(text("one two three"), match="take the only slot", hold_after=1)
        stack.model.script(text("Next."), match="wait behind it")
        task = person.begin("haiku", "take the only slot")
        with person.socket(task) as socket:
            socket.until_text("one")
            waiting = person.send(task, "wait behind it")
            # "queued" is written by the workflow.
            socket.until_turn("queued")
            stack.model.release()
            assert ended(waiting).status == "done"
    finally:
        stack.kill("worker")
        stack.start_worker()
