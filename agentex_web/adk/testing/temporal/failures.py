"""Creates the failures that Temporal itself raises, in the form that its core sends to a workflow."""

from temporalio.api.common.v1 import ActivityType, WorkflowExecution, WorkflowType
from temporalio.api.enums.v1 import RetryState, TimeoutType
from temporalio.api.failure.v1 import (
    ActivityFailureInfo,
    CanceledFailureInfo,
    ChildWorkflowExecutionFailureInfo,
    Failure,
    TerminatedFailureInfo,
    TimeoutFailureInfo,
)


def activity_failure(
    activity_type: str, activity_id: str, cause: Failure, retry_state: RetryState.ValueType
) -> Failure:
    """The failure that a workflow sees as ``ActivityError``, with its ``cause``."""
    info = ActivityFailureInfo(
        activity_type=ActivityType(name=activity_type), activity_id=activity_id, retry_state=retry_state
    )
    return Failure(message="Activity task failed", cause=cause, activity_failure_info=info)


def child_failure(workflow_id: str, run_id: str, workflow_type: str, cause: Failure) -> Failure:
    """The failure that a workflow sees as ``ChildWorkflowError``, with its ``cause``."""
    info = ChildWorkflowExecutionFailureInfo(
        workflow_execution=WorkflowExecution(workflow_id=workflow_id, run_id=run_id),
        workflow_type=WorkflowType(name=workflow_type),
        retry_state=RetryState.RETRY_STATE_RETRY_POLICY_NOT_SET,
    )
    return Failure(
        message="Child Workflow execution failed", cause=cause, child_workflow_execution_failure_info=info
    )


def cancelled(message: str) -> Failure:
    return Failure(message=message, canceled_failure_info=CanceledFailureInfo())


def terminated() -> Failure:
    return Failure(message="Terminated", terminated_failure_info=TerminatedFailureInfo())


def timed_out(kind: TimeoutType.ValueType, name: str, last: Failure | None) -> Failure:
    """An activity's timeout; ``last`` is the failure of the attempt before."""
    return Failure(
        message=f"activity {name} timeout",
        cause=last,
        timeout_failure_info=TimeoutFailureInfo(timeout_type=kind),
    )
