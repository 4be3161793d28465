"""The start page: the agents that a person may use, those they used last first."""

from typing import Any

from django.contrib.auth.models import User
from django.http import QueryDict

from agentex_web.tasks.agents import GONE
from agentex_web.tasks.models import Task
from agentex_web.tasks.permissions import usable_agents

MANY = 8
"""With more agents than this, the page has a box to search them."""
LATELY = 300
"""Chats of a person in which the agents are looked for that they used last."""
QUESTION_LENGTH = 10_000
"""Characters of a message that an address may bring."""


def start_page(user: User, given: QueryDict) -> dict[str, Any]:
    """The context of `chat/_welcome.html`.

    Args:
        given: ``agent`` chooses an agent, ``q`` is a message to begin with.
    """
    # One query for the latest chats: a subquery for each agent would look through all chats of each.
    lately = Task.objects.filter(owner=user).order_by("-updated_at").values_list("agent_id", flat=True)
    order = {name: place for place, name in reversed(list(enumerate(lately[:LATELY])))}
    # Agents without a file are hidden. Agents that could not be loaded are listed with the reason.
    agents = list(usable_agents(user).exclude(error=GONE))
    agents.sort(key=lambda each: (not each.available, order.get(each.pk, LATELY), each.title.casefold()))
    wanted = given.get("agent", "")
    usable = [agent for agent in agents if agent.available]
    chosen = next((agent for agent in usable if agent.name == wanted), usable[0] if usable else None)
    return {
        "agents": agents,
        "agent": chosen,
        "has_search": len(agents) > MANY,
        "question": given.get("q", "").replace("\x00", "")[:QUESTION_LENGTH],
    }
