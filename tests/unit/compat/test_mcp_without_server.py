"""`import mcp` without the server: nothing of it is loaded, and whoever asks for it gets it."""

import subprocess
import sys

from tests.support.environment import ROOT

WITHOUT = "from agentex_web.compat import mcp_without_server; mcp_without_server.import_mcp();"
LOADED = "import sys; print([each for each in ('mcp.server', 'starlette', 'uvicorn') if each in sys.modules])"
SESSION = f"""
import asyncio
{WITHOUT}
from mcp import Client
from mcp.server import MCPServer

server = MCPServer("sums")

@server.tool()
def add(a: int, b: int) -> int:
    return a + b

async def main():
    for mode in ("auto", "legacy"):
        async with Client(server, mode=mode) as client:
            print((await client.call_tool("add", {{"a": 1, "b": 2}})).content[0].text)

asyncio.run(main())
"""

NAMES = f"""
{WITHOUT}
import mcp
try:
    from mcp import Nothing
except ImportError:
    print("refused")
print(mcp.server.session.ServerSession.__module__, mcp.stdio_server.__module__)
from mcp import ServerSession, stdio_server
print(ServerSession.__module__, stdio_server.__module__)
del ServerSession, stdio_server
from mcp import *
print(ServerSession.__module__, stdio_server.__module__)
"""


def output(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_plugin_of_the_agents_sdk_loads_nothing_of_the_server() -> None:
    assert output(f"{WITHOUT} import temporalio.openai_agents; {LOADED}") == "[]"


def test_the_server_is_loaded_otherwise() -> None:
    """If this fails, the patch is no longer needed."""
    assert output(f"import mcp; {LOADED}") == "['mcp.server', 'starlette', 'uvicorn']"


def test_a_client_recognises_a_server_in_the_same_process() -> None:
    assert output(SESSION) == "3\n3"


def test_whoever_asks_for_the_server_gets_it() -> None:
    assert output(NAMES).splitlines() == ["refused", *["mcp.server.session mcp.server.stdio"] * 3]
