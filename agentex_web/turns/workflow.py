"""The base of workflows that serve a task: ``adk.Workflow``."""

import functools
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from temporalio import workflow

from agentex_web.compat.temporal_definitions import handlers_outside
from agentex_web.turns.inbox import Handler, Inbox
from agentex_web.turns.payloads import PauseParams, SendEventParams, SignalName, StopParams, TaskParams
from agentex_web.turns.turn import Turn

Run = Callable[..., Awaitable[Any]]


async def serve_until_idle(
    params: TaskParams, inbox: Inbox | None = None, handle: Handler | None = None
) -> None:
    """Waits for messages; starts a new run when the history is long; returns when no message came for long.

    Nothing is lost by returning: the record is the memory, and the next message starts a new run. With Worker
    Versioning that is the way to new code, because Temporal pins a run to the version that began it.

    Args:
        inbox: of a workflow that may also start a new run in the middle of a turn, between two steps.
        handle: does its turns' work.
    """
    inbox = inbox or Inbox()
    inbox.begin(params.resumed, handle)
    while True:
        await workflow.wait_condition(lambda: inbox.rests or inbox.leaves)
        if inbox.leaves:
            workflow.continue_as_new(replace(params, resumed=inbox.resumption()))
        params = replace(params, resumed=None)
        if _is_versioned():
            return
        if workflow.info().is_continue_as_new_suggested():
            workflow.continue_as_new(params)
        try:
            await workflow.wait_condition(lambda: not inbox.rests, timeout=params.idle_seconds)
        except TimeoutError:
            return


def _is_versioned() -> bool:
    """True if the worker of this workflow task is of a named deployment; a history repeats what it was."""
    version = workflow.info().get_current_deployment_version()
    return version is not None and version.deployment_name != ""


async def run_to_the_end(run: Awaitable[Any], inbox: Inbox | None = None) -> Any:
    """What a workflow's ``run`` returns or raises, after the last turn has ended, which may end later; or at
    once if the next run goes on with it.
    """
    try:
        result = await run
    except (Exception, workflow.ContinueAsNewError):
        if inbox is not None and inbox.leaves:
            raise
        await workflow.wait_condition(workflow.all_handlers_finished)
        raise
    await workflow.wait_condition(workflow.all_handlers_finished)
    return result


class Workflow:
    """A workflow that serves one task. Subclass it and write ``on_message``; no decorator is needed.

        class Essayist(adk.Workflow):
            async def on_message(self, turn: adk.Turn) -> None:
                await turn.run(writer, [*await turn.history(), *turn.input])

    One run of the workflow serves the task until no message has come for ``AGENTEX_IDLE_SECONDS``. A
    subclass may write an ``async def run(self, params: adk.TaskParams)`` of its own, for what happens
    outside turns, and any of Temporal's signals, queries and updates. A subclass without ``on_message`` is a
    base class, not a workflow.

    Class arguments:
        name: the workflow's name in Temporal, by default that of the class. Running tasks keep the name that
            they were started with, so give one if the class may be renamed.
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
        """The turns of this run."""
        return Inbox()

    async def on_message(self, turn: Turn) -> None:
        """Handles one message; messages that come meanwhile wait.

        What it raises ends the turn as failed, with the reason on the page. When a person stops the turn it
        is cancelled: ``asyncio.CancelledError`` is raised where it waits.
        """
        raise NotImplementedError

    @workflow.signal(
        name=SignalName.RECEIVE_EVENT, unfinished_policy=workflow.HandlerUnfinishedPolicy.ABANDON
    )
    async def receive_event(self, params: SendEventParams) -> None:
        """A message of the person."""
        await self.inbox.receive(params, self.on_message)

    @workflow.signal(name=SignalName.STOP)
    def stop_turn(self, params: StopParams) -> None:
        """The person stops a turn."""
        self.inbox.stop(params)

    @workflow.signal(name=SignalName.STEER)
    def steer_turn(self, params: StopParams) -> None:
        """The person wants a message that waits to go into the turn that runs."""
        self.inbox.steer(params)

    @workflow.signal(name=SignalName.PAUSE)
    def pause_chat(self, params: PauseParams) -> None:
        """The chat is paused, or goes on."""
        self.inbox.pause(params)

    @workflow.signal(name=SignalName.WITHDRAW)
    def withdraw_turn(self, params: StopParams) -> None:
        """The person takes back a message."""
        self.inbox.withdraw(params)


async def _serve(self: Workflow, params: TaskParams) -> None:
    # A signal or update of the author's own would be forgotten by the next run.
    handle = None if handlers_outside(type(self), __name__) else self.on_message
    await serve_until_idle(params, self.inbox, handle)


def _run_method(cls: type, written: Run) -> Run:
    """Temporal demands a ``run`` of each class's own, and looks at its name to see whether it is."""

    # Without a type for `self`: Temporal would count it as an argument.
    async def run(self, params: TaskParams) -> Any:  # type: ignore[no-untyped-def]
        if written is not _serve:
            self.inbox.begin()
        return await run_to_the_end(written(self, params), self.inbox)

    run.__qualname__ = f"{cls.__qualname__}.run"
    run.__module__ = cls.__module__
    return workflow.run(run)
