"""Operations on agents."""

from typing import Any

from django.http import HttpRequest

from agentex_web.api import reading
from agentex_web.api.shapes import Agent, Page
from agentex_web.api.site import api, person
from agentex_web.tasks.threads import in_database


@api.get("/agents", response=Page[Agent], operation_id="listAgents", summary="List agents", tags=["Agents"])
async def list_agents(request: HttpRequest) -> Any:
    """The agents that you may use. All of them are in one part."""
    return {"data": await in_database(reading.agents, person(request)), "next": None}


@api.get("/agents/{name}", response=Agent, operation_id="getAgent", summary="Read an agent", tags=["Agents"])
async def get_agent(request: HttpRequest, name: str) -> Any:
    """What an agent is, and what it asks for."""
    return await in_database(reading.agent, person(request), name)
