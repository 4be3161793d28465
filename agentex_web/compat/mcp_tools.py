"""Caches the tools of MCP servers per workflow, and explains failed calls.

temporalio 1.35 caches them in the object that ``temporal_mcp_server()`` returns, and expects each workflow to
create that object. Here agents are created once per worker. So the first chat would list the tools for all
others, and a worker that has not listed them yet could not replay those. And a failed call says only
"Activity task failed", to the model and to people.
"""

from typing import Any
from weakref import WeakKeyDictionary

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception
from temporalio.mcp import TemporalMCPClient

from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.function_tools import explanation

MOST_CHARACTERS = 2_000
_MEMORY = "_agentex_mcp_tools"


class _OfWorkflow:
    """Replaces the client's attribute ``_tools``."""

    def __get__(self, client: TemporalMCPClient | None, _owner: type) -> Any:
        return _memory().get(client) if client is not None and workflow.in_workflow() else None

    def __set__(self, client: TemporalMCPClient, tools: Any) -> None:
        if workflow.in_workflow():
            _memory()[client] = tools


def _memory() -> WeakKeyDictionary[TemporalMCPClient, Any]:
    memory: WeakKeyDictionary[TemporalMCPClient, Any] = vars(workflow.instance()).setdefault(
        _MEMORY, WeakKeyDictionary()
    )
    return memory


class McpFailed(AuthorError):
    """A server did not answer; the text says why, for the model or for people."""


_execute = TemporalMCPClient._execute


async def _explained(client: TemporalMCPClient, operation: str, request: Any, result_type: Any) -> Any:
    try:
        return await _execute(client, operation, request, result_type)
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
        if operation == "call-tool":
            raise McpFailed(explanation(error)) from error
        # Names of servers that were given to agents begin with their file's.
        name = client.name.rpartition("/")[2]
        cause = error.cause
        said = f"{cause.type}: {cause.message}" if isinstance(cause, ApplicationError) else "It timed out."
        raise McpFailed(f"The MCP server “{name}” does not answer. {said}"[:MOST_CHARACTERS]) from error


def install() -> None:
    """Installs both. Calling it again has no effect."""
    TemporalMCPClient._tools = _OfWorkflow()  # type: ignore[assignment]
    TemporalMCPClient._execute = _explained  # type: ignore[method-assign, assignment]
