"""agentex_web/compat/openai_transport.py gives what the client's own transport gives: bodies, errors, ends."""

import asyncio
import gc
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from openai import APIConnectionError, APIError, DefaultAsyncHttpxClient

from agentex_web.compat.openai_client import DirectOpenAI
from agentex_web.compat.openai_transport import HttpClient, _Body
from agentex_web.worker.model.failures import failure_of
from tests.support.waiting import PATIENCE

EVENT = (
    b'data: {"type":"response.output_text.delta","item_id":"i","output_index":0,"content_index":0,"delta":"a",'
    b'"logprobs":[],"sequence_number":1}\n\n'
)
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
CHUNKED = HEAD + b"transfer-encoding: chunked\r\n\r\n"
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Client = type[httpx2.AsyncClient]
BOTH = (HttpClient, DefaultAsyncHttpxClient)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def answering(*sent: bytes, reset: bool = False, hang: bool = False) -> Handler:
    """A server that reads a request, sends these bytes and closes the connection, or does not."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for each in sent:
            writer.write(each)
            await writer.drain()
            await asyncio.sleep(0.01)
        if hang:
            await asyncio.Event().wait()
        if reset:
            # No time to linger: the client's kernel is sent a reset.
            own: Any = writer.get_extra_info("socket")
            own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        writer.close()

    return handle


@asynccontextmanager
async def served(handle: Handler) -> AsyncIterator[str]:
    """Runs the server; yields its address. Handlers under way are cancelled at the end."""
    working: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        working.add(asyncio.ensure_future(handle(reader, writer)))

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.close()
        for each in working:
            each.cancel()
        await asyncio.gather(*working, return_exceptions=True)


async def outcome(kind: Client, url: str) -> tuple[int, type[BaseException] | None, str]:
    """Length of the text that arrives, the client's error, and what the person would read."""
    timeout = httpx2.Timeout(PATIENCE, read=1.0)
    count = 0
    async with DirectOpenAI(
        api_key="k", base_url=url, max_retries=0, timeout=timeout, http_client=kind(timeout=timeout)
    ) as client:
        try:
            async for event in await client.responses.create(model="m", input="x", stream=True):
                count += len(event.delta) if event.type == "response.output_text.delta" else 0
        except (APIError, httpx2.HTTPError) as error:
            failed = failure_of(error)
            return count, type(error), f"{failed.message}, retry: {not failed.non_retryable}"
    return count, None, ""


WAYS: dict[str, Handler] = {
    "whole": answering(CHUNKED, chunk(EVENT), chunk(EVENT), b"0\r\n\r\n"),
    "in one": answering(CHUNKED + chunk(EVENT + EVENT) + b"0\r\n\r\n"),
    "until the connection ends": answering(HEAD + b"\r\n", EVENT, EVENT),
    "of a known length": answering(HEAD + b"content-length: %d\r\n\r\n" % len(EVENT), EVENT),
    "broken off": answering(CHUNKED, chunk(EVENT)),
    "broken off within a chunk": answering(CHUNKED, chunk(EVENT), b"ff\r\nda"),
    "too short": answering(HEAD + b"content-length: 9000\r\n\r\n", EVENT),
    "reset in the middle": answering(CHUNKED, chunk(EVENT), reset=True),
    "reset before the answer": answering(reset=True),
    "closed before the answer": answering(),
    "silent": answering(hang=True),
    "silent in the middle": answering(CHUNKED, chunk(EVENT), hang=True),
    "no HTTP": answering(b"hello\r\n\r\n"),
    "no chunk": answering(CHUNKED, chunk(EVENT), b"zz\r\n"),
    "429": answering(b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n"),
    "500": answering(b"HTTP/1.1 500 Oops\r\ncontent-length: 4\r\n\r\noops"),
    "an early hint": answering(b"HTTP/1.1 103 Early Hints\r\n\r\n" + CHUNKED + chunk(EVENT) + b"0\r\n\r\n"),
}


@pytest.mark.parametrize("way", WAYS)
async def test_a_servers_ways_end_as_with_the_clients_own_transport(way: str) -> None:
    async with served(WAYS[way]) as url:
        ours, theirs = [await outcome(kind, url) for kind in BOTH]
    assert ours == theirs


async def test_a_refused_connection_is_no_timeout() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # Nothing listens here.
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        ours, theirs = [await outcome(kind, url) for kind in BOTH]
    assert ours == theirs and ours[1] is APIConnectionError


async def test_an_unknown_host_is_no_timeout() -> None:
    ours, theirs = [await outcome(kind, "http://model.invalid/v1") for kind in BOTH]
    assert ours == theirs and ours[1] is APIConnectionError


@pytest.mark.parametrize("sent", [(), (CHUNKED, chunk(EVENT))])
async def test_a_cancelled_call_closes_its_connection(sent: tuple[bytes, ...]) -> None:
    begun, gone = asyncio.Event(), asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.writelines(sent)
        begun.set()
        while await reader.read(100):
            pass
        gone.set()
        writer.close()

    async with served(handle) as url, asyncio.timeout(PATIENCE):
        call = asyncio.ensure_future(outcome(HttpClient, url))
        await begun.wait()
        call.cancel()
        await gone.wait()


async def test_a_connection_is_used_again_and_cookies_are_not_kept() -> None:
    heads: list[bytes] = []
    connections = 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while True:
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            await reader.readexactly(int(heads[-1].lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
            writer.write(b"HTTP/1.1 200 OK\r\nset-cookie: a=b\r\ncontent-length: 2\r\n\r\nok")

    async with served(handle) as url, HttpClient() as http:
        http.cookies.jar.set_policy(_NoCookies())
        for _ in range(2):
            assert (await http.post(url, json={})).text == "ok"
    assert connections == 1 and len(heads) == 2
    assert all(b"cookie" not in each.lower() for each in heads)


async def test_an_answer_is_forgotten_while_its_connection_lives() -> None:
    proceed = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(CHUNKED)
        await proceed.wait()
        writer.write(chunk(EVENT) + b"0\r\n\r\n")
        await asyncio.Event().wait()

    def bodies() -> int:
        gc.collect()
        return sum(type(each) is _Body for each in gc.get_objects())

    async with served(handle) as url, HttpClient() as http:
        before = bodies()
        async with http.stream("GET", url) as response:
            proceed.set()
            assert await response.aread() == EVENT
        del response
        assert bodies() == before


class _NoCookies:
    """httpx2's own jar takes none, so that only one of the transport could."""

    rfc2965 = netscape = hide_cookie2 = False

    def set_ok(self, *_: Any) -> bool:
        return False

    return_ok = domain_return_ok = path_return_ok = set_ok
