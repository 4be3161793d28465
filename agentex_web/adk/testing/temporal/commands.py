"""Carries out a workflow's commands: timers, activities, child workflows, signals, and its own end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from temporalio.api.failure.v1 import Failure
from temporalio.bridge.proto.workflow_activation import (
    CancelWorkflow,
    FireTimer,
    InitializeWorkflow,
    ResolveRequestCancelExternalWorkflow,
    ResolveSignalExternalWorkflow,
    SignalWorkflow,
)
from temporalio.bridge.proto.workflow_commands import (
    ContinueAsNewWorkflowExecution,
    RequestCancelExternalWorkflowExecution,
    SignalExternalWorkflowExecution,
    StartTimer,
    UpdateResponse,
    WorkflowCommand,
)

from agentex_web.adk.testing.temporal.activity import ActivityExecution
from agentex_web.adk.testing.temporal.children import cancel_child, close, start_child
from agentex_web.adk.testing.temporal.run import RunStatus, WorkflowRun, job

if TYPE_CHECKING:
    from agentex_web.adk.testing.temporal.server import InMemoryServer

CLOSING = {
    "complete_workflow_execution",
    "fail_workflow_execution",
    "cancel_workflow_execution",
    "continue_as_new_workflow_execution",
}


def closes(command: WorkflowCommand) -> bool:
    """True if the workflow ends with this command."""
    return command.WhichOneof("variant") in CLOSING


def carry_out(server: InMemoryServer, run: WorkflowRun, command: WorkflowCommand) -> None:
    """Carries out one of the workflow's commands.

    Raises:
        NotImplementedError: the in-memory Temporal does not support the command (Nexus).
    """
    kind = command.WhichOneof("variant") or ""
    if kind in _IGNORED:
        return
    if kind not in _ACTIONS:
        raise NotImplementedError(f"The in-memory Temporal does not know the command {kind}.")
    _ACTIONS[kind](server, run, getattr(command, kind))


def _start_timer(server: InMemoryServer, run: WorkflowRun, command: StartTimer) -> None:
    def fire() -> None:
        run.timers.pop(command.seq, None)
        server.add_job(run, job(fire_timer=FireTimer(seq=command.seq)))

    delay = command.start_to_fire_timeout.ToTimedelta()
    run.timers[command.seq] = server.clock.call_after(delay, fire)


def _cancel_timer(_server: InMemoryServer, run: WorkflowRun, command: Any) -> None:
    if (alarm := run.timers.pop(command.seq, None)) is not None:
        alarm.cancel()


def _schedule_activity(server: InMemoryServer, run: WorkflowRun, command: Any) -> None:
    ActivityExecution(server, run, command).schedule()


def _cancel_activity(_server: InMemoryServer, run: WorkflowRun, command: Any) -> None:
    if (activity := run.activities.get((False, command.seq))) is not None:
        activity.request_cancel()


def _cancel_local_activity(_server: InMemoryServer, run: WorkflowRun, command: Any) -> None:
    if (activity := run.activities.get((True, command.seq))) is not None:
        activity.request_cancel()


def _signal_other(server: InMemoryServer, run: WorkflowRun, command: SignalExternalWorkflowExecution) -> None:
    workflow_id = command.child_workflow_id or command.workflow_execution.workflow_id
    other, resolved = server.open_run(workflow_id), ResolveSignalExternalWorkflow(seq=command.seq)
    if other is None:
        resolved.failure.CopyFrom(_not_found(workflow_id))
    else:
        signal = SignalWorkflow(
            signal_name=command.signal_name,
            input=command.args,
            headers=command.headers,
            originating_event_id=server.next_event_number(),
        )
        server.add_job(other, job(signal_workflow=signal))
    server.add_job(run, job(resolve_signal_external_workflow=resolved))


def _cancel_other(
    server: InMemoryServer, run: WorkflowRun, command: RequestCancelExternalWorkflowExecution
) -> None:
    workflow_id = command.workflow_execution.workflow_id
    other, resolved = server.open_run(workflow_id), ResolveRequestCancelExternalWorkflow(seq=command.seq)
    if other is None:
        resolved.failure.CopyFrom(_not_found(workflow_id))
    else:
        server.add_job(other, job(cancel_workflow=CancelWorkflow(reason=command.reason)))
    server.add_job(run, job(resolve_request_cancel_external_workflow=resolved))


def _not_found(workflow_id: str) -> Failure:
    return Failure(message=f"No workflow {workflow_id} is running.")


def _answer_update(server: InMemoryServer, run: WorkflowRun, command: UpdateResponse) -> None:
    answer = run.updates.get(command.protocol_instance_id)
    if answer is None or answer.done():
        return
    if command.HasField("completed"):
        answer.set_result(command.completed)
    elif command.HasField("rejected"):
        answer.set_exception(server.error_of(command.rejected))


def _complete(server: InMemoryServer, run: WorkflowRun, command: Any) -> None:
    run.result = command.result
    close(server, run, RunStatus.COMPLETED)


def _fail(server: InMemoryServer, run: WorkflowRun, command: Any) -> None:
    run.failure = command.failure
    close(server, run, RunStatus.FAILED)


def _cancelled(server: InMemoryServer, run: WorkflowRun, _command: Any) -> None:
    close(server, run, RunStatus.CANCELLED)


def _continue(server: InMemoryServer, run: WorkflowRun, command: ContinueAsNewWorkflowExecution) -> None:
    start = InitializeWorkflow(
        workflow_type=command.workflow_type or run.workflow_type,
        workflow_id=run.workflow_id,
        arguments=command.arguments,
        headers=command.headers,
        continued_from_execution_run_id=run.run_id,
        first_execution_run_id=run.start.first_execution_run_id or run.run_id,
    )
    parent = run.parent
    close(server, run, RunStatus.CONTINUED)
    following = server.start_run(start, parent=parent)
    if parent is not None:
        parent.run.children[parent.command.seq] = following


_ACTIONS: dict[str, Callable[[InMemoryServer, WorkflowRun, Any], None]] = {
    "start_timer": _start_timer,
    "cancel_timer": _cancel_timer,
    "schedule_activity": _schedule_activity,
    "schedule_local_activity": _schedule_activity,
    "request_cancel_activity": _cancel_activity,
    "request_cancel_local_activity": _cancel_local_activity,
    "start_child_workflow_execution": start_child,
    "cancel_child_workflow_execution": cancel_child,
    "signal_external_workflow_execution": _signal_other,
    "request_cancel_external_workflow_execution": _cancel_other,
    "update_response": _answer_update,
    "complete_workflow_execution": _complete,
    "fail_workflow_execution": _fail,
    "cancel_workflow_execution": _cancelled,
    "continue_as_new_workflow_execution": _continue,
}

_IGNORED = {
    "set_patch_marker",
    "upsert_workflow_search_attributes",
    "modify_workflow_properties",
    "cancel_signal_workflow",
    "respond_to_query",
}
"""Commands without an effect in memory. replay.py handles patches."""
