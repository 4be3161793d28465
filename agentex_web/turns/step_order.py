"""Makes the steps of a continued turn end in the same order as in the previous workflow run.

A path is a count of the steps that a turn has started. If a turn does several things in parallel, the order
in which their steps end decides which of them starts the next step, and so which path it gets. So the next
run lets the known steps end in the same order, each only after as many steps were started as in the previous
run. A replay by Temporal does the same.

Timers (turns/timers.py) are among the steps, but nothing waits for one that the code does not start again.
"""

import asyncio
from collections import deque
from collections.abc import Mapping

from agentex_web.turns.resumption import KeptStep

_TIMER = "timer/"


class StepOrder:
    """The order in which a turn's steps end.

    Args:
        before: the steps that ended in the previous run, in order; empty in a first run. Steps from an older
            version, which did not record the order, have no ``after``: they end at once.

    Attributes:
        reached_at: when the step that ended last had ended, in seconds since 1970; 0 if that is unknown.
    """

    def __init__(self, before: Mapping[str, KeptStep] | None = None) -> None:
        self._before = before or {}
        is_known = any(each.after for each in self._before.values())
        self._left = deque(self._before if is_known else ())
        self._ended: set[str] = set()
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._started = 0
        self.reached_at = 0.0

    @staticmethod
    def timer(path: str, number: int) -> str:
        """The key of the timer that is started as the ``number``-th before the step at ``path``."""
        return f"{_TIMER}{path}/{number}"

    @property
    def is_over(self) -> bool:
        """True once all steps of the previous run have ended again. All further steps are new."""
        return not self._left

    def awaits(self, key: str) -> bool:
        """True if this step ended in the previous run, and has not yet ended again."""
        return key in self._left

    def note_started(self, count: int) -> None:
        """Notes how many steps have been started."""
        self._started = count
        self._advance()

    def note_ended(self, key: str) -> None:
        """Notes that a step ended outside this order: it read the record again, or was cancelled."""
        if key in self._left:
            self._ended.add(key)
            self._advance()

    async def until_next(self, key: str) -> None:
        """Waits until all steps that ended before this one have ended again; not at all for a new step."""
        if key not in self._left:
            return
        reached = self._waiting[key] = asyncio.get_running_loop().create_future()
        self._advance()
        await reached

    def _advance(self) -> None:
        while self._left and self._before[self._left[0]].after <= self._started:
            key = self._left[0]
            if key not in self._ended:
                waiting = self._waiting.get(key)
                if waiting is None and not key.startswith(_TIMER):
                    return
                if waiting is not None and not waiting.done():
                    waiting.set_result(None)
            self._left.popleft()
            self.reached_at = self._before[key].at or self.reached_at
