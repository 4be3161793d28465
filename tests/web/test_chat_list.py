"""Changes of the chat list are sent to open pages, row by row."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from websockets.sync.client import connect

from tests.support.model_server import text
from tests.support.people import Person, Socket, ended, last_turn
from tests.support.stack import Stack


@contextmanager
def list_socket(person: Person) -> Iterator[Socket]:
    cookie = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    address = person.url.replace("http", "ws", 1) + "/ws/chats/?cursor=0-0"
    with connect(address, additional_headers={"Cookie": cookie, "Origin": person.url}) as connection:
        yield Socket(connection)


def test_a_chat_that_begins_and_ends_is_sent_to_its_owner_alone(
    stack: Stack, person: Person, stranger: Person
) -> None:
    stack.model.script(text("There."), match="list me", first_token_after=1.5)
    with list_socket(person) as own, list_socket(stranger) as foreign:
        task = person.begin("haiku", "list me <b>")
        row = str(task.pk)
        first = own.until(lambda frame: row in frame.get("rows", {}))["rows"][row]
        assert "task-running" in first and "list me &lt;b&gt;" in first
        assert 'data-group="today"' in first
        assert f'data-order="{task.updated_at.timestamp():.6f}"' in first
        ended(last_turn(task))
        last = own.until(lambda frame: "task-running" not in frame.get("rows", {}).get(row, "task-running"))
        assert row in last["rows"]
        # A stranger's list gets only their own chats: the first frame is about their own new chat.
        theirs = str(stranger.begin("haiku", f"mine {uuid.uuid4()}").pk)
        assert set(foreign.until(lambda frame: frame["type"] == "rows")["rows"]) == {theirs}


def test_a_chat_that_is_gone_has_no_row(stack: Stack, person: Person) -> None:
    stack.model.script(text("There."), match="soon gone")
    task = person.begin("haiku", "soon gone")
    ended(last_turn(task))
    row = str(task.pk)
    task.delete()
    with list_socket(person) as own:
        # Changes from before the page was opened are sent in their current state.
        assert own.until(lambda frame: row in frame.get("rows", {}))["rows"][row] == ""
