"""What a workflow's own ``run`` does before it waits for messages: a greeting, its first state.

Temporal hands over the first message before ``run`` begins. The first turn of an adapted workflow
(compat/guide.py) waits until ``run`` has come to rest, which is when no activity of it is under way.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from temporalio import workflow

from agentex_web.positions import OPENING, below
from agentex_web.turns import scope

LONGEST = timedelta(seconds=10)
"""A ``run`` that does activities without end does not hold up the first turn longer."""
PATCH = "agentex-opening"
_ATTRIBUTE = "_agentex_opening"


class Opening:
    """
    Attributes:
        task_id: of the task, for activities of ``run``.
        is_over: the first turn has begun.
    """

    def __init__(self) -> None:
        self.task_id = ""
        self.is_over = False
        self._begun = False
        self._outstanding = 0
        self._started = 0

    def begin(self, task_id: str) -> None:
        """``run`` begins."""
        self.task_id = task_id
        self._begun = True

    async def rest(self) -> None:
        """Waits until ``run`` has come to rest."""
        # Histories from before this wait are replayed without it.
        if not self.is_over and not self._is_resting() and workflow.patched(PATCH):
            with suppress(TimeoutError):
                await workflow.wait_condition(self._is_resting, timeout=LONGEST)
        self.is_over = True

    def started(self, activity: asyncio.Future[Any]) -> None:
        """``run`` has started an activity."""
        self._outstanding += 1
        activity.add_done_callback(self._ended)

    def next_path(self) -> str:
        """Where the next activity's messages stand: after the person's message, before what answers it."""
        self._started += 1
        return below(OPENING, self._started)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """``run`` waits for something that is not an activity, and will go on by itself."""
        self._outstanding += 1
        try:
            yield
        finally:
            self._outstanding -= 1

    def _ended(self, _: object) -> None:
        self._outstanding -= 1

    def _is_resting(self) -> bool:
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


@contextmanager
def busy() -> Iterator[None]:
    """Around a wait of the product's own in a workflow."""
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
    """The path of what is started outside turns; empty once the first turn has begun."""
    found = current()
    return found.next_path() if found else ""
