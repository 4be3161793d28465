"""Finds books, with the tools of an MCP server that the worker starts."""

import sys
from pathlib import Path

from agents.mcp import MCPServerStdio
from temporalio.openai_agents.workflow import temporal_mcp_server

from agents import Agent

SERVER = Path(__file__).parent.parent / "support" / "small_mcp_server.py"


def library() -> MCPServerStdio:
    return MCPServerStdio(name="library", params={"command": sys.executable, "args": [str(SERVER)]})


MCP_SERVERS = {"library": library}

agent = Agent(
    name="Librarian", instructions="Find what is asked for.", mcp_servers=[temporal_mcp_server("library")]
)
