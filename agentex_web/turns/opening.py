"""The opening of a workflow: what its own ``run`` does before it waits for messages, such as a greeting or
setting its first state.

Temporal delivers the first message before ``run`` begins. So the first turn of an adapted workflow
(compat/guide.py) waits until ``run`` is idle: it has begun, and none of its activities is running.
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
"""The maximum wait. A ``run`` that never stops starting activities must not block the first turn."""
PATCH_OPENING = "agentex-opening"
_ATTRIBUTE = "_agentex_opening"


class Opening:
    """
    Attributes:
        task_id: the id of the task that the activities of ``run`` work for.
        is_over: True once the first turn has begun.
    """

    def __init__(self) -> None:
        self.task_id = ""
        self.is_over = False
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

    def started(self, activity: asyncio.Future[Any]) -> None:
        """Notes that ``run`` has started an activity."""
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
