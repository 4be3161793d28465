"""The workflow that a schedule in Temporal starts. It starts the run's chat and waits for its first turn.

It waits so that Temporal's overlap policy knows whether the previous run is still working.
"""

from datetime import UTC, datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from agentex_web.turns.payloads import SignalName, TurnEnded
from agentex_web.turns.schedule_payloads import SCHEDULED_RUN, BegunRun, DueRun, ScheduledRunParams

BEGIN_RUN = "begin_scheduled_run"
START_TIME = "TemporalScheduledStartTime"
"""Temporal's search attribute with the time when the run was due."""


@workflow.defn(name=SCHEDULED_RUN)
class ScheduledRun:
    """One run of a schedule."""

    def __init__(self) -> None:
        self._ended: set[str] = set()

    @workflow.run
    async def run(self, params: ScheduledRunParams) -> BegunRun:
        """Starts the run's chat. Returns it once its first turn has ended."""
        due = DueRun(params.schedule, _due_at(), workflow.info().workflow_id)
        begun: BegunRun = await workflow.execute_activity(
            BEGIN_RUN,
            due,
            result_type=BegunRun,
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=1)),
        )
        if begun.turn:
            await workflow.wait_condition(lambda: begun.turn in self._ended)
        return begun

    @workflow.signal(name=SignalName.TURN_ENDED)
    def turn_ended(self, ended: TurnEnded) -> None:
        """Signal: a turn has ended."""
        self._ended.add(ended.turn)


def _due_at() -> str:
    found = workflow.info().search_attributes.get(START_TIME)
    moment = found[0] if found else workflow.info().start_time
    assert isinstance(moment, datetime)
    return moment.astimezone(UTC).isoformat()
