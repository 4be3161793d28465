"""The pages: a new chat, a chat, and the fragments that update them."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agentex_web.chat.access import get_readable_task, get_task_to_read, message_of_task, person, signed_in
from agentex_web.chat.choosing import menu_of
from agentex_web.chat.conversation import (
    MessageView,
    TurnView,
    open_turn,
    render_missing,
    shown_steps,
    views_of,
)
from agentex_web.chat.health import health
from agentex_web.chat.news import seen
from agentex_web.chat.parameters import parameter_fields, parameters_of
from agentex_web.chat.parts import Part, asked_before, last_part, part_before
from agentex_web.chat.permissions import may_edit_answers, may_enter_result, read_only_reason
from agentex_web.chat.start_page import start_page
from agentex_web.chat.task_tree import tree_of
from agentex_web.chat.wait_views import add_waits
from agentex_web.compat.django_request_log import unlogged
from agentex_web.computing import computed
from agentex_web.files.kinds import ACCEPTED
from agentex_web.services import uses_demo_model
from agentex_web.streams.snapshot import LiveMessage, read_snapshot
from agentex_web.suggestions.due import texts_after
from agentex_web.tasks.models import Agent, Task, Turn
from agentex_web.tasks.reading_log import log_part, log_reading
from agentex_web.tasks.threads import in_database

ACCEPTED_FILES = ",".join(
    [
        *ACCEPTED,
        "text/*",
        *(
            f".{each}"
            for each in (
                "md",
                "csv",
                "json",
                "html",
                "py",
                "js",
                "yaml",
                "toml",
                "log",
                "docx",
                "xlsx",
                "xls",
                "ods",
                "pptx",
                "heic",
            )
        ),
    ]
)
"""The file types that the browser's file dialog offers. The server decides by a file's content."""
STAGE_HEADER = "X-Agentex-Stage"
NEW_TASK = uuid.UUID(int=0)
DEMO_NOTICE = gettext_lazy("This is the demo model. Type /help to see what it can show.")
DEMO_NOTICE_FOR_STAFF = gettext_lazy(
    "This is the demo model. Type /help to see what it can show. "
    "Set OPENAI_API_KEY in .env to use a real one."
)


@require_safe
@signed_in
async def home(request: HttpRequest) -> HttpResponse:
    """The start page: choose an agent and write."""
    return await render_page(request, await in_database(_home, request))


@require_safe
@never_cache
@signed_in
async def task(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    """The page of a chat, with the cursor from which its socket continues."""
    context = await conversation_context(request, task_id)
    return await render_page(request, {**context, **await in_database(_opened, request, context)})


@require_safe
@never_cache
@signed_in
async def conversation(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    """The conversation alone, for a page that missed events; with ``before``, the turns that lead to a turn.

    With ``first``, the conversation begins with that turn or before it.
    """
    if (before := asked_before(request.GET)) is not None:
        context = await in_database(_earlier, request, task_id, before)
        await _render_missing(context["turns"])
        return await in_database(render, request, "chat/_earlier.html", context)
    context = await conversation_context(request, task_id)
    return await in_database(_conversation, request, context)


@require_safe
@never_cache
@signed_in
async def message(request: HttpRequest, task_id: uuid.UUID, message_id: uuid.UUID) -> HttpResponse:
    """The full body of a tool's card, if it is too long to be part of the page."""
    return await in_database(_message, request, task_id, message_id)


@require_safe
@signed_in
async def banner(request: HttpRequest) -> HttpResponse:
    """The banner that names the parts that do not answer; empty if all answer."""
    context = {"services": (await health()).missing_for(is_staff=person(request).is_staff)}
    return await in_database(render, request, "chat/_banner.html", context)


@require_safe
@never_cache
async def healthz(_request: HttpRequest) -> HttpResponse:
    """Health check for monitoring: 200, or 503 if a part is down. The body has the state of each part."""
    found = await health()
    ok = not found.missing
    parts = {part: "up" if up else "down" for part, up in found.up.items()}
    answer = JsonResponse({"status": "ok" if ok else "down", **parts}, status=200 if ok else 503)
    # Monitoring asks every few seconds; Django would log each 503 as an error.
    return unlogged(answer)


