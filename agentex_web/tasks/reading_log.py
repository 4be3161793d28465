"""Logs who read what other people wrote, in Django's admin log; the task's History shows it."""

from datetime import timedelta

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone

from agentex_web.tasks.models import Task

READ = "Opened the chat and read it."
READ_PART = "Read a part of the chat."
SAME_READING = timedelta(minutes=10)
"""A page repeatedly loads parts of its chat, and has a socket; one entry covers them for this long."""


def log_reading(user: User, task: Task, what: str = READ) -> None:
    """Logs that a person read someone else's chat. Reading one's own chat is not logged."""
    if task.owner_id != user.pk:
        LogEntry.objects.log_actions(user.pk, [task], CHANGE, what, single_object=True)


def log_part(user: User, task: Task, what: str = READ_PART) -> None:
    """Like `log_reading`, but skipped if a reading that covers it was logged recently."""
    if task.owner_id == user.pk:
        return
    noted = LogEntry.objects.filter(
        user_id=user.pk,
        content_type=ContentType.objects.get_for_model(Task),
        object_id=str(task.pk),
        action_time__gt=timezone.now() - SAME_READING,
    )
    # An entry for the whole chat covers its parts.
    if not noted.filter(change_message__in={what, READ, READ_PART}).exists():
        log_reading(user, task, what)


def log_search(user: User, model: type[Model], words: str) -> None:
    """Logs that a person searched what other people wrote."""
    LogEntry.objects.create(
        user_id=user.pk,
        content_type=ContentType.objects.get_for_model(model),
        object_repr=words[:200],
        action_flag=CHANGE,
        change_message="Searched what people wrote.",
    )
