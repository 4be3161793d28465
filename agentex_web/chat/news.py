"""Tells a person, on whatever page they are, about the turns that work for them in the background."""

import uuid
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from agentex_web.chat.access import person, signed_in
from agentex_web.tasks.models import Task, Turn
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Wait
from agentex_web.watches.models import Notice

MOST = 5
"""Pieces of news that are shown at once."""


@dataclass(frozen=True)
class News:
    """How a turn in the background stands: ``working``, ``waiting`` for the person, or how it ended."""

    notice: Notice
    task: Task
    status: str


@require_safe
@never_cache
@signed_in
async def news(request: HttpRequest) -> HttpResponse:
    """The news of turns in the background; empty without any."""
    return await in_database(_news, request)


@require_POST
@signed_in
async def dismiss(request: HttpRequest, turn_id: uuid.UUID) -> HttpResponse:
    """The person has seen it; answers with the other news."""
    await in_database(_dismiss, request, turn_id)
    return await in_database(_news, request)


def seen(user: User, task: Task) -> None:
    """The person opened the chat: what has ended there is no news any more."""
    ended = Notice.objects.filter(person=user, turn__task=task, seen_at=None)
    ended.exclude(turn__status__in=Turn.OPEN).update(seen_at=timezone.now())


def news_of(user: User) -> list[News]:
    """What the person has not seen, the latest first. One query."""
    waiting = Wait.objects.filter(turn=OuterRef("turn"), status=Wait.Status.WAITING, kind__in=Wait.FOR_PEOPLE)
    rows = Notice.objects.filter(person=user, seen_at=None).annotate(needs=Exists(waiting))
    rows = rows.select_related("turn__task__agent").defer("turn__items", "turn__context", "turn__summary")
    return [News(row, row.turn.task, _status(row)) for row in rows.order_by("-created_at")[:MOST]]


def _status(row: Notice) -> str:
    if row.turn.status not in Turn.OPEN:
        return str(row.turn.status)
    return "waiting" if getattr(row, "needs", False) else "working"


def _news(request: HttpRequest) -> HttpResponse:
    return render(request, "chat/_news.html", {"news": news_of(person(request))})


def _dismiss(request: HttpRequest, turn_id: uuid.UUID) -> None:
    Notice.objects.filter(person=person(request), turn_id=turn_id).update(seen_at=timezone.now())
