"""A task's status in one word, from its own status and that of the last turn of its branch."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from agentex_web.tasks.models import Task, Turn
from agentex_web.waits.models import Wait

Status = Turn.Status


class Standing(TextChoices):
    """The statuses of a task in the admin."""

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


def asks_somebody() -> Exists:
    """Annotation for tasks: whether a person has to decide something."""
    asked = Wait.objects.filter(task=OuterRef("pk"), status=Wait.Status.WAITING, kind__in=Wait.FOR_PEOPLE)
    return Exists(asked)


def standing(task: Any) -> Standing:
    """Returns a task's status.

    Args:
        task: with its ``head`` loaded, and annotated as ``asks`` with `asks_somebody`.
    """
    if task.status == Task.Status.COMPLETED:
        return Standing.ENDED
    if task.status == Task.Status.FAILED:
        return Standing.FAILED
    if task.asks and task.head is not None and task.head.status == Status.RUNNING:
        return Standing.WAITING
    return Standing.IDLE if task.head is None else _BY_TURN.get(Status(task.head.status), Standing.IDLE)


def is_paused(task: Task) -> bool:
    """Whether nothing new starts in the chat. Needs no query if ``pause`` is loaded."""
    pause = getattr(task, "pause", None)
    return pause is not None and bool(pause.paused)


def of_standing(wanted: Standing) -> Q:
    """Condition for tasks with this status. Running and failed turns each have an index."""
    is_open = Q(status=Task.Status.OPEN)
    match wanted:
        case Standing.ENDED:
            return Q(status=Task.Status.COMPLETED)
        case Standing.FAILED:
            return Q(status=Task.Status.FAILED) | (is_open & _with_head(Status.FAILED))
        case Standing.WORKING:
            return is_open & _with_head(Status.RUNNING) & ~Q(asks_somebody())
        case Standing.WAITING:
            asking = _with_head(Status.RUNNING) & Q(asks_somebody())
            return is_open & (_with_head(Status.PENDING, Status.QUEUED) | asking)
        case Standing.IDLE:
            over: Any = (Status.DONE, Status.INTERRUPTED, Status.WITHDRAWN)
            return is_open & (Q(head=None) | Q(head__status__in=over))


def _with_head(*statuses: Status) -> Q:
    return Q(head__in=Turn.objects.filter(status__in=statuses).order_by().values("pk"))
