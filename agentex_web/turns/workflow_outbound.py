"""Starts a workflow's activities and child workflows, each with the header that names its task and turn."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NoReturn, TypeVar

from temporalio import workflow
from temporalio.worker import (
    ContinueAsNewInput,
    StartActivityInput,
    StartChildWorkflowInput,
    StartLocalActivityInput,
    WorkflowOutboundInterceptor,
)

from agentex_web.names import TASK_PREFIX
from agentex_web.positions import after
from agentex_web.turns import opening, scope
from agentex_web.turns.activity_context import ActivityContext, with_context
from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.function_tools import TOOL_ACTIVITY
from agentex_web.turns.kept_handles import KeptActivity, KeptChildWorkflow
from agentex_web.turns.mcp_calls import policy_of
from agentex_web.turns.options import HEARTBEAT
from agentex_web.turns.progress import TurnProgress
from agentex_web.turns.scope import Scope

H = TypeVar("H")


class ContinuedInTurn(AuthorError):
    """An author's code called ``workflow.continue_as_new()`` in a turn, with these arguments."""

    def __init__(self, arguments: Sequence[Any]) -> None:
        super().__init__(
            "The agent's code calls workflow.continue_as_new() in a turn. Leave it out: a long chat "
            "continues in a new run by itself."
        )
        self.arguments = arguments


class WorkflowOutbound(WorkflowOutboundInterceptor):
    """Sends the header. What a previous run of the workflow has already done is not started again.

    Attributes:
        received: the context that a child workflow got from its parent; None for other workflows.
        progress: that of a child workflow in its part of the turn; None for other workflows.
    """

    received: ActivityContext | None = None
    progress: TurnProgress | None = None

    def continue_as_new(self, input: ContinueAsNewInput) -> NoReturn:
        # A child workflow works for a turn too, but has a run of its own.
        if scope.current() is not None and workflow.info().parent is None:
            raise ContinuedInTurn(input.args)
        if self.received is not None:
            # The next run of a child workflow works for the same turn.
            path = _path_of_next_run(self.progress, self.received) if self.progress else ""
            next_context = replace(self.received, path=path, is_later_run=True)
            input.headers = with_context(input.headers, next_context)
        super().continue_as_new(input)

    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:
        here = opening.scope_here()
        if here is not None and here.progress.stopped and not here.undoes:
            # A call may complete although it was cancelled. No other call may follow it.
            raise asyncio.CancelledError
        if (repeated := _repeated_activity(here, input)) is not None:
            return repeated
        path = here.progress.next_path if here else ""
        # Set a heartbeat timeout, so that a dead worker is noticed soon. Not for other task queues: their
        # workers may not be ours, and would send no heartbeats.
        beats = input.activity == TOOL_ACTIVITY or (
            input.heartbeat_timeout is None and input.task_queue is None
        )
        if beats:
            input.heartbeat_timeout = HEARTBEAT
        input.retry_policy = input.retry_policy or policy_of(input.activity)
        if input.activity == TOOL_ACTIVITY:
            call = input.args[0].tool_call_id
        else:
            call = here.progress.tools.answered_by(input.activity, input.args) if here else ""
        input.headers = with_context(input.headers, _context(tool_call_id=call, beats=beats))
        handle = _note_started(here, path, input.activity, super().start_activity(input))
        return _count_in_run(handle)

    def start_local_activity(self, input: StartLocalActivityInput) -> workflow.ActivityHandle[Any]:
        here = opening.scope_here()
        if (repeated := _repeated_activity(here, input)) is not None:
            return repeated
        path = here.progress.next_path if here else ""
        input.headers = with_context(input.headers, _context())
        handle = _note_started(here, path, input.activity, super().start_local_activity(input))
        return _count_in_run(handle)

    async def start_child_workflow(
        self, input: StartChildWorkflowInput
    ) -> workflow.ChildWorkflowHandle[Any, Any]:
        here = opening.scope_here()
        if here is None:
            input.headers = with_context(input.headers, _context())
            return await super().start_child_workflow(input)
        path = here.progress.next_path
        here.progress.children.append(path)
        repeated = here.progress.steps.repeated_handle(
            path, input.workflow, input.ret_type, lambda result: KeptChildWorkflow(result, input.id)
        )
        if repeated is not None:
            here.progress.start()
            return repeated
        input.headers = with_context(input.headers, _context())
        # The child counts as outstanding while it is being started, too.
        here.progress.steps.outstanding += 1
        try:
            handle = await super().start_child_workflow(input)
        finally:
            here.progress.steps.outstanding -= 1
        return _note_started(here, path, input.workflow, handle)


def _path_of_next_run(progress: TurnProgress, received: ActivityContext) -> str:
    """The path in the turn of a child workflow's next run: below that of its first run, after all that it has
    started, so that positions and keys are not used twice.

    ``workflow.info().continued_run_id`` does not tell a later run: a first one that is retried has it, too.
    """
    return after(progress.path) if received.is_later_run else progress.start()


def _task_of_this_workflow() -> str:
    """The task that the workflow was started for, for what a signal or an update of its author does outside
    turns; empty for a workflow that serves none.
    """
    info = workflow.info()
    named = info.parent is None and info.workflow_id.startswith(TASK_PREFIX)
    return info.workflow_id.removeprefix(TASK_PREFIX) if named else ""


def _context(tool_call_id: str = "", *, beats: bool = False) -> ActivityContext:
    """The context of an activity or child workflow that is being started; counts it as a step of the turn.

    Args:
        tool_call_id: the tool call that the activity answers; empty if it answers none.
        beats: the worker sends heartbeats for the activity.
    """
    instance, here = workflow.instance(), opening.scope_here()
    return ActivityContext(
        # Workflows written as in the guide store these as attributes; others may have none.
        task_id=getattr(instance, "_task_id", None)
        or (here.progress.task_id if here else opening.task_of(instance) or _task_of_this_workflow()),
        trace_id=getattr(instance, "_trace_id", None) or "",
        parent_span_id=getattr(instance, "_parent_span_id", None) or "",
        turn_id=here.progress.turn_id if here else "",
        path=here.progress.start() if here else opening.next_path(),
        holds_tools=here.progress.holds_tools if here else False,
        agent_name=here.agent_name if here else "",
        quiet=here.quiet if here else False,
        checks=here.checks if here else False,
        summarises=here.summarises if here else False,
        may_compact=here.may_compact if here else False,
        parent_tool_call_id=here.parent_tool_call_id if here else "",
        tool_call_id=tool_call_id,
        continued=here.progress.cut.number if here else 0,
        continues=here.continues if here else "",
        undoes=here.undoes if here else False,
        beats=beats,
    )


def _repeated_activity(
    here: Scope | None, input: StartActivityInput | StartLocalActivityInput
) -> workflow.ActivityHandle[Any] | None:
    """The activity's handle if it ended in the previous run (turns/kept_handles.py); None if it must run."""
    if here is None:
        return None
    repeated = here.progress.steps.repeated_handle(
        here.progress.next_path, input.activity, input.ret_type, KeptActivity
    )
    if repeated is not None:
        here.progress.start()
    return repeated


def _note_started(here: Scope | None, path: str, name: str, handle: H) -> H:
    if here is not None:
        here.progress.steps.note_started(path, name, handle)
    return handle


def _count_in_run(handle: workflow.ActivityHandle[Any]) -> workflow.ActivityHandle[Any]:
    opening.note_started(handle)
    return handle
