"""Lets workflows use MCP servers that an author gave to an agent directly.

A server of openai-agents 0.22 holds a connection and belongs to one event loop. temporalio-openai-agents 1.1
refuses it in a workflow ("may not work durably") and requires a factory on the worker and a proxy in the
agent. Here the factory makes unconnected copies of the author's server, which requires private attributes.
The settings that decide about calls (approvals, filters, guardrails, retries) are copied to the proxy.
"""

import asyncio
import copy
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from agents.mcp import MCPServer, MCPServerStdio
from mcp import StdioServerParameters
from temporalio.common import RetryPolicy
from temporalio.openai_agents.workflow import temporal_mcp_server
from temporalio.workflow import ActivityConfig

from agentex_web.turns.author_errors import AuthorError

_FACTORY = "agentex_factory"
_DECIDING = (
    "use_structured_content",
    "_needs_approval_policy",
    "_failure_error_function",
    "tool_meta_resolver",
    "custom_data_extractor",
    "tool_input_guardrails",
    "tool_output_guardrails",
)
_OF_SDK = "agents.mcp.server"

LONGEST_CALL = timedelta(hours=1)
"""For servers without a timeout of their own; like that of function tools."""
CONNECTS_WITHIN = timedelta(seconds=60)

Factory = Callable[[], MCPServer]


class UnusableServer(AuthorError):
    """The server cannot be copied; the text says what to write instead."""


def is_plain(server: MCPServer) -> bool:
    """True if the server is not a workflow proxy."""
    return not type(server).__module__.startswith("temporalio.")


def proxy_of(server: MCPServer, name: str) -> MCPServer:
    """Returns the proxy that replaces the server in its agent.

    Args:
        name: a name for the server that is unique in the worker.

    Raises:
        UnusableServer: the author wrote the server's class.
    """
    if type(server).__module__ != _OF_SDK:
        raise UnusableServer(
            f"The MCP server “{server.name}” is a {type(server).__name__}, which a workflow cannot use as it "
            "is. Write MCP_SERVERS = {“name”: a function that makes it} and "
            "Agent(mcp_servers=[temporal_mcp_server(“name”)])."
        )
    proxy = temporal_mcp_server(
        name, activity_config=_options(server), tool_filter=getattr(server, "tool_filter", None)
    )
    for attribute in _DECIDING:
        setattr(proxy, attribute, getattr(server, attribute))
    setattr(proxy, _FACTORY, lambda: _unconnected(server))
    return proxy


def _options(server: Any) -> ActivityConfig:
    """The server's own timeout and retries, as those of the activities: there they outlive a worker."""
    reads, more = server.client_session_timeout_seconds, server.max_retry_attempts
    config = ActivityConfig(
        start_to_close_timeout=LONGEST_CALL if reads is None else timedelta(seconds=reads) + CONNECTS_WITHIN
    )
    if more:
        config["retry_policy"] = RetryPolicy(
            initial_interval=timedelta(seconds=server.retry_backoff_seconds_base),
            maximum_interval=server.retry_backoff_seconds_max
            and timedelta(seconds=server.retry_backoff_seconds_max),
            # -1 of the SDK is for ever, which is 0 for Temporal.
            maximum_attempts=more + 1,
        )
    return config


def proxy_of_program(parameters: StdioServerParameters, servers: Mapping[str, Factory]) -> MCPServer:
    """The proxy of a server that is a program.

    Args:
        servers: those of the agent's file, with those of ``servers_of_programs``.

    Raises:
        UnusableServer: the program has its own environment or folder, and the file does not list it so.
    """
    name = _name_of(parameters)
    if not _is_plain_program(parameters):
        same = [
            each
            for each, factory in servers.items()
            if isinstance(factory, partial) and factory.args == (parameters,)
        ]
        if not same:
            raise UnusableServer(
                f"MCP_SERVERS lists no program “{parameters.command}” with these arguments, environment and "
                "folder. List it there, at the top level of the agent's file."
            )
        name = same[0]
    return temporal_mcp_server(name, activity_config=ActivityConfig(start_to_close_timeout=LONGEST_CALL))


def servers_of_programs(file: str, programs: Iterable[StdioServerParameters]) -> dict[str, Factory]:
    """The factories of these servers, by the names of their proxies.

    The names are in the history, so they tell nothing of a program's environment, which often holds keys and
    changes when a key does. Programs with an environment belong to one agent's file.

    Args:
        file: the name of the agent's file.
    """
    found: dict[str, partial[MCPServer]] = {}
    for each in programs:
        first = name = _name_of(each) if _is_plain_program(each) else f"{file}/{_name_of(each)}"
        count = 1
        while name in found and found[name].args != (each,):
            count += 1
            name = f"{first}-{count}"
        found[name] = partial(_server_of, each)
    return {**found}


def _is_plain_program(parameters: StdioServerParameters) -> bool:
    return parameters == StdioServerParameters(command=parameters.command, args=parameters.args)


def _name_of(parameters: StdioServerParameters) -> str:
    told = json.dumps([parameters.command, parameters.args])
    return f"{Path(parameters.command).name}/{hashlib.sha256(told.encode()).hexdigest()[:8]}"


def _server_of(parameters: StdioServerParameters) -> MCPServer:
    params = parameters.model_dump(exclude_none=True)
    return MCPServerStdio(params=params, client_session_timeout_seconds=None)  # type: ignore[arg-type]


def factory_of(proxy: MCPServer) -> Factory | None:
    """The factory of the server behind a proxy of ``proxy_of``; None for other proxies."""
    return getattr(proxy, _FACTORY, None)


def _unconnected(server: MCPServer) -> MCPServer:
    made: Any = copy.copy(server)
    made.session = None
    made.exit_stack = AsyncExitStack()
    made._cleanup_lock, made._request_lock = asyncio.Lock(), asyncio.Lock()
    made._cache_dirty, made._tools_list = True, None
    # The workflow applies the filter, because it knows the agent and the run context.
    made.tool_filter = None
    made.max_retry_attempts = 0
    found: MCPServer = made
    return found
