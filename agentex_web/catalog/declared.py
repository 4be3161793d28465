"""What an agent's file lets people choose and asks them for, as JSON: the web process loads no SDK."""

from typing import Any

from agentex_web.turns.registry import AgentDescription

Json = dict[str, Any]


def declared(description: AgentDescription) -> Json:
    """
    Returns:
        ``hosts``: others may be named in its chats, because it brings no workflow of its own.
        ``named``: it may be named in chats of others, because it asks for no parameters either.
        ``instructions``: it is given what people want all agents to know.
        ``edit_answers``: everyone may change the text of its answers in their own chats, not only staff.
        ``models`` and ``tools``: each with ``name``, ``title`` and, of a tool, ``help``.
        ``efforts``, ``temperature``: what may be chosen.
        ``parameters``: the form of a new chat, as turns/questions.py makes it.

        What there is nothing of is left out.
    """
    settings = description.settings
    options = settings.options
    found: Json = {
        "hosts": description.workflow is None,
        "named": description.workflow is None and settings.parameters is None,
        "instructions": settings.custom_instructions,
        "edit_answers": description.edit_answers,
        "models": [{"name": name, "title": title} for name, title in options.titles.items()],
        "efforts": options.efforts,
        "temperature": list(options.temperature or ()),
        "tools": [
            {"name": name, "title": name.replace("_", " ").capitalize(), "help": text}
            for name, text in description.tools.items()
        ],
        "parameters": settings.parameters.payload() if settings.parameters else None,
    }
    return {name: value for name, value in found.items() if value}
