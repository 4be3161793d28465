"""Writes the index in the transaction that writes the text, so that every committed text is found."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import connection

from agentex_web.search.words import MESSAGE, OWNER, TITLE, words_of
from agentex_web.tasks.models import Message, Task

# The owner is one of the words, so that the index itself finds only their texts. A task never changes owner.
_PUT_MESSAGE = (
    f"INSERT INTO search_document (message_id, task_id, words) SELECT %s, turn.task_id, "  # noqa: S608  (constants)
    f"'{MESSAGE} {OWNER}' || task.owner_id || ' ' || %s "
    "FROM tasks_turn turn JOIN tasks_task task ON task.id = turn.task_id WHERE turn.id = %s "
    "ON CONFLICT (message_id) DO UPDATE SET words = excluded.words"
)
_PUT_TITLE = (
    f"INSERT INTO search_document (task_id, words) SELECT task.id, "  # noqa: S608  (constants)
    f"'{TITLE} {OWNER}' || task.owner_id || ' ' || %s FROM tasks_task task WHERE task.id = %s "
    "ON CONFLICT (task_id) WHERE message_id IS NULL DO UPDATE SET words = excluded.words"
)

Entry = tuple[Any, str, Any]
"""A message's id, its words and its turn's id."""


def is_indexed(message: Message) -> bool:
    """True for texts of the person or an agent. Reasoning, tools and system messages are not searched."""
    return (
        message.kind == Message.Kind.TEXT
        and message.author != Message.Author.SYSTEM
        and message.status != Message.Status.STREAMING
    )


def put_messages(messages: Iterable[Message]) -> None:
    """Indexes the messages that can be searched, and replaces their earlier entries."""
    put_entries(entries_of(messages))


def entries_of(messages: Iterable[Message]) -> list[Entry]:
    """What `put_entries` writes for these messages. For many of them, call it before the transaction."""
    identifier = Message._meta.pk.get_db_prep_value
    return [
        (identifier(each.pk, connection), words_of(each.content), identifier(each.turn_id, connection))
        for each in messages
        if is_indexed(each)
    ]


def put_entries(entries: Iterable[Entry]) -> None:
    with connection.cursor() as cursor:
        for entry in entries:
            cursor.execute(_PUT_MESSAGE, entry)


def put_title(task_id: uuid.UUID, title: str) -> None:
    identifier = Task._meta.pk.get_db_prep_value(task_id, connection)
    with connection.cursor() as cursor:
        cursor.execute(_PUT_TITLE, (words_of(title), identifier))
