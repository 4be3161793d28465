"""The start page: the agents that a person may use, those that were used lately first."""

from typing import Any

from django.contrib.auth.models import User
from django.http import QueryDict

from agentex_web.tasks.agents import GONE
from agentex_web.tasks.models import Task
from agentex_web.tasks.permissions import usable_agents

MANY = 8
"""With more agents than this, the page has a box to search them."""
LATELY = 300
"""How many of a person's latest chats determine which agents were used last."""
QUESTION_LENGTH = 10_000
"""Maximum characters of a message in the page's URL."""


def start_page(user: User, given: QueryDict) -> dict[str, Any]:
    """The context of `chat/_welcome.html`.

    Args:
        given: query parameters: ``agent`` chooses an agent, ``q`` fills in a message.
    """
    # One query for the latest chats: a subquery per agent would scan all chats of each agent.
    lately = Task.objects.filter(owner=user).order_by("-updated_at").values_list("agent_id", flat=True)
    order = {name: place for place, name in reversed(list(enumerate(lately[:LATELY])))}
    # Agents without a file are hidden. Agents that could not be loaded are listed with the reason.
    agents = list(usable_agents(user).exclude(error=GONE))
    # By title within each part: an order by use would move agents at each visit.
    agents.sort(key=lambda each: (not each.available, each.pk not in order, each.title.casefold(), each.pk))
    wanted = given.get("agent", "")
    usable = [agent for agent in agents if agent.available]
    usable.sort(key=lambda each: order.get(each.pk, LATELY))
    chosen = next((agent for agent in usable if agent.name == wanted), usable[0] if usable else None)
    return {
        "agents": agents,
        "agent": chosen,
        "has_search": len(agents) > MANY,
        "question": given.get("q", "").replace("\x00", "")[:QUESTION_LENGTH],
    }
