"""Which turn the running code of a workflow works for, where the SDK passes no argument of ours.

``Turn.run`` and everything it calls pass the turn by argument. The SDK calls back without it in three places:
its model calls, tools that start activities, and agents that are tools. They read ``current()``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

from agentex_web.turns.part import Item, TurnPart


@dataclass(frozen=True)
class Scope:
    """Where the running code is in its turn."""

    part: TurnPart
    said: list[Item] = field(default_factory=list)
    """What the running agent says and returns (TurnPart.begin_run)."""
    base: int = 0
    """How many items the running agent was given."""
    agent_name: str = ""
    """During a model call: the agent that calls."""
    quiet: bool = False
    """What the agent says is a step and not an answer: a guardrail's judge, a planner, a draft of several."""
    summarises: bool = False
    """During a model call that writes a summary: it is not shown, and joins no conversation."""
    may_compact: bool = False
    """During a model call: a summary could take the place of a part of its input."""
    continues: str = ""
    """During a model call that goes on with a cut answer: the id of the message that grows."""
    model: str = ""
    """The model that the person chose; empty for that of each agent."""
    provider: str = ""
    """The prefix of models' names, where RunConfig has a provider of the author's (registry.py)."""
    run_model: str = ""
    """The name of the model that RunConfig gives all agents of the run; empty for that of each agent."""
    parent_tool_call_id: str = ""
    """Set while an agent runs in a tool: the id of that tool call."""
    is_agent_tool: bool = False
    """The tool is that agent itself, so the SDK decides with the calling agent what the run ends with."""
    function_tool_call_id: str = ""
    """Set while a function tool runs in the workflow: the id of its call."""


_scope: ContextVar[Scope | None] = ContextVar("agentex_scope", default=None)
"""The only context variable of the workflow side. A workflow's coroutines each inherit it."""


def current() -> Scope | None:
    """The scope of the running code; None outside turns, as in a timer of a workflow's own ``run``."""
    return _scope.get()


@contextmanager
def entered(scope: Scope) -> Iterator[Scope]:
    """The scope of what the block starts."""
    token = _scope.set(scope)
    try:
        yield scope
    finally:
        _scope.reset(token)


@contextmanager
def quiet() -> Iterator[None]:
    """What the block's agents say is shown as steps in folds, and joins no conversation.

    For agents that work unseen: judges, planners, drafts of which one is chosen. Outside turns it does
    nothing.
    """
    here = current()
    if here is None:
        yield
        return
    with entered(replace(here, quiet=True, said=[], model="")):
        yield


@contextmanager
def outside() -> Iterator[None]:
    """What the block starts belongs to no turn."""
    token = _scope.set(None)
    try:
        yield
    finally:
        _scope.reset(token)


def enter(scope: Scope) -> None:
    """The scope of the running coroutine until it ends."""
    _scope.set(scope)


__all__ = ["Scope", "current", "enter", "entered", "outside", "quiet", "replace"]
