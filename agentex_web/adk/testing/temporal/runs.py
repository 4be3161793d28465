"""The server's workflow runs, found by their ids."""

from agentex_web.adk.testing.temporal.run import WorkflowRun


class Runs:
    """All workflow runs, open and closed.

    Attributes:
        runs: by run id.
    """

    def __init__(self) -> None:
        self.runs: dict[str, WorkflowRun] = {}
        # The last run of each workflow, by workflow id.
        self._latest: dict[str, WorkflowRun] = {}

    def keep(self, run: WorkflowRun) -> None:
        """Adds a run, which is now the last one of its workflow."""
        self.runs[run.run_id] = self._latest[run.workflow_id] = run

    def open_run(self, workflow_id: str) -> WorkflowRun | None:
        """The open run of this workflow; None without one."""
        run = self._latest.get(workflow_id)
        return run if run is not None and run.is_open else None

    def latest_run(self, workflow_id: str) -> WorkflowRun:
        """The last run of this workflow, which may have ended.

        Raises:
            LookupError: the workflow has never run.
        """
        return self._latest[workflow_id]

    def runs_of(self, workflow_id: str) -> list[WorkflowRun]:
        """All runs of this workflow, the first one first."""
        return [run for run in self.runs.values() if run.workflow_id == workflow_id]

    def require_run(self, workflow_id: str) -> WorkflowRun:
        """The open run of this workflow.

        Raises:
            LookupError: the workflow is not running.
        """
        if (run := self.open_run(workflow_id)) is None:
            raise LookupError(f"No workflow {workflow_id} is running.")
        return run
