"""Exports a task as JSON: its fields, its turns in the order of their creation, and their messages."""

from typing import Any

from django.db.models import Prefetch

from agentex_web.tasks.models import Message, Task, Turn
from agentex_web.tasks.setup_faults import for_reader

EXPORTED = 100
"""Limit on the tasks in one file."""
FORMAT = 1
"""Version of the file's format."""


def task_as_json(task: Task, *, is_staff: bool) -> dict[str, Any]:
    """Returns a task with its turns and messages, as JSON values.

    Args:
        task: with its agent and owner loaded. The rest takes two queries.
        is_staff: failures that only an administrator can fix have their full reasons.
    """
    shown = Message.objects.defer("html").order_by("position")
    rows = task.turns.defer("context", "instructions").order_by("created_at")
    turns = rows.prefetch_related(Prefetch("messages", shown))
    return {
        "format": FORMAT,
        "id": str(task.pk),
        "title": task.title,
        "agent": task.agent_id,
        "owner": task.owner.get_username(),
        "status": task.status,
        "created_at": task.created_at.isoformat(),
        "updated_at": task.updated_at.isoformat(),
        "shown_turn": str(task.head_id) if task.head_id else None,
        "parameters": task.parameters,
        "state": task.state,
        "turns": [_turn(turn, is_staff) for turn in turns],
    }


def _turn(turn: Turn, is_staff: bool) -> dict[str, Any]:
    return {
        "id": str(turn.pk),
        "parent": str(turn.parent_id) if turn.parent_id else None,
        "status": turn.status,
        "error": for_reader(turn.error, is_staff=is_staff),
        "attempt": turn.attempt,
        "usage": turn.usage,
        "choices": turn.choices,
        "created_at": turn.created_at.isoformat(),
        "started_at": turn.started_at.isoformat() if turn.started_at else None,
        "finished_at": turn.finished_at.isoformat() if turn.finished_at else None,
        "items": turn.items,
        "messages": [_message(message, is_staff) for message in turn.messages.all()],
    }


def _message(message: Message, is_staff: bool) -> dict[str, Any]:
    is_error = message.kind == Message.Kind.ERROR
    return {
        "id": str(message.pk),
        "position": message.position,
        "author": message.author,
        "kind": message.kind,
        "status": message.status,
        "agent": message.agent_name,
        "tool": message.tool_name,
        "tool_call_id": message.tool_call_id,
        "content": for_reader(message.content, is_staff=is_staff) if is_error else message.content,
        "error": for_reader(message.error, is_staff=is_staff),
        "data": message.data,
        "usage": message.usage,
    }
