"""The HTTP of the OpenAI client by aiohttp, whose parser is in C: half the time of httpcore and h11.

openai 3.57 has such a transport too (its extra ``aiohttp``). That one reports a refused connection and a
broken one as timeouts, stores the server's cookies, and belongs to the first event loop that used it. Here
the errors are those of httpx2, as with the client's own transport. If the environment names a proxy, requests
use the client's own transport.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import aiohttp
import httpx2
from openai import DefaultAsyncHttpxClient
from yarl import URL

_ERRORS: tuple[tuple[type[Exception], type[httpx2.TransportError]], ...] = (
    (aiohttp.ConnectionTimeoutError, httpx2.ConnectTimeout),
    (aiohttp.ServerTimeoutError, httpx2.ReadTimeout),
    (aiohttp.ClientConnectorError, httpx2.ConnectError),
    (aiohttp.ClientOSError, httpx2.ReadError),
    (aiohttp.InvalidURL, httpx2.UnsupportedProtocol),
    # Answers that are no HTTP, bodies without their end, connections that are closed before an answer.
    (aiohttp.ClientError, httpx2.RemoteProtocolError),
    (OSError, httpx2.ReadError),
)
"""The first match counts."""


class HttpClient(DefaultAsyncHttpxClient):
    """An HTTP client with the OpenAI client's defaults and this transport."""

    def _init_transport(self, *_: Any, **given: Any) -> httpx2.AsyncBaseTransport:
        context = httpx2.create_ssl_context(
            verify=given["verify"], cert=given["cert"], trust_env=given["trust_env"]
        )
        return given["transport"] or AiohttpTransport(context, given["limits"])


class AiohttpTransport(httpx2.AsyncBaseTransport):
    """Sends the openai client's requests with aiohttp.

    Args:
        context: an `ssl.SSLContext`.
    """

    def __init__(self, context: Any, limits: httpx2.Limits) -> None:
        self._context = context
        self._limits = limits
        self._sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.ClientSession] = (
            WeakKeyDictionary()
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        timeout = request.extensions.get("timeout", {})
        with _errors():
            response = await self._session().request(
                request.method,
                URL(str(request.url), encoded=True),
                headers=[
                    (name.decode("ascii"), value.decode("latin-1")) for name, value in request.headers.raw
                ],
                data=await request.aread() or None,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(
                    connect=timeout.get("pool"),
                    sock_connect=timeout.get("connect"),
                    sock_read=timeout.get("read"),
                ),
            )
        return httpx2.Response(
            response.status,
            headers=response.raw_headers,
            stream=_Body(response),
            extensions={"http_version": b"HTTP/1.1", "reason_phrase": (response.reason or "").encode()},
        )

    def _session(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        if loop not in self._sessions:
            connector = aiohttp.TCPConnector(
                ssl=self._context,
                limit=self._limits.max_connections or 0,
                keepalive_timeout=self._limits.keepalive_expiry,
            )
            self._sessions[loop] = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
            )
        return self._sessions[loop]

    async def aclose(self) -> None:
        if (session := self._sessions.pop(asyncio.get_running_loop(), None)) is not None:
            await session.close()


class _Body(httpx2.AsyncByteStream):
    """A response's body. Nothing is read from the network before it is asked for."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self._transport: asyncio.Transport | None = None
        self._closed: asyncio.Future[None] | None = None
        connection = response.connection
        if connection is not None and connection.protocol is not None:
            self._transport = connection.transport
            self._closed = connection.protocol.closed
            if self._closed is not None:
                self._closed.add_done_callback(self._end)

    def _end(self, _: object) -> None:
        """Ends a body with a broken chunk; aiohttp 3.14 closes its connection and lets the reader wait."""
        content = self._response.content
        if not content.is_eof() and content.exception() is None:
            content.set_exception(aiohttp.ClientPayloadError("The body of the answer is broken."))

    async def __aiter__(self) -> AsyncIterator[bytes]:
        content = self._response.content
        with _errors():
            while chunk := await content.readany():
                if self._transport is None or content.is_eof():
                    yield chunk
                    continue
                # What arrives meanwhile waits in the kernel, and is read and parsed at once.
                self._transport.pause_reading()
                try:
                    yield chunk
                finally:
                    self._transport.resume_reading()

    async def aclose(self) -> None:
        if self._closed is not None:
            # The connection lives on and would keep this body.
            self._closed.remove_done_callback(self._end)
        self._response.release()


@contextmanager
def _errors() -> Iterator[None]:
    """Raises httpx2's error in place of aiohttp's."""
    try:
        yield
    except (aiohttp.ClientError, OSError) as error:
        kind = next(kind for theirs, kind in _ERRORS if isinstance(error, theirs))
        raise kind(str(error) or type(error).__name__) from error
