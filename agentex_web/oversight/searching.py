"""Search in the admin's lists: an id, a username, or words of titles and messages, by the search's index."""

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
"""Of the index, the latest ones."""
PEOPLE = 100
HELP = _("ID, username, or words in titles and messages")


def tasks_with(request: HttpRequest, term: str) -> Q:
    """The condition for tasks that a term names. Words of messages count for those who may read them."""
    if (key := _id(term)) is not None:
        return Q(pk=key)
    found = _hits(term, TITLE, 0)
    if may_read_messages(request.user):
        found |= _hits(term, MESSAGE, 0)
    people = User.objects.filter(username__icontains=term)[:PEOPLE].values_list("pk", flat=True)
    return Q(pk__in=found) | Q(owner__in=list(people))


def turns_with(request: HttpRequest, term: str) -> Q:
    """The condition for turns: by their id or their task's, by what was said or why they failed."""
    if (key := _id(term)) is not None:
        return Q(pk=key) | Q(task=key)
    if not may_read_messages(request.user):
        return Q(pk__in=())
    failed = Q(status=Turn.Status.FAILED, error__icontains=term)
    said = Message.objects.filter(pk__in=_hits(term, MESSAGE, 1)).order_by().values("turn")
    return failed | Q(pk__in=said)


def messages_with(request: HttpRequest, term: str) -> Q:
    """The condition for messages: by an id, or by what was said."""
    if (key := _id(term)) is not None:
        return Q(pk=key) | Q(turn=key) | Q(turn__task=key)
    if not may_read_messages(request.user):
        return Q(pk__in=())
    return Q(pk__in=_hits(term, MESSAGE, 1))


class Searches:
    """For a ModelAdmin that searches as one of the functions above says."""

    def condition(self, request: HttpRequest, term: str) -> Q:
        """One of the functions above."""
        raise NotImplementedError

    def get_search_fields(self, _request: HttpRequest) -> tuple[str, ...]:
        """Django shows the box if there is a field; none is searched."""
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
    """The tasks (part 0) or messages (part 1) of the hits."""
    query: Query | None = parse(term)
    return {hit[part] for hit in everybodys(query, kind, HITS)} if query is not None else set()
