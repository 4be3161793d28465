"""Other agents in a chat: `@` in the Message box offers them, and the named agent answers the message."""

import uuid
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agentex_web.actions.access import get_task_for_user
from agentex_web.actions.naming import nameable
from agentex_web.chat.access import person, signed_in
from agentex_web.journal.answering import next_agent
from agentex_web.tasks.models import Task
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
