"""The life of a turn while it waits and runs: delivered again, queued, begun, summarised, given a message."""

import uuid
from typing import Any

from django.utils import timezone

from agentex_web.journal.change import Change, change
from agentex_web.journal.messages import upsert
from agentex_web.journal.turn_status import WAITING, current, move
from agentex_web.tasks.models import Message, Turn

Status = Turn.Status


def queue(task_id: uuid.UUID, turn_id: uuid.UUID, continued: int = 0) -> Change[None]:
    """A worker has received the turn, and will begin it after the running one."""
    return _proceed(task_id, turn_id, Status.QUEUED, continued)


def begin(task_id: uuid.UUID, turn_id: uuid.UUID, continued: int = 0) -> Change[bool]:
    """The agent begins to work on the turn. Returns False if the turn has ended."""
    fields: dict[str, Any] = {} if continued else {"started_at": timezone.now()}
    begun = _proceed(task_id, turn_id, Status.RUNNING, continued, **fields)
    moved = bool(begun.version)
    return begun.with_result(
        moved or Turn.objects.filter(pk=turn_id, task_id=task_id, status__in=Turn.OPEN).exists()
    )


def _proceed(
    task_id: uuid.UUID, turn_id: uuid.UUID, to: Turn.Status, continued: int, **fields: Any
) -> Change[None]:
    try:
        with change(task_id) as written:
            if not move(task_id, turn_id, to, continued=continued, **fields):
                raise _Unchanged
            written.add_turn(Turn(pk=turn_id, status=to, continued=continued))
    except _Unchanged:
        return Change(task_id, 0, None)
    return written


class _Unchanged(Exception):
    """Rolls back, so that a turn that has moved on already does not raise the version."""


def keep_summary(task_id: uuid.UUID, turn_id: uuid.UUID, row: Message) -> Change[None]:
    """From now on, a summary replaces all turns before this one; ``row`` shows it in the turn."""
    with change(task_id, while_open=turn_id) as written:
        Turn.objects.filter(pk=turn_id).update(summary=row.content)
        upsert([row])
        written.add_messages(turn_id, [row.pk])
    return written


def requeue(task_id: uuid.UUID, turn_id: uuid.UUID) -> Change[bool]:
    """Delivers a turn again whose workflow is gone. Returns False if it is not queued any more."""
    with change(task_id) as written:
        moved = move(task_id, turn_id, Status.PENDING, deliver_at=timezone.now(), deliveries=0)
        written.add_turn(current(task_id, turn_id))
    return written.with_result(moved)


def take_in(task_id: uuid.UUID, turn_id: uuid.UUID, message_id: uuid.UUID, position: str) -> Change[bool]:
    """Moves a waiting message into the running turn; its own turn is withdrawn.

    Returns False if it no longer waits: the person withdrew it, or its own turn has begun. A repeated call
    returns True.
    """
    taken = uuid.uuid5(turn_id, f"taken/{message_id}")
    with change(task_id, while_open=turn_id) as written:
        if Message.objects.filter(pk=taken).exists():
            return written.with_result(True)
        if not move(task_id, message_id, Status.WITHDRAWN, after=WAITING, finished_at=timezone.now()):
            return written.with_result(False)
        message = Message.objects.get(pk=message_id)
        message.pk, message.turn_id, message.position = taken, turn_id, position
        message.started_at = message.finished_at = timezone.now()
        message.data = {**message.data, "taken": True}
        upsert([message])
        written.add_messages(turn_id, [taken])
        written.add_turn(current(task_id, message_id))
    return written.with_result(True)
