"""The events of a task's stream, between the worker and the web processes.

Events report what *happens*; anything that an event calls done is already a row (row before event). Offsets
and lengths count UTF-16 code units, as a browser's strings do. encoding.py writes and reads them: the names
of types and fields are those of the entries, which newer and older processes read.
"""

from dataclasses import dataclass
from typing import ClassVar


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
    structured: bool = False
    """Its text is JSON, shown as fields (rendering/fields.py)."""
    checks: bool = False
    """It is a step of an agent that a guardrail runs."""


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
