"""The running activity: its context, the functions that write its record, and the ids of its messages."""

import asyncio
import itertools
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from temporalio import activity

from agentex_web.positions import OPENING, below
from agentex_web.turns.activity_context import ActivityContext


@dataclass(frozen=True)
class RunningActivity:
    """The product's state for an activity while it runs.

    Attributes:
        context: the context from its headers.
        numbers: numbers the messages that it writes, from 0.
        record: the functions that turns/record.py calls, by name; empty on workers other than
            AgentexWorker.
    """

    context: ActivityContext
    numbers: Iterator[int]
    record: Mapping[str, Callable[[Any], Awaitable[Any]]]


_running: ContextVar[RunningActivity | None] = ContextVar("agentex_activity", default=None)
"""The SDK calls models, and Temporal calls authors' activities, without an argument of ours."""


def running_activity() -> RunningActivity | None:
    """The activity that this code runs in; None outside activities, and in activities without a context."""
    return _running.get()


def from_another_loop() -> AbstractContextManager[None]:
    """A context for code on another event loop: it belongs to this activity, and its writes to the record run
    on this activity's loop.
    """
    running, here = running_activity(), asyncio.get_running_loop()
    if running is None:
        return nullcontext()
    return entered(running.context, {name: _on(here, each) for name, each in running.record.items()})


def _on(loop: asyncio.AbstractEventLoop, function: Any) -> Any:
    async def called(argument: object) -> Any:
        # The function knows its activity: run_coroutine_threadsafe copies the context variables.
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(function(argument), loop))

    return called


def current_context() -> ActivityContext | None:
    """The context from the running activity's headers; None if they have none."""
    running = _running.get()
    return running.context if running else None


@dataclass(frozen=True)
class NewMessage:
    """The position and the id of a message that an activity writes.

    Attributes:
        path: the activity's path; empty if it works for no turn (such as one that a timer starts).
        number: the number of the message among those that the activity writes, from 0.
        activity: identifies the activity; the same for all of its attempts.
    """

    path: str
    number: int
    activity: uuid.UUID

    @property
    def position(self) -> str:
        """The position in the turn; empty if the activity works for no turn."""
        return below(self.path, self.number) if self.path else ""

    def created_in(self, turn_id: uuid.UUID) -> uuid.UUID:
        """The id of a message that joins the turn."""
        if self.path.startswith(OPENING):
            # From the workflow's opening. Here the path must stay text: as a number, it would equal the path
            # of an activity in the turn.
            return created_id(turn_id, f"{self.path}/{self.number}")
        if self.path:
            # As a number, as in versions before paths were text, so that a retried activity finds its row.
            return created_id(turn_id, f"{int(self.path)}/{self.number}")
        # The message joins the task's last turn, which may be another one at the activity's next attempt. So
        # the id must not depend on the turn.
        return self.id_of("created")

    def id_of(self, kind: str) -> uuid.UUID:
        return uuid.uuid5(self.activity, f"{kind}/{self.number}")


def created_id(turn_id: uuid.UUID, key: str) -> uuid.UUID:
    """The id of a message that an author's code creates with this ``key`` in the turn."""
    return uuid.uuid5(turn_id, f"created/{key}")


def new_message() -> NewMessage:
    """The next message of the running activity. A retried activity gets the same messages again."""
    running = _require_running()
    info = activity.info()
    own = uuid.uuid5(uuid.UUID(info.workflow_run_id or ""), info.activity_id)
    return NewMessage(running.context.path, next(running.numbers), own)


def require_context() -> ActivityContext:
    """The running activity's context.

    Raises:
        RuntimeError: the activity was started by a worker or workflow without ContextInterceptor.
    """
    return _require_running().context


def _require_running() -> RunningActivity:
    running = _running.get()
    if running is None or not running.context.task_id:
        raise RuntimeError(
            "This activity does not know its task. Set self._task_id in the workflow, and give the "
            "worker interceptors=[ContextInterceptor()]."
        )
    return running


@contextmanager
def entered(
    context: ActivityContext, record: Mapping[str, Callable[[Any], Awaitable[Any]]] = MappingProxyType({})
) -> Iterator[None]:
    """Sets the context of the running activity for the duration of the block.

    Args:
        record: the functions that write the record, by their names in turns/record.py.
    """
    token = _running.set(RunningActivity(context, itertools.count(), record))
    try:
        yield
    finally:
        _running.reset(token)
