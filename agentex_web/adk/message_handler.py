"""Serves a file whose ``on_message`` is a plain function, with a workflow that calls it for each message."""

import inspect
import types
from types import ModuleType
from typing import Any

from agentex_web.adk.agent_paths import shown_module
from agentex_web.adk.bad_agent_file import BadAgentFile
from agentex_web.turns.turn import Turn
from agentex_web.turns.workflow import Workflow

HANDLER = "on_message"
_MADE = "_AgentexOnMessage"


def has_handler(module: ModuleType) -> bool:
    """True if the module defines ``async def on_message(turn)``.

    Raises:
        BadAgentFile: it defines an ``on_message`` of another form.
    """
    found = vars(module).get(HANDLER)
    if not inspect.isfunction(found) or found.__module__ != module.__name__:
        return False
    try:
        inspect.signature(found).bind(None)
    except TypeError:
        takes_a_turn = False
    else:
        takes_a_turn = inspect.iscoroutinefunction(found)
    if not takes_a_turn:
        line = found.__code__.co_firstlineno
        raise BadAgentFile(f"{shown_module(module)}, line {line}: Write: async def on_message(turn).")
    return True


def workflow_of(module: ModuleType, name: str) -> type[Workflow]:
    """Returns the workflow that calls the module's handler for each turn; always the same class.

    Args:
        name: the agent's name, from which the workflow's name in Temporal is made.
    """
    known: type[Workflow] | None = vars(module).get(_MADE)
    if known is not None:
        return known
    handler = vars(module)[HANDLER]

    async def on_message(_self: Workflow, turn: Turn) -> None:
        await handler(turn)

    def body(names: dict[str, Any]) -> None:
        names.update(on_message=on_message, __module__=module.__name__, __doc__=handler.__doc__)

    made: type[Workflow] = types.new_class(_MADE, (Workflow,), {"name": f"{name}.{HANDLER}"}, body)
    # Temporal's sandbox finds classes by their module and name.
    setattr(module, _MADE, made)
    return made
