"""What turns wait for: opened, decided once, expired, or cancelled with the turn."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from agentex_web.journal import tool_calls
from agentex_web.journal.change import Change, change
from agentex_web.journal.messages import upsert
from agentex_web.journal.sent import UNDELIVERED_AFTER
from agentex_web.memory import refused_call
from agentex_web.tasks.models import Message
from agentex_web.waits.models import Allowed, Decision, Wait

Status = Wait.Status


class AlreadyDecided(Exception):
    """Someone else decided first, the deadline has passed, or the turn has ended; nothing was written.

    Attributes:
        wait: the wait in its current state.
    """

    def __init__(self, wait: Wait) -> None:
        self.wait = wait
        super().__init__(f"Wait {wait.pk} is {wait.status}.")


class AnotherMustApprove(Exception):
    """Another person has to approve, not the same one again; nothing was written."""


def open_wait(task_id: uuid.UUID, wait: Wait, card: Message) -> Change[Wait]:
    """Opens a wait and shows its card. If a wait with this id exists, it stays as it is.

    Raises:
        TurnOver: the turn has ended.
    """
    with change(task_id, while_open=wait.turn_id) as written:
        known = Wait.objects.select_related("decided_by").filter(pk=wait.pk).first()
        if known is None:
            _approve_if_allowed(wait)
            wait.save(force_insert=True)
            if wait.is_waiting:
                upsert([card])
        written.add_messages(wait.turn_id, [wait.pk])
    return _listed(written.with_result(known or wait))


def _listed(written: Change[Wait]) -> Change[Wait]:
    """Marks the change as listed: the list of chats shows which chats wait for a person."""
    return replace(written, changes_row=written.result.kind in Wait.FOR_PEOPLE)


def _approve_if_allowed(wait: Wait) -> None:
    """Approves a call at once, without a card, if the owner always allows the tool in this chat."""
    if wait.kind != Wait.Kind.APPROVAL or wait.group:
        return
    allowed = Allowed.objects.select_related("person").filter(task_id=wait.task_id, tool=wait.title).first()
    if allowed is not None:
        wait.status, wait.decided_by, wait.decided_at = Status.DECIDED, allowed.person, timezone.now()
        wait.decision, wait.remind_at = {"verdict": "approve", "allowed": True}, None


def decide(
    task_id: uuid.UUID, wait_id: uuid.UUID, value: Mapping[str, Any], person: User | None
) -> Change[Wait]:
    """Records a decision by a person, or an event (then ``person`` is None). The first one counts.

    ``delivery/decisions.py`` signals the workflow after the commit.

    If several people must approve, the wait goes on until the last of them has; a single rejection ends it.

    Raises:
        AlreadyDecided: the wait has ended.
        AnotherMustApprove: the person has approved it before, and others have to.
        Wait.DoesNotExist: the task has no such wait.
    """
    with change(task_id) as written:
        wait = _waiting(task_id, wait_id)
        if person is not None:
            if wait.decisions.filter(person=person).exists():
                raise AnotherMustApprove(f"{person} has approved wait {wait_id} before.")
            Decision.objects.create(wait=wait, person=person, name=person.get_username(), value=value)
        agrees = wait.kind == Wait.Kind.APPROVAL and value.get("verdict") == "approve"
        if agrees and wait.decisions.count() < wait.people:
            written.add_messages(wait.turn_id, [wait.pk])
        else:
            wait.decided_by = person
            _end(written, wait, Status.DECIDED, value)
            if agrees and value.get("always"):
                Allowed.objects.get_or_create(task=wait.task, tool=wait.title, defaults={"person": person})
    return _listed(written.with_result(wait))


def ask_again(task_id: uuid.UUID, wait_id: uuid.UUID) -> Change[None]:
    """Withdraws the permission to call the tool of this approval without asking."""
    with change(task_id) as written:
        wait = Wait.objects.get(pk=wait_id, task_id=task_id)
        Allowed.objects.filter(task_id=task_id, tool=wait.title).delete()
        written.add_messages(wait.turn_id, [wait.pk])
    return written


def expire(task_id: uuid.UUID, wait_id: uuid.UUID) -> Change[Wait]:
    """Ends the wait at its deadline. A decision made before stays; the result is the wait's current state."""
    try:
        with change(task_id) as written:
            wait = _waiting(task_id, wait_id)
            _end(written, wait, Status.EXPIRED, wait.otherwise or {})
            # The result of this call tells the workflow, so the outbox need not.
            Wait.objects.filter(pk=wait.pk).update(deliver_at=None)
    except AlreadyDecided as late:
        return Change(task_id, 0, late.wait)
    return _listed(written.with_result(wait))


def cancel_waits(turn_id: uuid.UUID) -> list[uuid.UUID]:
    """Cancels everything that an ending turn waits for. Must run within a change (the turn's end).

    Returns:
        The ids of the messages whose cards changed.
    """
    waiting = Wait.objects.filter(turn_id=turn_id, status=Status.WAITING)
    ids = list(waiting.values_list("pk", flat=True))
    if ids:
        waiting.update(status=Status.CANCELLED, remind_at=None, deliver_at=None)
        cards = Message.objects.filter(pk__in=ids, status=Message.Status.PENDING)
        cards.update(status=Message.Status.INTERRUPTED, finished_at=timezone.now())
    return ids


def _waiting(task_id: uuid.UUID, wait_id: uuid.UUID) -> Wait:
    # The change has locked the task, so no one else can decide at the same time.
    wait = Wait.objects.select_related("decided_by", "task").get(pk=wait_id, task_id=task_id)
    if wait.status != Status.WAITING:
        raise AlreadyDecided(wait)
    return wait


def _end(written: Change[None], wait: Wait, status: Wait.Status, value: Mapping[str, Any]) -> None:
    now = timezone.now()
    wait.status, wait.decision, wait.decided_at = status, dict(value), now
    wait.remind_at, wait.deliver_at = None, now + UNDELIVERED_AFTER
    wait.save(update_fields=("status", "decision", "decided_at", "decided_by", "remind_at", "deliver_at"))
    Message.objects.filter(pk=wait.pk).update(status=Message.Status.DONE, finished_at=now)
    if wait.kind == Wait.Kind.APPROVAL:
        written.add_messages(wait.turn_id, (each.pk for each in _show_on_call(wait, value)))
    written.add_messages(wait.turn_id, [wait.pk])


def _show_on_call(wait: Wait, value: Mapping[str, Any]) -> list[Message]:
    """Shows the decision on the card of the tool call."""
    call = Message.objects.filter(pk=wait.pk).values_list("tool_call_id", flat=True).first() or ""
    refused = refused_call(value, expired=wait.status == Status.EXPIRED)
    if refused is not None:
        rejected = value.get("verdict") != "answer"
        return tool_calls.answer_instead(wait.turn_id, call, refused, rejected=rejected)
    if "arguments" in value:
        arguments = json.dumps(value["arguments"], ensure_ascii=False)
        return tool_calls.change_arguments(wait.turn_id, call, arguments)
    return []
