"""Queries about waits."""

import uuid
from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef, Q, QuerySet

from agentex_web.waits.models import Decision, Wait


def wait_id(turn_id: uuid.UUID, key: str) -> uuid.UUID:
    """The id of a wait, and of its card, by its key in the turn."""
    return uuid.uuid5(turn_id, f"wait/{key}")


def waits_of_messages(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Wait]:
    """What the cards with these ids show, with the people who decided. Two queries at most."""
    rows = Wait.objects.filter(pk__in=list(ids)).select_related("decided_by", "task")
    return {row.pk: row for row in rows.prefetch_related("decisions")}


def decided_by(user: User | AnonymousUser) -> QuerySet[Wait]:
    """The waits that this person decides: those of the own chats that name no group, and those that name a
    group of theirs.
    """
    if not isinstance(user, User) or user.pk is None:
        return Wait.objects.none()
    groups = user.groups.values("name")
    return Wait.objects.filter(Q(group="", task__owner=user) | Q(group__in=groups))


def inbox_of(user: User | AnonymousUser) -> QuerySet[Wait]:
    """What waits for this person, in all chats, the oldest first."""
    mine = Decision.objects.filter(wait=OuterRef("pk"), person=user.pk)
    waiting = decided_by(user).filter(status=Wait.Status.WAITING, kind__in=Wait.FOR_PEOPLE)
    # Of two people who must agree, one has done so.
    return waiting.filter(~Exists(mine)).order_by("created_at")
