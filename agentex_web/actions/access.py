"""Decides who may see a task; no other module does. People without access get a 404, so that they do not
learn that the task exists."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import BooleanField, Q, QuerySet, TextField
from django.db.models.expressions import RawSQL
from django.http import Http404

from agentex_web.tasks.models import Attachment, Message, Task, Turn
from agentex_web.tasks.permissions import asks_may_use, may_read_messages, open_turns_of
from agentex_web.tasks.reading_log import log_part
from agentex_web.waits.queries import asked_of

HEAD = ("id", "status", "choices")
"""The fields of a chat's head that a message needs. Each further one makes the query slower to build."""


_NOT_OF_HEAD = [f"head__{each.name}" for each in Turn._meta.concrete_fields if each.name not in HEAD]


PAUSED = RawSQL(
    "EXISTS (SELECT 1 FROM waits_pause p WHERE p.task_id = tasks_task.id AND p.paused)", (), BooleanField()
)


INSTRUCTIONS = RawSQL(
    "COALESCE((SELECT p.instructions FROM preferences_preferences p "
    "WHERE p.user_id = tasks_task.owner_id), '')",
    (),
    TextField(),
)


def tasks_of(user: User | AnonymousUser) -> QuerySet[Task]:
    """The tasks that this person may see, without deleted ones that can still be restored."""
    if user.pk is None:
        return Task.objects.none()
    return Task.objects.filter(owner_id=user.pk, delete_at=None)


def get_task_for_user(
    user: User | AnonymousUser, task_id: uuid.UUID, *, lock: bool = False, with_head: bool = False
) -> Task:
    """The task with its agent and owner; with ``with_head``, also with the HEAD fields of its head.

    With ``lock``, these are loaded too, the row is locked until the transaction ends, and the task is
    annotated with ``may_use``, ``open_turns``, ``is_paused`` and its owner's ``instructions``.

    Raises:
        Http404: the task does not exist or belongs to someone else.
    """
    tasks = tasks_of(user).select_related("agent")
    if lock or with_head:
        tasks = tasks.select_related("agent", "head").defer(*_NOT_OF_HEAD)
    if lock:
        tasks = tasks.select_for_update(of=("self",))
        may = asks_may_use(user, "tasks_task.agent_id")
        tasks = tasks.annotate(may_use=may, open_turns=open_turns_of(user), is_paused=PAUSED)
        tasks = tasks.annotate(instructions=INSTRUCTIONS)
    try:
        # Not `first`: for its order, Django hashes all columns: 6 % of a process that takes many messages.
        task = tasks.get(pk=task_id)
    except Task.DoesNotExist:
        raise Http404("There is no such chat.") from None
    assert isinstance(user, User)
    task.owner = user
    return task


def get_readable_task(
    user: User | AnonymousUser, task_id: uuid.UUID, annotations: Mapping[str, Any] | None = None
) -> Task:
    """The task with its agent and owner. People may read their own tasks and those in which one of their
    groups is asked to decide; staff who may read messages may read every task.

    Args:
        annotations: what the same query also answers about the task.

    Raises:
        Http404: the task does not exist, or the person may not read it.
    """
    tasks = Task.objects.filter(delete_at=None).select_related("agent", "owner", "pause")
    tasks = tasks.annotate(**(annotations or {}))
    try:
        task = tasks.get(pk=task_id)
    except Task.DoesNotExist:
        raise Http404("There is no such chat.") from None
    # The owner first: what follows is another query, and takes longer to build than to run.
    if task.owner_id == user.pk or may_read_messages(user) or asked_of(user).filter(task=task).exists():
        return task
    raise Http404("There is no such chat.")


def get_task_to_read(user: User | AnonymousUser, task_id: uuid.UUID) -> Task:
    """As `get_readable_task`, for a request that shows a part of the chat. Logs the access of staff."""
    task = get_readable_task(user, task_id)
    if isinstance(user, User):
        log_part(user, task)
    return task


def turn_of(task: Task, turn_id: uuid.UUID) -> Turn:
    """A turn of a task that the person may see.

    Raises:
        Http404: the task has no turn with this id.
    """
    turn = task.turns.filter(pk=turn_id).first()
    if turn is None:
        raise Http404("There is no such turn.")
    return turn


def message_of_task(task: Task, message_id: uuid.UUID) -> Message:
    """A message of a task that the person may see.

    Raises:
        Http404: the task has no message with this id.
    """
    message = Message.objects.filter(turn__task=task, pk=message_id).first()
    if message is None:
        raise Http404("There is no such message.")
    return message


def attachment_of(user: User | AnonymousUser, attachment_id: uuid.UUID) -> Attachment:
    """A file that the person attached. Staff who may read messages also get any file that was sent.

    Raises:
        Http404: the file does not exist, or the person may not read it.
    """
    mine = Q(owner_id=user.pk)
    readable = mine | Q(message__isnull=False) if may_read_messages(user) else mine
    row = (
        Attachment.objects.filter(readable, pk=attachment_id)
        .select_related("message__turn__task")
        .defer("text", "message__data", "message__html", "message__turn__items", "message__turn__task__state")
        .first()
    )
    if row is None:
        raise Http404("There is no such file.")
    if row.message is not None and isinstance(user, User):
        log_part(user, row.message.turn.task, f"Opened the file “{row.name}”.")
    return row
