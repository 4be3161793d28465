"""The conversation of a chat: as part of its page, and alone for a page that missed events."""

import uuid
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agentex_web.actions.access import get_readable_task, get_task_to_read, message_of_task
from agentex_web.actions.few_at_once import few_at_once
from agentex_web.actions.permissions import may_edit_answers, may_enter_result
from agentex_web.chat.access import person, signed_in
from agentex_web.chat.conversation import shown_places, views_of
from agentex_web.chat.message_views import MessageView, TurnView
from agentex_web.chat.missing_html import render_for
from agentex_web.chat.news import unseen_news
from agentex_web.chat.parameters import parameters_of
from agentex_web.chat.parts import Part, asked_before, last_part, part_before
from agentex_web.chat.task_tree import started_by
from agentex_web.chat.waits.views import add_waits
from agentex_web.streams.snapshot import LiveMessage, read_snapshot
from agentex_web.suggestions.due import texts_after
from agentex_web.tasks.branches import TurnPlace
from agentex_web.tasks.models import Agent, Task, Turn
from agentex_web.tasks.permissions import asks_may_use
from agentex_web.tasks.reading_log import log_part
from agentex_web.tasks.threads import in_database


@require_safe
@never_cache
@signed_in
@few_at_once
async def conversation(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    """The conversation alone, for a page that missed events; with ``before``, the turns that lead to a turn.

    With ``first``, the conversation begins with that turn or before it.
    """
    if (before := asked_before(request.GET)) is not None:
        context = await in_database(_earlier, request, task_id, before)
        await _render_missing(request, context["turns"])
        return await in_database(render, request, "chat/_earlier.html", context)
    context = await conversation_context(request, task_id)
    return await in_database(_conversation, request, context)


@require_safe
@never_cache
@signed_in
async def message(request: HttpRequest, task_id: uuid.UUID, message_id: uuid.UUID) -> HttpResponse:
    """The full body of a tool's card, if it is too long to be part of the page."""
    return await in_database(_message, request, task_id, message_id)


async def conversation_context(request: HttpRequest, task_id: uuid.UUID) -> dict[str, Any]:
    """The template context of a chat. Reads the stream before the rows, so that no event is missed in between
    (invariant 3)."""
    found = await in_database(_task, request, task_id)
    snapshot = await read_snapshot(str(task_id), found.open_since)
    first = request.GET.get("first", "")
    context = await in_database(_end_of, found, snapshot.messages, person(request), first)
    await _render_missing(request, context["turns"])
    return {
        "task": found,
        **context,
        "task_parameters": parameters_of(found),
        "cursor": snapshot.cursor,
        "may_enter_result": may_enter_result(person(request), found.agent),
        "may_edit_answers": may_edit_answers(person(request), found.agent),
    }


async def _render_missing(request: HttpRequest, turns: list[TurnView]) -> None:
    await render_for(person(request).pk, [view for turn in turns for view in turn.messages])


def _conversation(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    log_part(person(request), context["task"])
    return render(request, "chat/_conversation.html", context)


def _message(request: HttpRequest, task_id: uuid.UUID, message_id: uuid.UUID) -> HttpResponse:
    view = MessageView(message_of_task(get_task_to_read(request.user, task_id), message_id))
    return render(request, "chat/_body.html", {"view": view})


def _end_of(found: Task, live: dict[str, LiveMessage], reader: User, first: str) -> dict[str, Any]:
    """The last turns of the shown branch, the agent that answers there, and suggestions for the next message.

    Args:
        first: the first turn that the page already shows; empty if it shows none.
    """
    places = shown_places(found)
    part = last_part(places, first)
    last = places[-1] if places else None
    named = last.agent if last else ""
    agent = Agent.objects.get(pk=named) if named not in ("", found.agent_id) else found.agent
    return {
        **_turns(found, part, live, reader),
        "agent": agent,
        "speaker": _speaker(places),
        "suggestions": texts_after(last.turn_id if last else None),
    }


def _earlier(request: HttpRequest, task_id: uuid.UUID, before: uuid.UUID) -> dict[str, Any]:
    task = get_task_to_read(request.user, task_id)
    return {"task": task, **_turns(task, part_before(task, before), {}, person(request))}


def _turns(task: Task, part: Part, live: dict[str, LiveMessage], reader: User) -> dict[str, Any]:
    turns = views_of(task, part.places, live)
    add_waits([view for turn in turns for view in turn.messages], reader)
    return {"turns": turns, "earlier": part.earlier}


def _speaker(places: list[TurnPlace]) -> str:
    """The agent that spoke last, among those of the current agent's file; empty if none has spoken yet."""
    spoke = (each for each in reversed(places) if each.last_agent and each.agent == places[-1].agent)
    return next((each.last_agent for each in spoke), "")


def _task(request: HttpRequest, task_id: uuid.UUID) -> Any:
    """The task, with what the page also needs to know about it: ``open_since``, when its oldest open turn was
    created; ``may_use``, whether the reader may use its agent; ``has_news``, whether they have news of it;
    ``has_started``, whether its agent has started other chats of theirs.
    """
    user = person(request)
    still_open = Turn.objects.filter(task=OuterRef("pk"), status__in=Turn.OPEN).order_by("created_at")
    asked = {
        "open_since": Subquery(still_open.values("created_at")[:1]),
        "may_use": asks_may_use(user, "tasks_task.agent_id"),
        "has_news": Exists(unseen_news(user, OuterRef("pk"))),
        "has_started": Exists(started_by(user, [task_id])),
    }
    return get_readable_task(user, task_id, asked)
