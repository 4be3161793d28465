"""A response waits for its browser, and ends if that takes nothing."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from daphne.http_protocol import WebRequest
from daphne.server import Server

from agentex_web.compat import daphne_responses
from agentex_web.compat.daphne_responses import MOST_WAITING, UNSENT_BYTES


class Transport:
    """A connection whose browser takes nothing by itself."""

    _tempDataLen = offset = 0
    connected = True

    def __init__(self) -> None:
        self.dataBuffer = b""

    def abortConnection(self) -> None:
        self.connected = False


class Request(WebRequest):  # type: ignore[misc]
    def __init__(self, transport: Transport) -> None:
        self.channel = SimpleNamespace(transport=transport)

    def handle_reply(self, message: dict[str, Any]) -> None:
        self.channel.transport.dataBuffer += message["body"]


@pytest.fixture(autouse=True)
def patched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daphne_responses, "_LOOK_EVERY", 0)
    monkeypatch.setattr(Server, "handle_reply", Server.handle_reply)
    # Twice, because a server may have been started before in this process.
    daphne_responses.let_responses_wait()
    daphne_responses.let_responses_wait()


def sent_to(transport: Transport, size: int) -> asyncio.Task[None]:
    request = Request(transport)
    server = SimpleNamespace(connections={request: {}}, check_headers_type=lambda _: None)
    message = {"type": "http.response.body", "body": bytes(size), "more_body": True}
    return asyncio.create_task(Server.handle_reply(server, request, message))


async def rounds() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_the_next_part_waits_until_most_of_this_one_is_taken() -> None:
    async def download() -> None:
        transport = Transport()
        await sent_to(transport, UNSENT_BYTES)
        part = sent_to(transport, 1)
        await rounds()
        assert not part.done()
        transport.dataBuffer = transport.dataBuffer[:-1]
        await part
        assert transport.connected

    asyncio.run(download())


def test_a_browser_that_takes_nothing_is_disconnected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daphne_responses, "STALLED_SECONDS", 0.0)

    async def download() -> None:
        transport = Transport()
        await sent_to(transport, 2 * UNSENT_BYTES)
        assert not transport.connected

    asyncio.run(download())


def test_of_too_many_the_one_that_moved_least_recently_ends() -> None:
    async def downloads() -> None:
        transports = [Transport() for _ in range(MOST_WAITING + 1)]
        parts = [sent_to(each, 2 * UNSENT_BYTES) for each in transports[:-1]]
        await rounds()
        transports[0].dataBuffer = transports[0].dataBuffer[:-1]
        await rounds()
        parts.append(sent_to(transports[-1], 2 * UNSENT_BYTES))
        await rounds()
        assert [number for number, each in enumerate(transports) if not each.connected] == [1]
        # Also when many come at once, before those that are ended notice it.
        parts += [sent_to(Transport(), 2 * UNSENT_BYTES) for _ in range(20)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert len([each for each in daphne_responses._waiting if not each.is_ended]) == MOST_WAITING
        for part in parts:
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)

    asyncio.run(downloads())
