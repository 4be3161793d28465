"""Writes and reads the entries of a stream.

An entry holds one event as compact JSON in the field FIELD (keys.py); the entry's id is the cursor.
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import datetime
from typing import get_args, get_type_hints

from agentex_web.positions import below
from agentex_web.streams.events import Event, MessageDelta

_TYPES: dict[str, type[Event]] = {event.type: event for event in get_args(Event)}
_DEFAULTS = {name: {field.name: field.default for field in fields(event)} for name, event in _TYPES.items()}
_FIELD_TYPES = {name: get_type_hints(event) for name, event in _TYPES.items()}
"""Field types, by event type and field."""
_READ: dict[str, Callable[[str], object]] = {
    "message": uuid.UUID,
    "turn": uuid.UUID,
    "task": uuid.UUID,
    "started_at": datetime.fromisoformat,
    "retry_at": datetime.fromisoformat,
}
"""Parsers that a field's text must pass, by field, unless it has the default value."""

_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class UnreadableEvent(ValueError):
    """An entry that this version cannot read: malformed, or from a newer worker. The message says why."""


def encode(event: Event) -> bytes:
    """Encodes an event for an entry. Fields with their default value are omitted to keep entries small.

    Half a surrogate pair becomes a question mark, because UTF-8 cannot encode it.
    """
    body: dict[str, str | int] = {"t": event.type}
    for name, default in _DEFAULTS[event.type].items():
        value = getattr(event, name)
        if value != default:
            body[name] = value
    return _written(body).encode(errors="replace")


def decode(value: bytes) -> Event:
    """Decodes the event of an entry. Fields that this version does not know are ignored.

    Raises:
        UnreadableEvent: the value is no JSON object, its type is unknown, or a field is missing or invalid.
    """
    try:
        body = json.loads(value)
    except (ValueError, RecursionError):
        raise UnreadableEvent("not JSON") from None
    if not isinstance(body, dict):
        raise UnreadableEvent("not an object")
    name = body.pop("t", None)
    event = _TYPES.get(name) if isinstance(name, str) else None
    if event is None:
        raise UnreadableEvent(f"unknown type {name!r:.60}")
    number = body.get("position")
    if type(number) is int and number >= 0:
        # Earlier versions numbered positions, with a thousand per activity.
        body["position"] = below(below("", min(number // 1_000, 999_000)), number % 1_000)
    known = {}
    for field, default in _DEFAULTS[event.type].items():
        if field in body:
            expected = _FIELD_TYPES[event.type][field]
            if expected in (str, int) and type(body[field]) is not expected:
                raise UnreadableEvent(f"{event.type}: {field} is of another type")
            # The message of a delta is not parsed, to save time: its MessageStarted was checked.
            if field in _READ and event is not MessageDelta and body[field] != default:
                try:
                    _READ[field](body[field])
                except ValueError:
                    raise UnreadableEvent(f"{event.type}: {field} is invalid") from None
            known[field] = body[field]
        elif default is MISSING:
            raise UnreadableEvent(f"{event.type}: {field} is missing")
    return event(**known)
