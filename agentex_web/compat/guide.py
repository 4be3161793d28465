"""Workflows in the form of the guide, on top of Inbox and Turn.

The guide's workflow has a handler of the signal RECEIVE_EVENT and no ``run``, keeps ``_task_id`` on itself,
and calls ``Runner.run`` and ``adk.messages.create``. ``adapt`` gives its handler one turn at a time;
``defn`` adds the ``run`` that Temporal demands. The plugin's activities get their task from the headers that
turns/context_interceptor.py writes.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import temporalio.workflow
from temporalio import workflow
from temporalio.workflow import defn as temporal_defn

from agentex_web.compat import temporal_definitions as definitions
from agentex_web.compat.in_workflows import prepare
from agentex_web.turns.context import current_context
from agentex_web.turns.inbox import Inbox
from agentex_web.turns.payloads import SendEventParams, SignalName, TaskParams
from agentex_web.turns.turn import Turn
from agentex_web.turns.workflow import Workflow, run_to_the_end, serve_until_idle

_INBOX = "_agentex_inbox"
_ADAPTED = "_agentex_adapted"


class BaseWorkflow:
    """Gives a workflow its ``run`` and the attributes that carry the task to activities.

    A subclass with a ``run`` of its own may call this one, which serves until no message has come for long.
    """

    def __init__(self) -> None:
        self._task_id: str | None = None
        self._trace_id: str | None = None
        self._parent_span_id: str | None = None

    @workflow.run
    async def run(self, params: TaskParams) -> None:
        await serve_until_idle(params)


def defn(cls: type | None = None, **options: Any) -> Any:
    """Temporal's decorator, for classes with and without a ``@workflow.run``; takes the same options."""

    def decorate(decorated: type) -> type:
        if not definitions.has_run(decorated):
            _add_run(decorated)
        decorator: Callable[[type], type] = temporal_defn(**options)
        return adapt(decorator(decorated))

    return decorate if cls is None else decorate(cls)


@contextmanager
def without_run() -> Iterator[None]:
    """While the block runs, Temporal's own ``workflow.defn`` is the one above: files of the guide import
    that.
    """
    workflow.defn = defn
    try:
        yield
    finally:
        workflow.defn = temporal_defn


def adapt(cls: type) -> type:
    """Gives a decorated workflow its turns; returns it. Changes nothing in those that have them."""
    if issubclass(cls, Workflow) or vars(cls).get(_ADAPTED):
        return cls
    handler = definitions.signal_handler(cls, SignalName.RECEIVE_EVENT)
    signals = {SignalName.RECEIVE_EVENT.value: _receiving(handler)} if handler is not None else {}
    definitions.redefine(cls, _preparing(definitions.run_function(cls)), signals)
    setattr(cls, _ADAPTED, True)
    return cls


def takes_messages(cls: type) -> bool:
    """True if a decorated workflow has a handler of RECEIVE_EVENT."""
    return definitions.signal_handler(cls, SignalName.RECEIVE_EVENT) is not None


def _receiving(handler: Callable[..., Any]) -> Callable[..., Awaitable[None]]:
    # Without a type for `self`: Temporal would count it as an argument.
    async def receive(self, params: SendEventParams) -> None:  # type: ignore[no-untyped-def]
        # Signals may be handled before the workflow's own run begins.
        prepare()

        async def on_message(_turn: Turn) -> None:
            await handler(self, params)

        await _inbox_of(self).receive(params, on_message)

    return receive


def _inbox_of(instance: object) -> Inbox:
    inbox: Inbox | None = vars(instance).get(_INBOX)
    if inbox is None:
        inbox = Inbox()
        setattr(instance, _INBOX, inbox)
        workflow.set_signal_handler(SignalName.STOP, inbox.stop)
        workflow.set_signal_handler(SignalName.WITHDRAW, inbox.withdraw)
    return inbox


def _preparing(run: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def prepared(*args: Any) -> Any:
        prepare()
        return await run_to_the_end(run(*args))

    return prepared


def _add_run(cls: type) -> None:
    # Without a type for `self`: Temporal would count it as an argument, and take `params` for anything.
    async def run(self, params: TaskParams) -> None:  # type: ignore[no-untyped-def]  # noqa: ARG001
        await serve_until_idle(params)

    # Temporal looks whether the method was written in this very class.
    run.__qualname__ = f"{cls.__qualname__}.run"
    run.__module__ = cls.__module__
    cls.run = temporalio.workflow.run(run)  # type: ignore[attr-defined]


class _StreamingTaskId:
    """Reads like the context variable of the guide."""

    def get(self, default: str = "") -> str:
        """The task that the running activity streams to."""
        context = current_context()
        return context.task_id if context else default


streaming_task_id = _StreamingTaskId()
"""The guide's name for the task of the running activity."""
