"""Answers that were cut at the model's length limit, and turns that continue them.

``Turn.cut`` holds what is needed to continue an ended turn: the message, its agent, and how many positions
the turn has used. Continuing a turn opens it again and raises ``Turn.continued``. Later writes must name that
count (``turn_status.move``), so that late writes of an earlier run of the turn change nothing.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from agentex_web.journal.change import Change, change
from agentex_web.journal.sent import UNDELIVERED_AFTER, Accepted
from agentex_web.memory import Items
from agentex_web.positions import END, GROUP, OPENING, after, below
from agentex_web.streams.events import BranchChanged
from agentex_web.tasks.models import Message, Task, Turn

Kind, Status = Message.Kind, Message.Status

REOPENED = (
    "status",
    "continued",
    "attempt",
    "error",
    "retry_at",
    "stop_requested",
    "undo_requested",
    "finished_at",
    "deliver_at",
    "deliveries",
)

OF_AGENT = ("instructions", "model")
"""What ``Turn.cut`` holds of an agent that is not in the agent's file."""


class NothingToContinue(Exception):
    """The turn's answer was not cut, or is not the last of the chat; nothing was written."""


def reopen(task: Task, turn: Turn, number: int) -> Change[Accepted]:
    """Opens the turn again, to continue its cut answer. The caller signals the workflow after the commit.

    Args:
        task: locked, so that the second of two concurrent requests finds the turn open.
        number: the turn's ``continued`` as the person's page knows it.

    Returns:
        The turn; ``created`` is False if it is continuing already, as after a repeated request.

    Raises:
        NothingToContinue: the answer was not cut, is not the last of the chat, or its turn is open.
    """
    message = Message.objects.get(turn=turn, position=OPENING)
    if turn.continued > number:
        return Change(task.pk, 0, Accepted(turn, message, created=False))
    if not turn.cut or turn.status in Turn.OPEN or task.head_id != turn.pk:
        raise NothingToContinue
    with change(task.pk) as written:
        cut_message = Message.objects.filter(pk=turn.cut["message"])
        cut_message.update(status=Status.STREAMING, error="", attempt=1, finished_at=None)
        Message.objects.filter(pk=uuid.uuid5(turn.pk, "error")).delete()
        turn.status, turn.continued = Turn.Status.PENDING, turn.continued + 1
        turn.attempt, turn.error, turn.retry_at = 1, "", None
        turn.stop_requested, turn.undo_requested, turn.finished_at = False, False, None
        turn.deliver_at, turn.deliveries = timezone.now() + UNDELIVERED_AFTER, 0
        turn.save(update_fields=REOPENED)
        written.add(BranchChanged())
    return written.with_result(Accepted(turn, message))


def cut_of(
    turn: Turn, rows: Sequence[Message], *, ended_so: bool, cut_by: Mapping[str, str]
) -> dict[str, Any]:
    """Returns what is needed to continue an ended turn (``Turn.cut``); empty if it cannot be continued.

    Args:
        rows: its current messages, in order.
        ended_so: the length limit ended the turn. Otherwise only a continued answer can be continued again.
        cut_by: ``instructions`` and ``model`` of its agent, if it is not in the agent's file.
    """
    cut = next((row for row in reversed(rows) if _is_cut(row)), None) if ended_so else None
    if cut is None and turn.cut:
        cut = next((row for row in rows if str(row.pk) == turn.cut["message"]), None)
        cut = None if cut is None or cut.status == Status.DONE else cut
    if cut is None:
        return {}
    started = max(int(row.position[:GROUP]) for row in rows if row.position < END)
    by = cut_by if ended_so else {name: turn.cut[name] for name in OF_AGENT if name in turn.cut}
    return {"message": str(cut.pk), "agent": cut.agent_name, "started": started, **by}


def _is_cut(row: Message) -> bool:
    is_answer = row.kind == Kind.TEXT and "call" in row.data and "inside" not in row.data
    return is_answer and row.status == Status.FAILED and bool(row.content)


def items_before_cut(turn: Turn) -> Items:
    """The turn's items without the cut answer, which was stored as the last item."""
    items: Items = turn.items
    is_partial = bool(items) and items[-1].get("role") == "assistant"
    return items[:-1] if is_partial and isinstance(items[-1]["content"], str) else items


def rows_since_cut(turn: Turn, rows: Sequence[Message]) -> list[Message]:
    """The message that is continued, and all messages after it."""
    used = below("", turn.cut["started"])
    return [row for row in rows if row.position > after(used) or str(row.pk) == turn.cut["message"]]


def without_whole(turn: Turn, rows: Sequence[Message], whole_calls: Sequence[str]) -> list[Message]:
    """``rows`` without the continued message if it is complete: the SDK's items then include it."""
    return [row for row in rows if not whole_calls or str(row.pk) != turn.cut["message"]]
