"""The sidebar's fragments: the list, its further parts, a folder's chats, the filter."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agentex_web.actions.access import tasks_of
from agentex_web.chat.access import person, signed_in
from agentex_web.chat.chat_list import LENGTH, chat_list, folder_rows, more_rows
from agentex_web.chat.days import grouped
from agentex_web.chat.list_filter import ListFilter
from agentex_web.tasks.models import Agent, Folder, Task
from agentex_web.tasks.threads import in_database


@require_safe
@never_cache
@signed_in
async def sidebar(request: HttpRequest) -> HttpResponse:
    """The list of the person's chats; with ``after``, a further part of it."""
    return await in_database(_more if "after" in request.GET else _sidebar, request)


@require_safe
@never_cache
@signed_in
async def folder(request: HttpRequest, folder_id: int) -> HttpResponse:
    """The rows of a folder's chats."""
    return await in_database(_folder, request, folder_id)


@require_safe
@never_cache
@signed_in
async def filters(request: HttpRequest) -> HttpResponse:
    """The form that filters the list."""
    return await in_database(_filters, request)


def _sidebar(request: HttpRequest) -> HttpResponse:
    user = person(request)
    current = _current(request)
    shown = request.GET.get("shown", "")
    length = int(shown) if shown.isascii() and shown.isdecimal() and len(shown) < 6 else LENGTH
    context = chat_list(user, ListFilter.of(request.GET), current, length)
    return render(request, "chat/_sidebar.html", {**context, "current": current})


def _more(request: HttpRequest) -> HttpResponse:
    try:
        context = more_rows(person(request), ListFilter.of(request.GET), request.GET["after"])
    except ValueError:
        raise Http404("There is no such part of the list.") from None
    return render(request, "chat/_chat_rows.html", context)


def _folder(request: HttpRequest, folder_id: int) -> HttpResponse:
    user = person(request)
    if not Folder.objects.filter(owner=user, pk=folder_id).exists():
        raise Http404("There is no such folder.")
    return render(request, "chat/_chat_rows.html", {"groups": grouped(folder_rows(user, folder_id))})


def _filters(request: HttpRequest) -> HttpResponse:
    user = person(request)
    used = Agent.objects.filter(pk__in=Task.objects.filter(owner=user).order_by().values("agent"))
    context = {"agents": used, "folders": Folder.objects.filter(owner=user)}
    return render(request, "chat/_list_filter.html", {**context, "which": ListFilter.of(request.GET)})


def _current(request: HttpRequest) -> Task | None:
    try:
        current = uuid.UUID(request.GET.get("current", ""))
    except ValueError:
        return None
    return tasks_of(request.user).filter(pk=current).first()
