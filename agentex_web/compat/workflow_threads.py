"""Keeps a workflow's code in one thread at a time.

After a deadlock, temporalio 1.35 means to wait for the thread before it evicts the workflow. But
``asyncio.wait_for()`` cancels what it waited for, so the wait ends at once, and the eviction runs the same
event loop in a second thread; one that takes longer than 2 s is repeated in a third. The worker then has
threads that compute for nothing, and a workflow that is never evicted. No upstream issue is known.
"""

import threading
from typing import Any

from temporalio.worker._workflow import _RunningWorkflow

PATIENCE = 1.0
"""Seconds to wait for the other thread, which was interrupted. Temporal waits 2 s for an eviction, and
repeats one that fails 2 s later.
"""
_activate = _RunningWorkflow.activate


def install() -> None:
    """Patches Temporal's worker. Calling it again has no effect."""
    _RunningWorkflow.activate = _activate_alone  # type: ignore[method-assign]


def _activate_alone(self: _RunningWorkflow, act: Any) -> Any:
    alone: threading.Lock = self.__dict__.setdefault("alone", threading.Lock())
    if not alone.acquire(timeout=PATIENCE):
        raise RuntimeError("The workflow's code still runs in another thread.")
    try:
        return _activate(self, act)
    finally:
        alone.release()
