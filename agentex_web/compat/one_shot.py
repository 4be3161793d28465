"""Serves workflows that take a text and return an answer, as in Temporal's samples: one call per message.

Temporal's samples do not handle messages. A workflow made here does, and calls their ``run`` with the text of
the person's message. The result of ``run`` is the answer, unless an agent has just given the same answer.
"""

import inspect
import sys
import types
from typing import Any, get_type_hints

from agentex_web.compat import temporal_definitions as definitions
from agentex_web.turns.turn import Turn
from agentex_web.turns.workflow import Workflow

_MADE = "_agentex_one_shot"


def takes_a_text(cls: type) -> bool:
    """True if the ``run`` of a decorated workflow requires exactly one argument, a string."""
    try:
        run = definitions.run_method(cls)
        first, *others = [each for each in inspect.signature(run).parameters.values() if each.name != "self"]
        kind = get_type_hints(run).get(first.name)
    except (LookupError, ValueError, TypeError, NameError):
        return False
    return kind is str and all(each.default is not inspect.Parameter.empty for each in others)


def returns_an_answer(cls: type) -> bool:
    """True if the ``run`` of a decorated workflow returns a string; then only its argument may be missing."""
    try:
        return get_type_hints(definitions.run_method(cls)).get("return") is str
    except (LookupError, ValueError, TypeError, NameError):
        return False


def by_message(cls: type) -> type[Workflow]:
    """Returns a workflow that calls this one's ``run`` for each message; always the same class."""
    known: type[Workflow] | None = vars(cls).get(_MADE)
    if known is not None:
        return known
    run = definitions.run_method(cls)

    async def on_message(_self: Workflow, turn: Turn) -> None:
        answer = await run(cls(), turn.message.content.content)
        if answer is not None and str(answer).strip():
            await turn.say(str(answer))

    def body(names: dict[str, Any]) -> None:
        names.update(on_message=on_message, __module__=cls.__module__, __doc__=cls.__doc__)

    name = f"{definitions.workflow_name(cls)}ByMessage"
    made: type[Workflow] = types.new_class(name, (Workflow,), {"name": name}, body)
    setattr(cls, _MADE, made)
    # Temporal's sandbox finds classes by their module and name.
    setattr(sys.modules[cls.__module__], name, made)
    return made
