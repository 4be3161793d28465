"""The signals that change the course of turns: Stop, withdrawal of a message, steering, pause of the chat."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

from temporalio import workflow

from agentex_web.turns import record, registry
from agentex_web.turns.calls_here import end_calls
from agentex_web.turns.event import SendEventParams
from agentex_web.turns.pausing import Gate
from agentex_web.turns.payloads import PauseParams, StopParams
from agentex_web.turns.resumption import FORM, Resumption
from agentex_web.turns.serving import ref
from agentex_web.turns.steering import Offered
from agentex_web.turns.turn import Turn
from agentex_web.turns.turn_signals import SignalsByTurn

PATCH_EARLY_SIGNALS = "signals before run begins"
"""Temporal patch id. Before the patch, a continued run forgot signals that came with its first task."""


@dataclass(frozen=True)
class RunningTurn:
    """A turn, and the task that runs its code."""

    turn: Turn
    code: asyncio.Future[None]

    def cancel(self) -> None:
        """Cancels the turn's code."""
        self.turn.progress.stopped = True
        self.code.cancel()

    async def cancel_after_repetition(self) -> None:
        """Cancels the turn's code once it has repeated the steps of the previous run, so that the Stop knows
        what to store and to undo.
        """
        await workflow.wait_condition(lambda: self.code.done() or not self.turn.progress.repeats)
        self.cancel()


class TurnControl:
    """The running turn and the queued ones, and what signals have asked for each.

    Attributes:
        signals: what was asked for each turn.
        gate: closed while the chat is paused.
        running: the running turn.
    """

    def __init__(self) -> None:
        self.signals = SignalsByTurn()
        self.gate = Gate()
        self.running: RunningTurn | None = None
        # The turns that wait for the running one, by id.
        self._queued: dict[str, Turn] = {}
        # Background work; held here so that it is not garbage-collected.
        self._background_tasks: set[asyncio.Future[None]] = set()

    def queue(self, turn: Turn) -> None:
        """Notes and records that the turn waits for the running one."""
        if not turn.message.continues:
            self._queued[turn.id] = turn
        if registry.settings_of(turn.agent).steering:
            self.signals.of(turn.id).steer = True
        self._offer()
        self._background(record.queue_turn(ref(turn)))

    def unqueue(self, turn: Turn) -> None:
        """The turn's time has come: it no longer goes into another one."""
        self._queued.pop(turn.id, None)

    def begin(self, running: RunningTurn) -> None:
        """The turn's code has begun. Cancels it if it was stopped before."""
        self.running = running
        if self.signals.of(running.turn.id).stopped:
            self._cancel(running.turn.id)
        self._offer()

    def stop(self, params: StopParams) -> None:
        """Stops a turn: on a person's request, or, with a reason, because the product gives it up."""
        self._stop(params)

    def stop_running(self) -> None:
        """Stops the running turn, if there is one. Called by the author's code, which may make calls
        afterwards.
        """
        if self.running is not None:
            self._stop(StopParams(self.running.turn.id), ends_calls=False)

    def _stop(self, params: StopParams, *, ends_calls: bool = True) -> None:
        signals = self.signals.of(params.turn)
        if params.again and signals.stopped and signals.undo >= params.undo:
            # To cancel the turn's code again would end what it does after a Stop.
            return
        if not signals.stopped:
            signals.stop = params.reason
        signals.undo |= params.undo
        self._cancel(params.turn)
        # With undo, this would also end the calls that undo.
        if (turn := self._running(params.turn)) is not None and ends_calls and not signals.undo:
            end_calls(turn.id, turn.progress.cut.number)

    def withdraw(self, params: StopParams) -> None:
        """Withdraws a person's message."""
        self.signals.of(params.turn).withdrawn = True
        # The turn may already be running: the person's request can arrive before the row says so.
        self._cancel(params.turn)

    def _running(self, turn_id: str) -> Turn | None:
        """The turn, if it is the running one."""
        return self.running.turn if self.running is not None and self.running.turn.id == turn_id else None

    def _cancel(self, turn_id: str) -> None:
        if self.running is not None and self.running.turn.id == turn_id:
            if self.running.turn.progress.repeats:
                self._background(self.running.cancel_after_repetition())
            else:
                self.running.cancel()

    def steer(self, params: StopParams) -> None:
        """Puts a waiting message into the running turn at its next model call, if there is one."""
        self.signals.of(params.turn).steer = True
        self._offer()

    def _offer(self) -> None:
        if self.running is None:
            return
        for waiting in self._queued.values():
            signals = self.signals.of(waiting.id)
            # A message for another agent gets its own turn.
            if signals.steer and not signals.unwanted and waiting.agent == self.running.turn.agent:
                self.running.turn.progress.steering.offer(Offered(waiting.id, list(waiting.input)))

    def pause(self, params: PauseParams) -> None:
        """Pauses or resumes the chat. While paused, running calls finish, but no new call starts."""
        self.gate.is_paused = params.paused
        self.gate.is_signalled = True

    def resume(self, resumed: Resumption) -> None:
        """Takes over what the previous run of the workflow was asked for."""
        # Signals of the run's first workflow task are handled before ``run`` begins.
        has_signals = bool(self.signals) or self.gate.is_signalled
        if not (has_signals and workflow.patched(PATCH_EARLY_SIGNALS)):
            self.signals.clear()
            self.gate.is_signalled = False
        if not self.gate.is_signalled:
            self.gate.is_paused = resumed.paused
        self.signals.add(resumed)

    @property
    def waits_for_next_run(self) -> bool:
        """True if the running turn has paused between two steps, so that the workflow can continue as new."""
        return self.running is not None and self.running.turn.progress.steps.waits_for_next_run

    def resumption(self, events: list[SendEventParams], seen: list[str]) -> Resumption:
        """What the next run needs to continue the running turn; see ``Resumption``."""
        assert self.running is not None
        progress = self.running.turn.progress
        return Resumption(
            events=events,
            steps=progress.steps.ended_steps(),
            seen=seen,
            stops=self.signals.stops(),
            withdrawn=self.signals.withdrawn(),
            taken=progress.steering.by_path,
            undo=self.signals.undone(),
            paused=self.gate.is_paused,
            steered=self.signals.steered(),
            timers=progress.steps.timers.running(),
            began=progress.steps.began,
            form=FORM,
        )

    def _background(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)
