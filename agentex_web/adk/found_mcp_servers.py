"""Finds the MCP servers of an agent's file; those that agents have directly are replaced with proxies."""

import ast
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from agents.mcp import MCPServer
from mcp import StdioServerParameters

from agentex_web.adk.agent_paths import shown_module
from agentex_web.adk.agent_source import source_of, tree_of
from agentex_web.compat.mcp_servers import Factory, factory_of, is_plain, proxy_of, servers_of_programs
from agentex_web.turns.run_settings import BadSetting
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


def used_servers(modules: Iterable[ModuleType]) -> dict[str, str]:
    """The servers that workflows name, each with its place. Any file may have them in its MCP_SERVERS."""
    return {
        call.args[0].value: f"{shown_module(module)}, line {call.lineno}"
        for module in modules
        if any(name in source_of(module) for name in _BY_NAME)
        for call in ast.walk(tree_of(module))
        if isinstance(call, ast.Call)
        and _called(call) in _BY_NAME
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def _called(call: ast.Call) -> str:
    """The last name of the called function as it is written."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


_BY_NAME = ("stateless_mcp_server", "stateful_mcp_server", "temporal_mcp_server")


def named_servers(name: str, module: ModuleType, modules: Iterable[ModuleType]) -> dict[str, Any]:
    """The factories in MCP_SERVERS, and those of the programs that projects of agentex-sdk list.

    Args:
        name: the name of the agent's file.

    Raises:
        BadSetting: MCP_SERVERS is neither a dictionary nor a list of such programs.
    """
    listed = [
        each
        for one in modules
        for value in list(vars(one).values())
        if isinstance(value, list)
        for each in value
        if isinstance(each, StdioServerParameters)
    ]
    own = getattr(module, "MCP_SERVERS", {})
    if not isinstance(own, dict):
        if not isinstance(own, list) or not all(isinstance(each, StdioServerParameters) for each in own):
            raise BadSetting(
                "MCP_SERVERS is not a dictionary; write {“name”: a function that makes the server}."
            )
        own = {}
    return {**own, **servers_of_programs(name, listed)}
