"""How a turn proceeds. Each step can be repeated, and says whether it changed anything."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from agentex_web.positions import path_of
from agentex_web.tasks.messages import append
from agentex_web.tasks.models import Message, Turn

WAITING = (Turn.Status.PENDING, Turn.Status.QUEUED)
NOT_SEEN = "Stopped before the agent started."
"""Of a turn that a Stop ended while it waited."""
WORKER_LOST = "The worker stopped."
STOPPED_TOOL_OUTPUT = "The user stopped this before it returned."


def queue(turn_id: uuid.UUID) -> bool:
    """A worker has the turn and will take it after the one it works at."""
    changed = Turn.objects.filter(pk=turn_id, status=Turn.Status.PENDING).update(status=Turn.Status.QUEUED)
    if changed:
        Message.objects.filter(pk=turn_id).update(status=Message.Status.DONE)
    return bool(changed)


def requeue(turn_id: uuid.UUID) -> bool:
    """The workflow that had the turn in its queue is gone: it is to be delivered again."""
    return bool(Turn.objects.filter(pk=turn_id, status=Turn.Status.QUEUED).update(status=Turn.Status.PENDING))


def begin(turn_id: uuid.UUID) -> bool:
    """The agent works at the turn from now on."""
    changed = Turn.objects.filter(pk=turn_id, status__in=WAITING).update(
        status=Turn.Status.RUNNING, started_at=timezone.now()
    )
    if changed:
        Message.objects.filter(pk=turn_id).update(status=Message.Status.DONE)
    return bool(changed)


def attempt_began(turn_id: str, attempt: int) -> str:
    """A call of the turn is tried again now; returns why it failed before."""
    turn = Turn.objects.filter(pk=turn_id, status__in=Turn.OPEN)
    # An attempt that could not say why it failed went with its worker.
    reason = turn.values_list("error", flat=True).first() or WORKER_LOST
    turn.update(attempt=attempt, error=reason, retry_at=None)
    return reason


def attempt_failed(turn_id: str, attempt: int, reason: str, retry_at: datetime, activity: str) -> None:
    """A call failed and will be tried again at ``retry_at``; ``attempt`` is the next one's number."""
    Turn.objects.filter(pk=turn_id, status__in=Turn.OPEN).update(
        attempt=attempt, error=reason, retry_at=retry_at, activity=activity
    )


def attempt_over(turn_id: str) -> None:
    """The call that had failed ended well."""
    Turn.objects.filter(pk=turn_id, status__in=Turn.OPEN).update(error="", retry_at=None)


def withdraw(turn_id: uuid.UUID) -> bool:
    """The person took back a message that the agent has not begun."""
    return bool(
        Turn.objects.filter(pk=turn_id, status__in=WAITING).update(
            status=Turn.Status.WITHDRAWN, finished_at=timezone.now()
        )
    )


@dataclass(frozen=True)
class Finished:
    """What ending a turn changed: the items as kept, and messages that are new or changed."""

    items: list[dict[str, Any]]
    messages: list[Message]
    error: str = ""


def finish(
    turn_id: uuid.UUID,
    status: str,
    error: str,
    items: list[dict[str, Any]],
    usage: dict[str, int],
    whole_calls: Sequence[str] = (),
) -> Finished:
    """The turn ended; what was cut short is told as it was and joins the conversation.

    What was stopped before anything began does not: nobody has seen it.

    Args:
        whole_calls: the paths of the model calls that ``items`` hold.
    """
    changed: list[Message] = []
    with transaction.atomic():
        if status != Turn.Status.DONE:
            rows = list(Message.objects.filter(turn_id=turn_id).order_by("position"))
            if items:
                items = [*_asked(rows, items), *_answered(items), *_partial(rows, whole_calls)]
            # What was cut short has told so itself, or is about to; it is known before the turn's end is.
            cut = [row for row in rows if row.status in (Message.Status.INTERRUPTED, Message.Status.FAILED)]
            changed = [*cut, *_close(rows, turn_id, status, error)]
            if status == Turn.Status.INTERRUPTED and _is_unseen(turn_id, rows):
                error = NOT_SEEN
        if not items and error != NOT_SEEN:
            # Nothing was kept on the way, as in a workflow of an author's own: what was shown is remembered.
            items = _told(turn_id)
        Turn.objects.filter(pk=turn_id).exclude(status__in=(Turn.Status.WITHDRAWN,)).update(
            status=status,
            error=error,
            retry_at=None,
            items=items,
            usage=usage,
            finished_at=timezone.now(),
        )
    return Finished(items, changed, error)


