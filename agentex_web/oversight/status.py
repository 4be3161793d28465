"""How a task stands, in one word: from the task's own status and that of the last turn of its branch."""

from typing import Any

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from agentex_web.tasks.models import Task, Turn

Status = Turn.Status


class Standing(TextChoices):
    WORKING = "working", _("Working")
    WAITING = "waiting", _("Waiting")
    IDLE = "idle", _("Idle")
    FAILED = "failed", _("Failed")
    ENDED = "ended", _("Ended")


_BY_TURN = {
    Status.RUNNING: Standing.WORKING,
    Status.PENDING: Standing.WAITING,
    Status.QUEUED: Standing.WAITING,
    Status.FAILED: Standing.FAILED,
}


def standing(task: Task) -> Standing:
    """
    Args:
        task: with its ``head`` loaded.
    """
    if task.status == Task.Status.COMPLETED:
        return Standing.ENDED
    if task.status == Task.Status.FAILED:
        return Standing.FAILED
    return Standing.IDLE if task.head is None else _BY_TURN.get(Status(task.head.status), Standing.IDLE)


def of_standing(wanted: Standing) -> Q:
    """The condition for tasks that stand so. Turns at work and failed ones have an index each."""
    is_open = Q(status=Task.Status.OPEN)
    match wanted:
        case Standing.ENDED:
            return Q(status=Task.Status.COMPLETED)
        case Standing.FAILED:
            return Q(status=Task.Status.FAILED) | (is_open & _with_head(Status.FAILED))
        case Standing.WORKING:
            return is_open & _with_head(Status.RUNNING)
        case Standing.WAITING:
            return is_open & _with_head(Status.PENDING, Status.QUEUED)
        case Standing.IDLE:
            over: Any = (Status.DONE, Status.INTERRUPTED, Status.WITHDRAWN)
            return is_open & (Q(head=None) | Q(head__status__in=over))


def _with_head(*statuses: Status) -> Q:
    return Q(head__in=Turn.objects.filter(status__in=statuses).order_by().values("pk"))
