"""What a workflow run passes to the next run when it continues as new in the middle of a turn.

Standard library only.
"""

from dataclasses import dataclass, field

from agentex_web.turns.event import SendEventParams

FORM = 1
"""The version of what is passed on. Increase it if workers with the previous code cannot repeat the new form:
such a worker then ends the turn with a reason, instead of waiting for steps that it does not know.
"""


@dataclass
class KeptStep:
    """How an activity or child workflow of a turn ended (turns/kept_steps.py).

    Exactly one of ``result``, ``failure``, ``cancelled`` and ``again`` is set.

    Attributes:
        name: the activity or workflow type. If the next run has another type here, the code has changed.
        result: a payload, in base64.
        failure: a failure, in base64.
        after: how many steps had been started when it ended.
        at: when it ended, in seconds since 1970; 0 if it was stored by an older version.
    """

    name: str
    result: str = ""
    failure: str = ""
    cancelled: bool = False
    again: bool = False
    """It reads the record's current state, so the next run executes it again."""
    after: int = 0
    at: float = 0.0


@dataclass
class Resumption:
    """What a workflow run passes to the next run when it continues as new in the middle of a turn.

    Attributes:
        events: the message of the running turn, then the waiting messages in order.
        steps: the turn's ended steps by path, in the order in which they ended. The ends of its waits are
            among them, and its timers that have fired, under keys that are not paths.
        seen: the keys of the messages received so far.
        stops: for each turn that was stopped, the reason (empty if a person stopped it).
        withdrawn: the ids of withdrawn turns.
        taken: the ids of messages that were steered into the turn, by the path of the step that took them.
        undo: the ids of turns that were stopped with *Stop and undo*.
        paused: True if the chat is paused.
        steered: the ids of messages that should go into the running turn.
        timers: the running timers of the turn (turns/timers.py), and when each is due, in seconds since 1970.
        began: when the turn began, in seconds since 1970.
        form: the ``FORM`` of the code that passed it on.
    """

    events: list[SendEventParams]
    steps: dict[str, KeptStep]
    seen: list[str] = field(default_factory=list)
    stops: dict[str, str] = field(default_factory=dict)
    withdrawn: list[str] = field(default_factory=list)
    taken: dict[str, str] = field(default_factory=dict)
    undo: list[str] = field(default_factory=list)
    paused: bool = False
    steered: list[str] = field(default_factory=list)
    timers: dict[str, float] = field(default_factory=dict)
    began: float = 0.0
    form: int = 0
