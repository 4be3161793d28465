"""Writes chats directly into the database, as the product would store them, to test how every state looks."""

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from agentex_web.positions import OPENING, below
from agentex_web.rendering.markdown import to_html
from agentex_web.tasks.models import Agent, Message, Task, Turn
from tests.support.people import Person

Row = dict[str, Any]


class Chat:
    """A task to which tests add turns.

    Args:
        agent: the name of an agent that the worker serves.
    """

    def __init__(self, person: Person, agent: str = "haiku", title: str = "Every state") -> None:
        self.task = Task.objects.create(owner=person.user, agent=Agent.objects.get(pk=agent), title=title)
        self._begin = timezone.now()

    def turn(
        self,
        words: str,
        *rows: Row,
        status: str = Turn.Status.DONE,
        parent: Turn | None = None,
        data: Row | None = None,
        **fields: Any,
    ) -> Turn:
        """Adds a turn after the last one, or after ``parent`` as another version."""
        open_ = status in Turn.OPEN
        turn = Turn.objects.create(
            task=self.task,
            parent=parent or self.task.head,
            status=status,
            started_at=self._begin,
            finished_at=None if open_ else self._begin + timedelta(seconds=2.4),
            **fields,
        )
        if open_:
            # Worker checks look for the workflow of an open turn once it is some seconds old. This turn has none, so date
            # it in the future.
            Turn.objects.filter(pk=turn.pk).update(created_at=timezone.now() + timedelta(days=1))
        own = "pending" if status == Turn.Status.PENDING else "done"
        self._add(
            turn, OPENING, {"author": "user", "content": words, "status": own, "data": data or {}}, turn.pk
        )
        for number, row in enumerate(rows, 1):
            self._add(turn, below("", number), row, uuid.uuid4())
        self.task.head = turn
        self.task.save(update_fields=["head"])
        return turn

    def _add(self, turn: Turn, position: str, row: Row, pk: uuid.UUID) -> None:
        Message.objects.create(
            pk=pk,
            turn=turn,
            position=position,
            **{"author": "agent", "agent_name": "Haiku Assistant", **self._times(), **row},
        )

    def _times(self) -> Row:
        return {"started_at": self._begin, "finished_at": self._begin + timedelta(seconds=1.2)}


def said(markdown: str, **fields: Any) -> Row:
    return {"content": markdown, "html": to_html(markdown), **fields}


def thought(markdown: str, **fields: Any) -> Row:
    return said(markdown, kind="reasoning", **fields)


def called(name: str, arguments: str, call_id: str, **fields: Any) -> Row:
    return {
        "kind": "tool_request",
        "tool_name": name,
        "tool_call_id": call_id,
        "content": arguments,
        **fields,
    }


def returned(name: str, result: str, call_id: str, **fields: Any) -> Row:
    return {**called(name, result, call_id), "kind": "tool_response", **fields}


def system(kind: str, content: str, **fields: Any) -> Row:
    return {"kind": kind, "author": "system", "agent_name": "", "content": content, **fields}
