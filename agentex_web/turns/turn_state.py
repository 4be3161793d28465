"""What a workflow keeps of the turn that it works at."""

import json
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from agentex_web.positions import below


@dataclass
class OpenCall:
    """A tool call that the hooks have shown as running."""

    tool_call_id: str
    tool_name: str
    arguments: str
    taken: bool = False


@dataclass
class TurnState:
    """The turn that a workflow works at; lives in the workflow."""

    turn_id: str
    task_id: str = ""
    path: str = ""
    """Of a child workflow: where in the turn it was started."""
    started: int = 0
    """How many activities and child workflows this workflow has started in the turn."""
    holds_tools: bool = False
    stopped: bool = False
    children: list[str] = field(default_factory=list)
    """The path of each child workflow."""
    items: list[Any] = field(default_factory=list)
    unsaved: list[Any] = field(default_factory=list)
    """What was said and returned since the session was last given items; a turn cut short keeps it."""
    whole_calls: list[str] = field(default_factory=list)
    """The paths of the model calls that ended well, so that the items hold all that they said."""
    usage: dict[str, int] = field(default_factory=dict)
    """Tokens of the model calls that ended well, those of agents that are tools among them."""
    untold: bool = False
    """Hooks are at work that do not write the tools' cards."""
    open_calls: list[OpenCall] = field(default_factory=list)

    @property
    def next_position(self) -> str:
        """The path of what is started next."""
        return below(self.path, self.started + 1)

    def start(self) -> str:
        """Counts an activity or child workflow that is started now; returns its path."""
        position = self.next_position
        self.started += 1
        return position

    def spend(self, tokens: dict[str, int]) -> None:
        """Adds what a model call cost."""
        for name, count in tokens.items():
            self.usage[name] = self.usage.get(name, 0) + count

    def call_of(self, activity: str, arguments: Sequence[Any]) -> str:
        """The open call that an activity answers; empty if it is no tool (the SDK does not say)."""
        fitting = [each for each in self.open_calls if each.tool_name == activity and not each.taken]
        told = [each for each in fitting if _values(each.arguments) == list(arguments)] or fitting
        if not told:
            return ""
        told[0].taken = True
        return told[0].tool_call_id


def _values(arguments: str) -> list[Any]:
    try:
        return list(json.loads(arguments).values())
    except (ValueError, AttributeError):
        return []


current_turn: ContextVar[TurnState | None] = ContextVar("current_turn", default=None)
"""In a workflow: the turn that the running handler serves."""

inside_tool: ContextVar[str] = ContextVar("inside_tool", default="")
"""In a workflow: the call of the tool that an agent is, while that agent works (turns/runner.py)."""
