"""An event comes: it is kept, and the wait that is there for it is decided. Or a wait begins, and takes one
that has come already.
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
"""Events of one name that nothing has waited for yet."""
SENDER = "event"
"""Who decided, in the record: no person."""


class Gone(Exception):
    """The task has ended or was deleted."""


class TooManyUntaken(Exception):
    """Nobody waits for the events of this name."""


@transaction.atomic
def receive(task_id: uuid.UUID, name: str, key: str, body: Any) -> Change[Wait] | None:
    """Keeps an event.

    Returns:
        the decision of the wait that takes it; None if none waits yet, or the event was known already.

    Raises:
        Gone: the task takes no events any more.
        TooManyUntaken: it is not kept.
    """
    # Locked, so that a wait that begins meanwhile sees the event, or the event sees the wait.
    task = Task.objects.select_for_update().only("pk", "status").filter(pk=task_id).first()
    if task is None or task.status != Task.Status.OPEN:
        raise Gone
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
    """As ``journal.waits.open_wait``; an event that has come already decides it at once.

    Raises:
        TurnOver: the turn has ended.
    """
    opened = waits.open_wait(task_id, wait, card)
    name = opened.result.payload.get("name", "")
    event = ReceivedEvent.objects.filter(task_id=task_id, name=name, is_taken=False).first()
    if event is None or not opened.result.is_waiting:
        return opened
    taken = _take(event, opened.result)
    # The workflow learns of it by the answer to this.
    Wait.objects.filter(pk=taken.result.pk).update(deliver_at=None)
    return Change(task_id, taken.version, taken.result, [*opened.events, *taken.events])


def _take(event: ReceivedEvent, wait: Wait) -> Change[Wait]:
    value = {"body": event.body, "key": event.key}
    decided = waits.decide(wait.task_id, wait.pk, value, None)
    event.taken_by, event.is_taken = wait, True
    event.save(update_fields=("taken_by", "is_taken"))
    return decided
