"""Turns, with their messages in order."""

from django.contrib import admin
from django.utils.safestring import SafeString

from agentex_web.tasks.admin.content import HidesContent
from agentex_web.tasks.admin.links import task_link
from agentex_web.tasks.admin.read_only import ReadOnly
from agentex_web.tasks.admin.reading import LogsReading
from agentex_web.tasks.admin.words import ShowsSeconds, StatusFilter, tokens
from agentex_web.tasks.models import Message, Turn


class MessageInline(ReadOnly, ShowsSeconds, admin.TabularInline[Message, Turn]):
    large = ("data", "html")
    model = Message
    fields = (
        "position",
        "author",
        "kind",
        "status",
        "agent_name",
        "tool_name",
        "content",
        "error",
        "attempt",
        "took",
    )
    readonly_fields = ("took",)
    ordering = ("position",)
    extra = 0
    can_delete = False
    show_change_link = True


@admin.register(Turn)
class TurnAdmin(LogsReading, HidesContent, ReadOnly, ShowsSeconds, admin.ModelAdmin[Turn]):
    task_of = staticmethod(lambda turn: turn.task)
    large = ("items", "task__state")
    list_display = ("id", "task_link", "status", "attempt", "error", "tokens", "created_at", "took")
    list_filter = (("status", StatusFilter), "task__agent", "created_at")
    list_select_related = ("task",)
    search_fields = ("id", "task__id", "messages__content", "error")
    content_search_fields = ("messages__content", "error")
    content_fields = ("items", "error")
    inlines = (MessageInline,)
    ordering = ("-created_at",)

    @admin.display(description="task", ordering="task__title")
    def task_link(self, turn: Turn) -> SafeString:
        return task_link(turn.task)

    @admin.display
    def tokens(self, turn: Turn) -> str:
        return tokens(turn.usage)
