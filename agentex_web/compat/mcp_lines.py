"""Limits for the lines of MCP servers that are programs, which are read on the worker's event loop like the
answers of other servers (mcp_limits.py).

mcp 2.3 keeps a line of any length in memory, and copies all of it for each 64 kB that arrive. It logs each
line that is not a message with a traceback, however many there are. When it gives a connection up, it first
reads what the program still writes, and then says only "Connection closed".
"""

import logging
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from functools import wraps
from typing import Any

from agents.exceptions import UserError
from agents.mcp import MCPServerStdio
from anyio import BrokenResourceError
from anyio.streams.text import TextReceiveStream
from mcp.client import stdio
from mcp.shared.message import SessionMessage
from mcp_types import jsonrpc_message_adapter

from agentex_web.compat.mcp_limits import MOST_BYTES, MOST_VALUES

logger = logging.getLogger(__name__)

_FAULT = "_agentex_fault"
"""The attribute of a server that says why its connection was given up."""
MOST_CHARACTERS = MOST_BYTES
"""The most characters of a line: it is counted after decoding, and JSON is mostly ASCII."""
MOST_STRAY_LINES = 1_000
"""The most lines in succession that are not messages. Programs that also print their log have a few."""
TOO_LARGE = "The answer is too large; the limit is {}."
STRAY = f"The program writes more than {MOST_STRAY_LINES:,} lines that are not messages."
_LOGGED_CHARACTERS = 200
_connecting: ContextVar[MCPServerStdio | None] = ContextVar("connecting", default=None)
_reading: ContextVar["_Lines"] = ContextVar("reading")


class _Lines(TextReceiveStream):
    """What a program writes, one line for each call of ``receive``. The connection ends if a line is too
    large or not text, or if too many lines are not messages.

    Attributes:
        strays: how many lines since the last message are not messages.
    """

    def __post_init__(self, encoding: str, errors: str) -> None:
        super().__post_init__(encoding, errors)
        self.strays = 0
        self._server = _connecting.get()
        self._whole: deque[str] = deque()
        self._parts: list[str] = []
        """Of the line whose end has not arrived."""
        self._length = self._values = 0
        # The client parses the lines in the task that creates this object.
        _reading.set(self)

    async def receive(self) -> str:
        if self.strays > MOST_STRAY_LINES:
            await self._give_up(STRAY)
        while not self._whole:
            try:
                read = await super().receive()
            except UnicodeDecodeError as error:
                await self._give_up(f"The answer is not text in {error.encoding}.")
                raise
            await self._take(read)
        return self._whole.popleft()

    async def _take(self, read: str) -> None:
        *ends, begun = read.split("\n")
        for end in ends:
            await self._add(end)
            self._whole.append("".join(self._parts) + "\n")
            self._parts.clear()
            self._length = self._values = 0
        await self._add(begun)

    async def _add(self, part: str) -> None:
        self._parts.append(part)
        self._length += len(part)
        self._values += part.count("{") + part.count("[")
        if self._length > MOST_CHARACTERS:
            await self._give_up(TOO_LARGE.format(f"{MOST_CHARACTERS:,} characters"))
        if self._values > MOST_VALUES:
            await self._give_up(TOO_LARGE.format(f"{MOST_VALUES:,} objects and lists"))

    async def _give_up(self, fault: str) -> None:
        if self._server is not None:
            setattr(self._server, _FAULT, fault)
        # Otherwise the client would go on reading, for as long as the program writes.
        await self.transport_stream.aclose()
        raise BrokenResourceError(fault)


def _parsed(line: str) -> SessionMessage | Exception:
    """The message in a line, or the exception that says why it is none."""
    lines = _reading.get()
    try:
        message = SessionMessage(jsonrpc_message_adapter.validate_json(line, by_name=False))
    except ValueError as error:
        lines.strays += 1
        if lines.strays == 1:
            logger.warning("An MCP server wrote a line that is not a message: %.*s", _LOGGED_CHARACTERS, line)
        return error
    lines.strays = 0
    return message


_create_streams = MCPServerStdio.create_streams


def _noted_streams(server: MCPServerStdio) -> Any:
    # A server may be connected again; its next fault is another one.
    vars(server).pop(_FAULT, None)
    # The SDK connects in a task of its own, so this is seen by the tasks of this connection alone.
    _connecting.set(server)
    return _create_streams(server)


Call = Callable[..., Coroutine[Any, Any, Any]]


def _explained(call: Call) -> Call:
    """Says why the connection was given up, if a call fails because of that."""

    @wraps(call)
    async def explained(server: MCPServerStdio, *args: Any, **options: Any) -> Any:
        try:
            return await call(server, *args, **options)
        except Exception as error:
            if fault := vars(server).get(_FAULT):
                raise UserError(fault) from error
            raise

    return explained


_CALLS = ("connect", "list_tools", "call_tool")


def install() -> None:
    """Installs the limits, after those of ``mcp_limits``. Calling it again has no effect."""
    if stdio.TextReceiveStream is _Lines:  # type: ignore[attr-defined]
        return
    stdio.TextReceiveStream = _Lines  # type: ignore[attr-defined]
    stdio._parse_line = _parsed
    MCPServerStdio.create_streams = _noted_streams  # type: ignore[method-assign, assignment]
    for name in _CALLS:
        setattr(MCPServerStdio, name, _explained(getattr(MCPServerStdio, name)))
