"""The wire schema of a task's stream, between the worker and the web processes.

One Redis stream entry holds one event as compact JSON in the field ``e``; the entry's id is the cursor.
Events report what *happens*; anything that an event calls done is already a row (row before event). Offsets
and lengths count UTF-16 code units, as a browser's strings do.
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from typing import ClassVar, get_args, get_type_hints

from agentex_web.positions import below

STREAM_KEY = "stream:{task_id}"
FIELD = b"e"
START = "0-0"
"""The cursor of a reader that has seen nothing."""
UNKNOWN = "9999999999999-0"
"""The cursor of a page that was read without Redis. It lies in no stream, so the page resyncs. With START it
would be sent old events, with turns of branches that are no longer shown."""


ACCOUNTS = "accounts"
"""Used in place of a task's id: the stream of events about accounts."""


def chats_of(user_id: int) -> str:
    """Used in place of a task's id: the stream of changes in a person's list of chats."""
    return f"chats-{user_id}"


def stream_key(task_id: str) -> str:
    return STREAM_KEY.format(task_id=task_id)


@dataclass(frozen=True, slots=True)
class TurnChanged:
    """A turn's status, attempt or error changed; the fields are those of ``tasks.Turn``."""

    type: ClassVar[str] = "turn"
    turn: str
    status: str
    attempt: int = 1
    error: str = ""
    retry_at: str = ""
    """Time of the next attempt in ISO 8601; empty if there is none."""
    left_out: str = ""
    is_cut: bool = False
    """Its answer was cut at the length limit, and can be continued."""
    continued: int = 0
    """How often it was continued."""
    version: int = 0


@dataclass(frozen=True, slots=True)
class StopRequested:
    """A person asked a turn to stop; it may have ended by now."""

    type: ClassVar[str] = "stopping"
    turn: str
    undo: bool = False
    """Whether what the turn has done is to be undone."""
    version: int = 0


@dataclass(frozen=True, slots=True)
class MessageStarted:
    """A message begins; its row is written when it ends."""

    type: ClassVar[str] = "started"
    message: str
    turn: str
    position: str
    kind: str = "text"
    author: str = "agent"
    agent_name: str = ""
    tool_name: str = ""
    tool_call_id: str = ""
    attempt: int = 1
    call: str = ""
    """The model call that it belongs to; a MessageReset refers to it."""
    started_at: str = ""
    label: str = ""
    """The displayed name of a tool that the model's provider runs."""
    continues: bool = False
    """The message exists and is being continued: its first delta repeats the text that it has."""
    inside: str = ""
    """The tool call in whose card it is shown, if an agent that runs as a tool wrote it."""


@dataclass(frozen=True, slots=True)
class MessageDelta:
    type: ClassVar[str] = "delta"
    message: str
    offset: int
    """Position of the first unit of ``text`` in the message; a gap means that a delta was missed."""
    text: str
    attempt: int = 0
    """Attempt of the call. Deltas of an attempt that lost its call are dropped. 0: unknown."""


@dataclass(frozen=True, slots=True)
class MessageReset:
    """A model call starts over or was given up: drop what its messages said so far."""

    type: ClassVar[str] = "reset"
    call: str
    attempt: int = 0
    """The last attempt whose messages are dropped, so that an attempt that lost its call does not remove the
    messages of a later one. 0: all attempts."""
    version: int = 0

    def covers(self, call: str, attempt: int) -> bool:
        """Whether messages of this attempt of the call are dropped."""
        return call == self.call and (not self.attempt or attempt <= self.attempt)


@dataclass(frozen=True, slots=True)
class MessageDone:
    """A message's row is committed with its final (or next) status."""

    type: ClassVar[str] = "done"
    message: str
    turn: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class BranchChanged:
    """Another branch is shown, or several turns changed: the page reads the conversation again."""

    type: ClassVar[str] = "branch"
    version: int = 0


@dataclass(frozen=True, slots=True)
class TitleChanged:
    """The task's title changed."""

    type: ClassVar[str] = "title"
    title: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class Suggested:
    """Suggestions for the message after a turn."""

    type: ClassVar[str] = "suggested"
    turn: str
    texts: str
    """One per line."""
    version: int = 0


@dataclass(frozen=True, slots=True)
class VersionRaised:
    """The task's version changed, but nothing that a page shows."""

    type: ClassVar[str] = "version"
    version: int = 0


@dataclass(frozen=True, slots=True)
class AccountChanged:
    """A session of this person ended, or their password or rights changed. On the stream ACCOUNTS."""

    type: ClassVar[str] = "account"
    user: int


@dataclass(frozen=True, slots=True)
class ChatChanged:
    """A chat changed or moved in its owner's list. On the stream of `chats_of`."""

    type: ClassVar[str] = "chat"
    task: str = ""
    """The id of the task; empty if the whole list changed."""


@dataclass(frozen=True, slots=True)
class TaskDeleted:
    """The task was deleted; no event follows."""

    type: ClassVar[str] = "deleted"


Recorded = (
    TurnChanged
    | StopRequested
    | MessageReset
    | MessageDone
    | BranchChanged
    | TitleChanged
    | Suggested
    | VersionRaised
)
"""Events of the journal. The last event of a change has the task's ``version``, the others 0."""
Event = Recorded | MessageStarted | MessageDelta | AccountChanged | ChatChanged | TaskDeleted
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
                    raise UnreadableEvent(f"{event.type}: {field} has no such form") from None
            known[field] = body[field]
        elif default is MISSING:
            raise UnreadableEvent(f"{event.type}: {field} is missing")
    return event(**known)
