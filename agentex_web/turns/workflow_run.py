"""How long a run of a task's workflow lasts: until it is idle, or its history is long."""

from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

from temporalio import workflow

from agentex_web.turns.inbox import Handler, Inbox
from agentex_web.turns.payloads import TaskParams


async def serve_until_idle(
    params: TaskParams, inbox: Inbox | None = None, handle: Handler | None = None
) -> None:
    """Serves messages until the workflow has been idle for ``params.idle_seconds``.

    When the history gets long, it continues as new. Nothing is lost when it returns: the memory is in the
    record, and the next message starts a new run. With Worker Versioning it returns after each turn, because
    Temporal pins a run to the version that began it, and only a new run gets new code.

    Args:
        inbox: the workflow's inbox. With ``handle``, the workflow can also continue as new in the middle of
            a turn, between two steps.
        handle: runs the work of a turn.
    """
    inbox = inbox or Inbox()
    inbox.begin(params.resumed, handle)
    while True:
        await workflow.wait_condition(lambda: inbox.is_idle or inbox.control.waits_for_next_run)
        if inbox.control.waits_for_next_run:
            workflow.continue_as_new(replace(params, resumed=inbox.resumption()))
        params = replace(params, resumed=None)
        if _is_versioned():
            return
        if workflow.info().is_continue_as_new_suggested():
            workflow.continue_as_new(params)
        try:
            await workflow.wait_condition(lambda: not inbox.is_idle, timeout=params.idle_seconds)
        except TimeoutError:
            return


def _is_versioned() -> bool:
    """True if the worker of this workflow task belongs to a named deployment. On replay, it is the recorded
    deployment.
    """
    version = workflow.info().get_current_deployment_version()
    return version is not None and version.deployment_name != ""


async def run_to_the_end(run: Awaitable[Any], inbox: Inbox | None = None) -> Any:
    """Awaits the workflow's ``run``, then waits until the last turn has ended; returns or raises as ``run``
    does.

    If the workflow continues as new in the middle of a turn, it does not wait: the next run finishes it.
    """
    try:
        result = await run
    except (Exception, workflow.ContinueAsNewError):
        if inbox is not None and inbox.control.waits_for_next_run:
            raise
        await workflow.wait_condition(workflow.all_handlers_finished)
        raise
    await workflow.wait_condition(workflow.all_handlers_finished)
    return result
