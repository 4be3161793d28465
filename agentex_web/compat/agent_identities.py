"""Agents are described for the SDK's order of equal names only where two have the same name.

openai-agents 0.22 gives each agent that a run can reach a key: its name, and a number where several have
the same one. To number them, it sorts each group of equal names by a text of everything that its agents
consist of: instructions, settings, tools, guardrails and handoffs. It makes that text for groups of one agent
too, twice in each turn of a run: 3 % of a turn's processor time in memory, with one tool. Here it
is made when two are compared. No upstream issue is known.
"""

from functools import cached_property, partial
from typing import Any

from agents import _run_state_agent_identity as identity

_key_of = identity._agent_identity_sort_key


class _Place:
    """An agent's place in the order, found out at the first comparison."""

    def __init__(self, agent: Any, **among: Any) -> None:
        self._find_out = partial(_key_of, agent, **among)

    @cached_property
    def _key(self) -> tuple[int, str, int]:
        return self._find_out()

    def __lt__(self, other: "_Place") -> bool:
        return self._key < other._key


def install() -> None:
    """Must be called before agents run. Calling it again has no effect."""
    identity._agent_identity_sort_key = _Place  # type: ignore[assignment]
