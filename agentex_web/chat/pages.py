"""The pages: a new chat, and a chat. A request may ask only for the part next to the list of chats."""

import math
import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agentex_web.actions.few_at_once import few_at_once
from agentex_web.actions.permissions import may_edit_answers, may_enter_result, read_only_reason
from agentex_web.chat.access import person, signed_in
from agentex_web.chat.choosing import menu_of
from agentex_web.chat.conversation_pages import conversation_context
from agentex_web.chat.health import health
from agentex_web.chat.news import seen
from agentex_web.chat.parameters import parameter_fields
from agentex_web.chat.start_page import start_page
from agentex_web.chat.task_tree import tree_of
from agentex_web.files.kinds import ACCEPTED
from agentex_web.limits.words import in_words
from agentex_web.services import uses_demo_model
from agentex_web.tasks.models import Task
from agentex_web.tasks.queries import MADE_BY
from agentex_web.tasks.reading_log import log_reading
from agentex_web.tasks.threads import in_database

ACCEPTED_FILES = ",".join(
    [
        *ACCEPTED,
        "text/*",
        *".md .csv .json .html .py .js .yaml .toml .log .docx .xlsx .xls .ods .pptx .heic".split(),
    ]
)
"""The file types that the browser's file dialog offers. The server decides by a file's content."""
NEW_TASK = uuid.UUID(int=0)
"""The id of the chat in the stage that the page copies for each new chat."""
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
@few_at_once
async def task(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    """The page of a chat, with the cursor from which its socket continues."""
    context = await conversation_context(request, task_id)
    return await render_page(request, {**context, **await in_database(_opened, request, context)})


async def render_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The page of a new or an existing chat.

    Args:
        context: of the conversation and the message box.
    """
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
    return await in_database(render, request, "chat/page.html", stage)


def _home(request: HttpRequest) -> dict[str, Any]:
    start = start_page(person(request), request.GET)
    chosen = start["agent"]
    return {
        "task": None,
        **start,
        "new_task": Task(pk=NEW_TASK, agent=chosen, owner=person(request)) if chosen else None,
        "menu": menu_of(person(request), chosen),
        "parameter_fields": parameter_fields(chosen),
        "temporary_for": in_words(math.ceil(settings.AGENTEX_TEMPORARY_HOURS * 3_600)),
        "may_enter_result": chosen is not None and may_enter_result(person(request), chosen),
        "may_edit_answers": chosen is not None and may_edit_answers(person(request), chosen),
    }


def _opened(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The rest of the context of a chat's page. Logs the access if the chat belongs to someone else."""
    user, current = person(request), context["task"]
    log_reading(user, current)
    if current.has_news:
        seen(user, current)
    is_alone = not (current.has_started or MADE_BY in current.parameters)
    tree = [] if is_alone else tree_of(user, current)
    return {
        "tree": tree,
        "tree_size": len(tree) - 1,
        "read_only": read_only_reason(user, current, may_use=current.may_use),
        "menu": menu_of(user, context["agent"], current) if current.owner_id == user.pk else None,
    }
