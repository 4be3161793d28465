"""Passes the task, the turn and the path from a workflow to its activities and child workflows, in a header
(context_header.py).
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    ExecuteWorkflowInput,
    HandleSignalInput,
    Interceptor,
    StartActivityInput,
    StartChildWorkflowInput,
    StartLocalActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from agentex_web.compat import workflow_exits
from agentex_web.compat.temporal_definitions import handles
from agentex_web.exception_groups import without_groups
from agentex_web.failure_types import NO_HANDLER
from agentex_web.turns import opening, scope
from agentex_web.turns.activity_context import entered
from agentex_web.turns.context_header import context_of, with_context
from agentex_web.turns.function_tools import TOOL_ACTIVITY
from agentex_web.turns.kept_handles import KeptActivity, KeptChildWorkflow
from agentex_web.turns.mcp_calls import policy_of
from agentex_web.turns.options import HEARTBEAT
from agentex_web.turns.part import CutAnswer, TurnPart
from agentex_web.turns.payloads import SignalName
from agentex_web.turns.scope import Scope

H = TypeVar("H")


class ContextInterceptor(Interceptor):
    """Sends and reads the header. ``AgentexWorker`` adds what its activities need beyond the header
    (worker/interceptor.py).
    """

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _ActivityInbound(next)

    def workflow_interceptor_class(
        self, _input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor]:
        workflow_exits.install()
        return _WorkflowInbound


class _WorkflowInbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_WorkflowOutbound(outbound))

    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:
        _refuse_without_handler(input.type)
        # A child workflow works for its parent's task.
        if (context := context_of(input.headers)) is not None:
            instance = workflow.instance()
            for name in ("task_id", "trace_id", "parent_span_id"):
                if not getattr(instance, f"_{name}", None):
                    setattr(instance, f"_{name}", getattr(context, name))
            if context.turn_id:
                part = TurnPart(
                    context.turn_id,
                    context.task_id,
                    path=context.path,
                    holds_tools=context.holds_tools,
                    cut=CutAnswer(context.continued),
                )
                scope.enter(scope.Scope(part, part.items.begin_run(), quiet=context.quiet))
        with _failing_the_run():
            return await super().execute_workflow(input)

    async def handle_signal(self, input: HandleSignalInput) -> None:
        with _failing_the_run():
            await super().handle_signal(input)


@contextmanager
def _failing_the_run() -> Iterator[None]:
    """Makes any exception of an author's code fail the run with a reason. By default, Temporal would retry
    the workflow task forever.

    ``workflow_failure_exception_types=[Exception]`` would have the same effect, but then
    temporalio-openai-agents replaces the SDK's exceptions with its own, and their types are lost.
    """
    try:
        yield
    except Exception as error:
        if workflow.is_failure_exception(error):
            raise
        first = without_groups(error)
        if isinstance(first, ApplicationError):
            raise first from error
        raise ApplicationError(str(first), type=type(first).__name__) from error


def _refuse_without_handler(cls: type) -> None:
    """Fails workflows that cannot receive messages. Otherwise each message would start one again and again.

    Raises:
        ApplicationError: a person's message started the workflow, but the workflow has no handler for it.
    """
    info = workflow.info()
    if info.parent is not None or not info.workflow_id.startswith("task-"):
        return
    if not handles(cls, SignalName.RECEIVE_EVENT):
        raise ApplicationError(
            f"The workflow “{info.workflow_type}” takes no messages. Make it a subclass of adk.Workflow with "
            "on_message, or give it a handler for the signal SignalName.RECEIVE_EVENT.",
            type=NO_HANDLER,
        )


class _WorkflowOutbound(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:
        here = opening.scope_here()
        if here is not None and here.part.stopped and not here.undoes:
            # A call may complete although it was cancelled. No other call may follow it.
            raise asyncio.CancelledError
        if (repeated := _repeated_activity(here, input)) is not None:
            return repeated
        path = here.part.next_path if here else ""
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
            call = here.part.tools.answered_by(input.activity, input.args) if here else ""
        input.headers = with_context(input.headers, tool_call_id=call, beats=beats)
        handle = _note_started(here, path, input.activity, super().start_activity(input))
        return _count_in_run(handle)

    def start_local_activity(self, input: StartLocalActivityInput) -> workflow.ActivityHandle[Any]:
        here = opening.scope_here()
        if (repeated := _repeated_activity(here, input)) is not None:
            return repeated
        path = here.part.next_path if here else ""
        input.headers = with_context(input.headers)
        handle = _note_started(here, path, input.activity, super().start_local_activity(input))
        return _count_in_run(handle)

    async def start_child_workflow(
        self, input: StartChildWorkflowInput
    ) -> workflow.ChildWorkflowHandle[Any, Any]:
        here = opening.scope_here()
        if here is None:
            input.headers = with_context(input.headers)
            return await super().start_child_workflow(input)
        path = here.part.next_path
        here.part.children.append(path)
        repeated = here.part.steps.repeated_handle(
            path, input.workflow, input.ret_type, lambda result: KeptChildWorkflow(result, input.id)
        )
        if repeated is not None:
            here.part.start()
            return repeated
        input.headers = with_context(input.headers)
        # The child counts as outstanding while it is being started, too.
        here.part.steps.outstanding += 1
        try:
            handle = await super().start_child_workflow(input)
        finally:
            here.part.steps.outstanding -= 1
        return _note_started(here, path, input.workflow, handle)


class _ActivityInbound(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        context = context_of(input.headers)
        if context is None:
            return await super().execute_activity(input)
        with entered(context):
            return await super().execute_activity(input)


def _repeated_activity(
    here: Scope | None, input: StartActivityInput | StartLocalActivityInput
) -> workflow.ActivityHandle[Any] | None:
    """The activity's handle if it ended in the previous run (turns/kept_handles.py); None if it must run."""
    if here is None:
        return None
    repeated = here.part.steps.repeated_handle(
        here.part.next_path, input.activity, input.ret_type, KeptActivity
    )
    if repeated is not None:
        here.part.start()
    return repeated


def _note_started(here: Scope | None, path: str, name: str, handle: H) -> H:
    if here is not None:
        here.part.steps.note_started(path, name, handle)
    return handle


def _count_in_run(handle: workflow.ActivityHandle[Any]) -> workflow.ActivityHandle[Any]:
    opening.note_started(handle)
    return handle
