"""The chats that agents have started from a chat, and the one that started it, as a tree."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import QuerySet

from agentex_web.actions.access import tasks_of
from agentex_web.tasks.models import Task
from agentex_web.tasks.queries import MADE_BY

DEEPEST, MOST = 6, 200
"""Maximum number of levels and of chats in the tree."""


@dataclass(frozen=True)
class Branch:
    """A chat of the tree; ``depth`` counts from 0."""

    task: Task
    depth: int


def tree_of(user: User, task: Task) -> list[Branch]:
    """The whole tree that a chat belongs to, each chat before those that it started; empty if the chat is
    alone. Makes one query per level.
    """
    root = _root(user, task)
    levels: list[list[Task]] = [[root]]
    count = 1
    while levels[-1] and len(levels) <= DEEPEST and count < MOST:
        below = started_by(user, [each.pk for each in levels[-1]]).select_related("agent")
        levels.append(list(below.order_by("created_at")[: MOST - count]))
        count += len(levels[-1])
    return _ordered(root, [each for level in levels[1:] for each in level]) if count > 1 else []


def started_by(user: User, tasks: Collection[uuid.UUID]) -> QuerySet[Task]:
    """The chats of this person that agents have started from these."""
    return tasks_of(user).filter(parameters__made_by__in=[str(each) for each in tasks])


def _root(user: User, task: Task) -> Task:
    root = task
    for _ in range(DEEPEST):
        above = str(root.parameters.get(MADE_BY, ""))
        found = tasks_of(user).select_related("agent").filter(pk=above).first() if above else None
        if found is None:
            return root
        root = found
    return root


def _ordered(root: Task, others: list[Task]) -> list[Branch]:
    ordered: list[Branch] = []

    def add(task: Task, depth: int) -> None:
        ordered.append(Branch(task, depth))
        for each in others:
            if each.parameters.get(MADE_BY) == str(task.pk) and depth < DEEPEST:
                add(each, depth + 1)

    add(root, 0)
    return ordered
