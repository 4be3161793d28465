"""The task itself: its title and its end."""

import uuid
from typing import Any

from django.utils.text import Truncator

from agentex_web.journal.change import Change, change
from agentex_web.search import index
from agentex_web.streams.events import BranchChanged, TitleChanged
from agentex_web.tasks.models import Task

TITLE_LENGTH = 200


def change_task(task_id: uuid.UUID, title: str, status: str) -> Change[None]:
    """An agent renames its task, or ends it: one that has ended takes no more messages. Empty: no change."""
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
        # Pages show both in places that no event names.
        written.add(BranchChanged())
    return written


def rename(task_id: uuid.UUID, title: str) -> Change[str]:
    """The owner gives the chat a title; returns it as it is kept. No model replaces it."""
    title = one_line(title)
    with change(task_id) as written:
        source = Task.TitleSource.PERSON
        Task.objects.filter(pk=task_id).update(title=title, title_source=source, title_due=None)
        index.put_title(task_id, title)
        written.add(TitleChanged(title))
    return written.with_result(title)


def keep_model_title(task_id: uuid.UUID, title: str) -> Change[bool]:
    """A model's title takes the place of the message's first words; False if somebody gave another one."""
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
    """The chat has a title: nothing is written."""


def one_line(title: str) -> str:
    """A title as it is kept: one line, at most ``TITLE_LENGTH`` characters."""
    return Truncator(" ".join(title.replace("\x00", "").split())).chars(TITLE_LENGTH)
