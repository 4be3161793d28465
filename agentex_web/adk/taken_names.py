"""The names of activities, workflows and MCP servers, which all agents of a worker share.

Two activities or workflows of one name would stop the whole worker, and with two MCP servers of one name, an
agent would use another agent's server.
"""

import inspect
from collections.abc import Iterator
from functools import partial
from typing import Any

from agentex_web.adk.bad_agent_file import BadAgentFile
from agentex_web.adk.found_in_modules import where
from agentex_web.compat.temporal_definitions import activity_name, workflow_name
from agentex_web.names import NAME_LENGTH
from agentex_web.turns import plan_record, record
from agentex_web.turns.chat_workflow import CHAT
from agentex_web.turns.registry import AgentDescription

_OWN_NAMES = {
    CHAT,
    *(
        name
        for module in (record, plan_record)
        for name, each in vars(module).items()
        if inspect.iscoroutinefunction(each) and each.__module__ == module.__name__
    ),
}
"""The names of the product's own workflow and activities."""
_SERVER = "MCP server"
Taken = dict[str, tuple[str, Any]]
"""Maps ``kind name`` to the kind and the object that has the name."""


def take_names(description: AgentDescription, taken: Taken) -> None:
    """Claims an agent's names.

    Args:
        taken: the names of the agents before it; this one's are added.

    Raises:
        BadAgentFile: one of them is taken, or the product's own.
    """
    own = dict(_named(description))
    for each, (kind, thing) in own.items():
        name = each.removeprefix(f"{kind} ")
        if len(name) > NAME_LENGTH:
            raise BadAgentFile(
                f"{where(thing)}: the name of the {kind}, “{name[:40]}…”, is longer than {NAME_LENGTH} "
                "characters."
            )
        if name in _OWN_NAMES and kind != _SERVER:
            raise BadAgentFile(f"{where(thing)}: the product itself has a “{name}”. Rename the {kind}.")
        if each in taken and not _is_same(taken[each][1], thing):
            raise BadAgentFile(
                f"{where(thing)}: the {kind} “{name}” is also in {where(taken[each][1])}, which keeps it. "
                "Rename one."
            )
    taken.update(own)


def _named(description: AgentDescription) -> Iterator[tuple[str, tuple[str, Any]]]:
    seen: dict[str, Any] = {}
    things = [("activity", activity_name(each), each) for each in description.activities]
    things += [("workflow", workflow_name(each), each) for each in description.workflows]
    things += [(_SERVER, name, each) for name, each in description.mcp_servers.items()]
    for kind, name, thing in things:
        key = f"{kind} {name}"
        if seen.setdefault(key, thing) != thing:
            raise BadAgentFile(
                f"{where(thing)}: the {kind} “{name}” is also in {where(seen[key])}. Rename one."
            )
        yield key, (kind, thing)


def _is_same(one: Any, other: Any) -> bool:
    if isinstance(one, partial) and isinstance(other, partial):
        return (one.func, one.args, one.keywords) == (other.func, other.args, other.keywords)
    return bool(one == other)
