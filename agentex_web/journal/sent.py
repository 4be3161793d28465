"""What a person sends and chooses, committed before anything else happens."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import Truncator

from agentex_web.journal.answering import (
    Answering,
    StoredChoices,
    answering,
    handoff_message,
    stored_choices,
)
from agentex_web.journal.change import Change
from agentex_web.journal.task import one_line
from agentex_web.positions import OPENING
from agentex_web.search import index
from agentex_web.tasks import attachments, titles
from agentex_web.tasks.models import Agent, Message, Task, Turn

WORDS_LENGTH = 80
"""Characters of a title that is the beginning of a message."""
UNDELIVERED_AFTER = timedelta(seconds=3)
"""The outbox delivers a turn that the web process has not delivered within this time."""


class IdTaken(Exception):
    """The message's id is used in another task."""


@dataclass(frozen=True)
class Accepted:
    """A turn and the person's message that opens it; ``created`` is False for a repeated request."""

    turn: Turn
    message: Message
    created: bool = True
    is_behind: bool = False
    """The turn before it may not be delivered yet; that one must be delivered first."""


def title_of(content: str) -> str:
    return Truncator(" ".join(content.split())).chars(WORDS_LENGTH)


def new_task(
    owner: User,
    agent: Agent,
    message_id: uuid.UUID,
    content: str,
    files: Sequence[uuid.UUID] = (),
    *,
    is_temporary: bool = False,
    title: str = "",
    how: Answering | None = None,
) -> Change[Accepted]:
    """Creates a task that begins with this message and has its id. Repeating the call returns the same task.

    Args:
        is_temporary: the task is not listed, and is deleted some time after its last message.
        title: title of the chat; by default the beginning of the message.
        how: how it is answered; by default as the agent's file says.

    Raises:
        AttachmentRefused: a file does not exist or belongs to someone else.
        IdTaken: another person's message has this id.
    """
    try:
        with transaction.atomic():
            how = how or Answering(agent)
            named = (
                {"title": one_line(title)} if title else {"title": title_of(content), **titles.first_due()}
            )
            now = timezone.now()
            task = Task(
                pk=message_id,
                owner=owner,
                agent=agent,
                is_temporary=is_temporary,
                seen_at=now,
                parameters=how.parameters,
                **named,
            )
            stored = stored_choices(task, how)
            task.save(force_insert=True)
            return new_turn(task, message_id, content, None, stored, files=files)
    except IntegrityError:
        before = _known(message_id, message_id)
        if before.result.turn.task.owner_id != owner.pk:
            raise IdTaken from None
        return before


def follow_up(
    task: Task,
    message_id: uuid.UUID,
    content: str,
    files: Sequence[uuid.UUID] = (),
    how: Answering | None = None,
) -> Change[Accepted]:
    """Adds a message to a task, after everything that was sent before. Repeating the call changes nothing.

    Args:
        task: with its agent and head. Locked, so that of two messages sent at once the second follows the
            first.
        how: how it is answered; by default like the message before it.

    Raises:
        AttachmentRefused: a file does not exist or belongs to someone else.
        IdTaken: a message of another task has this id.
    """
    is_behind = task.head is not None and task.head.status == Turn.Status.PENDING
    try:
        with transaction.atomic():
            return new_turn(
                task,
                message_id,
                content,
                task.head_id,
                stored_choices(task, how or answering(task)),
                files=files,
                is_behind=is_behind,
            )
    except IntegrityError:
        return _known(message_id, task.pk)


def new_turn(
    task: Task,
    message_id: uuid.UUID,
    content: str,
    parent_id: uuid.UUID | None,
    stored: StoredChoices,
    *,
    files: Sequence[uuid.UUID] = (),
    data: dict[str, Any] | None = None,
    is_behind: bool = False,
) -> Change[Accepted]:
    """Adds a turn and the person's message that opens it, and makes the turn the head of its task.

    Args:
        task: new, or locked.
        parent_id: the turn before it; None for the first turn of a branch.
        stored: by which agent and with which choices the turn is answered.
        files: uploaded files that the message takes.
        data: the message's data, for files that another message has taken already.
        is_behind: see ``Accepted``.
    """
    turn = Turn(
        pk=message_id,
        task=task,
        parent_id=parent_id,
        deliver_at=timezone.now() + UNDELIVERED_AFTER,
        **stored.fields,
    )
    turn.save(force_insert=True)
    message = Message(
        pk=message_id,
        turn=turn,
        position=OPENING,
        author=Message.Author.USER,
        content=content,
        data=data or {},
    )
    message.save(force_insert=True)
    index.put_messages([message])
    if files:
        attachments.claim(task.owner_id, message, files)
    # A chat may have begun without a message and without a title.
    is_untitled = not task.title
    if is_untitled:
        task.title = title_of(content or (message.data["attachments"][0]["name"] if files else ""))
    if parent_id is None:
        index.put_title(task.pk, task.title)
    task.head = turn
    # The task is locked or new, so no one else raises its version now.
    task.version += 1
    task.save(
        update_fields=("head", "version", "updated_at", "choices", *(("title",) if is_untitled else ()))
    )
    accepted = Change(
        task.pk, task.version, Accepted(turn, message, is_behind=is_behind), owner_id=task.owner_id
    )
    accepted.add_messages(turn.pk, [message.pk])
    if stored.handoff is not None:
        accepted.add_messages(turn.pk, [handoff_message(turn, stored.handoff).pk])
    accepted.add_turn(turn)
    return accepted


def known(message_id: uuid.UUID, task: Task) -> Change[Accepted] | None:
    """What a repeated request returns, if the message was sent to the task before."""
    return _known(message_id, task.pk) if task.turns.filter(pk=message_id).exists() else None


def _known(message_id: uuid.UUID, task_id: uuid.UUID) -> Change[Accepted]:
    message = Message.objects.select_related("turn__task__agent").filter(pk=message_id).first()
    if message is None or message.turn.task_id != task_id:
        raise IdTaken
    before = Change(task_id, 0, Accepted(message.turn, message, created=False))
    before.add_messages(message.turn_id, [message.pk])
    if message.turn.status in Turn.OPEN:
        before.add_turn(message.turn)
    return before
