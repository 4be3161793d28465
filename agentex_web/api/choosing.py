"""Choices as the API is sent them, checked like those of the page's menu."""

from collections.abc import Callable
from typing import Any

from django.http import QueryDict

from agentex_web.actions.refused import Refused
from agentex_web.api.asked import ChoicesAsked
from agentex_web.tasks.choosing import ChoiceRefused, chosen
from agentex_web.tasks.models import Agent

Json = dict[str, Any]


def choices_of(asked: ChoicesAsked | None) -> Callable[[Agent], Json | None]:
    """The choices for the agent that answers; None if the request has none."""

    def for_agent(agent: Agent) -> Json | None:
        if asked is None:
            return None
        tools = [each["name"] for each in agent.declared.get("tools", [])]
        if unknown := [each for each in asked.without if each not in tools]:
            raise Refused(f"“{agent.title}” has no tool “{unknown[0][:100]}” that can be switched off.")
        given = QueryDict(mutable=True)
        given["model"], given["effort"] = asked.model, asked.effort
        given["temperature"] = "" if asked.temperature is None else str(asked.temperature)
        given.setlist("tools", [each for each in tools if each not in asked.without])
        try:
            return chosen(agent.declared, given)
        except ChoiceRefused as refused:
            raise Refused(str(refused)) from None

    return for_agent
