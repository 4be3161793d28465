"""What the ``run`` of an adapted workflow (compat/guide.py) does alongside the handler of messages.

Its opening is what it does before it waits for messages, such as a greeting or setting its first state.
Temporal delivers the first message before ``run`` begins. So the first turn waits until ``run`` is idle: it
has begun, and none of its activities is running.

Later, what it does while a turn runs belongs to that turn: the handler of a state machine only changes the
state, and ``run`` does the work. So the turn ends when both are done. But the turn does not wait for an
activity that ``run`` starts while the handler still works, unless a state machine starts it: a plain ``run``
may do long work alongside the turns.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from temporalio import workflow

from agentex_web.positions import OPENING, below
from agentex_web.turns import scope

LONGEST = timedelta(seconds=10)
"""The maximum wait. A ``run`` that never stops starting activities must not block the first turn."""
PATCH_OPENING = "agentex-opening"
"""Temporal patch id. Before the patch, the first turn did not wait for ``run``."""
PATCH_RUN = "the work of run belongs to its turn"
"""Temporal patch id. Before the patch, what ``run`` did during a turn belonged to no turn."""
_ATTRIBUTE = "_agentex_opening"


class Opening:
    """What a workflow's own ``run`` does before the first turn.

    Attributes:
        task_id: the id of the task that the activities of ``run`` work for.
        is_over: True once the first turn has begun.
        turn: the scope of the running turn.
        is_state_machine: True if ``run`` runs a state machine, which does nothing alongside the turns.
    """

    def __init__(self) -> None:
        self.task_id = ""
        self.is_over = False
        self.turn: scope.Scope | None = None
        self.is_state_machine = False
        self._run: asyncio.Task[Any] | None = None
        self._serving: asyncio.Task[Any] | None = None
        self._is_handling = False
        self._is_stopped = False
        self._failure: Exception | None = None
        self._at_work = 0
        self._begun = False
        self._outstanding = 0
        self._started = 0

    def begin(self, task_id: str) -> None:
        """Called when ``run`` begins."""
        self.task_id = task_id
        self._begun = True

    async def wait_until_idle(self) -> None:
        """Waits until ``run`` is idle, at most ``LONGEST``."""
        # Histories from before this patch are replayed without the wait.
        if not self.is_over and not self._is_idle() and workflow.patched(PATCH_OPENING):
            with suppress(TimeoutError):
                await workflow.wait_condition(self._is_idle, timeout=LONGEST)
        self.is_over = True

    async def serve(self, handling: Awaitable[None]) -> None:
        """Handles a message, and waits for what ``run`` does meanwhile.

        Raises:
            Exception: ``run`` failed, or the handler did.
        """
        self.turn, self._at_work, self._serving = scope.current(), 0, asyncio.current_task()
        self._is_handling = True
        try:
            await handling
            self._is_handling = False
            if self._run is not None and not self._run.done() and workflow.patched(PATCH_RUN):
                # Temporal checks conditions when no code is ready to run, in the order of the waits. So this
                # resumes after ``run``, if the handler did no more than make true what ``run`` waits for.
                await workflow.wait_condition(lambda: True)
                await workflow.wait_condition(lambda: not self._at_work)
        except asyncio.CancelledError:
            if self._failure is not None:
                raise self._failure from None
            if self._at_work and self._run is not None:
                self._is_stopped = True
                self._run.cancel()
            raise
        finally:
            self.turn = self._serving = None

    async def await_run(self, run: Awaitable[Any]) -> Any:
        """Awaits ``run``. If it fails or is stopped while a turn runs, it fails or stops that turn; then the
        workflow ends, and the next message starts another one.
        """
        self._run = asyncio.current_task()
        try:
            return await run
        except (Exception, asyncio.CancelledError) as error:
            if self._is_stopped:
                return None
            if self._serving is None or not isinstance(error, Exception):
                raise
            self._failure = error
            self._serving.cancel()
            return None

    def begin_work(self) -> Callable[[], None]:
        """The running turn waits until the returned function is called."""
        turn, self._at_work = self.turn, self._at_work + 1

        def end() -> None:
            if turn is self.turn:
                self._at_work -= 1

        return end

    def begin_activity(self, activity: asyncio.Future[Any]) -> None:
        """Notes that ``run`` has started an activity while a turn runs."""
        if self.is_state_machine or not self._is_handling:
            end = self.begin_work()
            activity.add_done_callback(lambda _: end())

    def started(self, activity: asyncio.Future[Any]) -> None:
        """Notes that ``run`` has started an activity before the first turn."""
        self._outstanding += 1
        activity.add_done_callback(self._ended)

    def next_path(self) -> str:
        """The path of the next activity. Its messages go between the person's message and the answer."""
        self._started += 1
        return below(OPENING, self._started)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Counts ``run`` as busy while it waits for something other than an activity."""
        self._outstanding += 1
        try:
            yield
        finally:
            self._outstanding -= 1

    def _ended(self, _: object) -> None:
        self._outstanding -= 1

    def _is_idle(self) -> bool:
        return self._begun and self._outstanding == 0


def of(instance: object) -> Opening:
    """The opening of an adapted workflow."""
    found: Opening | None = vars(instance).get(_ATTRIBUTE)
    if found is None:
        found = Opening()
        setattr(instance, _ATTRIBUTE, found)
    return found


def current() -> Opening | None:
    """The opening, if the running code belongs to ``run`` and the first turn has not begun."""
    found: Opening | None = vars(workflow.instance()).get(_ATTRIBUTE)
    return found if found is not None and not found.is_over and scope.current() is None else None


def scope_of_run() -> scope.Scope | None:
    """The scope of the running turn, if the running code is that of ``run``."""
    found: Opening | None = vars(workflow.instance()).get(_ATTRIBUTE)
    if found is None or found.turn is None or not scope.is_unknown():
        return None
    return found.turn if workflow.patched(PATCH_RUN) else None


def note_state_machine() -> None:
    """Called when a state machine runs outside turns."""
    of(workflow.instance()).is_state_machine = True


@contextmanager
def working() -> Iterator[scope.Scope | None]:
    """Put this around what ``run`` may do for the running turn. Enters and yields that turn's scope; None if
    there is no such turn.
    """
    found = scope_of_run()
    if found is None:
        yield None
        return
    end = of(workflow.instance()).begin_work()
    try:
        with scope.entered(found):
            yield found
    finally:
        end()


def scope_here() -> scope.Scope | None:
    """The scope of the running code, also if it is that of ``run``."""
    return scope.current() or scope_of_run()


def note_started(activity: asyncio.Future[Any]) -> None:
    """Notes that the running code has started an activity, if it is that of ``run``."""
    if (opened := current()) is not None:
        opened.started(activity)
    if scope_of_run() is not None:
        of(workflow.instance()).begin_activity(activity)


@contextmanager
def busy() -> Iterator[None]:
    """Put this around a wait inside the product's own functions, so that ``run`` does not count as idle."""
    found = current()
    if found is None:
        yield
        return
    with found.busy():
        yield


def task_of(instance: object) -> str:
    """The task that an adapted workflow serves; empty for others."""
    found: Opening | None = vars(instance).get(_ATTRIBUTE)
    return found.task_id if found else ""


def next_path() -> str:
    """The path of an activity that is started outside turns; empty once the first turn has begun."""
    found = current()
    return found.next_path() if found else ""
