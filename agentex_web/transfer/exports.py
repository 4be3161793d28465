"""A chat as Markdown, and as JSON that can be imported again."""

import json
from collections.abc import Iterator
from typing import Any

from agentex_web.chat.message_views import TurnView
from agentex_web.chat.transcript import entries
from agentex_web.imports.formats import FORMAT, VERSION
from agentex_web.rendering.fences import fence_of
from agentex_web.tasks.models import Message, Task, Turn
from agentex_web.tasks.setup_faults import for_reader

BATCH = 200
"""Turns that are read with one query."""


def as_markdown(task: Task, turns: list[TurnView], *, is_staff: bool = False) -> str:
    """The shown branch: who said what, and the tools in code blocks.

    Args:
        is_staff: failures that only an administrator can fix have their full reasons.
    """
    parts = [f"# {task.title or 'Untitled chat'}", f"*{task.agent.title}, {task.created_at:%Y-%m-%d}*"]
    for entry in entries(turns, with_tools=True):
        message, indent = entry.view.message, "> " * entry.depth
        response = entry.view.response
        pieces = (_heading(message), _body(message, is_staff), _result(response.message) if response else "")
        text = "\n\n".join(filter(None, pieces))
        parts.append("\n".join(f"{indent}{line}".rstrip() for line in text.splitlines()))
    return "\n\n".join(parts) + "\n"


def _heading(message: Message) -> str:
    if message.kind == Message.Kind.TEXT and message.author != Message.Author.SYSTEM:
        return f"## {'You' if message.author == Message.Author.USER else message.agent_name or 'Agent'}"
    if message.kind == Message.Kind.TOOL_REQUEST:
        return f"### Tool: {message.data.get('label') or message.tool_name}"
    return "### Thoughts" if message.kind == Message.Kind.REASONING else ""


def _body(message: Message, is_staff: bool) -> str:
    files = "\n".join(f"- {each.get('name', 'file')}" for each in message.data.get("attachments", []))
    if message.kind == Message.Kind.TOOL_REQUEST:
        return _code(message.content)
    if message.kind in (Message.Kind.TEXT, Message.Kind.REASONING):
        return "\n\n".join(filter(None, (message.content, files)))
    words = for_reader(message.content or message.error, is_staff=is_staff)
    return f"*{words}*" if words else ""


def _result(response: Message) -> str:
    return f"Result:\n\n{_code(response.content or response.error)}"


def _code(text: str) -> str:
    """The text in a Markdown fence that does not occur in it."""
    fence = fence_of(text)
    return f"{fence}\n{text}\n{fence}" if text else ""


def as_json(task: Task, *, is_staff: bool = False) -> Iterator[str]:
    """All versions of a chat as pieces of JSON, which `formats.py` reads. Files are only named.

    Args:
        is_staff: as for ``as_markdown``.
    """
    head = {
        "format": FORMAT,
        "version": VERSION,
        "id": str(task.pk),
        "title": task.title,
        "agent": task.agent_id,
        "created_at": task.created_at.isoformat(),
        "head": str(task.head_id or ""),
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "turns": ['
    rows = task.turns.exclude(status=Turn.Status.WITHDRAWN).order_by("created_at").defer("items", "context")
    batch: list[Turn] = []
    between = ""
    for turn in rows.iterator(BATCH):
        batch.append(turn)
        if len(batch) == BATCH:
            yield between + _batch(batch, is_staff)
            batch, between = [], ",\n"
    yield (between + _batch(batch, is_staff) if batch else "") + "]}\n"


def _batch(turns: list[Turn], is_staff: bool) -> str:
    said: dict[Any, list[dict[str, Any]]] = {}
    for row in Message.objects.filter(turn__in=turns).order_by("position").defer("html"):
        said.setdefault(row.turn_id, []).append(_message(row, is_staff))
    rows = (_turn(each, said.get(each.pk, []), is_staff) for each in turns)
    return ",\n".join(json.dumps(each, ensure_ascii=False) for each in rows)


def _turn(turn: Turn, messages: list[dict[str, Any]], is_staff: bool) -> dict[str, Any]:
    return {
        "id": str(turn.pk),
        "parent": str(turn.parent_id or ""),
        "status": turn.status,
        "error": for_reader(turn.error, is_staff=is_staff),
        "usage": turn.usage,
        "started_at": turn.started_at and turn.started_at.isoformat(),
        "finished_at": turn.finished_at and turn.finished_at.isoformat(),
        "messages": messages,
    }


def _message(row: Message, is_staff: bool) -> dict[str, Any]:
    is_error = row.kind == Message.Kind.ERROR
    at = row.finished_at or row.started_at
    return {
        "id": str(row.pk),
        "author": row.author,
        "kind": row.kind,
        "status": row.status,
        "content": for_reader(row.content, is_staff=is_staff) if is_error else row.content,
        "agent_name": row.agent_name,
        "tool_name": row.tool_name,
        "tool_call_id": row.tool_call_id,
        "inside": str(row.data.get("inside", "")),
        "files": [str(each.get("name", "")) for each in row.data.get("attachments", [])],
        "error": for_reader(row.error, is_staff=is_staff),
        "at": at and at.isoformat(),
    }
