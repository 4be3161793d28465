"""Actions of staff on tasks. Each one writes through the journal and returns whether it changed anything."""

import logging
from collections import Counter
from collections.abc import Sequence
from typing import Any

from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.db import transaction

from agentex_web.delivery.client import TemporalMissing
from agentex_web.delivery.messages import deliver, event_of, memory_given
from agentex_web.delivery.pauses import deliver_pause
from agentex_web.delivery.stopping import deliver_stops
from agentex_web.journal import branches, stops
from agentex_web.journal.pausing import set_paused
from agentex_web.journal.record import report
from agentex_web.journal.task import change_task
from agentex_web.tasks.models import Message, Task, Turn

logger = logging.getLogger(__name__)


def stop(task: Task, _person: User) -> bool:
    """Asks all open turns to end."""
    return _stop(task, undo=False)


def stop_and_undo(task: Task, _person: User) -> bool:
    """Asks all open turns to end, and the running one to undo what it has done."""
    return _stop(task, undo=True)


def _stop(task: Task, *, undo: bool) -> bool:
    asked = stops.request_stops(task.pk, undo=undo)
    if not asked.result:
        return False
    async_to_sync(report)(asked)
    async_to_sync(deliver_stops)(asked.result)
    return True


def undoable_steps(tasks: Sequence[Task]) -> Counter[Any]:
    """How many steps of its running turn each task can undo, by the task's key. Makes one query."""
    running = Turn.objects.filter(task__in=tasks, status=Turn.Status.RUNNING, undo_requested=False)
    done = Message.objects.filter(turn__in=running, data__undo=True)
    return Counter(done.order_by().values_list("turn__task_id", flat=True))


def retry(task: Task, _person: User) -> bool:
    """Sends the last message again, as another version of the turn that failed or was interrupted."""
    with transaction.atomic():
        locked = Task.objects.select_for_update().get(pk=task.pk)
        turn = locked.head
        over = (Turn.Status.FAILED, Turn.Status.INTERRUPTED)
        if locked.status != Task.Status.OPEN or turn is None or turn.status not in over:
            return False
        turn.task = locked
        accepted = branches.sibling(turn, None, None)
    async_to_sync(report)(accepted)
    try:
        message = Message.objects.select_related("turn__task__agent", "turn__task__owner").get(
            pk=accepted.result.turn.pk
        )
        async_to_sync(deliver)(message.turn, event_of(message.turn, message, memory_given(message.turn)))
    except TemporalMissing as error:
        logger.warning("Task %s: the message waits for Temporal (%s)", task.pk, error)
    return True


def pause(task: Task, person: User) -> bool:
    """Lets the current call finish; nothing new starts, and messages wait."""
    return _set_paused(task, person, paused=True)


def resume(task: Task, person: User) -> bool:
    """Continues the chat where it was paused."""
    return _set_paused(task, person, paused=False)


def _set_paused(task: Task, person: User, *, paused: bool) -> bool:
    changed = set_paused(task.pk, paused, person)
    if not changed.result:
        return False
    async_to_sync(report)(changed)
    try:
        async_to_sync(deliver_pause)(task.pk)
    except TemporalMissing as error:
        logger.warning("Task %s: the pause waits for Temporal (%s)", task.pk, error)
    return True


def end(task: Task, person: User) -> bool:
    """Stops what runs; the task takes no more messages."""
    if task.status != Task.Status.OPEN:
        return False
    stop(task, person)
    async_to_sync(report)(change_task(task.pk, "", Task.Status.COMPLETED))
    return True


def delete(task: Task, _person: User) -> bool:
    """Deletes the rows; a worker ends the workflow and removes the copies in Temporal and Redis."""
    task.delete()
    return True
