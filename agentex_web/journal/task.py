"""A task without messages, and changes of the task itself: its title and its status."""

import uuid
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.text import Truncator

from agentex_web.journal.change import Change, change
from agentex_web.search import index
from agentex_web.streams.events import BranchChanged, TitleChanged
from agentex_web.tasks.models import Agent, Task

TITLE_LENGTH = 200


def empty_task(owner: User, agent: Agent, task_id: uuid.UUID, title: str, parameters: dict[str, Any]) -> Task:
    """Creates a task without messages. Repeating the call returns the same task."""
    with transaction.atomic():
        task, created = Task.objects.get_or_create(
            pk=task_id,
            defaults={
                "owner": owner,
                "agent": agent,
                "title": one_line(title),
                "title_source": Task.TitleSource.AGENT,
                "parameters": parameters,
            },
        )
        if created:
            index.put_title(task.pk, task.title)
    return task


def change_task(task_id: uuid.UUID, title: str, status: str) -> Change[None]:
    """An agent renames or ends its task; an ended task takes no more messages. Empty means no change."""
    changes: dict[str, Any] = {}
    if title:
        changes["title"] = one_line(title)
        changes["title_source"], changes["title_due"] = Task.TitleSource.AGENT, None
    if status:
        changes["status"] = Task.Status(status)
    with change(task_id) as written:
        Task.objects.filter(pk=task_id).update(**changes)
        if title:
            index.put_title(task_id, changes["title"])
        # Pages show both in places for which there is no event, so they reload the conversation.
        written.add(BranchChanged())
    return written


def rename(task_id: uuid.UUID, title: str) -> Change[str]:
    """Sets the owner's title for the chat and returns it as stored. No model replaces it."""
    title = one_line(title)
    with change(task_id) as written:
        source = Task.TitleSource.PERSON
        Task.objects.filter(pk=task_id).update(title=title, title_source=source, title_due=None)
        index.put_title(task_id, title)
        written.add(TitleChanged(title))
    return written.with_result(title)


def keep_model_title(task_id: uuid.UUID, title: str) -> Change[bool]:
    """Replaces the title from the first message by a model's; returns False if it was changed otherwise."""
    try:
        with change(task_id) as written:
            untitled = Task.objects.filter(pk=task_id, title_source=Task.TitleSource.MESSAGE)
            source = Task.TitleSource.MODEL
            if not untitled.update(title=one_line(title), title_source=source, title_due=None):
                raise _Titled
            index.put_title(task_id, one_line(title))
            written.add(TitleChanged(one_line(title)))
    except (_Titled, Task.DoesNotExist):
        return Change(task_id, 0, False)
    return written.with_result(True)


class _Titled(Exception):
    """Rolls back: the chat has another title already."""


def one_line(title: str) -> str:
    """Normalizes a title: one line, at most ``TITLE_LENGTH`` characters."""
    return Truncator(" ".join(title.replace("\x00", "").split())).chars(TITLE_LENGTH)
