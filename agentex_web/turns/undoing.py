"""How to undo what a turn has done: registered as it happens, called in reverse order by *Stop and undo*."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """
    Attributes:
        title: what is undone, as its card says.
        undo: does it, durably, and returns what the card shows.
        tool_call_id: the call that is undone; empty if it is none.
    """

    title: str
    undo: Callable[[], Awaitable[object]]
    tool_call_id: str = ""


@dataclass
class Undoing:
    """What one turn has done and can undo, the first thing first."""

    steps: list[Step] = field(default_factory=list)

    def add(self, title: str, undo: Callable[[], Awaitable[object]], tool_call_id: str = "") -> None:
        self.steps.append(Step(title, undo, tool_call_id))

    def knows(self, tool_call_id: str) -> bool:
        """True if this call can be undone."""
        return any(each.tool_call_id == tool_call_id for each in self.steps)

    def take_last(self) -> Step | None:
        """The step that is undone next, which is not undone twice; None if all are."""
        return self.steps.pop() if self.steps else None
