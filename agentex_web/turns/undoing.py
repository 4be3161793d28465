"""Undo functions. A turn registers them as it does things; *Stop and undo* calls them in reverse order."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from temporalio import workflow

UNDO_LIMIT = timedelta(minutes=10)
"""How long undoing one step may take. Without a limit, a step that never ends would hold its chat."""
PATCH_UNDO_LIMIT = "undo-in-time"
"""Temporal patch id. Before the patch, coroutines that undo had no limit."""


class NotUndone(Exception):
    """A step could not be undone; the text says why."""


async def in_time(undo: Awaitable[object], limit: timedelta) -> object:
    """Awaits what undoes a step.

    Raises:
        NotUndone: it did not end in time, or cancelled itself.
    """
    if not workflow.patched(PATCH_UNDO_LIMIT):
        return await undo
    undoing = asyncio.ensure_future(undo)
    await asyncio.wait([undoing], timeout=limit.total_seconds())
    if not undoing.done():
        # Do not wait for the cancellation: the code may ignore it.
        undoing.cancel()
        raise NotUndone(f"It took longer than {limit.total_seconds():,.0f} seconds.")
    if undoing.cancelled():
        raise NotUndone("It was cancelled.")
    return undoing.result()


@dataclass(frozen=True)
class Step:
    """Something that can be undone.

    Attributes:
        title: what is undone, shown on the card.
        undo: undoes the step durably, and returns the output that the card shows.
    """

    title: str
    undo: Callable[[], Awaitable[object]]


@dataclass
class Undoing:
    """The steps of a turn that can be undone, oldest first."""

    steps: list[Step] = field(default_factory=list)

    def add(self, title: str, undo: Callable[[], Awaitable[object]]) -> None:
        self.steps.append(Step(title, undo))

    def take_last(self) -> Step | None:
        """Removes and returns the step to undo next; None if there are no more."""
        return self.steps.pop() if self.steps else None