async def render_page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    found, is_staff = await health(), person(request).is_staff
    stage = {
        "services": found.missing_for(is_staff=is_staff),
        "model_notice": (DEMO_NOTICE_FOR_STAFF if is_staff else DEMO_NOTICE) if uses_demo_model() else "",
        "max_length": settings.AGENTEX_MESSAGE_LENGTH,
        "max_file_bytes": settings.AGENTEX_ATTACHMENT_BYTES,
        "accepted_files": ACCEPTED_FILES,
        "max_file_count": settings.AGENTEX_ATTACHMENT_COUNT,
        **context,
    }
    return await in_database(_page, request, stage, status)


def is_stage_asked(request: HttpRequest) -> bool:
    """True if the request asks only for the part beside the list of chats (static/js/page/visits.js)."""
    return STAGE_HEADER in request.headers


def _page(request: HttpRequest, stage: dict[str, Any], status: int) -> HttpResponse:
    """The whole page, or only the part beside the list of chats if the request asks for that."""
    if is_stage_asked(request):
        return render(request, "chat/_stage.html", stage, status=status)
    return render(request, "chat/page.html", stage, status=status)


async def conversation_context(request: HttpRequest, task_id: uuid.UUID) -> dict[str, Any]:
    """The template context of a chat. Reads the stream before the rows, so that no event is missed in between
    (invariant 3)."""
    found, opened = await in_database(_task_and_open_turn, request, task_id)
    snapshot = await read_snapshot(str(task_id), opened.created_at if opened else None)
    first = request.GET.get("first", "")
    context = await in_database(_end_of, found, snapshot.messages, person(request), first)
    await _render_missing(context["turns"])
    return {
        "task": found,
        **context,
        "task_parameters": parameters_of(found),
        "cursor": snapshot.cursor,
        "may_enter_result": may_enter_result(person(request), found.agent),
        "may_edit_answers": may_edit_answers(person(request), found.agent),
    }


async def _render_missing(turns: list[TurnView]) -> None:
    await computed(render_missing, [view for turn in turns for view in turn.messages])


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
    steps = shown_steps(found)
    part = last_part(steps, first)
    last = steps[-1].turn if steps else None
    named = last.choices.get("agent", "") if last else ""
    agent = Agent.objects.get(pk=named) if named not in ("", found.agent_id) else found.agent
    return {
        **_turns(found, part, live, reader),
        "agent": agent,
        "speaker": _speaker([step.turn for step in steps]),
        "suggestions": texts_after(last.pk if last else None),
    }


def _earlier(request: HttpRequest, task_id: uuid.UUID, before: uuid.UUID) -> dict[str, Any]:
    task = get_task_to_read(request.user, task_id)
    return {"task": task, **_turns(task, part_before(task, before), {}, person(request))}


def _turns(task: Task, part: Part, live: dict[str, LiveMessage], reader: User) -> dict[str, Any]:
    turns = views_of(task, part.steps, live)
    add_waits([view for turn in turns for view in turn.messages], reader)
    return {"turns": turns, "earlier": part.earlier}


def _speaker(turns: list[Turn]) -> str:
    """The agent that spoke last, among those of the current agent's file; empty if none has spoken yet."""
    named = turns[-1].choices.get("agent") if turns else None
    spoke = (each for each in reversed(turns) if each.last_agent)
    return next((each.last_agent for each in spoke if each.choices.get("agent") == named), "")


def _task_and_open_turn(request: HttpRequest, task_id: uuid.UUID) -> tuple[Task, Turn | None]:
    found = get_readable_task(request.user, task_id)
    return found, open_turn(found)


def _home(request: HttpRequest) -> dict[str, Any]:
    start = start_page(person(request), request.GET)
    chosen = start["agent"]
    return {
        "task": None,
        **start,
        # The page makes the stage of each new chat from this one, and replaces NEW_TASK by the chat's id.
        "new_task": Task(pk=NEW_TASK, agent=chosen, owner=person(request)) if chosen else None,
        "menu": menu_of(person(request), chosen),
        "parameter_fields": parameter_fields(chosen),
        "may_enter_result": chosen is not None and may_enter_result(person(request), chosen),
        "may_edit_answers": chosen is not None and may_edit_answers(person(request), chosen),
    }


def _opened(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The rest of the context of a chat's page. Logs the access if the chat belongs to someone else."""
    user, current = person(request), context["task"]
    log_reading(user, current)
    seen(user, current)
    tree = tree_of(user, current)
    return {
        "tree": tree,
        "tree_size": len(tree) - 1,
        "read_only": read_only_reason(user, current),
        "menu": menu_of(user, context["agent"], current) if current.owner_id == user.pk else None,
    }
