"""Rows as the API's JSON objects (shapes.py)."""

from typing import Any

from django.contrib.auth.models import User

from agentex_web.actions.deciding import may_allow, may_change
from agentex_web.actions.parameters import asked_of
from agentex_web.tasks.models import Agent, Attachment, Message, Task, Turn
from agentex_web.tasks.setup_faults import for_reader
from agentex_web.waits.models import Wait

Json = dict[str, Any]
TURN = (
    "id", "task_id", "parent_id", "status", "attempt", "error", "retry_at", "stop_requested", "usage",
    "created_at", "started_at", "finished_at",
)  # fmt: skip
"""Fields of a turn's row. The others may be megabytes."""


def agent(row: Agent) -> Json:
    asked, declared = asked_of(row), row.declared
    return {
        "name": row.pk,
        "title": row.title,
        "description": row.description,
        "starters": [str(each) for each in row.starters],
        "model": row.model,
        "available": row.available,
        "parameters": asked["schema"] if asked else None,
        "choices": {
            "models": declared.get("models", []),
            "efforts": declared.get("efforts", []),
            "temperature": declared.get("temperature"),
            "tools": declared.get("tools", []),
        },
    }


def turn(row: Turn, reader: User) -> Json:
    shown = {name: getattr(row, name) for name in TURN}
    return {**shown, "error": for_reader(row.error, is_staff=reader.is_staff)}


def task(row: Task, reader: User) -> Json:
    """A task, with its head loaded."""
    return {
        "id": row.pk,
        "agent": row.agent_id,
        "title": row.title,
        "status": row.status,
        "pinned": row.pinned_at is not None,
        "archived": row.archived_at is not None,
        "temporary": row.is_temporary,
        "parameters": row.parameters,
        "turn": turn(row.head, reader) if row.head is not None else None,
        "url": row.get_absolute_url(),
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def message(row: Message, task_id: Any, reader: User) -> Json:
    content = row.content
    if row.kind == Message.Kind.ERROR:
        content = for_reader(content, is_staff=reader.is_staff)
    return {
        "id": row.pk,
        "task_id": task_id,
        "turn_id": row.turn_id,
        "position": row.position,
        "author": row.author,
        "kind": row.kind,
        "status": row.status,
        "content": content,
        "error": for_reader(row.error, is_staff=reader.is_staff),
        "agent_name": row.agent_name,
        "tool_name": row.tool_name,
        "tool_call_id": row.tool_call_id,
        "parent_tool_call_id": str(row.data.get("inside", "")),
        "attempt": row.attempt,
        "attachments": [_attached(each) for each in row.data.get("attachments", [])],
        "usage": row.usage,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
    }


def _attached(given: Json) -> Json:
    return {name: given.get(name) for name in ("id", "name", "content_type", "size")}


def wait(row: Wait, *, may_decide: bool) -> Json:
    """A wait.

    Args:
        may_decide: this person can decide it now.
    """
    is_call = row.kind == Wait.Kind.APPROVAL
    return {
        "id": row.pk,
        "task_id": row.task_id,
        "turn_id": row.turn_id,
        "kind": row.kind,
        "status": row.status,
        "title": row.title,
        "agent_name": row.agent_name,
        "text": str(row.payload.get("description" if is_call else "text", "") or ""),
        "arguments": row.payload.get("arguments"),
        "json_schema": row.payload.get("schema"),
        "errors": row.payload.get("errors", {}),
        "actions": _actions(row) if may_decide else [],
        "may_change_arguments": is_call and may_decide and may_change(row),
        "may_always_allow": is_call and may_decide and may_allow(row),
        "group": row.group,
        "people": row.people,
        "decision": row.decision,
        "deadline": row.deadline,
        "created_at": row.created_at,
        "decided_at": row.decided_at,
    }


def _actions(row: Wait) -> list[str]:
    match row.kind:
        case Wait.Kind.APPROVAL:
            return ["approve", "reject", *(["answer"] if may_change(row) else [])]
        case Wait.Kind.FORM:
            return ["submit", *(["skip"] if row.payload.get("skippable") else [])]
        case Wait.Kind.TIMER:
            return ["end"]
    return []


def file(row: Attachment) -> Json:
    names = ("id", "name", "content_type", "size", "note", "message_id", "created_at")
    return {name: getattr(row, name) for name in names}
