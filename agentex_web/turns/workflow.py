"""The base class of workflows that serve a task: ``adk.Workflow``."""

import functools
from collections.abc import Awaitable, Callable
from typing import Any

from temporalio import workflow

from agentex_web.compat.temporal_definitions import handlers_outside
from agentex_web.turns.event import SendEventParams
from agentex_web.turns.inbox import Inbox
from agentex_web.turns.payloads import PauseParams, SignalName, StopParams, TaskParams
from agentex_web.turns.turn import Turn
from agentex_web.turns.workflow_run import run_to_the_end, serve_until_idle

Run = Callable[..., Awaitable[Any]]


class Workflow:
    """A workflow that serves one task. Subclass it and write ``on_message``; no decorator is needed.

        class Essayist(adk.Workflow):
            async def on_message(self, turn: adk.Turn) -> None:
                await turn.run(writer, [*await turn.history(), *turn.input])

    One run of the workflow serves the task until no message has come for ``AGENTEX_IDLE_SECONDS``. A
    subclass may define its own ``async def run(self, params: adk.TaskParams)`` for work outside turns, and
    any Temporal signals, queries and updates. A subclass without ``on_message`` is a base class, not a
    workflow.

    Class arguments:
        name: the workflow's name in Temporal; by default the class name. Running tasks keep the name that
            they were started with, so set it if the class may be renamed.
    """

    def __init_subclass__(cls, *, name: str = "", **options: Any) -> None:
        super().__init_subclass__()
        if cls.on_message is Workflow.on_message:
            return
        written = vars(cls).get("run")
        cls.run = _run_method(cls, written or _serve)  # type: ignore[attr-defined]
        workflow.defn(name=name or cls.__name__, **options)(cls)

    @functools.cached_property
    def inbox(self) -> Inbox:
        """Receives this run's messages and serves their turns."""
        return Inbox()

    async def on_message(self, turn: Turn) -> None:
        """Handles one message. Messages that arrive meanwhile wait.

        If it raises, the turn fails, and the page shows the reason. When a person stops the turn, it is
        cancelled: ``asyncio.CancelledError`` is raised where it is waiting.
        """
        raise NotImplementedError

    @workflow.signal(
        name=SignalName.RECEIVE_EVENT, unfinished_policy=workflow.HandlerUnfinishedPolicy.ABANDON
    )
    async def receive_event(self, params: SendEventParams) -> None:
        """Signal: the person sent a message."""
        await self.inbox.receive(params, self.on_message)

    @workflow.signal(name=SignalName.STOP)
    def stop_turn(self, params: StopParams) -> None:
        """Signal: the person stopped a turn."""
        self.inbox.control.stop(params)

    @workflow.signal(name=SignalName.STEER)
    def steer_turn(self, params: StopParams) -> None:
        """Signal: the person wants a waiting message to go into the running turn."""
        self.inbox.control.steer(params)

    @workflow.signal(name=SignalName.PAUSE)
    def pause_chat(self, params: PauseParams) -> None:
        """Signal: the chat was paused or resumed."""
        self.inbox.control.pause(params)

    @workflow.signal(name=SignalName.WITHDRAW)
    def withdraw_turn(self, params: StopParams) -> None:
        """Signal: the person withdrew a message."""
        self.inbox.control.withdraw(params)


async def _serve(self: Workflow, params: TaskParams) -> None:
    # If the author defined signals or updates, the next run would not know what they changed. Then the
    # workflow does not continue as new in the middle of a turn.
    handle = None if handlers_outside(type(self), __name__) else self.on_message
    await serve_until_idle(params, self.inbox, handle)


def _run_method(cls: type, written: Run) -> Run:
    """Makes the ``run`` method of a class. Temporal requires that each class defines its own, and checks that
    by the method's qualified name.
    """

    # No annotation on `self`: Temporal would count it as an argument.
    async def run(self, params: TaskParams) -> Any:  # type: ignore[no-untyped-def]
        if written is not _serve:
            self.inbox.begin()
        return await run_to_the_end(written(self, params), self.inbox)

    run.__qualname__ = f"{cls.__qualname__}.run"
    run.__module__ = cls.__module__
    return workflow.run(run)
