"""Queries about waits."""

import uuid
from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef, Q, QuerySet

from agentex_web.waits.models import Allowed, Decision, Wait


def wait_id(turn_id: uuid.UUID, key: str) -> uuid.UUID:
    """The id of a wait and of its card, derived from its key in the turn."""
    return uuid.uuid5(turn_id, f"wait/{key}")


def waits_of_messages(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Wait]:
    """The waits of the cards with these ids, with their decisions. At most two queries."""
    rows = Wait.objects.filter(pk__in=list(ids)).select_related("decided_by", "task")
    return {row.pk: row for row in rows.prefetch_related("decisions")}


def decidable_by(user: User | AnonymousUser) -> QuerySet[Wait]:
    """The waits that this person may decide: those in their own chats that have no group, and those of their
    groups in any chat.
    """
    if not isinstance(user, User) or user.pk is None:
        return Wait.objects.none()
    groups = user.groups.values("name")
    return Wait.objects.filter(Q(group="", task__owner=user) | Q(group__in=groups))


def asked_of(user: User | AnonymousUser) -> QuerySet[Wait]:
    """The group waits that let this person read other people's chats: open ones of their groups, and those
    that they have decided.
    """
    if not isinstance(user, User) or user.pk is None:
        return Wait.objects.none()
    decided = Decision.objects.filter(wait=OuterRef("pk"), person=user)
    waiting = Q(status=Wait.Status.WAITING, group__in=user.groups.values("name"))
    return Wait.objects.filter(waiting | ~Q(group="") & Exists(decided))


def open_for(user: User | AnonymousUser) -> QuerySet[Wait]:
    """The open waits that this person can decide now. Those that they have already decided are excluded: such
    a wait stays open until enough people have agreed.
    """
    mine = Decision.objects.filter(wait=OuterRef("pk"), person=user.pk)
    return decidable_by(user).filter(~Exists(mine), status=Wait.Status.WAITING)


def inbox_of(user: User | AnonymousUser) -> QuerySet[Wait]:
    """The approvals and forms that wait for this person, in all chats, oldest first."""
    waiting = open_for(user).filter(kind__in=Wait.FOR_PEOPLE, task__delete_at=None)
    return waiting.order_by("created_at")


def allowed_tools(waits: Iterable[Wait]) -> set[tuple[uuid.UUID, str]]:
    """The tools that are allowed without asking in the chats of these waits, as pairs of task id and name."""
    tasks = {wait.task_id for wait in waits}
    if not tasks:
        return set()
    return set(Allowed.objects.filter(task__in=tasks).values_list("task_id", "tool"))


MOST_MEMBERS = 200
"""The maximum number of a group's members who are notified of a wait; the others see it in their inboxes."""


def members_of(group: str) -> list[int]:
    """The ids of the group's members who can log in, at most ``MOST_MEMBERS``."""
    members = User.objects.filter(groups__name=group, is_active=True)
    return list(members.values_list("pk", flat=True)[:MOST_MEMBERS])


def addresses_of(wait: Wait) -> dict[str, str]:
    """The e-mail addresses of the people who can decide this wait and have not done so yet, each with the
    language that the person chose; empty for none.
    """
    people = User.objects.filter(is_active=True).exclude(email="")
    people = people.filter(groups__name=wait.group) if wait.group else people.filter(pk=wait.task.owner_id)
    decided = wait.decisions.values("person")
    rows = people.exclude(pk__in=decided).values_list("email", "preferences__language")
    return {email: language or "" for email, language in rows[:MOST_MEMBERS]}
