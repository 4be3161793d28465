"""What a worker does with workflows and activities of whose type it knows nothing.

Temporal would offer them again for ever. They are left behind by code that changed: a file that was renamed
or deleted, an agent that became a workflow.
"""

from collections.abc import Sequence
from typing import Any

from temporalio import activity, workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from agentex_web.failure_types import CODE_GONE

ATTEMPTS = 3
"""Of an activity: another worker may have newer code while a new version is rolled out."""


class CodeGone(Exception):
    """Fails the workflow task and not the workflow, which cannot be replayed here. The outbox ends it."""


@workflow.defn(dynamic=True)
class UnknownWorkflow:
    """Cannot go on, and so lets the next message start what is there today."""

    @workflow.run
    async def run(self, _arguments: Sequence[RawValue]) -> Any:
        name = workflow.info().workflow_type
        raise CodeGone(f"No worker has the workflow “{name}” any more.")


@activity.defn(dynamic=True)
async def unknown_activity(_arguments: Sequence[RawValue]) -> Any:
    """
    Raises:
        ApplicationError: always; not to be tried again after some attempts.
    """
    info = activity.info()
    raise ApplicationError(
        f"No worker has the activity “{info.activity_type}”. Define it in the agent's file with "
        "@activity.defn, or import it there, and restart the worker.",
        type=CODE_GONE,
        non_retryable=info.attempt >= ATTEMPTS,
    )
