"""Adapts workflows in the form of the guide to Inbox and Turn.

“The guide” is agentex-sdk's documentation page “OpenAI Agents SDK + Temporal Integration”. Its workflow has
a handler for the signal RECEIVE_EVENT and no ``run``, sets ``self._task_id``, and calls ``Runner.run`` and
``adk.messages.create``. ``adapt`` makes its handler receive one turn at a time; ``defn`` adds the ``run``
that Temporal requires. The plugin's activities get their task from the headers that
turns/workflow_outbound.py writes.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import temporalio.workflow
from temporalio import workflow
from temporalio.workflow import defn as temporal_defn

from agentex_web.compat import temporal_definitions as definitions
from agentex_web.compat.in_workflows import prepare
from agentex_web.turns import opening
from agentex_web.turns.event import SendEventParams
from agentex_web.turns.inbox import Inbox
from agentex_web.turns.payloads import SignalName, TaskParams
from agentex_web.turns.running_activity import current_context
from agentex_web.turns.turn import Turn
from agentex_web.turns.workflow import Workflow
from agentex_web.turns.workflow_run import run_to_the_end, serve_until_idle

_INBOX = "_agentex_inbox"
_ADAPTED = "_agentex_adapted"
_ADDED = "_agentex_added"


class BaseWorkflow:
    """Base class with the attributes and methods of agentex-sdk's class of this name.

    A subclass without a ``workflow.run`` method serves until it has been idle for ``params.idle_seconds``. A
    subclass with such a method, under any name, may call this class's ``run`` to do the same.

    Args:
        display_name: accepted for agentex-sdk; the agent's title is in its file or manifest.
    """

    def __init__(self, display_name: str = "") -> None:
        self.display_name = display_name
        self._task_id: str | None = None
        self._trace_id: str | None = None
        self._parent_span_id: str | None = None

    async def run(self, params: TaskParams) -> None:
        """Serves until no message has arrived for ``params.idle_seconds``."""
        await serve_until_idle(params)

    def is_continued_run(self) -> bool:
        """True if this run continues an earlier run of the task."""
        return workflow.info().continued_run_id is not None

    def should_continue_as_new(self) -> bool:
        """True if Temporal suggests a new run because the history is long."""
        return workflow.info().is_continue_as_new_suggested()

    async def drain_and_continue_as_new(
        self, *arguments: Any, is_complete: Callable[[], bool] | None = None
    ) -> None:
        """Waits for running turns, then continues as new with the arguments, unless ``is_complete``."""
        await workflow.wait_condition(workflow.all_handlers_finished)
        if is_complete is None or not is_complete():
            workflow.continue_as_new(*arguments)

    async def run_until_complete(
        self,
        *arguments: Any,
        is_complete: Callable[[], bool],
        timeout: timedelta | None = None,  # noqa: ASYNC109
    ) -> None:
        """Waits until ``is_complete``; continues as new with the arguments when the history gets long.

        Raises:
            TimeoutError: neither happened within ``timeout``.
        """
        while not is_complete():
            await workflow.wait_condition(
                lambda: is_complete() or self.should_continue_as_new(), timeout=timeout
            )
            if not is_complete():
                await self.drain_and_continue_as_new(*arguments, is_complete=is_complete)

    async def on_interrupt(self, _params: Any) -> None:
        """Accepted for agentex-sdk, and never called: a person's Stop cancels the turn instead."""


def defn(cls: type | None = None, **options: Any) -> Any:
    """Temporal's ``workflow.defn`` with the same options, also for classes without a ``@workflow.run``."""

    def decorate(decorated: type) -> type:
        if not definitions.has_run(decorated):
            _add_run(decorated)
        decorator: Callable[[type], type] = temporal_defn(**options)
        return adapt(decorator(decorated))

    return decorate if cls is None else decorate(cls)


@contextmanager
def without_run() -> Iterator[None]:
    """In the block, Temporal's ``workflow.defn`` is `defn`, because files of the guide import Temporal's."""
    # Blocks are nested when one file imports another.
    before = workflow.defn
    workflow.defn = defn
    try:
        yield
    finally:
        workflow.defn = before


def adapt(cls: type) -> type:
    """Makes a decorated workflow receive one turn at a time, if it does not do so already; returns it."""
    if issubclass(cls, Workflow) or vars(cls).get(_ADAPTED):
        return cls
    handler, run = definitions.signal_handler(cls, SignalName.RECEIVE_EVENT), definitions.run_function(cls)
    signals = {}
    if handler is not None:
        signals[SignalName.RECEIVE_EVENT.value] = _receiving(handler, opens=not hasattr(run, _ADDED))
    definitions.redefine(cls, _preparing(run), signals)
    setattr(cls, _ADAPTED, True)
    return cls


def takes_messages(cls: type) -> bool:
    """True if a decorated workflow has a handler for RECEIVE_EVENT."""
    return definitions.signal_handler(cls, SignalName.RECEIVE_EVENT) is not None


def _receiving(handler: Callable[..., Any], *, opens: bool) -> Callable[..., Awaitable[None]]:
    # `self` has no annotation, because Temporal would count it as an argument.
    async def receive(self, params: SendEventParams) -> None:  # type: ignore[no-untyped-def]
        # A signal may be handled before the workflow's own run begins.
        prepare()

        async def on_message(_turn: Turn) -> None:
            if opens:
                await opening.of(self).wait_until_idle()
            await opening.of(self).serve(handler(self, params))

        await inbox_of(self).receive(params, on_message)

    return receive


def inbox_of(instance: object) -> Inbox:
    """The inbox of a workflow that serves a task: an `adk.Workflow`, or one in the form of the guide."""
    if isinstance(instance, Workflow):
        return instance.inbox
    inbox: Inbox | None = vars(instance).get(_INBOX)
    if inbox is None:
        inbox = Inbox()
        inbox.begin()
        setattr(instance, _INBOX, inbox)
        workflow.set_signal_handler(SignalName.STOP, inbox.control.stop)
        workflow.set_signal_handler(SignalName.WITHDRAW, inbox.control.withdraw)
        workflow.set_signal_handler(SignalName.STEER, inbox.control.steer)
        workflow.set_signal_handler(SignalName.PAUSE, inbox.control.pause)
    return inbox


def _preparing(run: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def prepared(self: object, *args: Any) -> Any:
        prepare()
        if args and isinstance(args[0], TaskParams):
            opening.of(self).begin(args[0].task.id)
        else:
            opening.of(self).begin("")
        return await run_to_the_end(opening.of(self).await_run(run(self, *args)))

    return prepared


def _add_run(cls: type) -> None:
    # `self` has no annotation: Temporal would count it as an argument, and ignore the type of `params`.
    async def run(self, params: TaskParams) -> None:  # type: ignore[no-untyped-def]  # noqa: ARG001
        await serve_until_idle(params)

    # Temporal checks that the method was defined in this class.
    run.__qualname__ = f"{cls.__qualname__}.run"
    run.__module__ = cls.__module__
    setattr(run, _ADDED, True)
    cls.run = temporalio.workflow.run(run)  # type: ignore[attr-defined]


class _StreamingTaskId:
    """Has the ``get`` of the context variable in the guide."""

    def get(self, default: str = "") -> str:
        """The id of the task that the running activity streams to."""
        context = current_context()
        return context.task_id if context else default


streaming_task_id = _StreamingTaskId()
"""The task of the running activity, under the name that the guide uses."""
