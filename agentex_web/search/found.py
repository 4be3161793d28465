"""Finds a person's chats and messages by words. The number of queries does not depend on the hits."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from agentex_web.search.query import Query
from agentex_web.search.snippets import Part, marked, snippet
from agentex_web.search.words import MESSAGE, TITLE
from agentex_web.tasks.models import Message, Task, Turn

SQLITE = (
    "SELECT document.id, document.task_id, document.message_id FROM search_words "
    "JOIN search_document document ON document.id = search_words.rowid "
    "JOIN tasks_task task ON task.id = document.task_id "
    "WHERE search_words MATCH %s AND search_words.rowid < %s "
    "AND task.owner_id = %s AND task.delete_at IS NULL AND NOT task.is_temporary "
    "ORDER BY search_words.rowid DESC LIMIT %s"
)
POSTGRESQL = (
    "SELECT document.id, document.task_id, document.message_id FROM search_document document "
    "JOIN tasks_task task ON task.id = document.task_id "
    "WHERE document.vector @@ to_tsquery('simple', %s) AND document.id < %s "
    "AND task.owner_id = %s AND task.delete_at IS NULL AND NOT task.is_temporary "
    "ORDER BY document.id DESC LIMIT %s"
)
EVERYBODYS_SQLITE = (
    "SELECT document.id, document.task_id, document.message_id FROM search_words "
    "JOIN search_document document ON document.id = search_words.rowid "
    "WHERE search_words MATCH %s ORDER BY search_words.rowid DESC LIMIT %s"
)
EVERYBODYS_POSTGRESQL = (
    "SELECT document.id, document.task_id, document.message_id FROM search_document document "
    "WHERE document.vector @@ to_tsquery('simple', %s) ORDER BY document.id DESC LIMIT %s"
)
NEWEST = 2**62


@dataclass(frozen=True)
class FoundTitle:
    task: Task
    title: list[Part]


@dataclass(frozen=True)
class FoundMessage:
    """A message that a search has found.

    Attributes:
        is_shown: False if the message is on a branch of its chat that is not shown.
    """

    message: Message
    task: Task
    snippet: list[Part]
    is_shown: bool
    said_at: datetime | None


@dataclass(frozen=True)
class Page:
    """A page of hits.

    Attributes:
        before: the cursor for the next page; None if this is the last one.
    """

    messages: list[FoundMessage]
    before: int | None


def titles(owner_id: int, query: Query, limit: int) -> list[FoundTitle]:
    """Chats found by their titles, most recently used first."""
    found = [task for _, task, _ in _rows(owner_id, query, TITLE, NEWEST, limit)]
    chats = Task.objects.filter(pk__in=found).select_related("agent").order_by("-updated_at")
    return [FoundTitle(each, marked(each.title, query)) for each in chats]


def messages(owner_id: int, query: Query, limit: int, before: int = NEWEST) -> Page:
    """Messages, latest first.

    Args:
        before: the ``before`` of an earlier page.
    """
    rows = _rows(owner_id, query, MESSAGE, before, limit + 1)
    wanted = [message for _, _, message in rows[:limit]]
    loaded = Message.objects.filter(pk__in=wanted).select_related("turn__task__agent")
    loaded = loaded.defer("html", "turn__items", "turn__context", "turn__summary", "turn__task__state")
    by_id = {each.pk: each for each in loaded}
    shown = _shown_turns([each.turn.task for each in by_id.values()])
    hits = []
    for message_id in wanted:
        if (message := by_id.get(message_id)) is not None:
            said_at = message.finished_at or message.started_at or message.turn.created_at
            parts = snippet(message.content, query)
            hits.append(FoundMessage(message, message.turn.task, parts, message.turn_id in shown, said_at))
    return Page(hits, rows[limit - 1][0] if len(rows) > limit else None)


def everybodys(query: Query, kind: str, limit: int) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """For staff: the task and the message of each hit in all chats, latest first.

    Args:
        kind: ``TITLE``, whose hits have no message of their own, or ``MESSAGE``.
    """
    is_sqlite = connection.vendor == "sqlite"
    words = query.fts5(kind) if is_sqlite else query.tsquery(kind)
    with connection.cursor() as cursor:
        cursor.execute(EVERYBODYS_SQLITE if is_sqlite else EVERYBODYS_POSTGRESQL, (words, limit))
        return [(_uuid(task), _uuid(message)) for _, task, message in cursor.fetchall()]


def _rows(
    owner_id: int, query: Query, kind: str, before: int, limit: int
) -> Sequence[tuple[int, uuid.UUID, uuid.UUID]]:
    is_sqlite = connection.vendor == "sqlite"
    words = query.fts5(kind, owner_id) if is_sqlite else query.tsquery(kind, owner_id)
    with connection.cursor() as cursor:
        cursor.execute(SQLITE if is_sqlite else POSTGRESQL, (words, before, owner_id, limit))
        return [(row, _uuid(task), _uuid(message)) for row, task, message in cursor.fetchall()]


def _uuid(value: uuid.UUID | str | None) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value or "0" * 32)


def _shown_turns(tasks: Sequence[Task]) -> set[uuid.UUID]:
    """The turns on the branches that these chats show."""
    heads = {task.pk: task.head_id for task in tasks}
    parents = dict(Turn.objects.filter(task__in=heads).order_by().values_list("pk", "parent_id"))
    shown: set[uuid.UUID] = set()
    for head in heads.values():
        turn = head
        while turn is not None and turn not in shown:
            shown.add(turn)
            turn = parents.get(turn)
    return shown
