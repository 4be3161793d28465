"""Messages that an agent sends by itself are each shown once and in order, and none is lost."""

import pytest

from agentex_web.tasks.models import Turn
from tests.support.model_server import function_call, reasoning, step, text
from tests.support.people import Person, ended, last_turn
from tests.support.shown import server_id
from tests.support.stack import Stack
from tests.support.waiting import until


def said(turn: Turn) -> list[tuple[str, str, str]]:
    rows = turn.messages.order_by("position")
    return [
        (row.status, row.content, server_id(row.data.get("inside", ""))) for row in rows if row.kind == "text"
    ]


def test_an_answer_that_a_tool_said_first_is_shown_and_remembered(stack: Stack, person: Person) -> None:
    call = function_call("ask_scholar", {"input": "relayed question"}, "call_scholar")
    stack.model.script_steps(step(call), match="relay this")
    stack.model.script(text("Just so."), match="relayed question")
    turn = ended(last_turn(person.begin("relay", "relay this")))
    assert said(turn) == [
        ("done", "relay this", ""),
        ("done", "Just so.", "call_scholar"),
        ("done", "Just so.", ""),
    ]
    assert [item["content"] for item in turn.items] == ["relay this", "Just so."]


STRIKES = ["Strike 1.", "Strike 2.", "Strike 3."]


def test_what_is_said_by_itself_is_said_once_and_in_its_order(stack: Stack, person: Person) -> None:
    stack.model.script(text("Soon."), match="between turns")
    task = person.begin("clock", "between turns")
    turn = ended(last_turn(task))
    with person.socket(task) as socket:
        (stack.data / f"{task.pk}.go").touch()
        socket.until(lambda frame: "It is noon." in frame.get("html", ""))
    words = [content for _, content, _ in said(turn)]
    assert words[:2] == ["between turns", "Soon."]
    # These three are sent at the same time, so their order may vary.
    assert sorted(words[2:5]) == STRIKES
    assert words[5:] == ["Rings.", "Rang.", "It is noon."]
    # Streamed messages belong to the same turn.
    begun = [frame["turn"] for frame in socket.frames if frame["type"] == "started"]
    assert set(begun) == {str(turn.pk)}


def test_what_is_said_while_the_model_works_does_not_disturb_it(stack: Stack, person: Person) -> None:
    stack.model.script(reasoning("Hmm."), text("one two three"), match="before noon", hold_after=3)
    task = person.begin("clock", "before noon")
    turn = last_turn(task)
    until(turn.messages.filter(kind="reasoning", status="done").exists, stack.logs)
    (stack.data / f"{task.pk}.go").touch()
    until(turn.messages.filter(content="It is noon.").exists, stack.logs)
    stack.model.release("before noon")
    assert ended(turn).status == "done"
    words = [content for _, content, _ in said(turn)]
    assert words[:2] == ["before noon", "one two three"]
    assert sorted(words[2:]) == sorted([*STRIKES, "Rings.", "Rang.", "It is noon."])
    assert len(stack.model.requests("before noon")) == 1


def test_an_activity_streams_two_messages(stack: Stack, person: Person) -> None:
    task = person.begin("narrator", "two")
    with person.socket(task) as socket:
        socket.until_turn("done")
    assert said(last_turn(task)) == [
        ("done", "two", ""),
        ("done", "Page one.", ""),
        ("done", "Page two.", ""),
    ]
    assert socket.streamed() == "Page one.Page two."


@pytest.mark.parametrize("where", ["half", "half in an activity"])
def test_a_stop_keeps_what_was_streamed_and_tells_it_to_the_next_turn(
    stack: Stack, person: Person, where: str
) -> None:
    task = person.begin("narrator", where)
    with person.socket(task) as socket:
        socket.until_text("Half of ")
        person.stop(task)
        socket.until_turn("interrupted")
    turn = last_turn(task)
    assert said(turn) == [("done", where, ""), ("interrupted", "Half of ", "")]
    assert turn.items[-1] == {"role": "assistant", "content": "Half of "}


def test_what_a_workflow_sets_when_it_is_stopped_is_set(stack: Stack, person: Person) -> None:
    task = person.begin("narrator", "half")
    with person.socket(task) as socket:
        socket.until_text("Half of ")
        person.stop(task)
        socket.until_turn("interrupted")
    task.refresh_from_db()
    assert task.state == {"told": "Half of "}


def test_a_failure_keeps_what_was_streamed_and_says_why_once(stack: Stack, person: Person) -> None:
    turn = ended(last_turn(person.begin("narrator", "fail")))
    assert turn.status == "failed" and "the ink is out" in turn.error
    failed = turn.messages.get(author="agent")
    assert (failed.status, failed.content, failed.error) == ("failed", "Half of ", turn.error)
    assert not turn.messages.filter(kind="error").exists()
