"""The part of a turn that one workflow does: what it started, said and spent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from agentex_web.positions import below
from agentex_web.turns.pausing import Gate
from agentex_web.turns.steering import Steering
from agentex_web.turns.steps import Steps
from agentex_web.turns.tools import ToolCalls
from agentex_web.turns.undoing import Undoing

Item = Any
"""An input item of the SDK: a dict as the Responses API takes it."""


@dataclass
class TurnPart:
    """A task's workflow does a whole turn (turns/turn.py); a child workflow does the part that begins at
    ``path``.
    """

    turn_id: str
    task_id: str
    agent: str = ""
    """The name of the agent's file; empty in a child workflow."""
    path: str = ""
    """Of a child workflow: where in the turn it was started."""
    started: int = 0
    """How many activities and child workflows this workflow has started in the turn."""
    continued: int = 0
    """How often the turn has gone on after a cut answer."""
    continues: str = ""
    """The id of the message that the next call of the model goes on with; empty if it says something new."""
    grows: str = ""
    """The same, until the turn ends."""
    stopped: bool = False
    """A person stopped or withdrew the turn: no activity but those of the record is started any more."""
    last_agent: str = ""
    """The name of the agent that called the model last, and not as a tool or unseen."""
    holds_tools: bool = False
    """The hooks decide which tool calls are shown, so the model must not show them first."""
    tool_results_unrecorded: bool = False
    """The author's hooks replace TemporalStreamingHooks, so tool results were not recorded."""
    without: frozenset[str] = frozenset()
    """The names of the tools that the person has switched off."""
    instructions: str = ""
    """What the person wants agents to know; empty if this one is not told."""
    input: list[Item] = field(default_factory=list)
    """The person's message as SDK input items; empty in a child workflow."""
    summary: str = ""
    """Stands for all turns before this one in what the model is given; empty if it is given those."""
    violation: Exception | None = None
    """The author's code did what no workflow may do (turns/guard.py): the turn fails, whatever caught it."""
    refused_by_guardrail: bool = False
    """An input guardrail tripped: the person's message is given to no later turn's model."""
    tools: ToolCalls = field(default_factory=ToolCalls)
    items: list[Item] = field(default_factory=list)
    """The SDK input items that the turn has added to the conversation, the person's message first."""
    unsaved: list[list[Item]] = field(default_factory=list)
    """Of each agent run that has not ended well, what was said and returned; a turn cut short keeps it."""
    whole_calls: list[str] = field(default_factory=list)
    """The paths of the model calls that ended well, so that the items hold all that they said."""
    children: list[str] = field(default_factory=list)
    """The path of each child workflow."""
    steps: Steps = field(default_factory=Steps)
    """What its activities and child workflows have returned so far."""
    streams: int = 0
    """How many messages it has begun to write piece by piece."""
    waits: int = 0
    """How many waits for a time, an event or an answer it has begun."""
    steering: Steering = field(default_factory=Steering)
    gate: Gate = field(default_factory=Gate)
    undoing: Undoing = field(default_factory=Undoing)
    usage: dict[str, int] = field(default_factory=dict)
    """Tokens of the model calls that ended well, those of agents used as tools among them."""

    @property
    def next_path(self) -> str:
        """The path of what is started next."""
        return below(self.path, self.started + 1)

    @property
    def repeats(self) -> bool:
        """True while it does again what the run before has done (turns/steps.py)."""
        return not self.steps.order.is_over

    def start(self) -> str:
        """Counts an activity or child workflow that is started now; returns its path."""
        path = self.next_path
        self.started += 1
        self.steps.started(self.started)
        return path

    def next_wait(self, kind: str) -> str:
        """The key of the wait that begins now: the same in each repetition of the workflow's code."""
        self.waits += 1
        return f"{kind}/{self.path}/{self.waits}"

    def spend(self, tokens: dict[str, int]) -> None:
        """Adds what a model call cost."""
        for name, count in tokens.items():
            self.usage[name] = self.usage.get(name, 0) + count

    def begin_run(self) -> list[Item]:
        """An agent begins to work. Returns the list of what it says and returns until it has ended."""
        said: list[Item] = []
        self.unsaved.append(said)
        return said

    def end_run(self, said: list[Item], items: Sequence[Item]) -> None:
        """The agent ended well: its items take the place of what was noted on the way."""
        self.unsaved = [each for each in self.unsaved if each is not said]
        self.items.extend(items)

    def all_items(self) -> list[Item]:
        """The items, with those of agents that were cut short."""
        return [*self.items, *(item for said in self.unsaved for item in said)]
