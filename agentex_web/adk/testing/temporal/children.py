"""Child workflows: their start, their cancellation, their end, and what the parent's end means for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from temporalio.api.failure.v1 import Failure
from temporalio.bridge.proto.child_workflow import (
    Cancellation,
    ChildWorkflowCancellationType,
    ChildWorkflowResult,
    ParentClosePolicy,
    Success,
)
from temporalio.bridge.proto.child_workflow import Failure as ChildFailure
from temporalio.bridge.proto.workflow_activation import (
    CancelWorkflow,
    InitializeWorkflow,
    ResolveChildWorkflowExecution,
    ResolveChildWorkflowExecutionStart,
    ResolveChildWorkflowExecutionStartSuccess,
)
from temporalio.bridge.proto.workflow_commands import (
    CancelChildWorkflowExecution,
    StartChildWorkflowExecution,
)

from agentex_web.adk.testing.temporal.failures import cancelled, child_failure, terminated
from agentex_web.adk.testing.temporal.run import Parent, RunStatus, WorkflowRun, job

if TYPE_CHECKING:
    from agentex_web.adk.testing.temporal.server import InMemoryServer


def start_child(server: InMemoryServer, run: WorkflowRun, command: StartChildWorkflowExecution) -> None:
    start = InitializeWorkflow(
        workflow_type=command.workflow_type,
        workflow_id=command.workflow_id,
        arguments=command.input,
        headers=command.headers,
    )
    child = server.start_run(start, parent=Parent(run, command))
    run.children[command.seq] = child
    started = ResolveChildWorkflowExecutionStart(
        seq=command.seq, succeeded=ResolveChildWorkflowExecutionStartSuccess(run_id=child.run_id)
    )
    server.add_job(run, job(resolve_child_workflow_execution_start=started))


def cancel_child(server: InMemoryServer, run: WorkflowRun, command: CancelChildWorkflowExecution) -> None:
    child = run.children.get(command.child_workflow_seq)
    if child is None or child.parent is None:
        return
    kind = child.parent.command.cancellation_type
    if kind == ChildWorkflowCancellationType.ABANDON:
        return
    server.add_job(child, job(cancel_workflow=CancelWorkflow(reason=command.reason)))
    if kind != ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED:
        _resolve_child(server, child, RunStatus.CANCELLED)


def close(server: InMemoryServer, run: WorkflowRun, status: RunStatus) -> None:
    """Ends a run: stops its timers and activities, closes its children by their policy, tells its parent."""
    run.status = status
    for alarm in list(run.timers.values()):
        alarm.cancel()
    for activity in list(run.activities.values()):
        activity.abandon()
    for child in list(run.children.values()):
        if child.is_open and child.parent is not None:
            _leave_child(server, child, child.parent.command.parent_close_policy)
    for update in run.updates.values():
        if not update.done():
            update.set_exception(RuntimeError("The workflow ended before its update did."))
    if status is not RunStatus.CONTINUED:
        _resolve_child(server, run, status)
    server.changed()


def _leave_child(server: InMemoryServer, child: WorkflowRun, policy: int) -> None:
    if policy == ParentClosePolicy.PARENT_CLOSE_POLICY_REQUEST_CANCEL:
        server.add_job(child, job(cancel_workflow=CancelWorkflow(reason="The parent workflow closed.")))
    elif policy != ParentClosePolicy.PARENT_CLOSE_POLICY_ABANDON:
        close(server, child, RunStatus.TERMINATED)


def _resolve_child(server: InMemoryServer, child: WorkflowRun, status: RunStatus) -> None:
    if child.parent is None:
        return
    run, seq = child.parent.run, child.parent.command.seq
    if run.children.pop(seq, None) is None or not run.is_open:
        return
    resolved = ResolveChildWorkflowExecution(seq=seq, result=_result(child, status))
    server.add_job(run, job(resolve_child_workflow_execution=resolved))


def _result(child: WorkflowRun, status: RunStatus) -> ChildWorkflowResult:
    def wrapped(cause: Failure) -> Failure:
        return child_failure(child.workflow_id, child.run_id, child.workflow_type, cause)

    match status:
        case RunStatus.COMPLETED:
            return ChildWorkflowResult(completed=Success(result=child.result))
        case RunStatus.CANCELLED:
            failure = wrapped(cancelled("Child workflow cancelled"))
            return ChildWorkflowResult(cancelled=Cancellation(failure=failure))
        case _:
            failure = wrapped(child.failure or terminated())
            return ChildWorkflowResult(failed=ChildFailure(failure=failure))
