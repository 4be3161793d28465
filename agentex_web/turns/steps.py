"""The results of a turn's steps, so that the workflow can continue as new in the middle of the turn.

Temporal suggests a new run when a history gets long, which can happen within a single turn. Then the workflow
continues as new between two steps of the turn. The new run calls the author's ``on_message`` from the
beginning. Activities and child workflows that had ended are not run again: their results were passed on by
path, and are returned in the same order (turns/step_order.py). So nothing happens twice, as with Temporal's
own replay. For waits (turns/waits.py), only the order of their ends is passed on: the record has the
decisions. Timers (turns/timers.py) do not begin again, and while the turn repeats its steps, its clock shows
the times at which they ended.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from temporalio import workflow

from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.kept_steps import EndedStep, kept_step, result_of
from agentex_web.turns.resumption import KeptStep, Resumption
from agentex_web.turns.step_order import StepOrder
from agentex_web.turns.timers import Begin, Cancellable, FiredBefore, Timers

PATCH_CONTINUE_IN_TURN = "continue-in-a-turn"
"""Temporal patch id. Before the patch, a workflow continued as new only between turns."""
PATCH_REPEAT_BEFORE_STOP = "a cancelled wait ends after the repeated steps"
"""Temporal patch id. Before the patch, a Stop that came while steps were repeated could undo nothing."""
EXPIRE = "expire_wait"
_WAIT = "wait"
_TIMER = "timer"
H = TypeVar("H")


class CodeChangedMeanwhile(AuthorError):
    """The agent's code takes other steps than in the previous workflow run."""


