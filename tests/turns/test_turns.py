"""A turn from the message to its end: what streams, what is stored, and which reason a failure shows."""

import uuid

from agentex_web.tasks.models import Message, Turn
from tests.support.model_server import function_call, reasoning, refusal, step, text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack


def rows(turn: Turn) -> list[tuple[str, str, str]]:
    return [(row.kind, row.status, row.content) for row in turn.messages.order_by("position")]


def test_an_answer_streams_and_is_kept(stack: Stack, person: Person) -> None:
    stack.model.script(reasoning("Let me see."), text("Waves come and go."), match="sea one")
    task = person.begin("haiku", "Tell me of the sea one")
    with person.socket(task) as socket:
        socket.until_turn("done")
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


def test_what_is_called_done_is_committed(stack: Stack, person: Person) -> None:
    stack.model.script(reasoning("One."), text("Two."), match="row first")
    task = person.begin("haiku", "row first")
    with person.socket(task) as socket:
        while True:
            frame = socket.until(lambda frame: frame["type"] in ("done", "turn"))
            if frame["type"] == "done":
                assert Message.objects.filter(pk=frame["message"]).exists()
            elif frame["status"] == "done":
                assert Turn.objects.get(pk=frame["turn"]).status == "done"
                break


def test_the_model_is_told_of_earlier_turns(stack: Stack, person: Person) -> None:
    stack.model.script(text("Noted."), match="I am Ada of memory")
    stack.model.script(text("You are Ada."), match="Who am I in memory")
    task = person.begin("haiku", "I am Ada of memory")
    ended(last_turn(task))
    ended(person.send(task, "Who am I in memory"))
    asked = stack.model.requests("Who am I in memory")[-1]["body"]["input"]
    assert [item["role"] for item in asked] == ["user", "assistant", "user"]
    assert asked[1]["content"][0]["text"] == "Noted."


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


def test_a_handoff_shows_who_took_over(stack: Stack, person: Person) -> None:
    stack.model.script_steps(
        step(function_call("transfer_to_billing_specialist", {})),
        step(text("A refund is due.")),
        match="handoff please",
    )
    turn = ended(last_turn(person.begin("triage", "handoff please")))
    handoff = turn.messages.get(kind="handoff")
    assert handoff.data == {"from": "Triage", "to": "Billing Specialist"}
    assert not turn.messages.filter(kind="tool_request").exists()
    assert turn.messages.get(kind="text", author="agent").agent_name == "Billing Specialist"


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


def test_a_connection_that_breaks_off_neither_doubles_nor_loses(stack: Stack, person: Person) -> None:
    stack.model.script(text("one two three four"), match="broken line", fault={"kind": "drop", "after": 2})
    stack.model.script(text("one two three four"), match="broken line")
    task = person.begin("haiku", "broken line")
    with person.socket(task) as socket:
        socket.until_turn("done")
    assert any(frame["type"] == "reset" for frame in socket.frames)
    assert rows(last_turn(task)) == [("text", "done", "broken line"), ("text", "done", "one two three four")]


def test_a_refused_key_fails_with_a_reason_and_is_not_tried_again(stack: Stack, person: Person) -> None:
    stack.model.script(match="bad key", times=None, fault={"kind": "status", "status": 401})
    turn = ended(last_turn(person.begin("haiku", "bad key")))
    assert turn.status == "failed"
    assert "refused the key" in turn.error
    message = turn.messages.get(status="failed")
    assert "refused the key" in message.error
    assert len(stack.model.requests("bad key")) == 1


def test_an_answer_that_is_cut_off_keeps_what_it_said(stack: Stack, person: Person) -> None:
    stack.model.script(text("a b c d e f"), match="cut off", fault={"kind": "incomplete", "after": 3})
    turn = ended(last_turn(person.begin("haiku", "cut off")))
    assert turn.status == "failed"
    partial = turn.messages.get(author="agent")
    assert partial.status == "failed" and partial.content.startswith("a b")
    assert "length limit" in partial.error
    assert turn.items[-1] == {"role": "assistant", "content": partial.content}


def test_a_refusal_is_shown_as_one(stack: Stack, person: Person) -> None:
    stack.model.script(refusal("I will not."), match="refuse this")
    turn = ended(last_turn(person.begin("haiku", "refuse this")))
    message = turn.messages.get(author="agent")
    assert (message.status, message.content, message.error) == (
        "failed",
        "I will not.",
        "The model declined to answer.",
    )


def test_retry_makes_a_sibling_and_keeps_the_failed_turn(stack: Stack, person: Person) -> None:
    stack.model.script(match="try again", fault={"kind": "status", "status": 400})
    stack.model.script(text("Now it works."), match="try again")
    task = person.begin("haiku", "try again")
    failed = ended(last_turn(task))
    assert person.http.post(f"/tasks/{task.pk}/turns/{failed.pk}/retry/").status_code == 204
    second = ended(last_turn(task))
    task.refresh_from_db()
    assert (second.status, second.parent_id, task.head_id) == ("done", failed.parent_id, second.pk)
    failed.refresh_from_db()
    assert failed.status == "failed"


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
    stack.start_worker(AGENTEX_CONCURRENT_MODEL_CALLS="1")
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
