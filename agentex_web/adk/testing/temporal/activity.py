"""Activities: given to the worker, retried by their retry policy, timed out and cancelled."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from google.protobuf.duration_pb2 import Duration
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import RetryState, TimeoutType
from temporalio.api.failure.v1 import Failure
from temporalio.bridge.proto.activity_result import (
    ActivityExecutionResult,
    ActivityResolution,
    Cancellation,
)
from temporalio.bridge.proto.activity_result import Failure as ResolvedFailure
from temporalio.bridge.proto.activity_task import (
    ActivityCancellationDetails,
    ActivityCancelReason,
    ActivityTask,
    Cancel,
    Start,
)
from temporalio.bridge.proto.workflow_activation import ResolveActivity
from temporalio.bridge.proto.workflow_commands import (
    ActivityCancellationType,
    ScheduleActivity,
    ScheduleLocalActivity,
)

from agentex_web.adk.testing.temporal.clock import Alarm, timestamp
from agentex_web.adk.testing.temporal.failures import activity_failure, cancelled, timed_out
from agentex_web.adk.testing.temporal.retries import delay_before_next
from agentex_web.adk.testing.temporal.run import WorkflowRun, job

if TYPE_CHECKING:
    from agentex_web.adk.testing.temporal.server import InMemoryServer

MOST_ATTEMPTS = 20
"""If a retry policy has no limit, a test fails after this many attempts, and not after weeks of retries."""


class ActivityExecution:
    """An activity that a workflow scheduled, with all its attempts.

    Heartbeats do not time out here, because code in the test's own process is alive.

    Args:
        command: the workflow's command.
    """

    def __init__(
        self,
        server: InMemoryServer,
        run: WorkflowRun,
        command: ScheduleActivity | ScheduleLocalActivity,
    ) -> None:
        self._server = server
        self.run = run
        self.command = command
        self.is_local = isinstance(command, ScheduleLocalActivity)
        self.attempt = 1
        self.token = b""
        self._resolved = False
        self._scheduled_at = server.clock.now
        self._last_failure: Failure | None = None
        self._alarms: list[Alarm] = []
        self._over: Alarm | None = None

    @property
    def is_running(self) -> bool:
        """True while the worker runs an attempt; False between two attempts."""
        return bool(self.token)

    def schedule(self) -> None:
        """Starts the first attempt."""
        self.run.activities[self.is_local, self.command.seq] = self
        if limit := _limit(self.command.schedule_to_close_timeout):
            self._over = self._server.clock.call_after(
                limit, lambda: self._time_out(TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE)
            )
        self._start()

    def _start(self) -> None:
        self.token = uuid.uuid4().bytes
        if limit := _limit(self.command.start_to_close_timeout):
            alarm = self._server.clock.call_after(
                limit, lambda: self._time_out(TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE)
            )
            self._alarms.append(alarm)
        self._server.give_activity_task(
            self, ActivityTask(task_token=self.token, start=self._start_message())
        )

    def _start_message(self) -> Start:
        now, command = timestamp(self._server.clock.now), self.command
        return Start(
            workflow_namespace=self._server.namespace,
            workflow_type=self.run.workflow_type,
            workflow_execution=WorkflowExecution(workflow_id=self.run.workflow_id, run_id=self.run.run_id),
            activity_id=command.activity_id,
            activity_type=command.activity_type,
            header_fields=command.headers,
            input=command.arguments,
            scheduled_time=timestamp(self._scheduled_at),
            current_attempt_scheduled_time=now,
            started_time=now,
            attempt=self.attempt,
            schedule_to_close_timeout=_set(command.schedule_to_close_timeout),
            start_to_close_timeout=_set(command.start_to_close_timeout),
            heartbeat_timeout=None
            if isinstance(command, ScheduleLocalActivity)
            else _set(command.heartbeat_timeout),
            retry_policy=command.retry_policy if command.HasField("retry_policy") else None,
            is_local=self.is_local,
        )

    def ended(self, result: ActivityExecutionResult) -> None:
        """Handles the worker's result of the running attempt."""
        self._forget_attempt()
        if self._resolved:
            return
        if result.HasField("completed"):
            self._resolve(ActivityResolution(completed=result.completed))
        elif result.HasField("cancelled"):
            self._resolve(self._cancelled())
        else:
            self._failed(result.failed.failure)

    def _failed(self, failure: Failure) -> None:
        self._last_failure = failure
        delay = delay_before_next(self.command.retry_policy, self.attempt, failure)
        if delay is None:
            self._resolve(self._failure(failure, RetryState.RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED))
            return
        whole = _limit(self.command.schedule_to_close_timeout)
        if whole and self._server.clock.now + delay > self._scheduled_at + whole:
            self._resolve(self._failure(failure, RetryState.RETRY_STATE_TIMEOUT))
            return
        if not self.command.retry_policy.maximum_attempts and self.attempt >= MOST_ATTEMPTS:
            self._server.give_up(
                f"The activity {self.command.activity_type} failed {self.attempt} times: {failure.message}"
            )
            return
        self.attempt += 1
        self._alarms.append(self._server.clock.call_after(delay, self._start))

    def _time_out(self, kind: TimeoutType.ValueType) -> None:
        self._tell_worker(ActivityCancelReason.TIMED_OUT, ActivityCancellationDetails(is_timed_out=True))
        self._forget_attempt()
        failure = timed_out(kind, self.command.activity_type, self._last_failure)
        if kind == TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE:
            self._failed(failure)
        else:
            self._resolve(self._failure(failure, RetryState.RETRY_STATE_TIMEOUT))

    def request_cancel(self) -> None:
        """Handles the workflow's cancellation, according to the activity's cancellation type."""
        kind = self.command.cancellation_type
        if kind == ActivityCancellationType.ABANDON:
            # The activity keeps running, and nobody waits for its result.
            self._resolve(self._cancelled())
            return
        self._tell_worker(ActivityCancelReason.CANCELLED, ActivityCancellationDetails(is_cancelled=True))
        if kind == ActivityCancellationType.TRY_CANCEL or not self.is_running:
            self._forget_attempt()
            self._resolve(self._cancelled())

    def abandon(self) -> None:
        """Tells the worker that nobody waits for the activity, because its workflow has closed."""
        self._tell_worker(ActivityCancelReason.NOT_FOUND, ActivityCancellationDetails(is_not_found=True))
        self._forget_attempt()
        self._leave()

    def shut_down(self) -> None:
        """Cancels a running attempt, because the worker shuts down."""
        self._tell_worker(
            ActivityCancelReason.WORKER_SHUTDOWN, ActivityCancellationDetails(is_worker_shutdown=True)
        )

    def _tell_worker(
        self, reason: ActivityCancelReason.ValueType, details: ActivityCancellationDetails
    ) -> None:
        if self.is_running:
            cancel = Cancel(reason=reason, details=details)
            self._server.give_activity_task(self, ActivityTask(task_token=self.token, cancel=cancel))

    def _forget_attempt(self) -> None:
        self._server.forget_token(self.token)
        self.token = b""
        for alarm in self._alarms:
            alarm.cancel()
        self._alarms.clear()

    def _leave(self) -> None:
        if self._over is not None:
            self._over.cancel()
        self.run.activities.pop((self.is_local, self.command.seq), None)

    def _resolve(self, resolution: ActivityResolution) -> None:
        self._leave()
        self._resolved = True
        resolved = ResolveActivity(seq=self.command.seq, result=resolution, is_local=self.is_local)
        self._server.add_job(self.run, job(resolve_activity=resolved))

    def _cancelled(self) -> ActivityResolution:
        failure = self._wrapped(cancelled("Activity cancelled"), RetryState.RETRY_STATE_CANCEL_REQUESTED)
        return ActivityResolution(cancelled=Cancellation(failure=failure))

    def _failure(self, failure: Failure, retry_state: RetryState.ValueType) -> ActivityResolution:
        return ActivityResolution(failed=ResolvedFailure(failure=self._wrapped(failure, retry_state)))

    def _wrapped(self, cause: Failure, retry_state: RetryState.ValueType) -> Failure:
        return activity_failure(self.command.activity_type, self.command.activity_id, cause, retry_state)


def _limit(timeout: Duration) -> timedelta | None:
    return timeout.ToTimedelta() or None


def _set(timeout: Duration) -> Duration | None:
    return timeout if timeout.ToTimedelta() else None
