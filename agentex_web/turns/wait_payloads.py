"""What turns wait for: the arguments and results of the record's activities and of the signal DECIDE.

Standard library only.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

WaitKind = Literal["approval", "form", "timer", "event"]
WaitStatus = Literal["waiting", "decided", "expired", "cancelled"]

DECIDE = "decide"
"""The signal that tells a workflow what was decided. Its argument is an ``Outcome``."""


@dataclass
class OpenWait:
    """A turn begins to wait, and shows what for.

    Attributes:
        key: makes the wait's id in the turn: the same key finds the same wait, and what was decided.
        title: what is asked, in a few words.
        payload: what is shown to the person who decides; its form depends on the kind.
        tool_call_id: the call that the wait is about; empty if it is about none.
        deadline: seconds from now until ``otherwise`` is decided; None waits for ever.
        otherwise: the decision at the deadline.
        reminders: seconds from now, after which people are reminded; None takes the product's setting.
        group: people of this group decide; empty: the owner of the chat.
        people: how many different people must agree.
    """

    task_id: str
    turn_id: str
    key: str
    kind: WaitKind
    title: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    agent_name: str = ""
    tool_name: str = ""
    tool_call_id: str = ""
    deadline: float | None = None
    otherwise: dict[str, Any] | None = None
    reminders: list[float] | None = None
    group: str = ""
    people: int = 1


@dataclass
class FollowTask:
    """A wait that the end of a turn of another task decides."""

    wait: OpenWait
    turn_id: str


@dataclass
class EventRef:
    """An event of a task, by the name that its author gave it."""

    task_id: str
    name: str


@dataclass
class WaitRef:
    """A wait of a turn."""

    task_id: str
    wait_id: str


@dataclass
class Outcome:
    """How a wait stands.

    Attributes:
        value: what was decided; its form depends on the kind.
        by: the user name of the person who decided; empty at a deadline.
        at: when, as ISO 8601.
        seconds_left: until the deadline, of a wait that goes on; None if it has no deadline.
    """

    wait_id: str
    status: WaitStatus = "waiting"
    value: dict[str, Any] = field(default_factory=dict)
    by: str = ""
    at: str = ""
    seconds_left: float | None = None
