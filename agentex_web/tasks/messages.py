"""Writing messages so that writing twice changes nothing (DESIGN.md, invariant 2)."""

import uuid
from collections.abc import Sequence

from agentex_web.tasks.models import Message

CALL_SPAN = 1_000
"""Positions that one activity of a turn may use: its place in the turn times this, plus an index."""

_KEPT = {"id", "turn", "position"}
_UPDATED = [field.name for field in Message._meta.concrete_fields if field.name not in _KEPT]


def model_message_id(run_id: str, activity_id: str, index: int) -> uuid.UUID:
    """The id of the ``index``-th thing that one model call says; the same for each of its attempts."""
    return uuid.uuid5(uuid.UUID(run_id), f"{activity_id}/{index}")


def tool_message_id(turn_id: uuid.UUID, tool_call_id: str, kind: str) -> uuid.UUID:
    """The id of a tool call's request or response, whoever writes it first.

    By turn rather than by task: servers exist that number their calls anew in each answer.
    """
    return uuid.uuid5(turn_id, f"{kind}/{tool_call_id}")


def upsert(messages: Sequence[Message], *, only: Sequence[str] | None = None) -> None:
    """One statement. A row that exists keeps its place; ``only`` names the fields that may change in it."""
    if messages:
        Message.objects.bulk_create(
            messages, update_conflicts=True, unique_fields=["id"], update_fields=list(only or _UPDATED)
        )


def forget_call(turn_id: uuid.UUID, sequence: int) -> None:
    """Drops what an earlier attempt of the turn's ``sequence``-th activity wrote."""
    first = sequence * CALL_SPAN
    Message.objects.filter(turn_id=turn_id, position__gte=first, position__lt=first + CALL_SPAN).delete()


def already_shown(turn_id: uuid.UUID, author: str, content: str) -> uuid.UUID | None:
    """The turn's message that says just this.

    The guide's workflow echoes the person's message and creates the answer that the model has
    already streamed; here both are rows by then, and are shown once.
    """
    found = Message.objects.filter(
        turn_id=turn_id, author=author, kind=Message.Kind.TEXT, content__in=(content, content.strip())
    )
    return found.values_list("pk", flat=True).first()
