"""Starts a turn and follows it to its end. Also reads the model's input in the next turn."""

from collections.abc import Callable

from agentex_web.positions import OPENING
from agentex_web.tasks.models import Task, Turn
from tests.support import people
from tests.support.model_server import Json, text
from tests.support.people import Person, Socket, last_turn
from tests.support.stack import Stack


def watched(
    person: Person,
    agent: str,
    content: str,
    status: str = "done",
    meanwhile: Callable[[Task, Socket], object] | None = None,
) -> tuple[Task, Socket]:
    """Runs a new task's first turn to its end, and returns the task and the socket with its frames."""
    task = person.begin(agent, content)
    with person.socket(task) as socket:
        if meanwhile is not None:
            meanwhile(task, socket)
        ended = socket.until(lambda frame: frame["type"] == "turn" and frame["status"] not in Turn.OPEN)
        assert ended["status"] == status, ended
        # An interrupted message may end a moment after its turn; a page would resync.
        if _under_way(socket):
            socket.until(lambda frame: not _under_way(socket))
    return task, socket


def _under_way(socket: Socket) -> set[str]:
    """The messages that have started and not ended."""
    calls: dict[str, str] = {}
    for frame in socket.frames:
        if frame["type"] == "started":
            calls[frame["message"]] = frame["html"]
        elif frame["type"] == "done":
            calls.pop(frame["message"], None)
        elif frame["type"] == "reset":
            of_call = f'data-call="{frame["call"]}"'
            calls = {message: html for message, html in calls.items() if of_call not in html}
    return set(calls)


def next_input(stack: Stack, person: Person, task: Task) -> list[Json]:
    """The model's input in the next turn, without that turn's own message."""
    words = f"and next, {task.pk}"
    stack.model.script(text("Well then."), match=words)
    turn = people.ended(person.send(task, words))
    assert turn.status == "done", turn.error
    body = stack.model.requests(words)[-1]["body"]
    asked: list[Json] = body.get("input") or body["messages"]
    assert asked[-1] == {"role": "user", "content": words}
    return asked[:-1]


def rows(turn: Turn) -> list[tuple[str, str, str]]:
    """Kind, status and content of the messages after the person's own."""
    said = turn.messages.exclude(position=OPENING).order_by("position")
    return [(row.kind, row.status, row.content) for row in said]


def agent_rows(task: Task) -> list[tuple[str, str, str]]:
    return rows(last_turn(task))
