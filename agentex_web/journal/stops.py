"""Turns that a person stops or withdraws."""

import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from agentex_web.journal.change import Change, change
from agentex_web.journal.turn_status import WAITING, current, move
from agentex_web.journal.waits import cancel_waits
from agentex_web.streams.events import StopRequested
from agentex_web.tasks.models import Message, Turn

Status = Turn.Status

NOT_SEEN = "Stopped before the agent started."
"""The reason stored with a turn that was stopped while it waited."""


@dataclass(frozen=True)
class Stop:
    """A person's request to end one turn.

    Attributes:
        turn: the turn, after the request. One that no agent had begun has ended.
        undo: the turn also undoes what it has done.
        is_first: nobody had asked this turn to end before.
    """

    turn: Turn
    undo: bool = False
    is_first: bool = True


def request_stops(task_id: uuid.UUID, *, undo: bool = False) -> Change[list[Stop]]:
    """Asks the open turns of a task to end. Returns a Stop for each, that of the last turn first.

    Turns that no agent has begun end at once, even without a worker. What they wait for can no longer be
    decided.

    Args:
        undo: the running turn also undoes what it has done.
    """
    turns = Turn.objects.filter(task_id=task_id, status__in=Turn.OPEN).defer("items").order_by("-created_at")
    stops = [
        Stop(turn, undo and turn.status == Status.RUNNING, is_first=not turn.stop_requested) for turn in turns
    ]
    if not stops:
        return Change(task_id, 0, stops)
    changes_row = False
    with change(task_id) as written:
        asked = Turn.objects.filter(pk__in=[each.turn.pk for each in stops], status__in=Turn.OPEN)
        asked.update(stop_requested=True)
        if undo:
            asked.filter(status=Status.RUNNING).update(undo_requested=True)
        for stop in stops:
            _stop(written, stop)
            cancelled = cancel_waits(stop.turn.pk)
            written.add_messages(stop.turn.pk, cancelled)
            changes_row = changes_row or bool(cancelled)
    return replace(written.with_result(stops), changes_row=changes_row)


def _stop(written: Change[None], stop: Stop) -> None:
    turn = stop.turn
    # The agent may have started although the row does not show it yet; then it has written messages.
    begun = any(not each.is_sent for each in turn.messages.only("position", "kind", "author")[:3])
    ended: dict[str, Any] = {"error": NOT_SEEN, "finished_at": timezone.now()}
    if not begun and move(written.task_id, turn.pk, Status.INTERRUPTED, WAITING, **ended):
        turn.status, turn.error = Status.INTERRUPTED, NOT_SEEN
        written.add_turn(turn)
    else:
        written.add(StopRequested(str(turn.pk), stop.undo))


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
