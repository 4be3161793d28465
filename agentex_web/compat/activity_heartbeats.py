"""Heartbeats of activities from any thread.

``activity.heartbeat`` of temporalio 1.35 sends through the worker's event loop, also for a plain function in
a thread. A loop that is busy for longer than the heartbeat timeout loses every call of the process, although
the process lives. The Rust core takes a heartbeat from any thread; only private attributes lead to it.
"""

from collections.abc import Callable

from temporalio.bridge.proto import ActivityHeartbeat
from temporalio.worker import Worker


def heartbeat_sender(worker: Worker) -> Callable[[bytes], None]:
    """A function that records a heartbeat without details for the activity with this task token.

    It may be called in any thread, while the worker runs.
    """
    activities = worker._activity_worker
    if activities is None:
        raise ValueError("The worker has no activities.")

    def send(task_token: bytes) -> None:
        activities._bridge_worker().record_activity_heartbeat(ActivityHeartbeat(task_token=task_token))

    return send
