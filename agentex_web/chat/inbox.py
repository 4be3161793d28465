"""The inbox: everything that waits for a person, in all chats."""

from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agentex_web.chat.access import person, signed_in
from agentex_web.chat.message_views import MessageView
from agentex_web.chat.waits.views import add_waits
from agentex_web.tasks.models import Agent, Message
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Wait
from agentex_web.waits.queries import inbox_of

LENGTH = 100
"""Cards on the page. Once they are decided, the next ones are shown."""
MOST_COUNTED = 100
"""From this number on, the sidebar shows “99+”."""


@require_safe
@never_cache
@signed_in
async def inbox(request: HttpRequest) -> HttpResponse:
    """Everything that waits for the person, oldest first. ``kind`` and ``agent`` filter it."""
    return await in_database(_inbox, request)


@require_safe
@never_cache
@signed_in
async def count(request: HttpRequest) -> HttpResponse:
    """The link to the inbox with its count, for open pages."""
    return await in_database(_count, request)


def waiting_count(user: User) -> int:
    """How much waits for the person, up to MOST_COUNTED."""
    return inbox_of(user).order_by()[:MOST_COUNTED].count()


def _inbox(request: HttpRequest) -> HttpResponse:
    user = person(request)
    waiting = inbox_of(user)
    kind, agent = request.GET.get("kind", ""), request.GET.get("agent", "")
    agents = list(Agent.objects.filter(tasks__waits__in=waiting).distinct().order_by("title"))
    shown = waiting
    if kind in Wait.FOR_PEOPLE:
        shown = shown.filter(kind=kind)
    if agent:
        shown = shown.filter(task__agent=agent)
    rows = list(shown.select_related("task__agent", "task__owner")[: LENGTH + 1])
    context = {
        "cards": _cards(rows[:LENGTH], user),
        "has_more": len(rows) > LENGTH,
        "kind": kind,
        "chosen_agent": agent,
        "agents": agents,
    }
    return render(request, "inbox/inbox.html", context)


def _cards(rows: list[Wait], user: User) -> list[dict[str, Any]]:
    messages = {each.pk: each for each in Message.objects.filter(pk__in=[row.pk for row in rows])}
    views = {pk: MessageView(message) for pk, message in messages.items()}
    add_waits(views.values(), user)
    return [{"wait": row, "task": row.task, "view": views[row.pk]} for row in rows if row.pk in views]


def _count(request: HttpRequest) -> HttpResponse:
    return render(request, "inbox/_link.html", {"inbox_count": waiting_count(person(request))})
