"""The record, to read: every task with its turns and messages in order."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from agentex_web.services import temporal_ui_url
from agentex_web.tasks.models import Agent, Attachment, Feedback, Message, Task, Turn


class ReadOnly:
    """The record tells what happened; nobody edits that by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


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


class TurnInline(ReadOnly, admin.TabularInline[Turn, Task]):
    model = Turn
    fields = ("created_at", "status", "attempt", "question", "answer", "error", "usage", "finished_at")
    # A field that is never edited is shown only if it is named here too.
    readonly_fields = ("created_at", "question", "answer")
    ordering = ("created_at",)
    extra = 0
    can_delete = False
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Turn]:
        return super().get_queryset(request).defer("items").prefetch_related("messages")

    @admin.display
    def question(self, turn: Turn) -> str:
        return "\n".join(each.content[:300] for each in turn.messages.all() if each.position == 0)

    @admin.display
    def answer(self, turn: Turn) -> str:
        said = [each for each in turn.messages.all() if each.position > 0]
        return "\n".join(f"{each.kind}: {each.tool_name or each.content[:300]}" for each in said)


class LastTurnFilter(admin.ChoicesFieldListFilter):
    """Named so that it is told from the task's own status."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "status of the last turn"


@admin.register(Task)
class TaskAdmin(ReadOnly, admin.ModelAdmin[Task]):
    list_display = (
        "title",
        "agent",
        "owner",
        "status",
        "last_turn",
        "turn_count",
        "updated_at",
        "open_chat",
        "workflow",
    )
    list_filter = ("agent", "status", ("head__status", LastTurnFilter), "created_at", "owner")
    list_select_related = ("agent", "owner", "head")
    search_fields = ("id", "title", "owner__username", "turns__messages__content")
    date_hierarchy = "created_at"
    fields = (
        "id",
        "title",
        "agent",
        "owner",
        "status",
        "last_turn",
        "open_chat",
        "workflow",
        "parameters",
        "state",
        "created_at",
        "updated_at",
    )
    inlines = (TurnInline,)
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Task]:
        return super().get_queryset(request).annotate(turns_counted=Count("turns", distinct=True))

    def get_readonly_fields(self, request: HttpRequest, obj: Task | None = None) -> tuple[str, ...]:
        return self.fields

    @admin.display(description="last turn", ordering="head__status")
    def last_turn(self, task: Task) -> str:
        return task.head.status if task.head else "none"

    @admin.display(description="turns", ordering="turns_counted")
    def turn_count(self, task: Any) -> int:
        return int(task.turns_counted)

    @admin.display(description="chat")
    def open_chat(self, task: Task) -> SafeString:
        return format_html('<a href="{}">Open chat</a>', task.get_absolute_url())

    @admin.display(description="Temporal")
    def workflow(self, task: Task) -> SafeString | str:
        return workflow_link(task)


@admin.register(Turn)
class TurnAdmin(ReadOnly, admin.ModelAdmin[Turn]):
    list_display = ("id", "task_link", "status", "attempt", "error", "usage", "created_at", "finished_at")
    list_filter = ("status", "task__agent", "created_at")
    list_select_related = ("task",)
    search_fields = ("id", "task__id", "messages__content", "error")
    inlines = (MessageInline,)

    @admin.display(description="task", ordering="task__title")
    def task_link(self, turn: Turn) -> SafeString:
        address = reverse("admin:tasks_task_change", args=(turn.task_id,))
        return format_html('<a href="{}">{}</a>', address, turn.task)


class FeedbackInline(ReadOnly, admin.TabularInline[Feedback, Message]):
    model = Feedback
    fields = ("user", "value", "comment", "updated_at")
    readonly_fields = ("updated_at",)
    extra = 0
    can_delete = False


@admin.register(Message)
class MessageAdmin(ReadOnly, admin.ModelAdmin[Message]):
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
        "seconds",
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
        task = message.turn.task
        address = reverse("admin:tasks_task_change", args=(task.pk,))
        return format_html('<a href="{}">{}</a>', address, task)


@admin.register(Feedback)
class FeedbackAdmin(ReadOnly, admin.ModelAdmin[Feedback]):
    list_display = ("value", "comment", "answer", "agent_name", "user", "task_link", "updated_at")
    list_filter = (
        "value",
        "message__turn__task__agent",
        ("comment", admin.EmptyFieldListFilter),
        "updated_at",
    )
    list_select_related = ("message__turn__task", "user")
    search_fields = ("comment", "message__content", "user__username")
    date_hierarchy = "updated_at"

    @admin.display
    def answer(self, feedback: Feedback) -> str:
        return feedback.message.content[:120]

    @admin.display(description="agent", ordering="message__agent_name")
    def agent_name(self, feedback: Feedback) -> str:
        return feedback.message.agent_name

    @admin.display(description="task")
    def task_link(self, feedback: Feedback) -> SafeString:
        task = feedback.message.turn.task
        address = reverse("admin:tasks_task_change", args=(task.pk,))
        return format_html('<a href="{}">{}</a>', address, task)


@admin.register(Attachment)
class AttachmentAdmin(ReadOnly, admin.ModelAdmin[Attachment]):
    list_display = ("name", "content_type", "size", "owner", "created_at")
    list_filter = ("content_type", "created_at")
    list_select_related = ("owner",)
    search_fields = ("name", "owner__username")


@admin.register(Agent)
class AgentAdmin(ReadOnly, admin.ModelAdmin[Agent]):
    list_display = ("title", "name", "available", "workflow", "task_queue", "model", "seen_at", "error")
    list_filter = ("available", "task_queue")
    search_fields = ("name", "title", "description")


def workflow_link(task: Task) -> SafeString | str:
    """The task's workflow in Temporal's web UI, or its id where that has no address."""
    ui = temporal_ui_url()
    if not ui:
        return task.workflow_id
    address = f"{ui.rstrip('/')}/namespaces/{settings.TEMPORAL_NAMESPACE}/workflows/{task.workflow_id}"
    return format_html('<a href="{}">{}</a>', address, "Open workflow")
