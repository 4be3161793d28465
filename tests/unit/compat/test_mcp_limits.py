"""compat/mcp_limits.py is needed while MCP servers may answer with as much as they like."""

import asyncio
import gzip
import inspect
import itertools
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from agents.exceptions import UserError
from agents.mcp import MCPServerStdio
from mcp.client.streamable_http import StreamableHTTPTransport
from mcp.types import ListToolsResult, Tool

from agentex_web.compat import mcp_limits
from agentex_web.compat.mcp_limits import TooMuch, _checked, _counted_page, _limited_stream


def test_the_clients_read_whatever_comes() -> None:
    assert "await response.aread()" in inspect.getsource(StreamableHTTPTransport._handle_json_response)
    listing = inspect.getsource(mcp_limits._Server.list_tools)
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


def tools_of(pages: Any) -> list[Tool]:
    """What a server lists with these pages of tools."""

    async def list_tools(**_: Any) -> ListToolsResult:
        return ListToolsResult(tools=next(pages), next_cursor=str(next(numbers)))

    numbers = itertools.count()
    server: Any = MCPServerStdio({"command": "nothing"})
    session = SimpleNamespace(list_tools=list_tools)

    async def listed() -> list[Tool]:
        found: list[Tool] = []
        cursor = None
        while (page := await _counted_page(server, session, cursor)).tools or cursor is None:
            found += page.tools
            cursor = page.next_cursor
        return found

    return asyncio.run(listed())


def tool(words: str = "") -> Tool:
    return Tool(name="t", description=words, input_schema={"type": "object"})


def test_a_list_of_tools_ends() -> None:
    # The count begins again with the first page.
    assert len(tools_of(iter([[tool()] * 600, [], [tool()] * 600, []]))) == 600
    with pytest.raises(UserError, match="too many tools; the limit is 1,000"):
        tools_of(itertools.repeat([tool()] * 50))
    with pytest.raises(UserError, match="too many tools"):
        tools_of(itertools.repeat([tool()]))
    with pytest.raises(UserError, match="too large; the limit is 1,000,000 bytes"):
        tools_of(itertools.repeat([tool(600_000 * "x")]))


def test_a_result_has_so_many_parts() -> None:
    async def call(parts: int) -> Any:
        return SimpleNamespace(content=["x"] * parts)

    assert asyncio.run(_checked(call)(1_000)).content
    with pytest.raises(UserError, match="The result has 1,001 parts; the limit is 1,000"):
        asyncio.run(_checked(call)(1_001))
