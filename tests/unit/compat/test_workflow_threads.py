"""temporalio still evicts a workflow while its code runs in another thread; here it waits."""

import asyncio
import inspect
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from temporalio.worker._workflow import _RunningWorkflow, _WorkflowWorker

from agentex_web.compat import workflow_threads


class Code:
    """In place of a workflow: its activation goes on until ``end`` is set."""

    def __init__(self) -> None:
        self.begun, self.end = threading.Event(), threading.Event()
        self.running = self.most = 0

    def activate(self, act: str) -> str:
        self.running += 1
        self.most = max(self.most, self.running)
        if act == "blocks":
            self.begun.set()
            self.end.wait(60)
        self.running -= 1
        return act

    def get_thread_id(self) -> None:
        return None


def test_temporal_waits_in_a_way_that_cancels_what_it_waits_for() -> None:
    evicts = inspect.getsource(_WorkflowWorker._handle_cache_eviction)
    activates = inspect.getsource(_WorkflowWorker._handle_activation)
    assert "await asyncio.wait_for(\n                            handle_eviction_task," in evicts
    assert "completion = await asyncio.wait_for(" in activates
    assert "shield" not in evicts + activates


async def test_the_code_runs_in_one_thread_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow_threads, "PATIENCE", 0.01)
    workflow_threads.install()
    code: Any = Code()
    workflow: Any = _RunningWorkflow(code, "task-1")
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(2) as threads:
        first = loop.run_in_executor(threads, workflow.activate, "blocks")
        await asyncio.to_thread(code.begun.wait, 60)
        with pytest.raises(RuntimeError, match="still runs in another thread"):
            await loop.run_in_executor(threads, workflow.activate, "evict")
        code.end.set()
        assert await first == "blocks"
        assert await loop.run_in_executor(threads, workflow.activate, "evict") == "evict"
    assert code.most == 1
