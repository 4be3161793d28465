"""compat/mcp_lines.py is needed while the client keeps lines of any length."""

import inspect
import sys

import pytest
from agents.exceptions import UserError
from agents.mcp import MCPServerStdio
from mcp.client import stdio

from agentex_web.compat import mcp_limits, mcp_lines


def test_the_client_keeps_whatever_comes() -> None:
    assert "(buffer + chunk).split" in inspect.getsource(stdio.stdio_client)


@pytest.mark.parametrize(
    ("written", "limit"), [("x", "1,000,000 characters"), ("[", "300 objects and lists")]
)
async def test_a_line_without_end_ends_the_connection(
    written: str, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mcp_lines, "MOST_BYTES", 1_000_000)
    monkeypatch.setattr(mcp_lines, "MOST_VALUES", 300)
    mcp_limits.install()
    mcp_lines.install()
    endless = f"while True: print({written * 100!r}, end='', flush=True)"
    server = MCPServerStdio({"command": sys.executable, "args": ["-S", "-c", endless]})
    with pytest.raises(UserError, match=f"The answer is too large; the limit is {limit}."):
        await server.connect()
    # The next connection does not have the fault of this one.
    server.create_streams()
    assert mcp_lines._FAULT not in vars(server)


async def test_a_line_that_is_not_text_ends_the_connection() -> None:
    mcp_limits.install()
    mcp_lines.install()
    writing = r"import os, time; os.write(1, b'caf\xe9\n'); time.sleep(60)"
    server = MCPServerStdio({"command": sys.executable, "args": ["-S", "-c", writing]})
    with pytest.raises(UserError, match="The answer is not text in utf-8."):
        await server.connect()
