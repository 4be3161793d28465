"""Who read somebody else's chat: kept in Django's admin log, where the task's History shows it."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User

from agentex_web.tasks.models import Task

READ = "Opened the chat and read it."


def log_reading(user: User, task: Task) -> None:
    """Notes that the person opened the page of a chat that is not theirs."""
    LogEntry.objects.log_actions(user.pk, [task], CHANGE, READ, single_object=True)
