"""What an agent's file lets people choose and asks them for, as JSON: the web process loads no SDK."""

from collections.abc import Sequence
from typing import Any

from agentex_web.turns.registry import AgentDescription

Json = dict[str, Any]


MOST_DOUBTS, LONGEST_DOUBT = 10, 600


def declared(description: AgentDescription, doubts: Sequence[str] = ()) -> Json:
    """Returns what the pages need to know about an agent, as JSON.

    Args:
        doubts: sentences for its author about what works, but not as expected.

    Returns:
        ``hosts``: other agents may be named in its chats, because it has no workflow of its own.
        ``named``: it may be named in other agents' chats, because it also asks for no parameters.
        ``instructions``: it receives what people want all agents to know.
        ``memory``: it receives what is remembered about people who have switched that on.
        ``edit_answers``: not only staff, but everyone may edit its answers in their own chats.
        ``models`` and ``tools``: each with ``name`` and ``title``; tools also with ``help``.
        ``efforts``, ``temperature``: the values to choose from.
        ``parameters``: the form of a new chat, made by turns/questions.py.
        ``doubts``: what the start page shows to staff.

        Empty values are omitted.
    """
    settings = description.settings
    options = settings.options
    found: Json = {
        "hosts": description.workflow is None,
        "named": description.workflow is None and settings.parameters is None,
        "instructions": settings.custom_instructions,
        "memory": settings.memory,
        "edit_answers": description.edit_answers,
        "models": [{"name": name, "title": title} for name, title in options.titles.items()],
        "efforts": options.efforts,
        "temperature": list(options.temperature or ()),
        "tools": [
            {"name": name, "title": name.replace("_", " ").capitalize(), "help": text}
            for name, text in description.tools.items()
        ],
        "parameters": settings.parameters.payload() if settings.parameters else None,
        "doubts": [each[:LONGEST_DOUBT] for each in doubts[:MOST_DOUBTS]],
    }
    return {name: value for name, value in found.items() if value}
