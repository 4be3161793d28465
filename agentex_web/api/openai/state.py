"""A turn as the record has it: its row, its messages, and what it waits for."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User

from agentex_web.api.openai.models import Exchange
from agentex_web.api.openai.notices import notice_of
from agentex_web.tasks.models import Message, Turn
from agentex_web.tasks.setup_faults import for_reader
from agentex_web.tasks.usage import added
from agentex_web.waits.models import Wait

_UNUSED = ("items", "context", "instructions", "summary", "task__state", "task__choices")


@dataclass(frozen=True)
class TurnState:
    """
    Attributes:
        turn: with its task.
        rows: its messages, in order.
        waits: the open waits that a person has to decide.
        given: what the request gave that a response repeats.
        notice: what a response says of the waits; empty if there are none.
    """

    turn: Turn
    rows: list[Message]
    waits: list[Wait]
    given: dict[str, Any] = field(default_factory=dict)
    notice: str = ""

    @property
    def is_over(self) -> bool:
        """True if the response ends: the turn has ended, or waits for a person."""
        return self.turn.status not in Turn.OPEN or bool(self.waits)

    @property
    def usage(self) -> dict[str, int]:
        """The tokens of the turn's model calls. While it is open, only its messages have them."""
        if self.turn.usage or self.turn.status not in Turn.OPEN:
            return dict(self.turn.usage)
        found: dict[str, int] = {}
        for row in self.rows:
            found = added(found, row.usage)
        return found

    @property
    def agent(self) -> str:
        """The name of the agent that answers."""
        return str(self.turn.choices.get("agent", self.turn.task.agent_id))


def read_state(owner: User, turn_id: uuid.UUID, site: str) -> TurnState | None:
    """The turn as it is now; None if it does not exist, belongs to someone else, or its chat was deleted.

    Args:
        owner: of the task. Reasons that only staff can act on are told to staff alone.
        site: the beginning of addresses, up to the path.
    """
    turns = Turn.objects.filter(pk=turn_id, task__owner=owner, task__delete_at=None)
    turn = turns.select_related("task").defer(*_UNUSED).first()
    if turn is None:
        return None
    turn.error = for_reader(turn.error, is_staff=owner.is_staff)
    rows = list(Message.objects.filter(turn=turn).defer("html").order_by("position"))
    waits: list[Wait] = []
    if turn.status in Turn.OPEN:
        open_waits = Wait.objects.filter(turn=turn, status=Wait.Status.WAITING, kind__in=Wait.FOR_PEOPLE)
        waits = list(open_waits.order_by("created_at"))
    given = Exchange.objects.filter(pk=turn_id).values_list("given", flat=True).first()
    notice = notice_of(waits, site + turn.task.get_absolute_url()) if waits else ""
    return TurnState(turn, rows, waits, given or {}, notice)
