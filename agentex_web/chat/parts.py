"""Which turns of a long chat a page gets first, and which follow (static/js/conversation/earlier.js)."""

import uuid
from dataclasses import dataclass

from django.http import Http404, QueryDict

from agentex_web.chat.conversation import shown_places
from agentex_web.tasks.branches import TurnPlace
from agentex_web.tasks.models import Task, Turn

FIRST = 20
"""Number of turns that a page begins with: more than a window of short ones. Each takes 1 ms to render."""
EARLIER = 200
"""Number of turns in each part that follows."""


@dataclass(frozen=True)
class Part:
    """Consecutive turns of a branch, oldest first; ``has_earlier`` if the branch has turns before them."""

    places: list[TurnPlace]
    has_earlier: bool

    @property
    def earlier(self) -> uuid.UUID | None:
        """The id of the first turn, if there are turns before it."""
        return self.places[0].turn_id if self.has_earlier else None


def last_part(places: list[TurnPlace], first: str = "") -> Part:
    """The end of a branch: the last turns, and all open ones.

    Args:
        first: the id of the first turn that the page shows already; the part then begins with that turn.
    """
    known = (number for number, place in enumerate(places) if str(place.turn_id) == first)
    still_open = (number for number, place in enumerate(places) if place.status in Turn.OPEN)
    start = min(next(known, len(places)), next(still_open, len(places)), max(0, len(places) - FIRST))
    return Part(places[start:], start > 0)


def part_before(task: Task, turn_id: uuid.UUID) -> Part:
    """The turns that lead to this one. They do not depend on the branch that the chat shows now.

    Raises:
        Http404: the task has no such turn.
    """
    if not task.turns.filter(pk=turn_id).exists():
        raise Http404("There is no such turn.")
    places = [place for place in shown_places(task, turn_id) if place.turn_id != turn_id]
    start = max(0, len(places) - EARLIER)
    return Part(places[start:], start > 0)


def asked_before(asked: QueryDict) -> uuid.UUID | None:
    """The turn that the requested part ends before; None if the page asks for the end of the branch.

    Raises:
        Http404: the id is malformed.
    """
    try:
        return uuid.UUID(asked.get("before")) if "before" in asked else None
    except ValueError:
        raise Http404("There is no such turn.") from None
