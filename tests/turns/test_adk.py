"""Messages that an agent sends by itself stream, and what was streamed before a stop stays.

tests/turns_in_memory/test_guide.py has more of them.
"""

import pytest

from agentex_web.tasks.models import Turn
from tests.support.people import Person, last_turn
from tests.support.shown import server_id
from tests.support.stack import Stack


def said(turn: Turn) -> list[tuple[str, str, str]]:
    rows = turn.messages.order_by("position")
    return [
        (row.status, row.content, server_id(row.data.get("inside", ""))) for row in rows if row.kind == "text"
    ]


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
    if where == "half":
        # Its workflow sets this when it is stopped.
        task.refresh_from_db()
        assert task.state == {"told": "Half of "}
