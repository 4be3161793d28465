"""How activities are run: the timeouts and retries that are not an agent's author's to choose."""

from datetime import timedelta
from typing import TypedDict

from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityCancellationType

MAX_TURNS = 30
"""The most model calls in one run of an agent, unless the author says otherwise."""
HEARTBEAT = timedelta(seconds=6)
"""A worker that is silent this long counts as dead. It beats every second, from a thread of its own."""
HEARTBEAT_THROTTLE = timedelta(seconds=2)
"""The pause between two heartbeats of an activity that reach Temporal, each a write of its database."""
WORKFLOW_TASK = timedelta(seconds=5)
"""A workflow task takes milliseconds. After this long, one that a dying worker was given goes to another."""


class RecordOptions(TypedDict):
    start_to_close_timeout: timedelta
    schedule_to_close_timeout: timedelta
    retry_policy: RetryPolicy
    cancellation_type: ActivityCancellationType


MISTAKES = [
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
    # A database that is away is waited for: what happened must be written. A mistake stays one.
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=200),
        maximum_interval=timedelta(seconds=10),
        non_retryable_error_types=MISTAKES,
    ),
    # A Stop must not lose the row that tells what had happened until then.
    cancellation_type=ActivityCancellationType.ABANDON,
)
"""For activities that write the record: local, so they save a round trip and take no model's slot."""
