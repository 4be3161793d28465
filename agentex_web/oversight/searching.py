"""Search in the admin's lists, by id, username, or words of titles and messages (from the search index)."""

import uuid
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agentex_web.search.found import everybodys
from agentex_web.search.query import Query, parse
from agentex_web.search.words import MESSAGE, TITLE
from agentex_web.tasks.models import Message, Turn
from agentex_web.tasks.permissions import may_read_messages

HITS = 1_000
"""Limit on the hits of the index, latest first."""
PEOPLE = 100
HELP = _("ID, username, or words in titles and messages")


def tasks_with(request: HttpRequest, term: str) -> Q:
    """Condition for tasks that match a term. Messages are searched only if the person may read them."""
    if (key := _id(term)) is not None:
        return Q(pk=key)
    found = _hits(term, TITLE, 0)
    if may_read_messages(request.user):
        found |= _hits(term, MESSAGE, 0)
    people = User.objects.filter(username__icontains=term)[:PEOPLE].values_list("pk", flat=True)
    return Q(pk__in=found) | Q(owner__in=list(people))


def turns_with(request: HttpRequest, term: str) -> Q:
    """Condition for turns that match a term: by turn or task id, by what was said, or by the error."""
    if (key := _id(term)) is not None:
        return Q(pk=key) | Q(task=key)
    if not may_read_messages(request.user):
        return Q(pk__in=())
    failed = Q(status=Turn.Status.FAILED, error__icontains=term)
    said = Message.objects.filter(pk__in=_hits(term, MESSAGE, 1)).order_by().values("turn")
    return failed | Q(pk__in=said)


def messages_with(request: HttpRequest, term: str) -> Q:
    """Condition for messages that match a term: by message, turn or task id, or by what was said."""
    if (key := _id(term)) is not None:
        return Q(pk=key) | Q(turn=key) | Q(turn__task=key)
    if not may_read_messages(request.user):
        return Q(pk__in=())
    return Q(pk__in=_hits(term, MESSAGE, 1))


class Searches:
    """For a ModelAdmin that searches with one of the functions above."""

    def condition(self, request: HttpRequest, term: str) -> Q:
        """Returns the condition of one of the functions above."""
        raise NotImplementedError

    def get_search_fields(self, _request: HttpRequest) -> tuple[str, ...]:
        """A field that makes Django show the search box; it is not searched."""
        return ("pk",)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        term = search_term.strip()[:200]
        return (queryset.filter(self.condition(request, term)) if term else queryset), False


def _id(term: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(term)
    except ValueError:
        return None


def _hits(term: str, kind: str, part: int) -> set[uuid.UUID]:
    """The task ids (part 0) or message ids (part 1) of the hits."""
    query: Query | None = parse(term)
    return {hit[part] for hit in everybodys(query, kind, HITS)} if query is not None else set()
