"""Shows people, on every page, the status of their background turns and reminders of what waits for them."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from agentex_web.announcements.tags import shown_to
from agentex_web.chat.access import person, signed_in
from agentex_web.chat.requests import HtmxHttpRequest
from agentex_web.tasks.models import Task, Turn
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Wait
from agentex_web.waits.queries import inbox_of
from agentex_web.watches.models import Notice

MOST = 5
"""Maximum pieces of news that are shown at once."""
FORGOTTEN, MOST_FORGOTTEN = "forgotten_reminders", 50
"""Session key and maximum length of the list of reminders that the person has dismissed."""


@dataclass(frozen=True)
class News:
    """A background turn. ``status`` is ``working``, ``waiting`` (for the person), ``cut`` (at the length
    limit), or the final status.
    """

    notice: Notice
    task: Task
    status: str


@require_safe
@never_cache
@signed_in
async def news(request: HtmxHttpRequest) -> HttpResponse:
    """The news of background turns, and reminders; empty if there are none."""
    return await in_database(_news, request)


@require_POST
@signed_in
async def dismiss(request: HtmxHttpRequest, turn_id: uuid.UUID) -> HttpResponse:
    """Marks a turn's news as seen. Responds with the remaining news."""
    await in_database(_dismiss, request, turn_id)
    return await in_database(_news, request)


@require_POST
@signed_in
async def forget(request: HtmxHttpRequest, wait_id: uuid.UUID) -> HttpResponse:
    """Dismisses this reminder; the next one for the same wait is shown. Responds with the remaining news."""
    await in_database(_forget, request, wait_id)
    return await in_database(_news, request)


def unseen_news(user: User, task: Any) -> QuerySet[Notice]:
    """The news of the chat's ended turns that the person has not seen."""
    unseen = Notice.objects.filter(person=user, turn__task=task, seen_at=None)
    return unseen.exclude(turn__status__in=Turn.OPEN)


def seen(user: User, task: Task) -> None:
    """Marks the news of the chat's ended turns as seen, when the person opens the chat."""
    unseen_news(user, task).update(seen_at=timezone.now())


def news_of(user: User) -> list[News]:
    """The news that the person has not seen, latest first. Makes one query."""
    waiting = Wait.objects.filter(turn=OuterRef("turn"), status=Wait.Status.WAITING, kind__in=Wait.FOR_PEOPLE)
    rows = Notice.objects.filter(person=user, seen_at=None).annotate(needs=Exists(waiting))
    rows = rows.select_related("turn__task__agent").defer("turn__items", "turn__context", "turn__summary")
    return [News(row, row.turn.task, _status(row)) for row in rows.order_by("-created_at")[:MOST]]


def _status(row: Notice) -> str:
    if row.turn.status not in Turn.OPEN:
        is_cut = row.turn.status == Turn.Status.FAILED and row.turn.cut
        return "cut" if is_cut else str(row.turn.status)
    return "waiting" if getattr(row, "needs", False) else "working"


def reminders_of(user: User, forgotten: Collection[str] = (), page: str = "") -> list[Wait]:
    """The undecided waits that the person was reminded of, latest reminder first. Makes one query.

    Args:
        forgotten: dismissed reminders, as ``_name`` returns them.
        page: the path that the person looks at. Waits that this page shows itself are left out.
    """
    waiting = inbox_of(user).filter(reminded_at__isnull=False).select_related("task__agent")
    rows = waiting.order_by("-reminded_at")[: MOST + len(forgotten)]
    shown = [row for row in rows if _name(row) not in forgotten and row.task.get_absolute_url() != page]
    return shown[:MOST] if page != reverse("chat:inbox") else []


def _name(wait: Wait) -> str:
    assert wait.reminded_at is not None
    return f"{wait.pk}/{wait.reminded_at.timestamp():.0f}"


def _news(request: HtmxHttpRequest) -> HttpResponse:
    user = person(request)
    forgotten = request.session.get(FORGOTTEN, [])
    reminders = reminders_of(user, forgotten, request.htmx.current_url_abs_path or "")
    context = {"news": news_of(user), "reminders": reminders}
    announced = shown_to(user)
    # The page says which announcements it shows.
    if announced["announced"] != request.GET.get("announced", announced["announced"]):
        context |= announced
    return render(request, "chat/_news.html", context)


def _forget(request: HtmxHttpRequest, wait_id: uuid.UUID) -> None:
    row = inbox_of(person(request)).filter(pk=wait_id, reminded_at__isnull=False).first()
    if row is not None:
        kept = [each for each in request.session.get(FORGOTTEN, []) if each != _name(row)]
        request.session[FORGOTTEN] = [*kept, _name(row)][-MOST_FORGOTTEN:]


def _dismiss(request: HttpRequest, turn_id: uuid.UUID) -> None:
    Notice.objects.filter(person=person(request), turn_id=turn_id).update(seen_at=timezone.now())
