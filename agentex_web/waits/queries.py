"""Queries about waits."""

import uuid
from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef, Q, QuerySet

from agentex_web.waits.models import Allowed, Decision, Wait


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


def asked_of(user: User | AnonymousUser) -> QuerySet[Wait]:
    """The waits for which this person may read somebody else's chat: those that wait for a group of theirs,
    and those that they have decided.
    """
    if not isinstance(user, User) or user.pk is None:
        return Wait.objects.none()
    decided = Decision.objects.filter(wait=OuterRef("pk"), person=user)
    waiting = Q(status=Wait.Status.WAITING, group__in=user.groups.values("name"))
    return Wait.objects.filter(waiting | ~Q(group="") & Exists(decided))


def open_for(user: User | AnonymousUser) -> QuerySet[Wait]:
    """What this person can decide now. Of two people who must agree, one may have done so."""
    mine = Decision.objects.filter(wait=OuterRef("pk"), person=user.pk)
    return decided_by(user).filter(~Exists(mine), status=Wait.Status.WAITING)


def inbox_of(user: User | AnonymousUser) -> QuerySet[Wait]:
    """What waits for this person, in all chats, the oldest first."""
    waiting = open_for(user).filter(kind__in=Wait.FOR_PEOPLE, task__delete_at=None)
    return waiting.order_by("created_at")


def allowed_tools(waits: Iterable[Wait]) -> set[tuple[uuid.UUID, str]]:
    """Task and name of the tools that are allowed without asking, among those of these waits."""
    tasks = {wait.task_id for wait in waits}
    if not tasks:
        return set()
    return set(Allowed.objects.filter(task__in=tasks).values_list("task_id", "tool"))


MOST_MEMBERS = 200
"""People of a group who are told of a wait at once; the others find it in their inboxes."""


def members_of(group: str) -> list[int]:
    """The ids of the people of this group who can log in."""
    members = User.objects.filter(groups__name=group, is_active=True)
    return list(members.values_list("pk", flat=True)[:MOST_MEMBERS])


def addresses_of(wait: Wait) -> list[str]:
    """Where those who can decide this wait, and have not, get their mail."""
    people = User.objects.filter(is_active=True).exclude(email="")
    people = people.filter(groups__name=wait.group) if wait.group else people.filter(pk=wait.task.owner_id)
    decided = wait.decisions.values("person")
    return list(people.exclude(pk__in=decided).values_list("email", flat=True)[:MOST_MEMBERS])
