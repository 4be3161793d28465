"""Brings events and waits together. An event that arrives is stored, and decides a wait for it if there is
one. A wait that begins takes an event that has already arrived.
"""

import uuid
from typing import Any

from django.db import IntegrityError, transaction

from agentex_web.events.models import ReceivedEvent
from agentex_web.journal import waits
from agentex_web.journal.change import Change
from agentex_web.tasks.models import Message, Task
from agentex_web.waits.models import Wait

MOST_UNTAKEN = 100
"""The maximum number of stored events of one name that no wait has taken."""


class TaskOver(Exception):
    """The task has ended or was deleted."""


class TooManyUntaken(Exception):
    """``MOST_UNTAKEN`` events of this name are stored, and no wait takes them."""


@transaction.atomic
def receive(task_id: uuid.UUID, name: str, key: str, body: Any) -> Change[Wait] | None:
    """Stores an event.

    Returns:
        the decision of the wait that takes the event; None if no wait is open, or if the event was received
        before.

    Raises:
        TaskOver: the task has ended or was deleted.
        TooManyUntaken: the event was not stored.
    """
    # The lock makes sure that a wait that begins at the same time sees the event, or the event sees the wait.
    task = Task.objects.select_for_update().only("pk", "status").filter(pk=task_id).first()
    if task is None or task.status != Task.Status.OPEN:
        raise TaskOver
    rows = ReceivedEvent.objects.filter(task=task, name=name)
    if rows.filter(key=key).exists():
        return None
    if rows.filter(is_taken=False).count() >= MOST_UNTAKEN:
        raise TooManyUntaken
    try:
        with transaction.atomic():
            event = rows.create(task=task, name=name, key=key, body=body)
    except IntegrityError:
        return None
    waiting = Wait.objects.filter(
        task=task, kind=Wait.Kind.EVENT, status=Wait.Status.WAITING, payload__name=name
    )
    wait = waiting.order_by("created_at").first()
    return _take(event, wait) if wait is not None else None


@transaction.atomic
def open_and_take(task_id: uuid.UUID, wait: Wait, card: Message) -> Change[Wait]:
    """Like ``journal.waits.open_wait``, but an event that has already arrived decides the wait at once.

    Raises:
        TurnOver: the turn has ended.
    """
    opened = waits.open_wait(task_id, wait, card)
    name = opened.result.payload.get("name", "")
    event = ReceivedEvent.objects.filter(task_id=task_id, name=name, is_taken=False).first()
    if event is None or not opened.result.is_waiting:
        return opened
    taken = _take(event, opened.result)
    # No delivery is needed: the workflow gets the decision as the result of this call.
    Wait.objects.filter(pk=taken.result.pk).update(deliver_at=None)
    return Change(task_id, taken.version, taken.result, [*opened.events, *taken.events])


def _take(event: ReceivedEvent, wait: Wait) -> Change[Wait]:
    value = {"body": event.body, "key": event.key}
    decided = waits.decide(wait.task_id, wait.pk, value, None)
    event.taken_by, event.is_taken = wait, True
    event.save(update_fields=("taken_by", "is_taken"))
    return decided
