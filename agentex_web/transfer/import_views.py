"""The page on which people import chats. It keeps the file; a worker imports it (imports/running.py)."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agentex_web.actions.access import tasks_of
from agentex_web.chat.access import person, signed_in
from agentex_web.chat.refusals import limited
from agentex_web.chat.requests import HtmxHttpRequest
from agentex_web.imports import uploads
from agentex_web.imports.models import Import
from agentex_web.limits.people import count_import, count_upload
from agentex_web.tasks.permissions import usable_agents
from agentex_web.tasks.threads import in_database


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
async def imports(request: HttpRequest) -> HttpResponse:
    """The form and the latest imports; POST keeps a file to be imported."""
    if request.method == "POST":
        return await _keep(request)
    return await in_database(_page, request)


@require_safe
@never_cache
@signed_in
async def state(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """How far an import is; the page asks while it runs."""
    return await in_database(_state, request, import_id)


@require_POST
@signed_in
async def stop(request: HtmxHttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """Ends an import; the chats that were imported stay."""
    return await in_database(_stop, request, import_id)


@limited(count_upload)
@limited(count_import)
async def _keep(request: HttpRequest) -> HttpResponse:
    return await in_database(_kept, request)


def _kept(request: HttpRequest) -> HttpResponse:
    file, user = request.FILES.get("file"), person(request)
    if not isinstance(file, UploadedFile):
        return _page(request, _("Choose a file first."), 400)
    limit, size = settings.AGENTEX_IMPORT_BYTES, file.size or 0
    if size > limit:
        sizes = {"size": filesizeformat(size), "limit": filesizeformat(limit)}
        return _page(request, _("The file is %(size)s; the limit is %(limit)s.") % sizes, 413)
    agent = usable_agents(user).filter(pk=request.POST.get("agent", "")).first()
    if agent is None:
        return _page(request, _("Choose an agent first."), 400)
    try:
        uploads.keep(user, agent, file)
    except uploads.ImportRefused as refused:
        return _page(request, str(refused), 409)
    return HttpResponseRedirect(reverse("transfer:import"))


def _page(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    user = person(request)
    context = {
        "agents": list(usable_agents(user).order_by("title")),
        "limit": filesizeformat(settings.AGENTEX_IMPORT_BYTES),
        "limit_bytes": settings.AGENTEX_IMPORT_BYTES,
        "imports": _views(request, uploads.latest(user)),
        "error": error,
    }
    return render(request, "transfer/import.html", context, status=status)


def _state(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    row = _existing(Import.objects.filter(pk=import_id, owner=person(request)).first())
    if row.is_open:
        return render(request, "transfer/_progress.html", {"row": row})
    answer = _row(request, row)
    # The button that stops it goes, too.
    answer.headers["HX-Retarget"] = f"#import-{row.pk}"
    answer.headers["HX-Reswap"] = "outerHTML"
    return answer


def _stop(request: HtmxHttpRequest, import_id: uuid.UUID) -> HttpResponse:
    row = _existing(uploads.stop(person(request), import_id))
    return _row(request, row) if request.htmx else HttpResponseRedirect(reverse("transfer:import"))


def _existing(row: Import | None) -> Import:
    if row is None:
        raise Http404("There is no such import.")
    return row


def _row(request: HttpRequest, row: Import) -> HttpResponse:
    [view] = _views(request, [row])
    return render(request, "transfer/_import.html", {"view": view})


def _views(request: HttpRequest, rows: Iterable[Import]) -> list[dict[str, Any]]:
    """The imports, each with the first chats that it made and that are still there."""
    rows = list(rows)
    ids = [each for row in rows for each in row.first]
    chats = {str(task.pk): task for task in tasks_of(request.user).filter(pk__in=ids)} if ids else {}
    return [{"row": row, "chats": [chats[each] for each in row.first if each in chats]} for row in rows]
