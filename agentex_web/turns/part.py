"""The state of a turn in one workflow: what it has started, said and spent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
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
    """The part of a turn that one workflow runs. A task's workflow runs a whole turn (turns/turn.py); a child
    workflow runs the part under ``path``.
    """

    turn_id: str
    task_id: str
    agent: str = ""
    """The name of the agent's file; empty in a child workflow."""
    path: str = ""
    """For a child workflow: its path in the turn."""
    steps_started: int = 0
    """How many activities and child workflows this workflow has started in the turn."""
    continued: int = 0
    """How often the turn was continued after a cut answer."""
    message_to_continue: str = ""
    """The id of the cut message that the next model call continues; empty if it starts a new message."""
    continued_message: str = ""
    """Like ``message_to_continue``, but set until the turn ends."""
    stopped: bool = False
    """A person stopped or withdrew the turn: from now on, only activities of the record are started."""
    last_agent: str = ""
    """The name of the agent that last called the model; quiet runs and agents used as tools do not count."""
    last_instructions: str = ""
    """The instructions of that agent, without the person's custom instructions."""
    last_model: str = ""
    """The model that it called; empty for the default."""
    holds_tools: bool = False
    """The author's hooks decide which tool calls are shown, so the model's stream must not show them."""
    tool_results_unrecorded: bool = False
    """The author's hooks replace TemporalStreamingHooks, so tool results were not recorded."""
    without: frozenset[str] = frozenset()
    """The names of the tools that the person has switched off."""
    instructions: str = ""
    """The person's custom instructions; empty if the agent's file switches them off."""
    input: list[Item] = field(default_factory=list)
    """The person's message as SDK input items; empty in a child workflow."""
    summary: str = ""
    """Replaces all turns before this one in the model's input; empty if the model gets those turns."""
    violation: Exception | None = None
    """The author's code did something that workflows may not do (turns/guard.py). The turn fails, even if the
    exception was caught.
    """
    refused_by_guardrail: bool = False
    """An input guardrail tripped: no later turn's model gets the person's message."""
    tools: ToolCalls = field(default_factory=ToolCalls)
    items: list[Item] = field(default_factory=list)
    """The SDK input items that the turn has added to the conversation, the person's message first."""
    open_runs: list[list[Item]] = field(default_factory=list)
    """For each agent run that has not completed: its model and tool outputs so far. If the turn is stopped or
    fails, they are added to its items.
    """
    whole_calls: list[str] = field(default_factory=list)
    """The paths of the model calls that completed: the items contain their whole answers."""
    children: list[str] = field(default_factory=list)
    """The path of each child workflow."""
    steps: Steps = field(default_factory=Steps)
    """The results of its activities and child workflows so far."""
    streams: int = 0
    """How many streamed messages the turn has begun."""
    waits: int = 0
    """How many waits for a time, an event or an answer the turn has begun."""
    steering: Steering = field(default_factory=Steering)
    gate: Gate = field(default_factory=Gate)
    undoing: Undoing = field(default_factory=Undoing)
    usage: dict[str, int] = field(default_factory=dict)
    """Tokens of the model calls that completed or were cut, including those of agents used as tools."""

    @cached_property
    def random(self) -> Random:
        """Random numbers for the author's code: the same ones when a new run repeats the turn's steps, and
        others when the turn goes on after a cut answer.
        """
        seed = f"{self.turn_id}/{self.path}" + (f"/{self.continued}" if self.continued else "")
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

    def next_wait(self, kind: str) -> str:
        """The key of the wait that begins now. It is the same whenever the workflow's code is repeated."""
        self.waits += 1
        return f"{kind}/{self.path}/{self.waits}"

    def spend(self, tokens: dict[str, int]) -> None:
        """Adds the tokens of a model call."""
        for name, count in tokens.items():
            self.usage[name] = self.usage.get(name, 0) + count

    def begin_run(self) -> list[Item]:
        """Begins a run of an agent. Returns the list that collects its model and tool outputs."""
        run_items: list[Item] = []
        self.open_runs.append(run_items)
        return run_items

    def end_run(self, run_items: list[Item], items: Sequence[Item]) -> None:
        """Completes a run of an agent: its final items replace the outputs collected in ``run_items``."""
        self.open_runs = [each for each in self.open_runs if each is not run_items]
        self.items.extend(items)

    def all_items(self) -> list[Item]:
        """The items, including those of runs that did not complete."""
        return [*self.items, *(item for run_items in self.open_runs for item in run_items)]
