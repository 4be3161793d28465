"""The running model calls, which a guardrail may end."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(eq=False)
class CallUnderWay:
    """One running model call.

    Attributes:
        taken_back: the answer is no longer wanted; set before the call is cancelled.
    """

    turn_id: str
    path: str
    task: "asyncio.Task[object]"
    taken_back: bool = False


class CallsUnderWay:
    """All running model calls."""

    def __init__(self) -> None:
        self._calls: set[CallUnderWay] = set()

    @contextmanager
    def entered(self, turn_id: str, path: str) -> Iterator[CallUnderWay]:
        """Registers the current asyncio task as a model call while the block runs."""
        task = asyncio.current_task()
        assert task is not None
        call = CallUnderWay(turn_id, path, task)
        self._calls.add(call)
        try:
            yield call
        finally:
            self._calls.discard(call)

    def take_back(self, turn_id: str, before: str) -> None:
        """Cancels the turn's calls at positions before this one."""
        for call in self._calls:
            if call.turn_id == turn_id and call.path < before:
                call.taken_back = True
                call.task.cancel()
