"""Turns, with their messages in order."""

from django.contrib import admin
from django.utils.safestring import SafeString

from agentex_web.tasks.admin.links import task_link
from agentex_web.tasks.admin.read_only import ReadOnly
from agentex_web.tasks.models import Message, Turn


class MessageInline(ReadOnly, admin.TabularInline[Message, Turn]):
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
        "seconds",
    )
    readonly_fields = ("seconds",)
    ordering = ("position",)
    extra = 0
    can_delete = False
    show_change_link = True


@admin.register(Turn)
class TurnAdmin(ReadOnly, admin.ModelAdmin[Turn]):
    list_display = ("id", "task_link", "status", "attempt", "error", "usage", "created_at", "finished_at")
    list_filter = ("status", "task__agent", "created_at")
    list_select_related = ("task",)
    search_fields = ("id", "task__id", "messages__content", "error")
    inlines = (MessageInline,)

    @admin.display(description="task", ordering="task__title")
    def task_link(self, turn: Turn) -> SafeString:
        return task_link(turn.task)
