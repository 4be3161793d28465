"""Finds the agents that an agent may hand over to, or uses as tools.

openai-agents 0.22 stores the target of ``handoff(agent)`` in a private attribute. The public way to it,
``on_invoke_handoff``, would run the author's ``on_handoff``. The agent of ``agent.as_tool()`` is in a private
attribute too.
"""

from collections import deque
from collections.abc import Iterator
from typing import Any

from agents import Agent, Handoff


def reachable(first: Agent[Any]) -> Iterator[Agent[Any]]:
    """Yields the agent, and all agents that it may hand over to directly or through others, nearest first."""
    seen: set[int] = set()
    waiting = deque([first])
    while waiting:
        agent = waiting.popleft()
        if id(agent) in seen:
            continue
        seen.add(id(agent))
        yield agent
        waiting.extend(found for each in agent.handoffs if (found := target_of(each)) is not None)


def target_of(handoff: Agent[Any] | Handoff[Any, Any]) -> Agent[Any] | None:
    """The agent that a handoff leads to; None if only the author's code can tell."""
    if isinstance(handoff, Agent):
        return handoff
    if not isinstance(handoff, Handoff):
        return None
    target = handoff._agent_ref() if handoff._agent_ref is not None else None
    return target if isinstance(target, Agent) else None


def used_as_tools(agent: Agent[Any]) -> Iterator[Agent[Any]]:
    """Yields the agents that this agent uses as tools."""
    for tool in agent.tools:
        if isinstance(used := getattr(tool, "_agent_instance", None), Agent):
            yield used
