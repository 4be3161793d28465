"""Which turns of a long chat a page gets first, and which follow (static/js/conversation/earlier.js)."""

import uuid
from dataclasses import dataclass

from django.http import Http404, QueryDict

from agentex_web.chat.conversation import shown_steps
from agentex_web.tasks.branches import Step
from agentex_web.tasks.models import Task, Turn

FIRST = 20
"""Number of turns that a page begins with: more than a window of short ones. Each takes 1 ms to render."""
EARLIER = 200
"""Number of turns in each part that follows."""


@dataclass(frozen=True)
class Part:
    """Consecutive turns of a branch, oldest first; ``has_earlier`` if the branch has turns before them."""

    steps: list[Step]
    has_earlier: bool

    @property
    def earlier(self) -> uuid.UUID | None:
        """The id of the first turn, if there are turns before it."""
        return self.steps[0].turn_id if self.has_earlier else None


def last_part(steps: list[Step], first: str = "") -> Part:
    """The end of a branch: the last turns, and all open ones.

    Args:
        first: the id of the first turn that the page shows already; the part then begins with that turn.
    """
    known = (number for number, step in enumerate(steps) if str(step.turn_id) == first)
    still_open = (number for number, step in enumerate(steps) if step.status in Turn.OPEN)
    start = min(next(known, len(steps)), next(still_open, len(steps)), max(0, len(steps) - FIRST))
    return Part(steps[start:], start > 0)


def part_before(task: Task, turn_id: uuid.UUID) -> Part:
    """The turns that lead to this one. They do not depend on the branch that the chat shows now.

    Raises:
        Http404: the task has no such turn.
    """
    if not task.turns.filter(pk=turn_id).exists():
        raise Http404("There is no such turn.")
    steps = [step for step in shown_steps(task, turn_id) if step.turn_id != turn_id]
    start = max(0, len(steps) - EARLIER)
    return Part(steps[start:], start > 0)


def asked_before(asked: QueryDict) -> uuid.UUID | None:
    """The turn that the requested part ends before; None if the page asks for the end of the branch.

    Raises:
        Http404: the id is malformed.
    """
    try:
        return uuid.UUID(asked.get("before")) if "before" in asked else None
    except ValueError:
        raise Http404("There is no such turn.") from None
