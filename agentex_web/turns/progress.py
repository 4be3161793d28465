"""What a turn has started, said and spent so far, in one workflow."""

import asyncio
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

from agentex_web.positions import below
from agentex_web.turns.open_calls import ToolCalls
from agentex_web.turns.pausing import Gate
from agentex_web.turns.steering import Steering
from agentex_web.turns.steps import Steps
from agentex_web.turns.turn_items import Item, TurnItems
from agentex_web.turns.undoing import Undoing


@dataclass
class CutAnswer:
    """The answer that the turn continues after it was cut at the length limit; empty in other turns.

    Attributes:
        number: how often the turn was continued, counting this time.
        message: the id of the cut message.
    """

    number: int = 0
    message: str = ""
    _is_taken: bool = False

    def take_message(self) -> str:
        """The id of the message that this model call continues. Only the first call continues one; the others
        get an empty text.
        """
        message = "" if self._is_taken else self.message
        self._is_taken = True
        return message


@dataclass(frozen=True)
class Speaker:
    """The agent that last called the model. Quiet runs and agents used as tools do not count.

    Attributes:
        instructions: its instructions, without the person's custom instructions.
        model: the model that it called; empty for the default.
    """

    name: str = ""
    instructions: str = ""
    model: str = ""


@dataclass
class TurnProgress:
    """What a turn has started, said and spent so far, and what it was asked for.

    Each workflow that works for the turn has one: the task's workflow (turns/turn.py), and each child
    workflow, which runs the part of the turn under ``path``.
    """

    turn_id: str
    task_id: str
    agent: str = ""
    """The name of the agent's file; empty in a child workflow."""
    path: str = ""
    """For a child workflow: its path in the turn."""

    # What the person asked for; empty in a child workflow.
    input: list[Item] = field(default_factory=list)
    """The person's message as SDK input items."""
    without: frozenset[str] = frozenset()
    """The names of the tools that the person has switched off."""
    instructions: str = ""
    """The person's custom instructions; empty if the agent's file switches them off."""
    memory: str | None = None
    """What is remembered about the person; None if the agents may not know it."""
    cut: CutAnswer = field(default_factory=CutAnswer)

    # What was started.
    steps_started: int = 0
    """How many activities and child workflows this workflow has started in the turn."""
    streams: int = 0
    """How many streamed messages it has begun."""
    waits: int = 0
    """How many waits for a time, an event or an answer it has begun."""
    running_calls: "list[asyncio.Future[Any]]" = field(default_factory=list)
    """The model calls that have not returned, in order."""
    children: list[str] = field(default_factory=list)
    """The path of each child workflow."""
    steps: Steps = field(default_factory=Steps)
    """The results of its activities and child workflows so far."""
    tools: ToolCalls = field(default_factory=ToolCalls)
    undoing: Undoing = field(default_factory=Undoing)

    # What was said and spent.
    items: TurnItems = field(default_factory=TurnItems)
    summary: str = ""
    """Replaces all turns before this one in the model's input; empty if the model gets those turns."""
    speaker: Speaker = field(default_factory=Speaker)
    usage: dict[str, int] = field(default_factory=dict)
    """Tokens of the model calls that completed or were cut, including those of agents used as tools."""

    # What changes its course.
    stopped: bool = False
    """A person stopped or withdrew the turn: from now on, only activities of the record are started."""
    gate: Gate = field(default_factory=Gate)
    steering: Steering = field(default_factory=Steering)
    violation: Exception | None = None
    """The author's code did something that workflows may not do (turns/guard). The turn fails, even if the
    exception was caught.
    """
    refused_by_guardrail: bool = False
    """An input guardrail tripped: no later turn's model gets the person's message."""
    holds_tools: bool = False
    """The author's hooks decide which tool calls are shown, so the model's stream must not show them."""
    tool_results_unrecorded: bool = False
    """The author's hooks replace TemporalStreamingHooks, so tool results were not recorded."""

    @cached_property
    def random(self) -> Random:
        """Random numbers for the author's code: the same ones when a new run repeats the turn's steps, and
        others when the turn goes on after a cut answer.
        """
        seed = f"{self.turn_id}/{self.path}" + (f"/{self.cut.number}" if self.cut.number else "")
        return Random(seed)  # noqa: S311  (not for secrets)

    @property
    def next_path(self) -> str:
        """The path of the next activity or child workflow."""
        return below(self.path, self.steps_started + 1)

    @property
    def repeats(self) -> bool:
        """True while the turn repeats the steps of the previous run (turns/steps.py)."""
        return not self.steps.order.is_over

    def start(self) -> str:
        """Counts an activity or child workflow that is being started. Returns its path."""
        path = self.next_path
        self.steps_started += 1
        self.steps.note_count(self.steps_started)
        return path

    def add_input_to_items(self) -> None:
        """Begins the turn's items with the person's message, unless the turn continues a cut answer."""
        if not (self.items.added or self.cut.number):
            self.items.added.extend(self.input)

    def next_wait(self, kind: str) -> str:
        """The key of the wait that begins now. It is the same whenever the workflow's code is repeated."""
        self.waits += 1
        return f"{kind}/{self.path}/{self.waits}"

    def spend(self, tokens: dict[str, int]) -> None:
        """Adds the tokens of a model call."""
        for name, count in tokens.items():
            self.usage[name] = self.usage.get(name, 0) + count
