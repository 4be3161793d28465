"""Turns in chats that other turns have started. When such a turn ends, it decides the other turn's wait."""

import uuid
from typing import Any

from django.db.models import Exists, OuterRef

from agentex_web.journal import waits
from agentex_web.journal.change import Change
from agentex_web.tasks.models import Message, Turn
from agentex_web.waits.models import Wait
from agentex_web.watches.models import FollowedTurn

BATCH = 100
TEXT_LENGTH = 100_000
"""The maximum length of an answer that is returned, in characters."""


def follow(wait_id: uuid.UUID, turn_id: uuid.UUID) -> None:
    """Registers that the end of the turn decides the wait. Idempotent."""
    FollowedTurn.objects.get_or_create(wait_id=wait_id, defaults={"turn_id": turn_id})


def decide_ended(turn_id: uuid.UUID | None = None) -> list[Change[Wait]]:
    """Decides the waits whose turns have ended or were deleted.

    Args:
        turn_id: limits it to this turn.
    """
    still_open = Turn.objects.filter(pk=OuterRef("turn_id"), status__in=Turn.OPEN)
    rows = FollowedTurn.objects.filter(~Exists(still_open)).select_related("wait")
    if turn_id is not None:
        rows = rows.filter(turn_id=turn_id)
    return [found for row in rows[:BATCH] if (found := _decide(row)) is not None]


def _decide(row: FollowedTurn) -> Change[Wait] | None:
    try:
        decided = waits.decide(row.wait.task_id, row.wait_id, _value(row.turn_id), None)
    except waits.AlreadyDecided:
        decided = None
    row.delete()
    return decided


def _value(turn_id: uuid.UUID) -> dict[str, Any]:
    turn = Turn.objects.filter(pk=turn_id).only("pk", "status", "error").first()
    if turn is None:
        return {"status": "deleted"}
    last: Message | None = turn.answers().only("content").order_by("position").last()
    text = last.content if last is not None else ""
    return {"status": turn.status, "text": text[:TEXT_LENGTH], "error": turn.error}
