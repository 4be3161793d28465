"""Handles workflows and activities whose type the worker does not know.

They remain when code changes: a file is renamed or deleted, or an agent becomes a workflow. Without this,
Temporal would retry them forever.
"""

from collections.abc import Sequence
from typing import Any

from temporalio import activity, workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from agentex_web.failure_types import CODE_GONE
from agentex_web.turns.mcp_calls import server_of

ATTEMPTS = 3
"""Attempts of an unknown activity: while a new version is rolled out, another worker may know it."""


class CodeGone(Exception):
    """Fails the workflow task, not the workflow: it cannot be replayed here. The outbox ends the workflow."""


@workflow.defn(dynamic=True)
class UnknownWorkflow:
    """Stands in for a workflow of an unknown type. It always fails, so the outbox ends it, and the next
    message starts the agent's current workflow.
    """

    @workflow.run
    async def run(self, _arguments: Sequence[RawValue]) -> Any:
        name = workflow.info().workflow_type
        raise CodeGone(f"No worker has the workflow “{name}”.")


@activity.defn(dynamic=True)
async def unknown_activity(_arguments: Sequence[RawValue]) -> Any:
    """The handler of all activities that this worker does not know.

    Raises:
        ApplicationError: always; non-retryable from attempt ``ATTEMPTS`` on.
    """
    info = activity.info()
    if server := server_of(info.activity_type):
        said = (
            f"No worker has the MCP server “{server}”. In the agent's file, write MCP_SERVERS = "
            f"{{“{server}”: a function that makes it}}, and temporal_mcp_server(“{server}”) in the agent."
        )
    else:
        said = (
            f"No worker has the activity “{info.activity_type}”. Define it in the agent's file with "
            "@activity.defn, or import it there. A worker that does not reload must be restarted."
        )
    raise ApplicationError(said, type=CODE_GONE, non_retryable=info.attempt >= ATTEMPTS)
