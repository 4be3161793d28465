"""The menu of the Message box: model, effort, temperature, and the tools that the agent may use."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from agentex_web.actions.access import get_task_for_user
from agentex_web.actions.naming import answered_by
from agentex_web.actions.refused import Refused
from agentex_web.chat.access import person, signed_in
from agentex_web.chat.refusals import refusal
from agentex_web.preferences.models import instructions_of
from agentex_web.tasks.choosing import (
    AGENT_FIELD,
    ChoiceRefused,
    chosen,
    has_choices,
    models_of,
    still_allowed,
)
from agentex_web.tasks.models import Agent, Task
from agentex_web.tasks.permissions import usable_agents
from agentex_web.tasks.threads import in_database

Json = dict[str, Any]
EFFORTS = {
    "none": gettext_lazy("no effort"),
    "minimal": gettext_lazy("minimal effort"),
    "low": gettext_lazy("low effort"),
    "medium": gettext_lazy("medium effort"),
    "high": gettext_lazy("high effort"),
    "xhigh": gettext_lazy("very high effort"),
    "max": gettext_lazy("highest effort"),
}
"""The reasoning efforts of the OpenAI API, in words for people."""


@dataclass(frozen=True)
class Switch:
    """A tool that people can switch off."""

    name: str
    title: str
    help: str
    is_on: bool


@dataclass(frozen=True)
class Menu:
    """What `chat/_choices.html` shows.

    Attributes:
        chosen: ``model``, ``effort``, ``temperature`` and ``without``, each only if the person changed it.
        instructions: True if the agent is given the person's own instructions.
    """

    agent: Agent
    chosen: Json
    instructions: bool

    @property
    def declared(self) -> Json:
        found: Json = self.agent.declared
        return found

    @property
    def has_choices(self) -> bool:
        return has_choices(self.declared)

    @property
    def is_shown(self) -> bool:
        return self.has_choices or self.instructions

    @property
    def temperature(self) -> str:
        """The value of the HTML input; empty if none is chosen."""
        value = self.chosen.get("temperature")
        return "" if value is None else f"{value:g}"

    @property
    def efforts(self) -> list[tuple[str, str]]:
        """Each effort with its label."""
        return [(each, str(EFFORTS.get(each, each))) for each in self.declared.get("efforts", [])]

    @property
    def tools(self) -> list[Switch]:
        off = self.chosen.get("without", [])
        return [
            Switch(each["name"], each["title"], each.get("help", ""), each["name"] not in off)
            for each in self.declared.get("tools", [])
        ]

    @property
    def summary(self) -> str:
        """The choices in a few words; empty if everything is as in the agent's file."""
        return summary_of(self.declared, self.chosen)


def summary_of(declared: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    """The choices in a few words."""
    words = []
    if model := given.get("model"):
        words.append(models_of(declared).get(model, model))
    if effort := given.get("effort"):
        words.append(str(EFFORTS.get(effort, effort)))
    if (temperature := given.get("temperature")) is not None:
        words.append(_("temperature %(value)s") % {"value": f"{temperature:g}"})
    if count := len(given.get("without", [])):
        words.append(ngettext("%(count)d tool off", "%(count)d tools off", count) % {"count": count})
    return " · ".join(words)


def menu_of(user: User, agent: Agent | None, task: Task | None = None) -> Menu | None:
    """The menu for the next message to the agent; None without an agent.

    Args:
        task: the chat, which stores the earlier choices; None for a new chat.
    """
    if agent is None:
        return None
    before = task.choices.get(agent.pk, {}) if task is not None else {}
    accepts = bool(agent.declared.get("instructions"))
    return Menu(agent, still_allowed(agent.declared, before), accepts and bool(instructions_of(user.pk)))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
async def choices(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    """The menu for the chat's current agent, or for the one that ``agent`` names. POST stores the choices and
    responds with their summary.
    """
    view = _store if request.method == "POST" else _menu
    try:
        return await in_database(view, request, task_id)
    except Refused as refused:
        return await refusal(request, refused)


@require_POST
@signed_in
async def choices_of_new(request: HttpRequest) -> HttpResponse:
    """A summary of the choices for a new chat. They are stored when the chat begins."""
    try:
        return await in_database(_summary_of_new, request)
    except Refused as refused:
        return await refusal(request, refused)


def chosen_for(agent: Agent, request: HttpRequest) -> Json | None:
    """The choices that were sent with a message; None if there are none or they are for another agent.

    Raises:
        Refused: the agent does not allow a choice.
    """
    if request.POST.get(AGENT_FIELD) != agent.pk:
        return None
    try:
        return chosen(agent.declared, request.POST)
    except ChoiceRefused as refused:
        raise Refused(str(refused)) from None


def _menu(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    user = person(request)
    task = get_task_for_user(user, task_id, with_head=True)
    agent = answered_by(user, task, request.GET.get("agent", "")).agent
    return render(request, "chat/_choices.html", {"menu": menu_of(user, agent, task), "task": task})


def _summary_of_new(request: HttpRequest) -> HttpResponse:
    agent = usable_agents(person(request)).filter(pk=request.POST.get("agent", "")).first()
    if agent is None:
        raise Http404("There is no such agent.")
    return _summary_response(agent, chosen_for(agent, request) or {})


def _summary_response(agent: Agent, found: Json) -> HttpResponse:
    return HttpResponse(summary_of(agent.declared, found), content_type="text/plain; charset=utf-8")


@transaction.atomic
def _store(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    user = person(request)
    task = get_task_for_user(user, task_id, lock=True)
    agent = answered_by(user, task, request.POST.get("to", "")).agent
    found = chosen_for(agent, request)
    if found is not None:
        Task.objects.filter(pk=task.pk).update(choices={**task.choices, agent.pk: found})
    return _summary_response(agent, found or {})
