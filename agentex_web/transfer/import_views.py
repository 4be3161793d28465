"""The page on which people import chats."""

import asyncio
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agentex_web.chat.access import person, signed_in
from agentex_web.chat.refusals import limited
from agentex_web.journal.imports import import_chat
from agentex_web.journal.record import report_chat
from agentex_web.limits.people import count_upload
from agentex_web.tasks.models import Agent, Task
from agentex_web.tasks.permissions import usable_agents
from agentex_web.tasks.threads import in_database
from agentex_web.transfer.conversation import NotReadable
from agentex_web.transfer.reading import read_export

SHOWN = 20
"""The page links to at most this many imported chats."""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
async def imports(request: HttpRequest) -> HttpResponse:
    """The form of an import; POST imports the chats of a file."""
    return await (_import(request) if request.method == "POST" else _page(request, {}))


@limited(count_upload)
async def _import(request: HttpRequest) -> HttpResponse:
    file, user = request.FILES.get("file"), person(request)
    if not isinstance(file, UploadedFile):
        return await _page(request, {"error": _("Choose a file first.")}, 400)
    limit = settings.AGENTEX_IMPORT_BYTES
    size = file.size or 0
    if size > limit:
        sizes = {"size": filesizeformat(size), "limit": filesizeformat(limit)}
        error = _("The file is %(size)s; the limit is %(limit)s.") % sizes
        return await _page(request, {"error": error}, 413)
    agents: dict[str, Agent] = await in_database(lambda: {each.pk: each for each in usable_agents(user)})
    chosen = agents.get(request.POST.get("agent", ""))
    if chosen is None:
        return await _page(request, {"error": _("Choose an agent first.")}, 400)
    made: list[Task] = []
    skipped, error = 0, ""
    try:
        async for found in read_export(await asyncio.to_thread(file.read), user.pk):
            agent = agents.get(found["agent"], chosen)
            task = await in_database(import_chat, user.pk, agent, found)
            if task is None:
                skipped += 1
            else:
                made.append(task)
    except NotReadable as unreadable:
        error = _(str(unreadable))
    if made:
        await report_chat(user.pk)
    words = {} if error and not made else _report(len(made), skipped)
    context = {"error": error, "made": made[:SHOWN], **words}
    return await _page(request, context, 400 if error and not made else 200)


def _report(made: int, skipped: int) -> dict[str, str]:
    done = ngettext("%(count)s chat was imported.", "%(count)s chats were imported.", made)
    known = ngettext(
        "%(count)s was empty or had been imported before.",
        "%(count)s were empty or had been imported before.",
        skipped,
    )
    return {"report": done % {"count": made}, "skipped": known % {"count": skipped} if skipped else ""}


async def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    agents = await in_database(lambda: list(usable_agents(person(request)).order_by("title")))
    page = {"agents": agents, "limit": filesizeformat(settings.AGENTEX_IMPORT_BYTES), **context}
    return await in_database(render, request, "transfer/import.html", page, status=status)
