"""The messages before a new one, as the beginning of a chat: the same as an imported conversation."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from agentex_web.api.openai.errors import ApiError
from agentex_web.api.openai.given import Given
from agentex_web.imports.conversation import Node, conversation_of
from agentex_web.journal.imports import import_chat, imported_id
from agentex_web.tasks.models import Agent, Task

MESSAGES = 2_000
"""Each takes a millisecond to write."""
LONGEST = 20
"""The length of a history is limited to that of so many of the longest messages."""
NO_TEXT = "(a file)"
"""Stands for a message without words: files of earlier messages are not stored."""


def import_history(
    user: User, agent: Agent, message_id: uuid.UUID, given: Given, *, is_kept: bool
) -> tuple[uuid.UUID, bool]:
    """Makes a chat of the messages before the new one.

    Returns:
        Its id, which follows from the new message's, and whether this call made it.

    Raises:
        ApiError: they are too long.
    """
    length, limit = sum(len(each.text) for each in given.before), LONGEST * settings.AGENTEX_MESSAGE_LENGTH
    if length > limit or len(given.before) > MESSAGES:
        raise ApiError(
            f"This server does not know the {len(given.before):,} earlier messages of {length:,} characters. "
            f"The limit for such is {MESSAGES:,} messages of {limit:,} characters in total. Send fewer.",
            code="string_above_max_length",
        )
    task = import_chat(user.pk, agent, _conversation(message_id, given))
    task_id = imported_id(user.pk, str(message_id))
    if task is not None and not is_kept:
        Task.objects.filter(pk=task_id).update(is_temporary=True)
    return task_id, task is not None


@transaction.atomic
def forget_history(user: User, task_id: uuid.UUID, message_id: uuid.UUID) -> None:
    """Deletes a chat that `import_history` has made, unless the message is in it after all."""
    task = Task.objects.select_for_update().filter(pk=task_id, owner=user).first()
    if task is not None and not task.turns.filter(pk=message_id).exists():
        task.delete()


def _conversation(message_id: uuid.UUID, given: Given) -> dict[str, Any]:
    nodes = [
        Node(str(number), str(number - 1), each.role, each.text if each.text.strip() else NO_TEXT)
        for number, each in enumerate(given.before)
    ]
    made = conversation_of(str(message_id), given.before[0].text, nodes, last=nodes[-1].id)
    turns = [
        {
            "asked": turn.asked,
            "parent": turn.parent,
            "at": turn.at,
            "answers": turn.answers,
            # Rendered when somebody opens the chat.
            "html": [""] * len(turn.answers),
        }
        for turn in made.turns
    ]
    return {"key": made.key, "title": made.title, "turns": turns, "head": made.head}
