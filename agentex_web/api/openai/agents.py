"""`/v1/models`: the agents that the person may use."""

from django.contrib.auth.models import User
from django.http import HttpRequest, JsonResponse

from agentex_web.accounts.models import ApiKey
from agentex_web.api.openai.endpoint import endpoint
from agentex_web.api.openai.errors import Json, no_model
from agentex_web.tasks.models import Agent
from agentex_web.tasks.permissions import usable_agents
from agentex_web.tasks.threads import in_database


async def _list(_: HttpRequest, key: ApiKey) -> JsonResponse:
    agents = await in_database(_offered, key.person)
    return JsonResponse({"object": "list", "data": [_described(each) for each in agents]})


async def _one(_: HttpRequest, key: ApiKey, name: str) -> JsonResponse:
    for agent in await in_database(_offered, key.person):
        if agent.pk == name:
            return JsonResponse(_described(agent))
    raise no_model(name)


def _offered(person: User) -> list[Agent]:
    return list(usable_agents(person).filter(available=True))


def _described(agent: Agent) -> Json:
    """``name`` and ``description`` are not of OpenAI's; some clients show them."""
    return {
        "id": agent.pk,
        "object": "model",
        "created": 0,
        "owned_by": "agentex",
        "name": agent.title,
        "description": agent.description,
    }


models = endpoint(get=_list)
model = endpoint(get=_one)
