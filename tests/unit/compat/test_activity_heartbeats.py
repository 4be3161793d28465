"""agentex_web/compat/activity_heartbeats.py is needed while the SDK's heartbeats depend on the event loop."""

import inspect

import pytest
from temporalio.worker import Worker
from temporalio.worker._activity import _ActivityWorker

from agentex_web.compat.activity_heartbeats import heartbeat_sender


def test_the_sdk_sends_heartbeats_through_its_event_loop() -> None:
    assert "asyncio.create_task" in inspect.getsource(_ActivityWorker._heartbeat)


def test_a_worker_without_activities_is_refused() -> None:
    worker = object.__new__(Worker)
    worker._activity_worker = None
    with pytest.raises(ValueError, match="no activities"):
        heartbeat_sender(worker)
