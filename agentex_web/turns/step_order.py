"""The order in which the steps of a turn ended before its run was continued, and in which they end again.

A path counts what a turn has started. Where a turn works at several things at once, which of them starts
its next step first depends on which of its steps ended first. So the next run lets the steps that it knows
end in the same order, and each only after as many others were started as then: as a replay would.
"""

import asyncio
from collections import deque
from collections.abc import Mapping

from agentex_web.turns.payloads import KeptStep


class StepOrder:
    """
    Args:
        before: what ended in the run before, in its order; empty in a first run. A version that did not keep
            the order has left steps without ``after``: they end at once.
    """

    def __init__(self, before: Mapping[str, KeptStep] | None = None) -> None:
        self._before = before or {}
        is_known = any(each.after for each in self._before.values())
        self._left = deque(self._before if is_known else ())
        self._happened: set[str] = set()
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._started = 0

    @property
    def is_over(self) -> bool:
        """All that had ended before has ended again: what comes now is new."""
        return not self._left

    def knows(self, key: str) -> bool:
        """True if this ended in the run before, and has not yet ended again."""
        return key in self._left

    def started(self, count: int) -> None:
        """So many steps have been started now."""
        self._started = count
        self._advance()

    def happened(self, key: str) -> None:
        """This has ended by itself: it was asked of the record again, or was cancelled."""
        if key in self._left:
            self._happened.add(key)
            self._advance()

    async def turn_of(self, key: str) -> None:
        """Returns when all that ended before this has ended; at once if this is new."""
        if key not in self._left:
            return
        reached = self._waiting[key] = asyncio.get_running_loop().create_future()
        self._advance()
        await reached

    def _advance(self) -> None:
        while self._left and self._before[self._left[0]].after <= self._started:
            key = self._left[0]
            if key not in self._happened:
                if (waiting := self._waiting.get(key)) is None:
                    return
                if not waiting.done():
                    waiting.set_result(None)
            self._left.popleft()
