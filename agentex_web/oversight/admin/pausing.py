"""Pauses and resumes many chats from the admin: the selected chats, or all chats of an agent."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from agentex_web.journal.pausing import pause_many
from agentex_web.oversight.acts import PAUSE_PERMISSION
from agentex_web.tasks.models import Task, Turn

MOST = 5_000
"""Limit on the chats of one action."""


class PausesChats:
    """For admin pages whose rows are chats or lead to chats. The actions require PAUSE_PERMISSION."""

    actions: Any = ("pause_chats", "resume_chats")

    def chats_of(self, rows: QuerySet[Any]) -> QuerySet[Task]:
        """Returns the chats that the selected rows stand for."""
        raise NotImplementedError

    def has_pause_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PAUSE_PERMISSION)

    @admin.action(description=gettext_lazy("Pause the running chats"), permissions=["pause"])
    def pause_chats(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        running = self.chats_of(rows).filter(turns__status__in=Turn.OPEN)
        self._set(request, running, paused=True)

    @admin.action(description=gettext_lazy("Resume the paused chats"), permissions=["pause"])
    def resume_chats(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        self._set(request, self.chats_of(rows).filter(pause__paused=True), paused=False)

    def _set(self, request: HttpRequest, chats: QuerySet[Task], *, paused: bool) -> None:
        assert isinstance(request.user, User)
        ids = list(chats.order_by().values_list("pk", flat=True).distinct()[:MOST])
        number = pause_many(ids, paused, request.user)
        if paused:
            words = ngettext("%(number)d chat was paused.", "%(number)d chats were paused.", number)
        else:
            words = ngettext("%(number)d chat was resumed.", "%(number)d chats were resumed.", number)
        messages.info(request, words % {"number": number})