@dataclass
class Steps:
    """The steps of one turn.

    Attributes:
        may_continue_as_new: returns True if the workflow can continue as new; set by the inbox.
        outstanding: the number of running activities and child workflows.
        order: the order in which the previous run's steps end again.
        timers: the timers that were started in the turn.
        began: when the turn began, in seconds since 1970. All times here are workflow times.
    """

    may_continue_as_new: Callable[[], bool] = lambda: False
    outstanding: int = 0
    order: StepOrder = field(default_factory=StepOrder)
    timers: Timers = field(default_factory=Timers)
    began: float = 0.0
    _started: int = 0
    _waiting_for_next_run: int = 0
    _before: dict[str, KeptStep] = field(default_factory=dict)
    _ended: dict[str, EndedStep] = field(default_factory=dict)
    _handles: set[Any] = field(default_factory=set)

    @property
    def waits_for_next_run(self) -> bool:
        """True while the turn waits for the next run and nothing is running."""
        return self._waiting_for_next_run > 0 and self.outstanding == 0

    async def checkpoint(self) -> None:
        """Called before a model call or a wait. If the history is long and nothing is running, waits here
        until the workflow continues as new.
        """
        if (
            self.outstanding
            or not workflow.info().is_continue_as_new_suggested()
            or not self.may_continue_as_new()
        ):
            return
        if not self.order.is_over or not workflow.patched(PATCH_CONTINUE_IN_TURN):
            return
        self._waiting_for_next_run += 1
        try:
            # A parallel branch of the turn may start a step before the run ends. Then the turn goes on here.
            await workflow.wait_condition(lambda: self.outstanding > 0)
        finally:
            self._waiting_for_next_run -= 1

    def note_count(self, count: int) -> None:
        """Notes how many steps have been started."""
        self._started = count
        self.order.note_started(count)

    @property
    def clock(self) -> float | None:
        """While the turn repeats the steps of the previous run: the time at which that run was there, so that
        code that reads the time decides the same again. Otherwise None: the current time applies.
        """
        return None if self.order.is_over else (self.order.reached_at or self.began or None)

    def start_timer(
        self, path: str, delay: float, now: float, begin: Begin, fire: Callable[[], None]
    ) -> Cancellable:
        """Starts a timer of the turn. One that had fired in the previous run fires in its place in the order.

        Args:
            path: the path of the next step.
            delay: in seconds.
            now: the current time, even while the turn repeats steps.
            begin: starts a timer of Temporal.
            fire: called when the timer fires.
        """
        key = self.timers.next_key(path)

        def fired() -> None:
            self._note_ended(key, _TIMER)
            fire()

        if key in self._before:
            return FiredBefore(key, self.order, fired)
        return self.timers.begin(key, delay, now, begin, fired)

    async def wait_ended(self, key: str, skip: Callable[[], str]) -> None:
        """Called when a wait has ended. If it had also ended in the previous run, this returns when it is
        next in the order.

        Args:
            key: the key of the wait.
            skip: counts a step and returns its path. If the wait's deadline passed in the previous run, that
                run called ``expire_wait``, which this run does not need but must count.
        """
        if self.order.awaits(_expiring(key)):
            await self.order.until_next(_expiring(key))
            self._note_ended(_expiring(key), _WAIT)
            path = skip()
            self._note_ended(path, EXPIRE)
            self.order.note_ended(path)
        await self.order.until_next(f"{_WAIT}/{key}")
        self._note_ended(f"{_WAIT}/{key}", _WAIT)

    async def until_repeated(self) -> None:
        """Called before a Stop ends a wait. Returns once all steps of the previous run are repeated, so that
        the turn knows what to undo.
        """
        if not self.order.is_over and workflow.patched(PATCH_REPEAT_BEFORE_STOP):
            await workflow.wait_condition(lambda: self.order.is_over)

    def wait_expires(self, key: str) -> None:
        """Notes that the deadline of a wait has passed, and that ``expire_wait`` will be called."""
        self._note_ended(_expiring(key), _WAIT)

    def _note_ended(self, key: str, name: str) -> None:
        self._ended[key] = EndedStep(name, None, self._started, self._time_of(key))

    def _time_of(self, key: str) -> float:
        before = self._before.get(key)
        return before.at if before is not None else asyncio.get_running_loop().time()

    def repeated_handle(self, path: str, name: str, type_: Any, make: Callable[[Any], H]) -> H | None:
        """Returns the handle of a step that ended in the previous run; None if the step must run.

        Args:
            type_: the type of its result.
            make: makes a handle from a coroutine.

        Raises:
            CodeChangedMeanwhile: the previous run had another step at this path.
        """
        kept = self._before.get(path)
        if kept is None:
            return None
        if kept.name != name:
            workflow.logger.error("Step %s of a continued turn was %s and is %s", path, kept.name, name)
            raise CodeChangedMeanwhile(
                "The agent's code changed while it was working. Retry starts it with the current code."
            )
        if kept.again:
            return None
        handle = make(self._repeated(path, kept, type_))
        self.note_started(path, name, handle)
        return handle

    def note_started(self, path: str, name: str, handle: Any) -> None:
        """Notes that an activity or child workflow was started, or that its end is repeated."""
        self.outstanding += 1
        self._handles.add(handle)
        handle.add_done_callback(partial(self._done, path, name))

    def had_step(self, path: str, name: str) -> bool:
        """False if the previous run had a different step at this path, and so did not run this one."""
        kept = self._before.get(path)
        return kept is None or kept.name == name

    def _done(self, path: str, name: str, handle: "asyncio.Future[Any]") -> None:
        self.outstanding -= 1
        self._handles.discard(handle)
        self._ended[path] = EndedStep(name, handle, self._started, self._time_of(path))
        self.order.note_ended(path)

    def ended_steps(self) -> dict[str, KeptStep]:
        """Returns all steps that have ended, for the next run."""
        return {path: kept_step(each) for path, each in self._ended.items()}

    def resume(self, before: Resumption) -> None:
        """Sets the steps and timers that the previous run passed on."""
        self._before, self.began = before.steps, before.began
        self.order = StepOrder(before.steps)
        self.timers = Timers(before.timers)

    async def _repeated(self, path: str, kept: KeptStep, type_: Any) -> Any:
        if kept.cancelled and self.order.awaits(path):
            # Wait here: whatever cancelled the step in the previous run will cancel it again.
            await workflow.wait_condition(lambda: False)
        await self.order.until_next(path)
        if kept.cancelled:
            raise asyncio.CancelledError
        return result_of(kept, type_)


def _expiring(key: str) -> str:
    return f"expiring/{key}"
