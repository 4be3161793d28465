"""Gives activities and child workflows the context from their headers (activity_context.py), and makes each
exception of a workflow end its run. Workflows send the headers in workflow_outbound.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    ExecuteWorkflowInput,
    HandleSignalInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from agentex_web.compat import workflow_exits, workflow_threads
from agentex_web.compat.temporal_definitions import handles
from agentex_web.exception_groups import without_groups
from agentex_web.failure_types import NO_HANDLER
from agentex_web.names import TASK_PREFIX
from agentex_web.turns import scope
from agentex_web.turns.activity_context import context_of
from agentex_web.turns.payloads import SignalName
from agentex_web.turns.progress import CutAnswer, TurnProgress
from agentex_web.turns.running_activity import entered
from agentex_web.turns.workflow_outbound import WorkflowOutbound


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
        workflow_threads.install()
        return _WorkflowInbound


class _WorkflowInbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        self._outbound = WorkflowOutbound(outbound)
        super().init(self._outbound)

    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:
        _refuse_without_handler(input.type)
        # A child workflow works for its parent's task.
        if (context := context_of(input.headers)) is not None:
            if workflow.info().parent is not None:
                self._outbound.received = context
            instance = workflow.instance()
            for name in ("task_id", "trace_id", "parent_span_id"):
                if not getattr(instance, f"_{name}", None):
                    setattr(instance, f"_{name}", getattr(context, name))
            if context.turn_id:
                progress = TurnProgress(
                    context.turn_id,
                    context.task_id,
                    path=context.path,
                    holds_tools=context.holds_tools,
                    cut=CutAnswer(context.continued),
                )
                self._outbound.progress = progress
                scope.enter(scope.Scope(progress, progress.items.begin_run(), quiet=context.quiet))
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
    if info.parent is not None or not info.workflow_id.startswith(TASK_PREFIX):
        return
    if not handles(cls, SignalName.RECEIVE_EVENT):
        raise ApplicationError(
            f"The workflow “{info.workflow_type}” takes no messages. Make it a subclass of adk.Workflow with "
            "on_message, or give it a handler for the signal SignalName.RECEIVE_EVENT.",
            type=NO_HANDLER,
        )


class _ActivityInbound(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        context = context_of(input.headers)
        if context is None:
            return await super().execute_activity(input)
        with entered(context):
            return await super().execute_activity(input)
