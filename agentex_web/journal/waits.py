"""What turns wait for: asked, decided once, expired, cancelled with the turn."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from agentex_web.journal.change import Change, change
from agentex_web.journal.messages import upsert
from agentex_web.journal.sent import UNDELIVERED_AFTER
from agentex_web.tasks.models import Message
from agentex_web.waits.models import Decision, Wait

Status = Wait.Status


class AlreadyDecided(Exception):
    """Somebody was first, the deadline has come, or the turn has ended: nothing was written.

    Attributes:
        wait: as it stands.
    """

    def __init__(self, wait: Wait) -> None:
        self.wait = wait
        super().__init__(f"Wait {wait.pk} is {wait.status}.")


def open_wait(task_id: uuid.UUID, wait: Wait, card: Message) -> Change[Wait]:
    """The turn waits, and its card is shown. A wait with this id that is there already stays as it is.

    Raises:
        TurnOver: the turn has ended.
    """
    with change(task_id, while_open=wait.turn_id) as written:
        known = Wait.objects.select_related("decided_by").filter(pk=wait.pk).first()
        if known is None:
            wait.save(force_insert=True)
            upsert([card])
        written.add_messages(wait.turn_id, [wait.pk])
    return written.with_result(known or wait)


def decide(task_id: uuid.UUID, wait_id: uuid.UUID, value: Mapping[str, Any], person: User) -> Change[Wait]:
    """A person decided. The first one counts; ``delivery/decisions.py`` tells the workflow after the commit.

    Raises:
        AlreadyDecided: it does not wait any more.
        Wait.DoesNotExist: the task has no such wait.
    """
    with change(task_id) as written:
        wait = _waiting(task_id, wait_id)
        Decision.objects.create(wait=wait, person=person, name=person.get_username(), value=value)
        wait.decided_by = person
        _end(written, wait, Status.DECIDED, value)
    return written.with_result(wait)


def expire(task_id: uuid.UUID, wait_id: uuid.UUID) -> Change[Wait]:
    """The deadline has come. What was decided before stays decided; the result says how the wait stands."""
    try:
        with change(task_id) as written:
            wait = _waiting(task_id, wait_id)
            _end(written, wait, Status.EXPIRED, wait.otherwise or {})
            # The workflow asks for this itself.
            Wait.objects.filter(pk=wait.pk).update(deliver_at=None)
    except AlreadyDecided as late:
        return Change(task_id, 0, late.wait)
    return written.with_result(wait)


def cancel_waits(turn_id: uuid.UUID) -> list[uuid.UUID]:
    """The turn ends: nothing that it waits for can be decided any more. Part of a change: the turn's end.

    Returns:
        the messages whose cards changed.
    """
    waiting = Wait.objects.filter(turn_id=turn_id, status=Status.WAITING)
    ids = list(waiting.values_list("pk", flat=True))
    if ids:
        waiting.update(status=Status.CANCELLED, remind_at=None, deliver_at=None)
        cards = Message.objects.filter(pk__in=ids, status=Message.Status.PENDING)
        cards.update(status=Message.Status.INTERRUPTED, finished_at=timezone.now())
    return ids


def _waiting(task_id: uuid.UUID, wait_id: uuid.UUID) -> Wait:
    # The change has locked the task, so nobody else decides meanwhile.
    wait = Wait.objects.select_related("decided_by").get(pk=wait_id, task_id=task_id)
    if wait.status != Status.WAITING:
        raise AlreadyDecided(wait)
    return wait


def _end(written: Change[None], wait: Wait, status: Wait.Status, value: Mapping[str, Any]) -> None:
    now = timezone.now()
    wait.status, wait.decision, wait.decided_at = status, dict(value), now
    wait.remind_at, wait.deliver_at = None, now + UNDELIVERED_AFTER
    wait.save(update_fields=("status", "decision", "decided_at", "decided_by", "remind_at", "deliver_at"))
    Message.objects.filter(pk=wait.pk).update(status=Message.Status.DONE, finished_at=now)
    written.add_messages(wait.turn_id, [wait.pk])
