"""Receives a task's messages in its workflow, and runs one turn at a time.

Each workflow has one Inbox. It ignores messages that it has already seen, queues messages that arrive during
a turn, calls the handler with each ``Turn``, and records how the turn ended. So handlers are plain code: an
exception fails the turn, and a Stop (turn_control.py) cancels the handler.
"""

import asyncio
from collections.abc import Awaitable, Callable

from temporalio import workflow

from agentex_web.compat.in_workflows import prepare
from agentex_web.turns.continuing import continue_answer
from agentex_web.turns.ending import write_ending
from agentex_web.turns.event import Event, SendEventParams
from agentex_web.turns.model_calls import until_stored
from agentex_web.turns.previous_run import PreviousRun
from agentex_web.turns.resumption import Resumption
from agentex_web.turns.scope import Scope, entered
from agentex_web.turns.serving import ending_of, ending_of_stop, mark_running
from agentex_web.turns.status import Status
from agentex_web.turns.turn import Turn
from agentex_web.turns.turn_control import PATCH_EARLY_SIGNALS, RunningTurn, TurnControl
from agentex_web.turns.turn_signals import TurnSignals

Handler = Callable[[Turn], Awaitable[None]]


class Inbox:
    """The turns of one workflow run.

    Attributes:
        control: takes the signals that stop, withdraw, steer and pause.
    """

    def __init__(self) -> None:
        self.control = TurnControl()
        self._one_at_a_time = asyncio.Lock()
        # True once the workflow's ``run`` has begun.
        self._has_begun = False
        # True if this run may continue as new in the middle of a turn.
        self._may_continue_as_new = False
        # The keys of all messages received so far.
        self._seen: set[str] = set()
        # The messages whose turns have not ended, in order.
        self._open_messages: list[SendEventParams] = []
        # The turn that was served last.
        self._last: Turn | None = None
        self._previous = PreviousRun()
        # The turns that the previous run passed on.
        self._resumed: list[asyncio.Task[None]] = []

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
        signals = self.control.signals.of(params.event.id)
        if params.event.continues and is_new:
            signals.forget_stop()
        self._open_messages.append(params)
        try:
            await self._receive(params, signals, handle)
        finally:
            self._open_messages.remove(params)

    async def _receive(self, params: SendEventParams, signals: TurnSignals, handle: Handler) -> None:
        turn = Turn(params.task, params.event)
        turn.progress.gate, turn.progress.steering.signals = self.control.gate, self.control.signals
        if self._one_at_a_time.locked():
            turn.become(Status.QUEUED)
            self.control.queue(turn)
        async with self._one_at_a_time:
            self.control.unqueue(turn)
            await self.control.gate.opened_for(signals)
            if signals.withdrawn or signals.taken:
                turn.become(Status.WITHDRAWN)
                if self._previous and workflow.patched(PATCH_EARLY_SIGNALS):
                    # The next turn must not get the results of this one's steps.
                    self._previous.drop()
            else:
                await self._serve(turn, signals, handle)

    async def _serve(self, turn: Turn, signals: TurnSignals, handle: Handler) -> None:
        # A turn that a previous run has begun is stopped after it has repeated its steps.
        if signals.stopped and not self._previous:
            ending = ending_of_stop(signals)
        else:
            ending = await ending_of(turn, signals, self._run(turn, signals, handle))
        if ending.status in (Status.INTERRUPTED, Status.FAILED):
            await until_stored(turn.progress)
        turn.become(ending.status)
        # The row of a withdrawn turn has that status already.
        if ending.status != Status.WITHDRAWN:
            await write_ending(turn, ending)

    async def _run(self, turn: Turn, signals: TurnSignals, handle: Handler) -> None:
        prepare()
        await self.control.gate.opened_for(signals)
        turn.become(Status.RUNNING)
        turn.conversation.follow(self._last.conversation if self._last else None)
        self._last = turn
        turn.progress.steps.began = asyncio.get_running_loop().time()
        turn.progress.steps.may_continue_as_new = lambda: self._may_continue_as_new
        self._previous.give_to(turn)
        # This scope is for agents that the handler runs with the SDK's own Runner.
        with entered(Scope(turn.progress, turn.progress.items.begin_run())):
            code = asyncio.ensure_future(continue_answer(turn) if turn.message.continues else handle(turn))
        self.control.begin(RunningTurn(turn, code))
        marking = asyncio.ensure_future(mark_running(turn))
        try:
            await code
        finally:
            self.control.running = None
            await marking

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
        self.control.resume(resumed)
        self._seen = set(resumed.seen) - {_key(each.event) for each in resumed.events}
        self._previous = PreviousRun.of(resumed)
        # Created in order: each task enters the queue as soon as it runs.
        self._resumed = [
            asyncio.create_task(self.receive(each, handle, is_new=False)) for each in resumed.events
        ]

    def resumption(self) -> Resumption:
        """Returns what the next run needs to continue the turn.

        Call it only while ``control.waits_for_next_run`` is True.
        """
        return self.control.resumption(list(self._open_messages), sorted(self._seen))

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


def _key(event: Event) -> str:
    """The key of a message; each continuation of its turn has a key of its own."""
    return f"{event.id}/{event.continues.number}" if event.continues else event.id
