"""How workflows and authors' activities reach the record.

In a workflow, each call schedules a local activity by name. In an activity, the same call runs the function
that the worker bound when the activity began. So neither workflows nor agents need a database to be imported.
"""

from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar

from temporalio import workflow

from agentex_web.turns import opening
from agentex_web.turns.options import RECORD
from agentex_web.turns.running_activity import running_activity

R = TypeVar("R")


async def perform(name: str, argument: object, result: type[R]) -> R:
    """Calls one of the record's activities.

    Args:
        name: the activity's name.
        result: the type of its result.

    Raises:
        RuntimeError: called outside a workflow and outside an activity of AgentexWorker.
    """
    if workflow.in_workflow():
        found: R = await workflow.execute_local_activity(name, argument, result_type=result, **RECORD)
        return found
    running = running_activity()
    if running is None or name not in running.record:
        raise RuntimeError(
            f"{name} was called outside a workflow and outside an activity of AgentexWorker, "
            "which alone can reach the record."
        )
    written: R = await running.record[name](argument)
    return written


async def recorded(reading: Awaitable[R]) -> R:
    """Awaits a read. Its result is in the workflow's history before the workflow can act on it.

    Temporal stores the results of local activities only at the end of a workflow task. If the worker dies
    before that, all local activities of the task run again, and the repeated read would see the writes that
    followed the first one. Waiting for a timer ends the workflow task.
    """
    found = await reading
    if workflow.in_workflow():
        with opening.busy():
            await workflow.sleep(timedelta(milliseconds=1))
    return found
