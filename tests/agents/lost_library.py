"""Has an MCP server that cannot be started."""

from agents.mcp import MCPServerStdio
from temporalio.openai_agents.workflow import temporal_mcp_server

from agents import Agent


def lost() -> MCPServerStdio:
    return MCPServerStdio(name="lost", params={"command": "there-is-no-such-command"})


MCP_SERVERS = {"lost": lost}

agent = Agent(name="Lost", instructions="Find what is asked for.", mcp_servers=[temporal_mcp_server("lost")])
