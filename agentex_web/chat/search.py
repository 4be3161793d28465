"""Search over a person's own chats: a page, and a fragment for the command palette."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agentex_web.chat.access import person, signed_in
from agentex_web.chat.refusals import limited
from agentex_web.limits.people import count_search
from agentex_web.search import found
from agentex_web.search.query import QUERY_LENGTH, parse
from agentex_web.tasks.threads import in_database

PAGE_LENGTH = 20
TITLES = 10
SUGGESTED_TITLES, SUGGESTED_MESSAGES = 5, 7


@require_safe
@never_cache
@signed_in
@limited(count_search)
async def search(request: HttpRequest) -> HttpResponse:
    """The page of results; with ``before``, only the next part of the list, for htmx."""
    return await in_database(_search, request)


@require_safe
@never_cache
@signed_in
@limited(count_search)
async def suggest(request: HttpRequest) -> HttpResponse:
    """A few chats and messages as options of a listbox, while the person types."""
    return await in_database(_suggest, request)


def _search(request: HttpRequest) -> HttpResponse:
    asked, query = _asked(request)
    before = _before(request)
    context: dict[str, Any] = {"asked": asked, "max_length": QUERY_LENGTH, "is_empty": query is None}
    if query is not None:
        owner = person(request).pk
        context["page"] = found.messages(owner, query, PAGE_LENGTH, before)
        context["titles"] = [] if before < found.NEWEST else found.titles(owner, query, TITLES)
    template = "search/_messages.html" if before < found.NEWEST else "search/search.html"
    return render(request, template, context)


def _suggest(request: HttpRequest) -> HttpResponse:
    asked, query = _asked(request)
    context: dict[str, Any] = {"asked": asked}
    if query is not None:
        owner = person(request).pk
        context["titles"] = found.titles(owner, query, SUGGESTED_TITLES)
        context["page"] = found.messages(owner, query, SUGGESTED_MESSAGES)
    return render(request, "search/_suggestions.html", context)


def _asked(request: HttpRequest) -> tuple[str, Any]:
    asked = request.GET.get("q", "")[:QUERY_LENGTH]
    return asked, parse(asked)


def _before(request: HttpRequest) -> int:
    given = request.GET.get("before", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else found.NEWEST
