"""Shape of openai-agents-python examples/mcp/tool_filter_example/main.py."""

import sys
from pathlib import Path

from agents.mcp import MCPServerStdio, create_static_tool_filter

from agents import Agent

SERVER = Path(__file__).resolve().parents[3] / "support" / "small_mcp_server.py"
server = MCPServerStdio(
    name="Books, filtered",
    params={"command": sys.executable, "args": [str(SERVER)]},
    tool_filter=create_static_tool_filter(allowed_tool_names=["find_book"]),
)
agent = Agent(name="Assistant", instructions="Use the tools.", mcp_servers=[server])
