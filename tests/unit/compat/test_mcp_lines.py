"""compat/mcp_lines.py is needed while the client keeps lines of any length and logs whatever is not a message."""

import inspect
import logging
import sys

import pytest
from agents.exceptions import UserError
from agents.mcp import MCPServerStdio
from anyio import EndOfStream
from anyio.abc import ByteReceiveStream
from mcp.client import stdio

from agentex_web.compat import mcp_limits, mcp_lines

PARSE_LINE = inspect.getsource(stdio._parse_line)


def test_the_client_keeps_whatever_comes() -> None:
    assert "(buffer + chunk).split" in inspect.getsource(stdio.stdio_client)


def test_the_client_logs_whatever_is_not_a_message() -> None:
    assert "logger.exception" in PARSE_LINE
    assert "_parse_line(line)" in inspect.getsource(stdio.stdio_client)


def program(code: str) -> MCPServerStdio:
    mcp_limits.install()
    mcp_lines.install()
    return MCPServerStdio({"command": sys.executable, "args": ["-S", "-c", code]})


@pytest.mark.parametrize(
    ("written", "limit"), [("x", "1,000,000 characters"), ("[", "300 objects and lists")]
)
async def test_a_line_without_end_ends_the_connection(
    written: str, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mcp_lines, "MOST_CHARACTERS", 1_000_000)
    monkeypatch.setattr(mcp_lines, "MOST_VALUES", 300)
    server = program(f"while True: print({written * 100!r}, end='', flush=True)")
    with pytest.raises(UserError, match=f"The answer is too large; the limit is {limit}."):
        await server.connect()
    # The next connection does not have the fault of this one.
    server.create_streams()
    assert mcp_lines._FAULT not in vars(server)


async def test_a_line_that_is_not_text_ends_the_connection() -> None:
    server = program(r"import os, time; os.write(1, b'caf\xe9\n'); time.sleep(60)")
    with pytest.raises(UserError, match="The answer is not text in utf-8."):
        await server.connect()


async def test_lines_without_end_that_are_not_messages_end_the_connection(
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = program("while True: print('chatter')")
    with caplog.at_level(logging.WARNING), pytest.raises(UserError, match="more than 1,000 lines"):
        await server.connect()
    assert caplog.text.count("chatter") == 1


class Written(ByteReceiveStream):
    """What a program writes, in parts."""

    def __init__(self, *parts: bytes) -> None:
        self._parts = list(parts)

    async def receive(self, max_bytes: int = 65536) -> bytes:
        if not self._parts:
            raise EndOfStream
        return self._parts.pop(0)

    async def aclose(self) -> None:
        self._parts.clear()


async def test_the_client_gets_whole_lines_which_it_does_not_copy_for_each_part() -> None:
    lines = mcp_lines._Lines(Written(b"a", b"b\nc\n", b"d", b"e", b"\nf"))
    assert [each async for each in lines] == ["ab\n", "c\n", "de\n"]


async def test_a_message_forgives_the_lines_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcp_lines, "MOST_STRAY_LINES", 1)
    message = b'{"jsonrpc": "2.0", "method": "notifications/progress"}\n'
    lines = mcp_lines._Lines(Written(*(2 * [b"chatter\n", message])))
    kinds = [type(mcp_lines._parsed(each)).__name__ async for each in lines]
    assert kinds == 2 * ["ValidationError", "SessionMessage"]
