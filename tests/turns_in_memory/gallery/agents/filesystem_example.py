"""Shape of openai-agents-python examples/mcp/filesystem_example/main.py."""

import sys
from pathlib import Path

from agents.mcp import MCPServerStdio

from agents import Agent

SERVER = Path(__file__).resolve().parents[3] / "support" / "mcp_server.py"
server = MCPServerStdio(name="Books, by stdio", params={"command": sys.executable, "args": [str(SERVER)]})
agent = Agent(name="Assistant", instructions="Use the tools.", mcp_servers=[server])
