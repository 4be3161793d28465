"""Writes many turns and messages in parts, each in a transaction of its own.

With SQLite, everybody's writes wait for a transaction, so one must not have thousands of rows.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agentex_web.search import index
from agentex_web.tasks.models import Message, Turn

ROWS, CHARACTERS = 200, 400_000
"""About how much a part has."""


@dataclass
class Part:
    """Rows for one transaction. What takes time is computed before that."""

    turns: list[Turn] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    created_at: Mapping[uuid.UUID, datetime] = field(default_factory=dict)
    entries: Sequence[Any] = ()

    def put(self) -> None:
        """Writes the rows that are not there yet, and their entries in the search index."""
        if self.turns:
            Turn.objects.bulk_create(self.turns, ignore_conflicts=True)
            # bulk_create has set created_at to the current time (auto_now_add), so set it again.
            for turn in self.turns:
                turn.created_at = self.created_at[turn.pk]
            Turn.objects.bulk_update(self.turns, ("created_at",))
        Message.objects.bulk_create(self.messages, ignore_conflicts=True)
        index.put_entries(self.entries)


def parts_of(rows: Sequence[Turn | Message], created_at: Mapping[uuid.UUID, datetime]) -> list[Part]:
    """Divides the rows, in their order.

    Args:
        rows: turns before those that follow them, and before their messages.
        created_at: when each turn was created.
    """
    parts: list[Part] = []
    count = size = 0
    for row in rows:
        length = _length(row)
        if not parts or count == ROWS or size + length > CHARACTERS:
            parts.append(Part(created_at=created_at))
            count = size = 0
        if isinstance(row, Turn):
            parts[-1].turns.append(row)
        else:
            parts[-1].messages.append(row)
        count, size = count + 1, size + length
    for part in parts:
        part.entries = index.entries_of(part.messages)
    return parts


def _length(row: Turn | Message) -> int:
    if isinstance(row, Turn):
        return len(json.dumps(row.items, ensure_ascii=False))
    return len(row.content) + len(row.html)
