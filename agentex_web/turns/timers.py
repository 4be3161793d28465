"""Timers of a turn: ``asyncio.sleep``, ``workflow.sleep``, timeouts. The next run does not start them again.

If the workflow continues as new in the middle of a turn, a timer that had fired fires at once in the next
run, in its place in the order of the turn's steps. A timer that was running keeps its due time. Waits
(turns/waits.py) are not among these timers: the record has their deadlines.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from agentex_web.turns.step_order import StepOrder


class Cancellable(Protocol):
    """The part of ``asyncio.TimerHandle`` that asyncio and temporalio use."""

    def cancel(self) -> None: ...


Begin = Callable[[float, Callable[[], None]], Cancellable]
"""Starts a timer of Temporal, with its delay in seconds. Calls the function when the timer fires."""


@dataclass
class Timers:
    """A turn's timers.

    Attributes:
        due: the timers that were running when the previous run ended, and their times in seconds since 1970.
    """

    due: Mapping[str, float] = field(default_factory=dict)
    _running: dict[str, float] = field(default_factory=dict)
    _path: str = ""
    _number: int = 0

    def next_key(self, path: str) -> str:
        """Counts a timer, and returns its key.

        Args:
            path: the path of the turn's next step. The count begins again with each step, so a timer that is
                not started again changes the keys of no timer after the next step.
        """
        self._number = self._number + 1 if path == self._path else 1
        self._path = path
        return StepOrder.timer(path, self._number)

    def begin(
        self, key: str, delay: float, now: float, begin: Begin, fired: Callable[[], None]
    ) -> Cancellable:
        """Starts a timer that has not fired in a previous run.

        Args:
            delay: in seconds; ignored if the timer was running when the previous run ended.
            now: in seconds since 1970.
        """
        due = self.due.get(key)
        # A difference of times is rounded: 1 ms would become less.
        seconds = delay if due is None else max(due - now, 0.0)
        self._running[key] = now + seconds

        def fire() -> None:
            self._running.pop(key, None)
            fired()

        return _Running(begin(seconds, fire), lambda: self._running.pop(key, None))

    def running(self) -> dict[str, float]:
        """The timers that are running, and when each is due."""
        return dict(self._running)


@dataclass
class _Running:
    """A timer of Temporal that is forgotten when it is cancelled."""

    handle: Cancellable
    forget: Callable[[], object]

    def cancel(self) -> None:
        self.forget()
        self.handle.cancel()


class FiredBefore:
    """A timer that had fired in the previous run."""

    def __init__(self, key: str, order: StepOrder, fired: Callable[[], None]) -> None:
        self._task = asyncio.get_running_loop().create_task(self._fire(key, order, fired))

    async def _fire(self, key: str, order: StepOrder, fired: Callable[[], None]) -> None:
        await order.until_next(key)
        fired()

    def cancel(self) -> None:
        self._task.cancel()
