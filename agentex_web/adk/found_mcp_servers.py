"""Finds the MCP servers that agents were given as they are, and puts proxies in their place."""

from collections.abc import Iterable

from agents.mcp import MCPServer

from agentex_web.compat.mcp_servers import Factory, factory_of, is_plain, proxy_of
from agents import Agent


def served(name: str, agents: Iterable[Agent[object]]) -> dict[str, Factory]:
    """What the worker makes of each server, by the name that the proxies in the agents have.

    Args:
        name: of the agents' file, with which those names begin.

    Raises:
        UnusableServer: a server of a class that cannot be copied.
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
