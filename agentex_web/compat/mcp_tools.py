"""Caches the tools of MCP servers per workflow.

temporalio 1.35 caches them in the object that ``temporal_mcp_server()`` returns, and expects each workflow to
create that object. Here agents are created once per worker. So the first chat would list the tools for all
others, and a worker that has not listed them yet could not replay those.
"""

from typing import Any
from weakref import WeakKeyDictionary

from temporalio import workflow
from temporalio.mcp import TemporalMCPClient

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


def remember_by_workflow() -> None:
    """Installs the cache per workflow. Calling it again has no effect."""
    TemporalMCPClient._tools = _OfWorkflow()  # type: ignore[assignment]
