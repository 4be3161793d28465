"""The arguments of a task's workflow and its signals. Standard library only."""

from dataclasses import dataclass
from enum import StrEnum

from agentex_web.turns.resumption import Resumption
from agentex_web.turns.task_payloads import AgentexSdkNames, TaskRef


class SignalName(StrEnum):
    """The signals that a task's workflow understands. Other workflows that wait understand DECIDE."""

    RECEIVE_EVENT = "receive_event"
    STOP = "stop"
    WITHDRAW = "withdraw"
    STEER = "steer"
    """Put a waiting message into the running turn."""
    PAUSE = "pause"
    DECIDE = "decide"
    """What the workflow, or a child workflow, waits for was decided. The argument is an ``Outcome``."""
    INTERRUPT_TURN = "interrupt_turn"
    """The name that agentex-sdk uses. The product itself sends STOP."""
    TURN_ENDED = "turn_ended"
    """A turn of another task, which this workflow waits for, has ended."""


@dataclass
class TaskParams(AgentexSdkNames):
    """The argument of a task's workflow."""

    task: TaskRef
    idle_seconds: float = 3600.0
    """Seconds without a message after which the workflow ends; the next message starts a new run."""
    resumed: Resumption | None = None
    """Set if the previous run continued as new in the middle of a turn."""


@dataclass
class StopParams:
    """The argument of the signals STOP and WITHDRAW: the id of a turn."""

    turn: str
    reason: str = ""
    """If set, the turn ends as failed with this reason, which the page shows. If empty, it ends as
    interrupted.
    """
    undo: bool = False
    """With STOP: undo what the turn has done, most recent first."""
    again: bool = False
    """With STOP: the signal was lost, or may have been. It has no effect on a turn that has got it."""


@dataclass
class PauseParams:
    """The argument of the signal PAUSE. While a chat is paused, no model or tool call starts."""

    paused: bool


@dataclass
class TurnEnded:
    """The argument of the signal TURN_ENDED: the id of a turn that has ended or was deleted."""

    turn: str
