"""The handles of steps that ended in the previous workflow run (turns/steps.py)."""

from typing import Any

from temporalio import workflow


class KeptActivity(workflow.ActivityHandle[Any]):
    """The handle of an activity that ended in the previous run."""


class KeptChildWorkflow(workflow.ChildWorkflowHandle[Any, Any]):
    """The handle of a child workflow that ended in the previous run."""

    def __init__(self, result: Any, workflow_id: str) -> None:
        super().__init__(result)
        self._id = workflow_id

    @property
    def id(self) -> str:
        return self._id

    @property
    def first_execution_run_id(self) -> str | None:
        return None
