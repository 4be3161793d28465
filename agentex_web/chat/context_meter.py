"""The meter in the top bar: how much of the model's context window the chat takes."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agentex_web.actions.access import get_task_to_read
from agentex_web.chat.access import signed_in
from agentex_web.tasks import usage
from agentex_web.tasks.threads import in_database

SHOWN_FROM = 50
"""Percent of the window from which the meter is shown."""


@require_safe
@never_cache
@signed_in
async def context(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    """The meter after the last turn of the shown branch; empty while there is much room."""
    return await in_database(_context, request, task_id)


def _context(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    task, window = get_task_to_read(request.user, task_id), settings.AGENTEX_CONTEXT_WINDOW
    used = usage.of_chat(task, task.head) if window and task.head else usage.ChatUsage(0, 0)
    percent = min(100, round(100 * used.context / window)) if window else 0
    shown = {
        "chat": used,
        "window": window,
        "percent": percent if percent >= SHOWN_FROM else 0,
        "summarised_at": round(100 * settings.AGENTEX_COMPACT_AT)
        if settings.AGENTEX_COMPACT == "auto"
        else 0,
    }
    return render(request, "chat/_context_meter.html", shown)
