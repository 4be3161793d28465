"""What people read about a turn that failed because a step took too long."""

import pytest
from temporalio.exceptions import ActivityError, TimeoutError, TimeoutType

from agentex_web.turns.options import MODEL_ACTIVITY
from agentex_web.turns.reasons import reason_of


def timed_out(kind: TimeoutType, activity: str = "") -> BaseException:
    cause = TimeoutError("activity timed out", type=kind, last_heartbeat_details=[])
    if not activity:
        return cause
    error = ActivityError(
        "Activity task timed out",
        scheduled_event_id=1,
        started_event_id=2,
        identity="",
        activity_type=activity,
        activity_id="1",
        retry_state=None,
    )
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("kind", "activity", "reason"),
    [
        (TimeoutType.START_TO_CLOSE, "look_up", "The activity “look_up” timed out."),
        (TimeoutType.START_TO_CLOSE, MODEL_ACTIVITY, "The model did not answer in time."),
        (TimeoutType.START_TO_CLOSE, "", "A step of the agent timed out."),
        (TimeoutType.HEARTBEAT, "look_up", "The worker stopped responding, and so did every retry."),
    ],
)
def test_the_reason_names_what_took_too_long(kind: TimeoutType, activity: str, reason: str) -> None:
    assert reason_of(timed_out(kind, activity)) == reason
