"""The attempts of model and tool calls: which one runs, why the last failed, when the next comes."""

import uuid
from datetime import datetime

from agentex_web.tasks.messages import tool_message_id
from agentex_web.tasks.models import Message, Turn

BY_HAND = "by_hand"
"""In a tool request's data: a person gave the result."""
ACTIVITY, RETRY_AT = "activity", "retry_at"
"""In a tool request's data: the Temporal activity whose next attempt is waited for, and when it comes."""


def tool_attempt(
    turn_id: uuid.UUID,
    tool_call_id: str,
    attempt: int,
    reason: str,
    retry_at: datetime | None,
    activity: str,
) -> uuid.UUID | None:
    """Notes on the tool's request that an attempt began, or with ``retry_at`` that one failed.

    Returns:
        the request's id; None if it is not shown.
    """
    request = Message.objects.filter(
        pk=tool_message_id(turn_id, tool_call_id, Message.Kind.TOOL_REQUEST)
    ).first()
    if request is None:
        return None
    waiting = {ACTIVITY: activity, RETRY_AT: retry_at.isoformat()} if retry_at else {}
    rest = {name: value for name, value in request.data.items() if name not in (ACTIVITY, RETRY_AT)}
    request.attempt, request.error, request.data = attempt, reason, {**rest, **waiting}
    request.save(update_fields=("attempt", "error", "data"))
    return request.pk


def tool_over(request_id: uuid.UUID) -> None:
    """The call is over, however its last attempt went: its result says the rest."""
    request = Message.objects.filter(pk=request_id).first()
    if request is not None and (request.error or RETRY_AT in request.data):
        for name in (ACTIVITY, RETRY_AT):
            request.data.pop(name, None)
        request.error = ""
        request.save(update_fields=("error", "data"))


def waiting_activity(turn: Turn, message_id: uuid.UUID | None) -> str:
    """The activity whose next attempt the turn, or one of its tool calls, waits for; else empty."""
    if message_id is None:
        return turn.activity if turn.status == Turn.Status.RUNNING and turn.retry_at else ""
    request = turn.messages.filter(pk=message_id, kind=Message.Kind.TOOL_REQUEST).first()
    return "" if request is None else str(request.data.get(ACTIVITY, ""))


def supplied_by_hand(message_id: uuid.UUID) -> None:
    """Notes that a person ends this tool call."""
    request = Message.objects.get(pk=message_id)
    request.data[BY_HAND] = True
    request.save(update_fields=("data",))
