"""compat/mcp_limits.py is needed while MCP servers may answer with as much as they like."""

import asyncio
import gzip
import inspect
import itertools
from collections.abc import AsyncIterator, Iterable
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from agents.exceptions import UserError
from agents.mcp import MCPServerStdio
from mcp.client.session import ClientSession
from mcp.client.streamable_http import StreamableHTTPTransport
from mcp.types import ListToolsResult, Tool

from agentex_web.compat import mcp_limits
from agentex_web.compat.mcp_limits import TooMuch, _checked, _counted_page, _limited_list, _limited_stream


def test_the_clients_read_whatever_comes() -> None:
    assert "await response.aread()" in inspect.getsource(StreamableHTTPTransport._handle_json_response)
    listing = inspect.getsource(mcp_limits._list)
    assert "while True" in listing and "self._list_tools_page(" in listing


def read(status: int, body: bytes, method: str = "tools/call", **headers: str) -> bytes:
    """What a client of MCP reads of an answer."""

    async def answer(_request: httpx2.Request) -> httpx2.Response:
        async def parts() -> AsyncIterator[bytes]:
            for start in range(0, len(body), 7):
                yield body[start : start + 7]

        return httpx2.Response(status, content=parts(), headers=headers)

    async def asked() -> bytes:
        async with (
            httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as client,
            _limited_stream(client, "POST", "http://mcp.example/", json={"method": method}) as response,
        ):
            return bytes(await response.aread())

    return asyncio.run(asked())


def test_an_answer_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcp_limits, "MOST_BYTES", 1_000)
    monkeypatch.setattr(mcp_limits, "MOST_TOOL_BYTES", 500)
    monkeypatch.setattr(mcp_limits, "MOST_ERROR_BYTES", 100)
    packed = {"content-encoding": "gzip"}
    assert read(200, 1_000 * b"x") == read(200, gzip.compress(1_000 * b"x"), **packed) == 1_000 * b"x"
    with pytest.raises(TooMuch, match="the limit is 1,000 bytes"):
        read(200, 1_001 * b"x")
    with pytest.raises(TooMuch):
        read(200, gzip.compress(100_000 * b"x"), **packed)
    with pytest.raises(TooMuch, match="the limit is 500 bytes"):
        read(200, 501 * b"x", "tools/list")
    assert read(400, b"no") == b"no"
    for status, headers in ((400, {}), (307, {"location": "http://mcp.example/again"})):
        with pytest.raises(TooMuch, match="the limit is 100 bytes"):
            read(status, 101 * b"x", **headers)


def test_an_answer_has_so_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcp_limits, "MOST_VALUES", 3)
    assert read(200, b"[[{}]]") == b"[[{}]]"
    with pytest.raises(TooMuch, match="the limit is 3 objects and lists"):
        read(200, b"[[{}, {}]]")


def test_a_result_is_not_checked_by_the_servers_patterns() -> None:
    mcp_limits.install()
    assert ClientSession.validate_tool_result is mcp_limits._unchecked


class Session:
    """A server's end of a connection that answers with these pages of tools."""

    def __init__(self, pages: Iterable[list[Tool]]) -> None:
        self._pages, self._numbers = iter(pages), itertools.count()

    async def list_tools(self, **_: Any) -> ListToolsResult:
        tools = next(self._pages)
        return ListToolsResult(tools=tools, next_cursor=str(next(self._numbers)) if tools else None)


def listed(server: Any, *pages: list[Tool]) -> int:
    server.session = Session(pages)
    return len(asyncio.run(_limited_list(server)))


def tool(words: str = "") -> Tool:
    return Tool(name="t", description=words, input_schema={"type": "object"})


def test_a_list_of_tools_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcp_limits._Server, "_list_tools_page", _counted_page)
    server = MCPServerStdio({"command": "nothing"}, cache_tools_list=True)
    for _ in range(2):
        with pytest.raises(UserError, match="too many tools; the limit is 1,000"):
            listed(server, *itertools.repeat([tool()] * 50, 21), [])
    with pytest.raises(UserError, match="too many tools"):
        listed(server, *itertools.repeat([tool()], 101), [])
    with pytest.raises(UserError, match="too large; the limit is 1,000,000 bytes"):
        listed(server, [tool(600_000 * "x")], [tool(600_000 * "x")], [])
    assert listed(server, [tool()] * 600, []) == 600


def test_a_result_has_so_many_parts() -> None:
    async def call(parts: int) -> Any:
        return SimpleNamespace(content=["x"] * parts)

    assert asyncio.run(_checked(call)(1_000)).content
    with pytest.raises(UserError, match="The result has 1,001 parts; the limit is 1,000"):
        asyncio.run(_checked(call)(1_001))
