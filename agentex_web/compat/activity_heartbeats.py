"""Heartbeats of activities from any thread.

``activity.heartbeat`` of temporalio 1.35 sends through the worker's event loop, even for a plain function in
a thread. If that loop is busy for longer than the heartbeat timeout, every call of the process times out,
although the process lives. The Rust core accepts heartbeats from any thread, but is only reachable through
private attributes.
"""

from collections.abc import Callable

from temporalio.bridge.proto import ActivityHeartbeat
from temporalio.worker import Worker


def heartbeat_sender(worker: Worker) -> Callable[[bytes], None]:
    """Returns a function that takes an activity's task token and records a heartbeat without details.

    While the worker runs, the function may be called in any thread.
    """
    activities = worker._activity_worker
    if activities is None:
        raise ValueError("The worker has no activities.")

    def send(task_token: bytes) -> None:
        activities._bridge_worker().record_activity_heartbeat(ActivityHeartbeat(task_token=task_token))

    return send
