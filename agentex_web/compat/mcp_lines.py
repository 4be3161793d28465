"""Limits for the lines of MCP servers that are programs, which are read on the worker's event loop like the
answers of other servers (mcp_limits.py).

mcp 2.3 keeps a line of any length in memory, and copies all of it for each 64 kB that arrive. When it gives a
connection up, it first reads what the program still writes, and then says only "Connection closed".
"""

from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from functools import wraps
from typing import Any

from agents.exceptions import UserError
from agents.mcp import MCPServerStdio
from anyio import BrokenResourceError
from anyio.streams.text import TextReceiveStream
from mcp.client import stdio

from agentex_web.compat.mcp_limits import MOST_BYTES, MOST_VALUES

_FAULT = "_agentex_fault"
"""The attribute of a server that says why its connection was given up."""
TOO_LARGE = "The answer is too large; the limit is {}."
_connecting: ContextVar[MCPServerStdio | None] = ContextVar("connecting", default=None)


class _Lines(TextReceiveStream):
    """What a program writes. If a line is too large or not text, the connection ends."""

    def __post_init__(self, encoding: str, errors: str) -> None:
        super().__post_init__(encoding, errors)
        self._server = _connecting.get()
        self._length = self._values = 0

    async def receive(self) -> str:
        try:
            read = await super().receive()
        except UnicodeDecodeError as error:
            await self._give_up(f"The answer is not text in {error.encoding}.")
            raise
        for number, part in enumerate(read.split("\n")):
            if number:
                self._length = self._values = 0
            self._length += len(part)
            self._values += part.count("{") + part.count("[")
            if self._length > MOST_BYTES:
                await self._give_up(TOO_LARGE.format(f"{MOST_BYTES:,} characters"))
            if self._values > MOST_VALUES:
                await self._give_up(TOO_LARGE.format(f"{MOST_VALUES:,} objects and lists"))
        return read

    async def _give_up(self, fault: str) -> None:
        if self._server is not None:
            setattr(self._server, _FAULT, fault)
        # Otherwise the client would go on reading, for as long as the program writes.
        await self.transport_stream.aclose()
        raise BrokenResourceError(fault)


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
    MCPServerStdio.create_streams = _noted_streams  # type: ignore[method-assign, assignment]
    for name in _CALLS:
        setattr(MCPServerStdio, name, _explained(getattr(MCPServerStdio, name)))
