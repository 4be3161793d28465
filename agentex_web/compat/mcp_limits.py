"""Limits for what MCP servers answer. An agent may ask a public one, and its answers are read on the worker's
event loop, which all chats share.

mcp 2.3 reads a JSON body of any size. Of 30 MB, an error takes 1.3 GB and holds up the loop for 5 s; 200,000
short texts in one result (8 MB) hold it up for 19 s, 20,000 tools (3 MB) for 3 s at each attempt. It
checks a result by the schema that the server names, where `^(a+)+$` takes minutes for 35 characters.
openai-agents 0.22 asks for the next page of tools as long as the server names one.
"""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

import httpx2
from agents.exceptions import UserError
from agents.mcp import server as sdk
from mcp.client import streamable_http
from mcp.client.session import ClientSession
from mcp.shared import _httpx_utils

MOST_BYTES = 16_000_000
"""The most bytes of an answer, after decompression. A picture of 12 MB has 16 MB in base64."""
MOST_VALUES = 100_000
"""Objects and lists in an answer, as JSON: what checks them costs more than their bytes. A text with as many
brackets has more characters than a tool's result may have."""
MOST_ERROR_BYTES = 65_536
"""Of an answer that only says what is wrong or where to ask."""
MOST_PARTS = 1_000
MOST_TOOLS, MOST_PAGES = 1_000, 100
MOST_TOOL_BYTES = 1_000_000
"""Of all tools of a server: their names, descriptions and schemas go into each call of the model."""
_TOOLS_LIST = "tools/list"
_SUCCESS_BELOW = 300
"""The status codes below this one are those of answers; redirects and errors have higher ones."""


class TooMuch(httpx2.StreamError):
    """An answer is too large. The client reports errors of this class like those of a broken answer."""


class _Client:
    """A client whose answers have at most ``most`` bytes, for ``stream_within_origin``."""

    def __init__(self, client: httpx2.AsyncClient, most: int) -> None:
        self._client = client
        self._most = most

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    async def send(self, *args: Any, **options: Any) -> httpx2.Response:
        response = await self._client.send(*args, **options)
        most = self._most if response.status_code < _SUCCESS_BELOW else MOST_ERROR_BYTES
        response.aread = partial(_read, response, most)  # type: ignore[method-assign]
        return response


async def _read(response: httpx2.Response, most: int) -> bytes:
    if hasattr(response, "_content"):
        return response.content
    read = bytearray()
    async with aclosing(response.aiter_bytes()) as parts:
        async for part in parts:
            read += part
            if len(read) > most:
                raise TooMuch(f"The answer is too large; the limit is {most:,} bytes.")
    if read.count(b"{") + read.count(b"[") > MOST_VALUES:
        raise TooMuch(f"The answer is too large; the limit is {MOST_VALUES:,} objects and lists.")
    response._content = bytes(read)
    return response._content


_stream = _httpx_utils.stream_within_origin


@asynccontextmanager
async def _limited_stream(client: Any, method: str, url: Any, **options: Any) -> AsyncIterator[Any]:
    asked = options.get("json")
    most = MOST_TOOL_BYTES if isinstance(asked, dict) and asked.get("method") == _TOOLS_LIST else MOST_BYTES
    async with _stream(_Client(client, most), method, url, **options) as response:  # type: ignore[arg-type]
        yield response


_Server = sdk._MCPServerWithClientSession
_list_page = _Server._list_tools_page


_list = _Server.list_tools


@dataclass
class _Listing:
    """What a server has listed so far, for one call of ``list_tools``."""

    pages: int = 0
    tools: int = 0
    size: int = 0
    fault: str = ""


_listing: ContextVar[_Listing | None] = ContextVar("listing", default=None)


async def _counted_page(server: Any, session: Any, cursor: str | None = None) -> Any:
    """A page of the list of tools. Over the limit, an empty last page, with the reason in ``fault``: the SDK
    would replace an exception by one without the reason.
    """
    page = await _list_page(server, session, cursor)
    seen = _listing.get()
    if seen is None:
        return page
    seen.pages, seen.tools = seen.pages + 1, seen.tools + len(page.tools)
    if seen.pages > MOST_PAGES or seen.tools > MOST_TOOLS:
        seen.fault = f"It lists too many tools; the limit is {MOST_TOOLS:,}."
    else:
        seen.size += sum(len(each.model_dump_json()) for each in page.tools)
        if seen.size > MOST_TOOL_BYTES:
            seen.fault = f"Its list of tools is too large; the limit is {MOST_TOOL_BYTES:,} bytes."
    return page.model_copy(update={"tools": [], "next_cursor": None}) if seen.fault else page


async def _limited_list(server: Any, *args: Any, **options: Any) -> Any:
    seen = _Listing()
    token = _listing.set(seen)
    try:
        tools = await _list(server, *args, **options)
    finally:
        _listing.reset(token)
    if seen.fault:
        server.invalidate_tools_cache()
        raise UserError(seen.fault)
    return tools


async def _unchecked(_session: Any, _name: str, _result: Any) -> None:
    """In place of the client's check against the server's own schema, whose patterns may take for ever."""


Call = Callable[..., Coroutine[Any, Any, Any]]


def _checked(call: Call) -> Call:
    @wraps(call)
    async def checked(*args: Any, **options: Any) -> Any:
        result = await call(*args, **options)
        if len(result.content) > MOST_PARTS:
            raise UserError(f"The result has {len(result.content):,} parts; the limit is {MOST_PARTS:,}.")
        return result

    return checked


_calls = {each: _checked(each.call_tool) for each in (_Server, sdk.MCPServerStreamableHttp)}


def install() -> None:
    """Installs the limits. Calling it again has no effect."""
    for module in (_httpx_utils, streamable_http):
        module.stream_within_origin = _limited_stream  # type: ignore[attr-defined]
    ClientSession.validate_tool_result = _unchecked  # type: ignore[method-assign, assignment]
    _Server._list_tools_page = _counted_page  # type: ignore[method-assign, assignment]
    _Server.list_tools = _limited_list  # type: ignore[method-assign, assignment]
    for server, call in _calls.items():
        server.call_tool = call  # type: ignore[method-assign]
