"""Receives a task's messages and Stops in its workflow, and runs one turn at a time.

Each workflow has one Inbox. It ignores messages that it has already seen, queues messages that arrive during
a turn, calls the handler with each ``Turn``, and records how the turn ended. So handlers are plain code: an
exception fails the turn, and a Stop cancels the handler.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import is_cancelled_exception

from agentex_web.compat.in_workflows import prepare
from agentex_web.turns import record, registry
from agentex_web.turns.continuing import can_continue, continue_answer, cut_by
from agentex_web.turns.ending import Ending, write_ending
from agentex_web.turns.inputs import input_of
from agentex_web.turns.pausing import Gate
from agentex_web.turns.payloads import Event, PauseParams, Resumption, SendEventParams, StopParams
from agentex_web.turns.reasons import reason_of, refusal_in, was_cut, was_stopped
from agentex_web.turns.record_payloads import TurnRef
from agentex_web.turns.scope import Scope, entered
from agentex_web.turns.status import Status
from agentex_web.turns.steering import Offered
from agentex_web.turns.turn import Turn
from agentex_web.turns.undo_run import undo_all

Handler = Callable[[Turn], Awaitable[None]]

PATCH_STOP_SIGNAL = "a noticed stop waits for its signal"
"""Temporal patch id. Before the patch, a Stop that was noticed before its signal came undid nothing."""
STOP_SIGNAL = timedelta(seconds=5)
"""How long to wait for the signal of a Stop that was noticed earlier. If the turn was deleted, none comes."""
PATCH_EARLY_SIGNALS = "signals before run begins"
"""Temporal patch id. Before the patch, a continued run forgot signals that came with its first task."""


class Inbox:
    """The turns of one workflow run."""

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()
        # True once the workflow's ``run`` has begun.
        self._has_begun = False
        # True if this run may continue as new in the middle of a turn.
        self._may_continue_as_new = False
        # The keys of all messages received so far.
        self._seen: set[str] = set()
        # The messages whose turns have not ended, in order.
        self._open_messages: list[SendEventParams] = []
        # The turns that wait for the running one, by id.
        self._queued: dict[str, Turn] = {}
        # The running turn, and the task that runs its handler.
        self._running: tuple[Turn, asyncio.Future[None]] | None = None
        # The turn that was served last.
        self._last: Turn | None = None
        self._gate = Gate()
        # For each turn that was stopped, the reason; empty if a person stopped it.
        self._stops: dict[str, str] = {}
        # Ids of turns: withdrawn; stopped with *Stop and undo*; to be put into the running turn; and put
        # into a turn.
        self._withdrawn: set[str] = set()
        self._undo: set[str] = set()
        self._to_steer: set[str] = set()
        self._taken_messages: set[str] = set()
        # The pauses (True) and resumptions (False) that arrived before ``run`` began.
        self._pause_signals: list[bool] = []
        # What the previous run passed on: its turns; and until the first of them begins, everything, and the
        # messages that were put into it.
        self._resumed: list[asyncio.Task[None]] = []
        self._previous: Resumption | None = None
        self._takes_to_repeat: dict[str, Offered] = {}
        # Background work; held here so that it is not garbage-collected.
        self._background_tasks: set[asyncio.Future[None]] = set()

    async def receive(self, params: SendEventParams, handle: Handler, *, is_new: bool = True) -> None:
        """Serves a message once the messages before it have been served. Returns when its turn has ended.

        Args:
            handle: runs the work of the turn.
            is_new: False if the previous run had already received the message.
        """
        if workflow.info().continued_run_id is not None:
            # Temporal delivers signals before ``run`` begins, and ``run`` may bring older messages from the
            # previous run.
            await workflow.wait_condition(lambda: self._has_begun)
        key = _key(params.event)
        if key in self._seen:
            return
        self._seen.add(key)
        if params.event.continues and is_new:
            # A Stop of the part before the cut does not count for the continuation.
            self._stops.pop(params.event.id, None)
            self._undo.discard(params.event.id)
        self._open_messages.append(params)
        try:
            await self._receive(params, handle)
        finally:
            self._open_messages.remove(params)

    async def _receive(self, params: SendEventParams, handle: Handler) -> None:
        turn = Turn(params.task, params.event)
        turn.part.gate, turn.part.steering.taken = self._gate, self._taken_messages
        if self._one_at_a_time.locked():
            self._queue(turn)
        async with self._one_at_a_time:
            self._queued.pop(turn.id, None)
            await self._until_open(turn)
            if turn.id in self._withdrawn or turn.id in self._taken_messages:
                turn.become(Status.WITHDRAWN)
                if self._previous is not None and workflow.patched(PATCH_EARLY_SIGNALS):
                    # The next turn must not get the results of this one's steps.
                    self._previous, self._takes_to_repeat = None, {}
            else:
                await self._serve(turn, handle)

    def begin(self, resumed: Resumption | None = None, handle: Handler | None = None) -> None:
        """Called when ``run`` begins. Continues the previous run's turn, then serves the waiting messages.

        Args:
            resumed: what the previous run passed on, if it was continued in the middle of a turn.
            handle: runs the work of a turn. Without it, this run never continues as new in the middle of a
                turn.
        """
        self._may_continue_as_new = handle is not None
        self._has_begun = True
        if resumed is None or handle is None:
            return
        # Signals of the run's first workflow task are handled before ``run`` begins.
        has_signals = bool(self._stops or self._withdrawn or self._to_steer or self._pause_signals)
        if not (has_signals and workflow.patched(PATCH_EARLY_SIGNALS)):
            for early in (self._stops, self._withdrawn, self._undo, self._to_steer, self._pause_signals):
                early.clear()
        self._previous, self._stops = resumed, {**self._stops, **resumed.stops}
        self._withdrawn |= set(resumed.withdrawn)
        self._seen = set(resumed.seen) - {_key(each.event) for each in resumed.events}
        self._undo |= set(resumed.undo)
        self._gate.is_paused = [resumed.paused, *self._pause_signals][-1]
        self._to_steer |= set(resumed.steered)
        inputs = {each.event.id: input_of(each.event) for each in resumed.events}
        self._takes_to_repeat = {
            path: Offered(id, inputs[id]) for path, id in resumed.taken.items() if id in inputs
        }
        # Created in order: each task enters the queue as soon as it runs.
        self._resumed = [
            asyncio.create_task(self.receive(each, handle, is_new=False)) for each in resumed.events
        ]

    @property
    def is_idle(self) -> bool:
        """True while no turn is open.

        Raises:
            Exception: whatever a turn taken over from the previous run raised outside its handler.
        """
        for each in [each for each in self._resumed if each.done()]:
            self._resumed.remove(each)
            each.result()
        return workflow.all_handlers_finished() and not self._resumed

    @property
    def waits_for_next_run(self) -> bool:
        """True if the running turn has paused between two steps, so that the workflow can continue as new."""
        return self._running is not None and self._running[0].part.steps.waits_for_next_run

    def resumption(self) -> Resumption:
        """Returns what the next run needs to continue the turn.

        Call it only while ``waits_for_next_run`` is True.
        """
        assert self._running is not None
        part = self._running[0].part
        return Resumption(
            events=list(self._open_messages),
            steps=part.steps.ended_steps(),
            seen=sorted(self._seen),
            stops=dict(self._stops),
            withdrawn=sorted(self._withdrawn),
            taken=part.steering.by_path,
            undo=sorted(self._undo),
            paused=self._gate.is_paused,
            steered=sorted(self._to_steer),
            timers=part.steps.timers.running(),
            began=part.steps.began,
        )

    def stop(self, params: StopParams) -> None:
        """Stops a turn: on a person's request, or, with a reason, because the product gives it up."""
        self._stops.setdefault(params.turn, params.reason)
        if params.undo:
            self._undo.add(params.turn)
        self._cancel(params.turn)

    def steer(self, params: StopParams) -> None:
        """Puts a waiting message into the running turn at its next model call, if there is one."""
        self._to_steer.add(params.turn)
        self._offer()

    def pause(self, params: PauseParams) -> None:
        """Pauses or resumes the chat. While paused, running calls finish, but no new call starts."""
        self._gate.is_paused = params.paused
        if not self._has_begun:
            self._pause_signals.append(params.paused)

    def stop_running(self) -> None:
        """Stops the running turn, if there is one. Called by the author's code."""
        if self._running is not None:
            self.stop(StopParams(self._running[0].id))

    def withdraw(self, params: StopParams) -> None:
        """Withdraws a person's message."""
        self._withdrawn.add(params.turn)
        # The turn may already be running: the person's request can arrive before the row says so.
        self._cancel(params.turn)

    def _cancel(self, turn_id: str) -> None:
        if self._running is not None and self._running[0].id == turn_id:
            turn, working = self._running
            if turn.part.repeats:
                # Wait until the turn has repeated the steps of the previous run, so that the Stop knows what
                # to store and to undo.
                self._background(_cancel_later(turn, working))
            else:
                turn.part.stopped = True
                working.cancel()

    def _background(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)

    def _offer(self) -> None:
        if self._running is not None:
            for turn in self._queued.values():
                # A message for another agent gets its own turn.
                goes_in = turn.id in self._to_steer and turn.agent == self._running[0].agent
                if goes_in and turn.id not in self._withdrawn | self._stops.keys():
                    self._running[0].part.steering.offer(Offered(turn.id, list(turn.input)))

    def _queue(self, turn: Turn) -> None:
        turn.become(Status.QUEUED)
        if not turn.message.continues:
            self._queued[turn.id] = turn
        if registry.settings_of(turn.agent).steering:
            self._to_steer.add(turn.id)
        self._offer()
        self._background(record.queue_turn(_ref(turn)))

    async def _serve(self, turn: Turn, handle: Handler) -> None:
        ending = await self._run_to_the_end(turn, handle)
        turn.become(ending.status)
        # The row of a withdrawn turn has that status already.
        if ending.status != Status.WITHDRAWN:
            await write_ending(turn, ending)

    async def _run_to_the_end(self, turn: Turn, handle: Handler) -> Ending:
        # A turn that a previous run has begun is stopped in _run_handler, after it has repeated its steps.
        if turn.id in self._stops and self._previous is None:
            return self._ending_of_stop(turn)
        try:
            await self._run_handler(turn, handle)
            # Fails the turn here if its run context cannot be stored.
            turn.update_memory()
        except BaseException as failure:
            if turn.id in self._withdrawn:
                return Ending(Status.WITHDRAWN)
            # The model call may learn of a Stop through Redis before the workflow gets its signal.
            if turn.id in self._stops or was_stopped(failure):
                await self._until_signalled(turn)
                if turn.id in self._undo:
                    await undo_all(turn)
                return self._ending_of_stop(turn)
            if not isinstance(failure, Exception) or is_cancelled_exception(failure):
                raise
            reason = reason_of(failure)
            workflow.logger.warning("Turn %s failed: %s", turn.id, reason)
            if was_cut(failure) and can_continue(turn):
                return Ending(Status.FAILED, reason, cut=True, cut_by=cut_by(turn))
            return Ending(Status.FAILED, reason, refusal_in(failure))
        if turn.part.violation is not None:
            return Ending(Status.FAILED, reason_of(turn.part.violation))
        if turn.id in self._undo:
            # The Stop arrived as the last step ended. The person still wants it undone.
            await undo_all(turn)
            return self._ending_of_stop(turn)
        return Ending(Status.DONE)

    async def _until_signalled(self, turn: Turn) -> None:
        """Waits for the signal of a Stop that was noticed earlier: it says whether to undo."""
        if turn.id not in self._stops and workflow.patched(PATCH_STOP_SIGNAL):
            with suppress(TimeoutError):
                await workflow.wait_condition(lambda: turn.id in self._stops, timeout=STOP_SIGNAL)

    def _ending_of_stop(self, turn: Turn) -> Ending:
        reason = self._stops.get(turn.id, "")
        return Ending(Status.FAILED if reason else Status.INTERRUPTED, reason)

    async def _until_open(self, turn: Turn) -> None:
        """Waits while the chat is paused, unless the turn is withdrawn or stopped meanwhile."""
        if self._gate.is_paused:
            await workflow.wait_condition(
                lambda: not self._gate.is_paused or turn.id in self._withdrawn or turn.id in self._stops
            )

    async def _run_handler(self, turn: Turn, handle: Handler) -> None:
        prepare()
        await self._until_open(turn)
        turn.become(Status.RUNNING)
        turn.conversation.follow(self._last.conversation if self._last else None)
        self._last = turn
        turn.part.steps.began = asyncio.get_running_loop().time()
        if self._previous is not None:
            turn.part.steps.resume(self._previous)
        turn.part.steps.may_continue_as_new = lambda: self._may_continue_as_new
        turn.part.steering.to_repeat = self._takes_to_repeat
        self._previous, self._takes_to_repeat = None, {}
        # This scope is for agents that the handler runs with the SDK's own Runner.
        with entered(Scope(turn.part, turn.part.begin_run())):
            working = asyncio.ensure_future(continue_answer(turn) if turn.message.continues else handle(turn))
        self._running = (turn, working)
        if turn.id in self._stops:
            self._cancel(turn.id)
        self._offer()
        beginning = asyncio.ensure_future(_begin(turn))
        try:
            await working
        finally:
            self._running = None
            await beginning


async def _cancel_later(turn: Turn, working: asyncio.Future[None]) -> None:
    await workflow.wait_condition(lambda: working.done() or not turn.part.repeats)
    turn.part.stopped = True
    working.cancel()


async def _begin(turn: Turn) -> None:
    """Marks the turn running if the handler waits without having scheduled an activity. Otherwise, the
    turn's first activity marks it.
    """
    # Temporal checks conditions when no code is ready to run. So this resumes once the handler waits.
    await workflow.wait_condition(lambda: True)
    # When a turn is continued, its next activity is not its first one, so it does not mark the turn.
    if not (turn.stopped or (turn.part.steps_started and not turn.message.continues)):
        await record.begin_turn(_ref(turn))


def _key(event: Event) -> str:
    """The key of a message; each continuation of its turn has a key of its own."""
    return f"{event.id}/{event.continues.number}" if event.continues else event.id


def _ref(turn: Turn) -> TurnRef:
    return TurnRef(turn.task.id, turn.id, turn.part.continued)
