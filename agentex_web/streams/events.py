"""What a task's stream carries: the wire schema between the worker and the web processes.

One Redis stream entry holds one event as compact JSON in the field ``e``; the entry's id is the
cursor. Events tell what *happens*; whatever one calls done is already a row (row before event).
Offsets and lengths count UTF-16 code units, because that is what a browser's strings count in.
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
"""The cursor of somebody who has seen nothing."""
UNKNOWN = "9999999999999-0"
"""The cursor of a page that was read without Redis. It lies in no stream, so the page reads again; from START
it would be sent the past, with turns of branches that are not shown any more."""


ACCOUNTS = "accounts"
"""In place of a task's id: the stream of what happens to accounts."""


def chats_of(user_id: int) -> str:
    """In place of a task's id: the stream of what changes in a person's list of chats."""
    return f"chats-{user_id}"


def stream_key(task_id: str) -> str:
    return STREAM_KEY.format(task_id=task_id)


@dataclass(frozen=True, slots=True)
class TurnChanged:
    """A turn has another status, attempt or reason; the fields are those of ``tasks.Turn``."""

    type: ClassVar[str] = "turn"
    turn: str
    status: str
    attempt: int = 1
    error: str = ""
    retry_at: str = ""
    """ISO 8601; when the next attempt comes, else empty."""
    left_out: str = ""
    is_cut: bool = False
    """Its answer was cut at the length limit, and can go on."""
    continued: int = 0
    """How often it has gone on."""
    version: int = 0


@dataclass(frozen=True, slots=True)
class StopRequested:
    """Somebody asked a turn to stop; it may have ended by now."""

    type: ClassVar[str] = "stopping"
    turn: str
    undo: bool = False
    """What it has done is undone."""
    version: int = 0


@dataclass(frozen=True, slots=True)
class MessageStarted:
    """A message begins; its row comes when it ends."""

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
    """The model call that it belongs to; a reset names it."""
    started_at: str = ""
    label: str = ""
    """What a tool that the model's provider runs is called."""
    continues: bool = False
    """It was there, and grows: its first delta repeats the text that it has."""
    inside: str = ""
    """The tool call that it belongs to: an agent that is a tool works within its card."""


@dataclass(frozen=True, slots=True)
class MessageDelta:
    type: ClassVar[str] = "delta"
    message: str
    offset: int
    """Of the first unit of ``text`` in the message; a gap means something was missed."""
    text: str
    attempt: int = 0
    """Of the call that says it: deltas of an attempt that lost its call are dropped. 0: not known."""


@dataclass(frozen=True, slots=True)
class MessageReset:
    """A model call starts over or was given up: forget what its messages said so far."""

    type: ClassVar[str] = "reset"
    call: str
    attempt: int = 0
    """The last attempt whose messages go: one that lost its call must not remove what a later one says.
    0: those of all attempts."""
    version: int = 0

    def covers(self, call: str, attempt: int) -> bool:
        """Whether messages of this attempt of the call go."""
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
    """Another branch is shown, or its turns changed as a whole: the page reads the conversation again."""

    type: ClassVar[str] = "branch"
    version: int = 0


@dataclass(frozen=True, slots=True)
class TitleChanged:
    """The task has another title."""

    type: ClassVar[str] = "title"
    title: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class Suggested:
    """What may be said after a turn."""

    type: ClassVar[str] = "suggested"
    turn: str
    texts: str
    """One on each line."""
    version: int = 0


@dataclass(frozen=True, slots=True)
class VersionRaised:
    """The task has another version, and nothing that a page shows changed."""

    type: ClassVar[str] = "version"
    version: int = 0


@dataclass(frozen=True, slots=True)
class AccountChanged:
    """A session of this person ended, or their password or rights changed. On the stream of ACCOUNTS."""

    type: ClassVar[str] = "account"
    user: int


@dataclass(frozen=True, slots=True)
class ChatChanged:
    """A chat stands elsewhere, or otherwise, in its owner's list. On the stream of `chats_of`."""

    type: ClassVar[str] = "chat"
    task: str = ""
    """Empty: the list as a whole changed."""


@dataclass(frozen=True, slots=True)
class TaskDeleted:
    """The task is deleted; nothing follows."""

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
"""Events of the journal. The last one of a change carries the task's ``version``, the others 0."""
Event = Recorded | MessageStarted | MessageDelta | AccountChanged | ChatChanged | TaskDeleted
_TYPES: dict[str, type[Event]] = {event.type: event for event in get_args(Event)}
_DEFAULTS = {name: {field.name: field.default for field in fields(event)} for name, event in _TYPES.items()}
_FIELD_TYPES = {name: get_type_hints(event) for name, event in _TYPES.items()}
"""By event type and field."""
_READ: dict[str, Callable[[str], object]] = {
    "message": uuid.UUID,
    "turn": uuid.UUID,
    "task": uuid.UUID,
    "started_at": datetime.fromisoformat,
    "retry_at": datetime.fromisoformat,
}
"""By field: what must be able to read its text, if that is not the default."""

_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class UnreadableEvent(ValueError):
    """An entry that this version cannot read: broken, or written by a newer worker. The text says why."""


def encode(event: Event) -> bytes:
    """An entry's value; fields that have their default are left out to keep entries small.

    Half a surrogate pair becomes a question mark: UTF-8 has no bytes for it.
    """
    body: dict[str, str | int] = {"t": event.type}
    for name, default in _DEFAULTS[event.type].items():
        value = getattr(event, name)
        if value != default:
            body[name] = value
    return _written(body).encode(errors="replace")


def decode(value: bytes) -> Event:
    """The event in an entry's value. Fields that this version does not know are left out.

    Raises:
        UnreadableEvent: it is no JSON object, its type is unknown, or a field is missing, of another type,
            or no id or time where it must be one.
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
        # A version before this one numbered positions: a thousand for each activity.
        body["position"] = below(below("", min(number // 1_000, 999_000)), number % 1_000)
    known = {}
    for field, default in _DEFAULTS[event.type].items():
        if field in body:
            expected = _FIELD_TYPES[event.type][field]
            if expected in (str, int) and type(body[field]) is not expected:
                raise UnreadableEvent(f"{event.type}: {field} is of another type")
            # A delta's message is that of its beginning, and is not looked at for each word.
            if field in _READ and event is not MessageDelta and body[field] != default:
                try:
                    _READ[field](body[field])
                except ValueError:
                    raise UnreadableEvent(f"{event.type}: {field} has no such form") from None
            known[field] = body[field]
        elif default is MISSING:
            raise UnreadableEvent(f"{event.type}: {field} is missing")
    return event(**known)