def _is_unseen(turn_id: uuid.UUID, rows: Sequence[Message]) -> bool:
    waits = Q(status__in=WAITING) | Q(error=NOT_SEEN)
    return all(row.opens_turn for row in rows) and Turn.objects.filter(waits, pk=turn_id).exists()


def lose(turn_id: uuid.UUID, reason: str) -> Finished | None:
    """The turn failed because nothing works at it any more; None if it has ended meanwhile."""
    with transaction.atomic():
        turn = Turn.objects.select_for_update().filter(pk=turn_id, status__in=Turn.OPEN).first()
        if turn is None:
            return None
        return finish(turn_id, Turn.Status.FAILED, reason, turn.items, turn.usage)


def _asked(rows: Sequence[Message], items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The person's message, where the turn ended before anything remembered it."""
    if any(item.get("role") == "user" for item in items):
        return []
    return [{"role": "user", "content": row.content} for row in rows if row.opens_turn]


def _answered(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items with an output for every tool call: a model refuses a conversation that lacks one."""
    outputs = {item.get("call_id") for item in items if str(item.get("type", "")).endswith("_output")}
    missing = [
        {"type": f"{item['type']}_output", "call_id": item["call_id"], "output": STOPPED_TOOL_OUTPUT}
        for item in items
        if item.get("type") in ("function_call", "custom_tool_call") and item["call_id"] not in outputs
    ]
    return [*items, *missing]


def _told(turn_id: uuid.UUID) -> list[dict[str, Any]]:
    roles = {Message.Author.USER: "user", Message.Author.AGENT: "assistant"}
    rows = Message.objects.filter(turn_id=turn_id, kind=Message.Kind.TEXT, author__in=roles)
    return [
        {"role": roles[Message.Author(row.author)], "content": row.content}
        for row in rows.order_by("position")
        if "inside" not in row.data
    ]


def _partial(rows: Sequence[Message], whole_calls: Sequence[str]) -> list[dict[str, Any]]:
    """What was said by model calls that were cut short, which the SDK has no items of."""
    return [
        {"role": "assistant", "content": row.content}
        for row in rows
        if row.kind == Message.Kind.TEXT
        and "call" in row.data
        and "inside" not in row.data
        and path_of(row.position) not in whole_calls
        and row.content
    ]


def _close(rows: list[Message], turn_id: uuid.UUID, status: str, error: str) -> list[Message]:
    """Ends what is still open, and where a failure is told by no message, adds one that tells it."""
    now = timezone.now()
    changed: list[Message] = []
    for row in rows:
        if row.status in (Message.Status.STREAMING, Message.Status.PENDING):
            row.status = Message.Status.DONE if row.opens_turn else Message.Status(status)
            row.finished_at = row.finished_at or now
            row.save(update_fields=("status", "finished_at"))
            changed.append(row)
    told = any(row.status == Message.Status.FAILED and row.error == error for row in rows)
    if status == Turn.Status.FAILED and not told:
        message = Message(
            pk=uuid.uuid5(turn_id, "error"),
            turn_id=turn_id,
            author=Message.Author.SYSTEM,
            kind=Message.Kind.ERROR,
            status=Message.Status.FAILED,
            content=error,
            error=error,
            finished_at=now,
        )
        append(message)
        changed.append(message)
    return changed


def stop_pending(turn_id: uuid.UUID) -> bool:
    """Ends a turn that nobody has begun, because the person stopped it."""
    return bool(
        Turn.objects.filter(pk=turn_id, status__in=WAITING).update(
            status=Turn.Status.INTERRUPTED, error=NOT_SEEN, finished_at=timezone.now()
        )
    )
