"""How a turn proceeds, and the attempts of its calls."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from agentex_web.journal.change import Change, change
from agentex_web.journal.messages import upsert
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
"""What each status of a row may be followed by. What has ended stays ended.

The workflow's own table is in turns/status.py. A row may skip what the workflow passed through, as a write
may have been lost, and a turn that waits for a workflow that is gone is pending again."""

WAITING = (Status.PENDING, Status.QUEUED)
NOT_SEEN = "Stopped before the agent started."
"""The reason of a turn that a Stop ended while it waited."""
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
    """Gives the turn another status if the one that it has may be followed by it. One statement.

    Args:
        after: the statuses that are meant; of any other the turn stays as it is.
        unless: a condition of its row under which it stays as it is, too.
        continued: how often the turn has gone on after a cut answer, for whoever works at it: what is late of
            an earlier time changes nothing. None: whatever it is.
    """
    before = [status for status in after if to in MAY_BECOME[status]]
    turn = Turn.objects.filter(pk=turn_id, task_id=task_id, status__in=before)
    if unless is not None:
        turn = turn.exclude(unless)
    if continued is not None:
        turn = turn.filter(continued=continued)
    return bool(turn.update(status=to, **fields))


def current(task_id: uuid.UUID, turn_id: uuid.UUID) -> Turn:
    """The turn as it is now.

    Raises:
        Turn.DoesNotExist: the task has no such turn.
    """
    return Turn.objects.get(pk=turn_id, task_id=task_id)


def queue(task_id: uuid.UUID, turn_id: uuid.UUID, continued: int = 0) -> Change[None]:
    """A worker has the turn, and will begin it after the one that runs."""
    return _proceed(task_id, turn_id, Status.QUEUED, continued)


def begin(task_id: uuid.UUID, turn_id: uuid.UUID, continued: int = 0) -> Change[None]:
    """The agent works at the turn from now on."""
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
    """The turn had proceeded already: the version is not raised for that."""


def keep_summary(task_id: uuid.UUID, turn_id: uuid.UUID, row: Message) -> Change[None]:
    """A summary stands for all turns before this one from now on; ``row`` shows it in the turn."""
    with change(task_id, while_open=turn_id) as written:
        Turn.objects.filter(pk=turn_id).update(summary=row.content)
        upsert([row])
        written.add_messages(turn_id, [row.pk])
    return written


def requeue(task_id: uuid.UUID, turn_id: uuid.UUID) -> Change[bool]:
    """The workflow that had queued the turn is gone: it is delivered again. False if it is queued no more."""
    with change(task_id) as written:
        moved = move(task_id, turn_id, Status.PENDING, deliver_at=timezone.now(), deliveries=0)
        written.add_turn(current(task_id, turn_id))
    return written.with_result(moved)


def request_stops(task_id: uuid.UUID, *, undo: bool = False) -> Change[list[Turn]]:
    """The person stops the task: its open turns are asked to end. Returns them, the last one first.

    With ``undo``, the one that runs undoes what it has done. Those that no agent has begun end here and now,
    whether or not a worker runs; their status is the new one.
    """
    turns = list(
        Turn.objects.filter(task_id=task_id, status__in=Turn.OPEN).defer("items").order_by("-created_at")
    )
    if not turns:
        return Change(task_id, 0, turns)
    with change(task_id) as written:
        asked = Turn.objects.filter(pk__in=[each.pk for each in turns], status__in=Turn.OPEN)
        asked.update(stop_requested=True)
        if undo:
            asked.filter(status=Status.RUNNING).update(undo_requested=True)
        for turn in turns:
            turn.undo_requested = undo and turn.status == Status.RUNNING
            _stop(written, turn)
    return written.with_result(turns)


def _stop(written: Change[None], turn: Turn) -> None:
    # The agent may be at work although the row does not say so yet; then there is something of it.
    begun = any(not each.is_sent for each in turn.messages.only("position", "kind", "author")[:3])
    ended: dict[str, Any] = {"error": NOT_SEEN, "finished_at": timezone.now()}
    if not begun and move(written.task_id, turn.pk, Status.INTERRUPTED, WAITING, **ended):
        turn.status, turn.error = Status.INTERRUPTED, NOT_SEEN
        written.add_turn(turn)
    else:
        written.add(StopRequested(str(turn.pk), turn.undo_requested))


def stop_waiting(task_id: uuid.UUID, turn_id: uuid.UUID) -> Change[None]:
    """Ends a turn that the person stopped, and that no workflow has."""
    with change(task_id) as written:
        cut = current(task_id, turn_id).cut
        error = "" if cut else NOT_SEEN
        move(task_id, turn_id, Status.INTERRUPTED, WAITING, error=error, finished_at=timezone.now())
        if cut:
            # The answer that was to go on stays as it was.
            grows = Message.objects.filter(pk=cut["message"], status=Message.Status.STREAMING)
            grows.update(status=Message.Status.INTERRUPTED)
            written.add_messages(turn_id, [uuid.UUID(cut["message"])])
        written.add_turn(current(task_id, turn_id))
    return written


def withdraw(task_id: uuid.UUID, turn_id: uuid.UUID) -> Change[bool]:
    """The person took back a message; False if the agent has begun with it."""
    with change(task_id) as written:
        moved = move(task_id, turn_id, Status.WITHDRAWN, continued=0, finished_at=timezone.now())
        if moved:
            Message.objects.filter(pk=turn_id).update(status=Message.Status.INTERRUPTED)
        written.add_turn(current(task_id, turn_id))
    return written.with_result(moved)


def take_in(task_id: uuid.UUID, turn_id: uuid.UUID, message_id: uuid.UUID, position: str) -> Change[bool]:
    """A message that waits goes into the turn that runs, and has none of its own any more.

    False if it waits no more: a person took it back, or a turn of its own has begun. Repeating it is true.
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
    """A call of the turn is tried again now."""
    with change(task_id, while_open=turn_id) as written:
        turn = current(task_id, turn_id)
        # An attempt that could not say why it failed went with its worker.
        turn.attempt, turn.error, turn.retry_at = attempt, turn.error or WORKER_LOST, None
        turn.save(update_fields=("attempt", "error", "retry_at"))
        written.add_turn(turn)
    return written


def attempt_failed(
    task_id: uuid.UUID, turn_id: uuid.UUID, attempt: int, reason: str, retry_at: datetime, activity: str
) -> Change[None]:
    """A call failed and is tried again at ``retry_at``; ``attempt`` is the next one's number."""
    with change(task_id, while_open=turn_id) as written:
        # The first call may fail before somebody has written that the turn runs.
        waits = (Status.PENDING, Status.QUEUED)
        move(task_id, turn_id, Status.RUNNING, waits, continued=0, started_at=timezone.now())
        turn = current(task_id, turn_id)
        turn.attempt, turn.error, turn.retry_at, turn.activity = attempt, reason, retry_at, activity
        turn.save(update_fields=("attempt", "error", "retry_at", "activity"))
        written.add_turn(turn)
    return written


def attempt_succeeded(task_id: uuid.UUID, turn_id: uuid.UUID) -> Change[None]:
    """The call that had failed ended well."""
    with change(task_id, while_open=turn_id) as written:
        turn = current(task_id, turn_id)
        turn.error, turn.retry_at = "", None
        turn.save(update_fields=("error", "retry_at"))
        written.add_turn(turn)
    return written
