"""What an agent's file lets people choose and asks them for, as JSON: the web process loads no SDK."""

from typing import Any

from agentex_web.turns.registry import AgentDescription


def declared(description: AgentDescription) -> dict[str, Any]:
    """
    Returns:
        ``named``: the agent may be named in chats of others, because it brings no workflow of its own.
    """
    return {"named": description.workflow is None}
