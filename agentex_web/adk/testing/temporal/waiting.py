"""Waiting for the server, and letting its time pass."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from agentex_web.adk.testing.errors import NothingHappens, TookTooLong, WorkflowTaskFailed
from agentex_web.adk.testing.temporal.server import InMemoryServer
from agentex_web.names import TASK_PREFIX

LONGEST_WAIT = 20.0
"""How many seconds of real time a test waits for its code; generous, because a machine may be busy."""
NOT_SKIPPED = timedelta(days=365)
"""Waiting does not skip to timers that are further away than this; nobody waits for them."""
AT_ONCE = timedelta(milliseconds=100)
"""Timers up to this length fire at once, for example the timer after each read of the record."""


class ServerWithTime(InMemoryServer):
    """A server whose time passes while somebody waits for it."""

    async def until(self, condition: Callable[[], object], *, skipping: bool = True) -> None:
        """Waits until ``condition`` holds; an idle server jumps to its next timer.

        Args:
            skipping: with False, time stands still, and an idle server ends the wait with NothingHappens.

        Raises:
            NothingHappens: the server is idle, no timer is left, and the condition does not hold.
            WorkflowTaskFailed: a workflow task failed, or the run of a chat's workflow did.
            TookTooLong: the condition does not hold after 20 seconds of real time, and the server is not
                idle.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + LONGEST_WAIT
        while not condition():
            self._raise_what_broke()
            if self.is_idle:
                self._skip_or_raise(skipping)
            self._change.clear()
            if condition() or self.is_idle:
                continue
            try:
                await asyncio.wait_for(self._change.wait(), deadline - loop.time())
            except TimeoutError:
                raise TookTooLong(self._under_way()) from None
        self._raise_what_broke()

    def _skip_or_raise(self, skipping: bool) -> None:
        following = self.clock.next_alarm
        if not skipping or following is None or following > self.clock.now + NOT_SKIPPED:
            raise NothingHappens("No workflow, activity or timer is left that could make it happen.")
        self.clock.ring()

    async def until_idle(self) -> None:
        """Waits until nothing more can happen within the next tenth of a second of the clock."""
        await self.until(lambda: self.is_idle)
        while (following := self.clock.next_alarm) is not None and following <= self.clock.now + AT_ONCE:
            self.clock.ring()
            await self.until(lambda: self.is_idle)

    async def pass_time(self, duration: timedelta) -> None:
        """Advances the clock by ``duration``, timer by timer, and waits for the effects of each timer."""
        end = self.clock.now + duration
        await self.until_idle()
        while (following := self.clock.next_alarm) is not None and following <= end:
            self.clock.ring()
            await self.until_idle()
        self.clock.move_to(end)

    def _raise_what_broke(self) -> None:
        if self._waits.failure is not None:
            raise self._waits.failure
        for run in self.runs.values():
            # The failures of other runs are reported to their parents or clients.
            failure = run.task_failure or (run.failure if run.workflow_id.startswith(TASK_PREFIX) else None)
            if failure is not None:
                error = self.error_of(failure)
                raise WorkflowTaskFailed(f"{run.workflow_type}: {error}") from error

    def _under_way(self) -> str:
        activities = [
            each.command.activity_type
            for token, each in self._running.items()
            if not self._waits.is_held(token)
        ]
        workflows = [run.workflow_type for run in self.runs.values() if run.is_busy]
        return (
            f"Still running after {LONGEST_WAIT:.0f} s: {', '.join([*activities, *workflows]) or 'nothing'}."
        )
