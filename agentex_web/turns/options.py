"""Timeouts and retries of activities that authors cannot configure."""

from datetime import timedelta
from typing import TypedDict

from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityCancellationType

MODEL_ACTIVITY = "invoke_model_activity"
"""The name of temporalio-openai-agents' activity for model calls."""
MAX_TURNS = 30
"""The default limit of model calls in one run of an agent."""
HEARTBEAT = timedelta(seconds=6)
"""Heartbeat timeout: a worker that is silent for this long counts as dead. It sends heartbeats from its own
thread (worker/heartbeats.py).
"""
HEARTBEAT_THROTTLE = timedelta(seconds=2.5)
"""The minimum interval between two heartbeats of an activity that reach Temporal. Each is a write to
Temporal's database. One of them may be lost without a timeout.
"""
WORKFLOW_TASK = timedelta(seconds=5)
"""Workflow task timeout: after it, a task that a dying worker held goes to another worker. A workflow task
normally takes milliseconds.
"""


class RecordOptions(TypedDict):
    start_to_close_timeout: timedelta
    schedule_to_close_timeout: timedelta
    retry_policy: RetryPolicy
    cancellation_type: ActivityCancellationType


NON_RETRYABLE = [
    "AttributeError",
    "DataError",
    "DoesNotExist",
    "IntegrityError",
    "KeyError",
    "RuntimeError",
    "TypeError",
    "ValueError",
]

RECORD = RecordOptions(
    start_to_close_timeout=timedelta(seconds=30),
    schedule_to_close_timeout=timedelta(days=7),
    # Retry for a week if the database is unavailable: what happened must be written. Do not retry errors in
    # the code or the data, because they would fail again.
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=200),
        maximum_interval=timedelta(seconds=10),
        non_retryable_error_types=NON_RETRYABLE,
    ),
    # A Stop must not cancel the write of what had happened until then.
    cancellation_type=ActivityCancellationType.ABANDON,
)
"""Options of the record's activities. They are local activities: these save a round trip, and do not take a
slot from model calls.
"""
