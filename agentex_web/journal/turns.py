"""The life of a turn, and the attempts of its calls."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from agentex_web.journal.change import Change, change
from agentex_web.journal.messages import upsert
from agentex_web.journal.waits import cancel_waits
from agentex_web.streams.events import StopRequested
from agentex_web.tasks.models import Message, Turn

Status = Turn.Status

MAY_BECOME: dict[str, tuple[str, ...]] = {
    Status.PENDING: (
        Status.QUEUED,
        Status.RUNNING,
        Status.DONE,
        Status.INTERRUPTED,
        Status.FAILED,
        Status.WITHDRAWN,
    ),
    Status.QUEUED: (
        Status.PENDING,
        Status.RUNNING,
        Status.DONE,
        Status.INTERRUPTED,
        Status.FAILED,
        Status.WITHDRAWN,
    ),
    Status.RUNNING: (Status.DONE, Status.INTERRUPTED, Status.FAILED),
    Status.DONE: (),
    Status.INTERRUPTED: (),
    Status.FAILED: (),
    Status.WITHDRAWN: (),
}
"""The statuses that may follow each status of a row. An ended turn stays ended.

The workflow's own table is in turns/status.py. A row may skip statuses that the workflow went through,
because a write may have been lost. A turn that waits for a workflow that is gone becomes pending again."""

WAITING = (Status.PENDING, Status.QUEUED)
NOT_SEEN = "Stopped before the agent started."
"""The reason stored with a turn that was stopped while it waited."""
WORKER_LOST = "The worker stopped."


def move(
    task_id: uuid.UUID,
    turn_id: uuid.UUID,
    to: str,
    after: Sequence[str] = Turn.OPEN,
    unless: Q | None = None,
    continued: int | None = None,
    **fields: Any,
) -> bool:
    """Changes the turn's status, if its current status allows it, in one statement.

    Args:
        after: the statuses to change; a turn with any other status stays as it is.
        unless: a condition for its row under which it stays as it is, too.
        continued: the turn's ``continued`` count that the caller works with; a late write with an earlier
            count changes nothing. None matches any count.
    """
    before = [status for status in after if to in MAY_BECOME[status]]
    turn = Turn.objects.filter(pk=turn_id, task_id=task_id, status__in=before)
    if unless is not None:
        turn = turn.exclude(unless)
    if continued is not None:
        turn = turn.filter(continued=continued)
    return bool(turn.update(status=to, **fields))


def current(task_id: uuid.UUID, turn_id: uuid.UUID) -> Turn:
    """Reads the turn from the database.

    Raises:
        Turn.DoesNotExist: the task has no such turn.
    """
    return Turn.objects.get(pk=turn_id, task_id=task_id)


def queue(task_id: uuid.UUID, turn_id: uuid.UUID, continued: int = 0) -> Change[None]:
    """A worker has received the turn, and will begin it after the running one."""
    return _proceed(task_id, turn_id, Status.QUEUED, continued)


def begin(task_id: uuid.UUID, turn_id: uuid.UUID, continued: int = 0) -> Change[None]:
    """The agent begins to work on the turn."""
    fields: dict[str, Any] = {} if continued else {"started_at": timezone.now()}
    return _proceed(task_id, turn_id, Status.RUNNING, continued, **fields)


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


def request_stops(task_id: uuid.UUID, *, undo: bool = False) -> Change[list[Turn]]:
    """Asks the open turns of a task to end. Returns them, the last one first.

    With ``undo``, the running one also undoes what it has done. Turns that no agent has begun end at once,
    even without a worker; the returned turns have their new status. What they wait for can no longer be
    decided.
    """
    turns = list(
        Turn.objects.filter(task_id=task_id, status__in=Turn.OPEN).defer("items").order_by("-created_at")
    )
    if not turns:
        return Change(task_id, 0, turns)
    changes_row = False
    with change(task_id) as written:
        asked = Turn.objects.filter(pk__in=[each.pk for each in turns], status__in=Turn.OPEN)
        asked.update(stop_requested=True)
        if undo:
            asked.filter(status=Status.RUNNING).update(undo_requested=True)
        for turn in turns:
            turn.undo_requested = undo and turn.status == Status.RUNNING
            _stop(written, turn)
            cancelled = cancel_waits(turn.pk)
            written.add_messages(turn.pk, cancelled)
            changes_row = changes_row or bool(cancelled)
    return replace(written.with_result(turns), changes_row=changes_row)


def _stop(written: Change[None], turn: Turn) -> None:
    # The agent may have started although the row does not show it yet; then it has written messages.
    begun = any(not each.is_sent for each in turn.messages.only("position", "kind", "author")[:3])
    ended: dict[str, Any] = {"error": NOT_SEEN, "finished_at": timezone.now()}
    if not begun and move(written.task_id, turn.pk, Status.INTERRUPTED, WAITING, **ended):
        turn.status, turn.error = Status.INTERRUPTED, NOT_SEEN
        written.add_turn(turn)
    else:
        written.add(StopRequested(str(turn.pk), turn.undo_requested))


def stop_waiting(task_id: uuid.UUID, turn_id: uuid.UUID) -> Change[None]:
    """Ends a turn that the person stopped and that no workflow has received."""
    with change(task_id) as written:
        cut = current(task_id, turn_id).cut
        error = "" if cut else NOT_SEEN
        move(task_id, turn_id, Status.INTERRUPTED, WAITING, error=error, finished_at=timezone.now())
        if cut:
            # The answer that was to be continued stays as it was.
            cut_message = Message.objects.filter(pk=cut["message"], status=Message.Status.STREAMING)
            cut_message.update(status=Message.Status.INTERRUPTED)
            written.add_messages(turn_id, [uuid.UUID(cut["message"])])
        written.add_turn(current(task_id, turn_id))
    return written


def withdraw(task_id: uuid.UUID, turn_id: uuid.UUID) -> Change[bool]:
    """The person withdraws a message; returns False if the agent has begun with it."""
    with change(task_id) as written:
        moved = move(task_id, turn_id, Status.WITHDRAWN, continued=0, finished_at=timezone.now())
        if moved:
            Message.objects.filter(pk=turn_id).update(status=Message.Status.INTERRUPTED)
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


def attempt_began(task_id: uuid.UUID, turn_id: uuid.UUID, attempt: int) -> Change[None]:
    """Records that a call of the turn is being retried now."""
    with change(task_id, while_open=turn_id) as written:
        turn = current(task_id, turn_id)
        # No reason was recorded if the worker died during the attempt before.
        turn.attempt, turn.error, turn.retry_at = attempt, turn.error or WORKER_LOST, None
        turn.save(update_fields=("attempt", "error", "retry_at"))
        written.add_turn(turn)
    return written


def attempt_failed(
    task_id: uuid.UUID, turn_id: uuid.UUID, attempt: int, reason: str, retry_at: datetime, activity: str
) -> Change[None]:
    """Records that a call failed and is retried at ``retry_at``; ``attempt`` is the next attempt's number."""
    with change(task_id, while_open=turn_id) as written:
        # The first call may fail before the turn was marked running.
        waits = (Status.PENDING, Status.QUEUED)
        move(task_id, turn_id, Status.RUNNING, waits, continued=0, started_at=timezone.now())
        turn = current(task_id, turn_id)
        turn.attempt, turn.error, turn.retry_at, turn.activity = attempt, reason, retry_at, activity
        turn.save(update_fields=("attempt", "error", "retry_at", "activity"))
        written.add_turn(turn)
    return written


def attempt_succeeded(task_id: uuid.UUID, turn_id: uuid.UUID) -> Change[None]:
    """Records that the call succeeded after a failure."""
    with change(task_id, while_open=turn_id) as written:
        turn = current(task_id, turn_id)
        turn.error, turn.retry_at = "", None
        turn.save(update_fields=("error", "retry_at"))
        written.add_turn(turn)
    return written
