"""Payloads of waits: arguments and results of the record's activities and of the signal DECIDE.

Standard library only.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

WaitKind = Literal["approval", "form", "timer", "event"]
WaitStatus = Literal["waiting", "decided", "expired", "cancelled"]


@dataclass
class OpenWait:
    """Opens a wait of a turn, and shows its card.

    Attributes:
        key: identifies the wait within the turn: the same key finds the same wait and its decision.
        title: what is asked, in a few words.
        payload: what is shown to the person who decides; its form depends on the kind.
        tool_call_id: the tool call that the wait is about; empty if it is about none.
        deadline: seconds from now until ``otherwise`` becomes the decision; None waits forever.
        otherwise: the decision at the deadline.
        reminders: when to remind people, in seconds from now; None uses the product's setting.
        group: the group whose members decide; empty if the chat's owner decides.
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
    """Opens a wait that is decided when a turn of another task (``turn_id``) ends."""

    wait: OpenWait
    turn_id: str


@dataclass
class EventRef:
    """An event of a task, identified by the name that the author gave it."""

    task_id: str
    name: str


@dataclass
class WaitRef:
    """A wait of a turn."""

    task_id: str
    wait_id: str


@dataclass
class Outcome:
    """The status of a wait and its decision.

    Attributes:
        value: the decision; its form depends on the kind.
        by: the user name of the person who decided; empty if no person did, as at a deadline.
        at: the time of the decision, as ISO 8601.
        seconds_left: seconds until the deadline; None if the wait has no deadline.
        turn_over: the turn had ended before the wait was opened.
    """

    wait_id: str
    status: WaitStatus = "waiting"
    value: dict[str, Any] = field(default_factory=dict)
    by: str = ""
    at: str = ""
    seconds_left: float | None = None
    turn_over: bool = False
