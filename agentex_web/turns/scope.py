"""The turn that the running workflow code works for, for places where the SDK passes no argument of ours.

``Turn.run`` and everything that it calls pass the turn as an argument. The SDK calls back without it in three
places: model calls, tools that start activities, and agents used as tools. These read ``current()``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # progress.py imports the calls of the record, which ask for the scope.
    from agentex_web.turns.progress import TurnProgress
    from agentex_web.turns.script import Script
    from agentex_web.turns.turn_items import Item


@dataclass(frozen=True)
class Scope:
    """Where the running code is in its turn."""

    progress: "TurnProgress"
    run_items: "list[Item]" = field(default_factory=list)
    """The running agent's model and tool outputs so far (TurnItems.begin_run)."""
    base: int = 0
    """The number of input items of the running agent."""
    agent_name: str = ""
    """During a model call: the name of the agent that makes it."""
    quiet: bool = False
    """The agent's output is shown as a step, not as an answer: a guardrail's judge, a planner, or one of
    several drafts.
    """
    checks: bool = False
    """A guardrail runs the agent."""
    summarises: bool = False
    """During a model call that writes a summary: it is not shown, and not part of the conversation."""
    may_compact: bool = False
    """During a model call: a summary could replace part of its input."""
    continues: str = ""
    """During a model call that continues a cut answer: the id of the cut message."""
    model: str = ""
    """The model that the person chose; empty if each agent uses its own."""
    provider: str = ""
    """The prefix of model names if RunConfig has the author's own provider (registry.py)."""
    run_model: str = ""
    """The name of RunConfig's model for all agents of the run; empty if each agent uses its own."""
    parent_tool_call_id: str = ""
    """Set while an agent runs inside a tool: the id of that tool call."""
    is_agent_tool: bool = False
    """True if the tool is the agent itself (``as_tool``). Then the SDK passes its approvals on to the calling
    agent.
    """
    function_tool_call_id: str = ""
    """Set while a function tool runs in the workflow: the id of its call."""
    undoes: bool = False
    """The code undoes what the turn has done: it starts activities although the turn is stopped."""
    script: "Script | None" = None
    """Set while the ``main()`` of a script handles the message, except in the agents that it runs."""


_scope: ContextVar[Scope | Literal[False] | None] = ContextVar("agentex_scope", default=None)
"""The only context variable on the workflow side. Each coroutine that a workflow starts inherits it. False in
blocks that belong to no turn.
"""


def current() -> Scope | None:
    """The scope of the running code; None outside turns, for example in a workflow's own ``run``."""
    return _scope.get() or None


def is_unknown() -> bool:
    """True if nothing says which turn the running code works for, as in a workflow's own ``run``."""
    return _scope.get() is None


def is_undoing() -> bool:
    """True if the running code undoes what its turn has done."""
    here = current()
    return here is not None and here.undoes


@contextmanager
def entered(scope: Scope) -> Iterator[Scope]:
    """Sets the scope for everything that the block starts."""
    token = _scope.set(scope)
    try:
        yield scope
    finally:
        _scope.reset(token)


@contextmanager
def quiet(*, checks: bool = False) -> Iterator[None]:
    """Shows the output of agents in the block as collapsed steps, and keeps it out of the conversation.

    For agents that work in the background: judges, planners, drafts of which one is chosen. Has no effect
    outside turns.

    Args:
        checks: the agents check a message or an answer, as guardrails do; the page says so.
    """
    here = current()
    if here is None:
        yield
        return
    with entered(replace(here, quiet=True, checks=checks, run_items=[], model="")):
        yield


@contextmanager
def outside() -> Iterator[None]:
    """Everything that the block starts belongs to no turn."""
    token = _scope.set(False)
    try:
        yield
    finally:
        _scope.reset(token)


def enter(scope: Scope) -> None:
    """Sets the scope of the running coroutine until it ends."""
    _scope.set(scope)
