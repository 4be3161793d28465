"""Other agents in a chat: `@` in the Message box offers them, and the named agent answers the message."""

import uuid
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agentex_web.chat.access import get_task_for_user, person, signed_in
from agentex_web.chat.permissions import no_access
from agentex_web.chat.refusals import Refused
from agentex_web.journal.answering import Answering, next_agent
from agentex_web.tasks.models import Agent, Task
from agentex_web.tasks.permissions import usable_agents
from agentex_web.tasks.threads import in_database

OFFERED = 20
"""Maximum number of agents that the Message box offers."""
MENTIONED = 3
"""How many agents that work only in chats of their own are named in the note below the list."""


@require_safe
@never_cache
@signed_in
async def agents(request: HttpRequest, task_id: uuid.UUID) -> JsonResponse:
    """``{"agents": [{"name", "title", "text"}], "note"}``: agents whose title contains all words of ``q``."""
    return JsonResponse(await in_database(_agents, request, task_id))


def nameable(user: User, task: Task) -> QuerySet[Agent]:
    """The agents that the person may name in the chat. The chat's workflow runs them, so it must be the
    product's own (``hosts``), and they must have neither a workflow of their own nor parameters (``named``).
    """
    if not task.agent.declared.get("hosts"):
        return Agent.objects.none()
    found = usable_agents(user).filter(Q(declared__named=True) | Q(pk=task.agent_id))
    return found.filter(available=True, task_queue=task.agent.task_queue)


def answered_by(user: User, task: Task, name: str) -> Answering:
    """The agent that answers a message.

    Args:
        task: with its agent and head loaded.
        name: the agent that the message names; empty if it names none.

    Raises:
        Refused: the named agent cannot answer in this chat, or the chat's current agent no longer can.
    """
    current = next_agent(task)
    if name not in ("", current.pk):
        if (found := nameable(user, task).filter(pk=name).first()) is None:
            raise Refused(_("“%(name)s” cannot answer in this chat.") % {"name": name[:100]}, 409)
        return Answering(found, before=current.title)
    if current.pk != task.agent_id:
        if not usable_agents(user).filter(pk=current.pk).exists():
            raise Refused(no_access(current), 403)
        if not current.available:
            words = _("“%(agent)s” is unavailable at the moment. Name another agent with @.")
            raise Refused(words % {"agent": current.title}, 409)
    return Answering(current)


def _agents(request: HttpRequest, task_id: uuid.UUID) -> dict[str, Any]:
    user, task = person(request), get_task_for_user(request.user, task_id, with_head=True)
    found = nameable(user, task).exclude(pk=next_agent(task).pk)
    alone = usable_agents(user).filter(available=True).exclude(pk=task.agent_id).exclude(declared__named=True)
    for word in request.GET.get("q", "")[:80].split():
        found, alone = found.filter(title__icontains=word), alone.filter(title__icontains=word)
    rows = [
        {"name": each.pk, "title": each.title, "text": " ".join(each.description.split())[:200]}
        for each in found[:OFFERED]
    ]
    return {"agents": rows, "note": _note(task, rows, [each.title for each in alone[:MENTIONED]])}


def _note(task: Task, rows: list[dict[str, str]], alone: list[str]) -> str:
    """Explains why the list offers no more agents."""
    if not task.agent.declared.get("hosts"):
        words = _("%(agent)s has its own workflow, so no other agent can be named here.")
        return words % {"agent": task.agent.title}
    if alone:
        return _("Only available in their own chats: %(agents)s") % {"agents": ", ".join(alone)}
    return "" if rows else _("There is no other agent with this name.")
