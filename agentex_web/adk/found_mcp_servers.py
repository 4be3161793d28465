"""Finds MCP servers that authors gave to agents directly, and replaces them with proxies."""

from collections.abc import Iterable

from agents.mcp import MCPServer

from agentex_web.compat.mcp_servers import Factory, factory_of, is_plain, proxy_of
from agents import Agent


def served(name: str, agents: Iterable[Agent[object]]) -> dict[str, Factory]:
    """Returns the worker's factory for each server, by the name of the server's proxy in the agents.

    Args:
        name: the name of the agents' file, with which the servers' names begin.

    Raises:
        UnusableServer: a server's class does not allow copies.
    """
    factories: dict[str, Factory] = {}
    proxies: dict[int, MCPServer] = {}
    for agent in agents:
        for index, server in enumerate(agent.mcp_servers):
            if is_plain(server):
                proxies.setdefault(id(server), proxy_of(server, f"{name}/{server.name}"))
                agent.mcp_servers[index] = proxies[id(server)]
            if (factory := factory_of(agent.mcp_servers[index])) is not None:
                factories[agent.mcp_servers[index].name] = factory
    return factories
