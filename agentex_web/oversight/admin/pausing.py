"""Pauses and resumes many chats from the admin: those that are chosen, or all that an agent works at."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from agentex_web.journal.pausing import pause_many
from agentex_web.oversight.acting import PAUSE_PERMISSION
from agentex_web.tasks.models import Task, Turn

MOST = 5_000
"""Chats of one action."""


class PausesChats:
    """For pages of the admin whose rows are chats, or lead to some. Only the right shows the actions."""

    actions: Any = ("pause_chats", "resume_chats")

    def chats_of(self, rows: QuerySet[Any]) -> QuerySet[Task]:
        """The chats that are meant by the rows that were chosen."""
        raise NotImplementedError

    def has_pause_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PAUSE_PERMISSION)

    @admin.action(description="Pause the running chats", permissions=["pause"])
    def pause_chats(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        running = self.chats_of(rows).filter(turns__status__in=Turn.OPEN)
        self._set(request, running, paused=True)

    @admin.action(description="Resume the paused chats", permissions=["pause"])
    def resume_chats(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        self._set(request, self.chats_of(rows).filter(pause__paused=True), paused=False)

    def _set(self, request: HttpRequest, chats: QuerySet[Task], *, paused: bool) -> None:
        assert isinstance(request.user, User)
        ids = list(chats.order_by().values_list("pk", flat=True).distinct()[:MOST])
        number = pause_many(ids, paused, request.user)
        words = _("%(number)d chats were paused.") if paused else _("%(number)d chats were resumed.")
        messages.info(request, words % {"number": number})
