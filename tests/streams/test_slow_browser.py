"""A browser that does not read its stream is disconnected, and costs the web process little memory."""

import asyncio
import socket
import uuid

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from agentex_web.streams.events import Event, MessageDelta, MessageStarted
from agentex_web.streams.publisher import publish
from agentex_web.tasks.models import Task
from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.waiting import until

PART = "words " * 2_000
PARTS = 800
"""Parts of 12 KB each: in total more than the kernel's buffers and the limit."""


def test_a_browser_that_does_not_read_is_cut_off(stack: Stack, person: Person) -> None:
    stack.model.script(text("Hello."), match="nobody reads this")
    task = person.begin("haiku", "nobody reads this")
    turn = ended(last_turn(task))
    message = str(uuid.uuid4())
    address, headers = person.handshake(task)
    plain = socket.socket()
    # Set before connecting, so that the kernel does not grow the receive window.
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    plain.connect(("127.0.0.1", stack.port))
    # A tool message is not rendered, so all time is spent on frames.
    begun = MessageStarted(message, str(turn.pk), "000009", kind="tool_request")
    before = len(stack.log("web"))
    with connect(address, sock=plain, additional_headers=headers, max_queue=1, compression=None) as slow:
        slow.recv()
        asyncio.run(
            stream(task, [begun, *(MessageDelta(message, n * len(PART), PART) for n in range(PARTS))])
        )
        until(lambda: "wait for its browser" in stack.log("web")[before:], stack.logs)
        got = 0
        with pytest.raises(ConnectionClosed):
            while True:
                got += len(slow.recv(60))
    assert got < PARTS * len(PART)


async def stream(task: Task, events: list[Event]) -> None:
    for number in range(0, len(events), 50):
        assert await publish(str(task.pk), events[number : number + 50])
