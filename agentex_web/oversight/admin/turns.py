"""Admin pages for turns, with their messages in order."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.db.models.functions import Left
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agentex_web.oversight.admin.words import ShowsSeconds, StatusFilter, chip, folded, tokens
from agentex_web.oversight.figures import questions
from agentex_web.oversight.listing import QuickList
from agentex_web.oversight.overview import stuck
from agentex_web.oversight.searching import HELP, Searches, turns_with
from agentex_web.oversight.templatetags.oversight import first_word
from agentex_web.tasks.admin.content import HidesContent
from agentex_web.tasks.admin.links import task_link
from agentex_web.tasks.admin.read_only import ReadOnly
from agentex_web.tasks.admin.reading import LogsReading
from agentex_web.tasks.models import Message, Turn
from agentex_web.tasks.permissions import may_read_messages
from agentex_web.tasks.reading_log import log_reading

MESSAGES = 200
"""Limit on the messages that a turn's page shows; the list of messages has them all."""


class StuckFilter(admin.SimpleListFilter):
    title = _("progress")
    parameter_name = "stuck"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("yes", _("Stuck"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Turn]) -> QuerySet[Turn]:
        return queryset.filter(stuck(timezone.now())) if self.value() == "yes" else queryset


@admin.register(Turn)
class TurnAdmin(
    LogsReading, HidesContent, ReadOnly, ShowsSeconds, Searches, QuickList, admin.ModelAdmin[Turn]
):
    large = ("items", "context", "summary", "instructions", "task__state")
    list_display = ("question", "shown_status", "task_link", "attempt", "used", "took", "created_at", "error")
    list_filter = (("status", StatusFilter), StuckFilter)
    sortable_by = ("created_at",)
    list_select_related = ("task",)
    search_help_text = HELP
    content_fields = ("error", "items", "context", "summary", "instructions")
    date_hierarchy = "created_at"
    ordering = ("-created_at",)

    def condition(self, request: HttpRequest, term: str) -> Q:
        return turns_with(request, term)

    def decorate(self, request: HttpRequest, rows: list[Any]) -> None:
        asked = questions([turn.pk for turn in rows] if may_read_messages(request.user) else [])
        for turn in rows:
            turn.asked = asked.get(turn.pk, "")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == "task__id__exact" or super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("message"))
    def question(self, turn: Any) -> SafeString:
        return format_html('<span class="row-title" dir="auto">{}</span>', turn.asked or turn.pk)

    @admin.display(description=_("status"), ordering="status")
    def shown_status(self, turn: Turn) -> SafeString:
        return chip(Turn.Status(turn.status), first_word(turn.get_status_display()))

    @admin.display(description=_("task"), ordering="task__title")
    def task_link(self, turn: Turn) -> SafeString:
        return task_link(turn.task)

    @admin.display(description=_("tokens"))
    def used(self, turn: Turn) -> str:
        return tokens(turn.usage)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        turn = self._turn(request, object_id)
        reads = may_read_messages(request.user)
        if reads and isinstance(request.user, User):
            log_reading(request.user, turn.task, f"Read the turn {turn.pk} in the admin.")
        messages = list(_beginnings(turn)[: MESSAGES + 1]) if reads else []
        context = {
            **self.admin_site.each_context(request),
            "title": str(turn.task),
            "opts": self.opts,
            "media": self.media,
            "turn": turn,
            "task": turn.task,
            "reads": reads,
            "question": questions([turn.pk], 2_000).get(turn.pk, "") if reads else "",
            "messages_shown": messages[:MESSAGES],
            "has_more": len(messages) > MESSAGES,
            "messages_url": f"{reverse('admin:tasks_message_changelist')}?turn__id__exact={turn.pk}",
            "data": _data(turn) if reads else [],
        }
        return TemplateResponse(request, "oversight/turn.html", context)

    def _turn(self, request: HttpRequest, object_id: str) -> Turn:
        if not self.has_view_permission(request) or request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        try:
            key = uuid.UUID(object_id)
        except ValueError:
            raise Http404("There is no such turn.") from None
        turn = Turn.objects.filter(pk=key).select_related("task__agent", "task__owner").first()
        if turn is None:
            raise Http404("There is no such turn.")
        return turn


def _beginnings(turn: Turn) -> QuerySet[Message]:
    """The turn's messages in order, each with the ``beginning`` of its content."""
    rows = turn.messages.defer("data", "html", "content").order_by("position")
    return rows.annotate(beginning=Left("content", 400))


def _data(turn: Turn) -> list[tuple[Any, SafeString | str]]:
    values = (
        (_("Items for the model"), turn.items),
        (_("Run context"), turn.context),
        (_("User's choices"), turn.choices),
        (_("Usage"), turn.usage),
    )
    return [(name, folded(value)) for name, value in values if value]
