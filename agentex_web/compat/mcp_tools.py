"""The tools of MCP servers, remembered by each workflow for itself.

temporalio 1.35 keeps them in the object that ``temporal_mcp_server()`` gives, and expects a workflow to make
that. Here agents are made once for the worker: one chat would list the tools for all others, and those could
not be replayed by a worker that has listed none yet.
"""

from typing import Any
from weakref import WeakKeyDictionary

from temporalio import workflow
from temporalio.mcp import TemporalMCPClient

_MEMORY = "_agentex_mcp_tools"


class _OfWorkflow:
    """Takes the place of the client's attribute."""

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
    """Repeating it changes nothing."""
    TemporalMCPClient._tools = _OfWorkflow()  # type: ignore[assignment]
