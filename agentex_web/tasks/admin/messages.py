"""Messages, with what people think of them."""

from django.contrib import admin
from django.utils.safestring import SafeString

from agentex_web.tasks.admin.content import HidesContent
from agentex_web.tasks.admin.links import task_link
from agentex_web.tasks.admin.read_only import ReadOnly
from agentex_web.tasks.admin.reading import LogsReading
from agentex_web.tasks.admin.words import ShowsSeconds
from agentex_web.tasks.models import Feedback, Message


class FeedbackInline(ReadOnly, admin.TabularInline[Feedback, Message]):
    model = Feedback
    fields = ("user", "value", "comment", "updated_at")
    readonly_fields = ("updated_at",)
    extra = 0
    can_delete = False


@admin.register(Message)
class MessageAdmin(LogsReading, ReadOnly, ShowsSeconds, admin.ModelAdmin[Message]):
    task_of = staticmethod(lambda message: message.turn.task)
    large = ("data", "html", "turn__items", "turn__task__state")
    list_display = (
        "excerpt",
        "author",
        "kind",
        "status",
        "agent_name",
        "tool_name",
        "attempt",
        "task_link",
        "started_at",
        "took",
    )
    list_filter = ("kind", "author", "status", "agent_name", "turn__task__agent")
    list_select_related = ("turn__task",)
    search_fields = ("id", "content", "tool_name", "tool_call_id", "turn__task__id", "turn__task__title")
    ordering = ("-turn__created_at", "position")
    inlines = (FeedbackInline,)

    @admin.display(description="content")
    def excerpt(self, message: Message) -> str:
        return message.content[:120] or "(empty)"

    @admin.display(description="task")
    def task_link(self, message: Message) -> SafeString:
        return task_link(message.turn.task)


@admin.register(Feedback)
class FeedbackAdmin(LogsReading, HidesContent, ReadOnly, admin.ModelAdmin[Feedback]):
    task_of = staticmethod(lambda feedback: feedback.message.turn.task)
    large = ("message__data", "message__html", "message__turn__items", "message__turn__task__state")
    list_display = ("value", "comment", "answer", "agent_name", "user", "task_link", "updated_at")
    list_filter = (
        "value",
        "message__turn__task__agent",
        ("comment", admin.EmptyFieldListFilter),
        "updated_at",
    )
    list_select_related = ("message__turn__task", "user")
    search_fields = ("comment", "message__content", "user__username")
    content_search_fields = ("message__content",)
    content_fields = ("answer",)
    date_hierarchy = "updated_at"

    @admin.display
    def answer(self, feedback: Feedback) -> str:
        return feedback.message.content[:120]

    @admin.display(description="agent", ordering="message__agent_name")
    def agent_name(self, feedback: Feedback) -> str:
        return feedback.message.agent_name

    @admin.display(description="task")
    def task_link(self, feedback: Feedback) -> SafeString:
        return task_link(feedback.message.turn.task)
