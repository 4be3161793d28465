"""Queries about single turns and tasks; branches are in branches.py."""

import uuid

from django.db.models import Max

from agentex_web.positions import END, after, below
from agentex_web.tasks.models import Message, Task, Turn

ACTIVITY = "activity"
"""Key in a tool request's data: the Temporal activity whose next attempt is due."""
MADE_BY = "made_by"
"""Key in the parameters of a chat that an agent started: the id of the task in which the agent worked."""


class NotOfTask(ValueError):
    """The given turn or message belongs to another task or does not exist."""


def get_task(task_id: uuid.UUID) -> Task:
    """The task with its owner."""
    return Task.objects.select_related("owner").get(pk=task_id)


def version_of(task_id: uuid.UUID) -> int:
    """The task's version; 0 if it is gone."""
    return Task.objects.filter(pk=task_id).values_list("version", flat=True).first() or 0


def waiting_activity(turn: Turn, message_id: uuid.UUID | None) -> str:
    """The activity whose next attempt the turn, or one of its tool calls, waits for; empty if none."""
    if message_id is None:
        return turn.activity if turn.status == Turn.Status.RUNNING and turn.retry_at else ""
    request = turn.messages.filter(pk=message_id, kind=Message.Kind.TOOL_REQUEST).first()
    return "" if request is None else str(request.data.get(ACTIVITY, ""))


def turn_for(task_id: uuid.UUID, turn_id: str) -> uuid.UUID:
    """The turn that a message joins: the given one or, if empty, the last one of the shown branch.

    Raises:
        NotOfTask: the turn belongs to another task, or the task has no turn.
    """
    if turn_id:
        turns = Turn.objects.filter(pk=uuid.UUID(turn_id), task_id=task_id)
        found: uuid.UUID | None = turns.values_list("pk", flat=True).first()
    else:
        found = Task.objects.filter(pk=task_id).values_list("head_id", flat=True).first()
    if found is None:
        raise NotOfTask(f"Task {task_id} has no turn {turn_id} that a message could join.")
    return found


def position_after_all(turn_id: uuid.UUID) -> str:
    """A position after all others of the turn, for messages that belong to no activity. Must run within a
    change."""
    ends = Message.objects.filter(turn_id=turn_id, position__gte=END)
    last: str | None = ends.aggregate(last=Max("position"))["last"]
    return below(END, 1) if last is None else after(last)
