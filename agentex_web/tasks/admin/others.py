"""Files, spans and agents."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.safestring import SafeString

from agentex_web.tasks.admin.content import HidesContent
from agentex_web.tasks.admin.links import chat_link, message_link
from agentex_web.tasks.admin.read_only import ReadOnly
from agentex_web.tasks.admin.reading import LogsReading
from agentex_web.tasks.models import Agent, Attachment, Span

PREVIEW = 2_000
"""Characters of a file's text that its page shows."""


@admin.register(Attachment)
class AttachmentAdmin(LogsReading, HidesContent, ReadOnly, admin.ModelAdmin[Attachment]):
    task_of = staticmethod(lambda attachment: attachment.message.turn.task if attachment.message else None)
    list_display = ("name", "content_type", "readable_size", "owner", "chat", "created_at")
    list_filter = ("content_type", "created_at")
    list_select_related = ("owner", "message__turn__task")
    search_fields = ("name", "owner__username")
    content_fields = ("preview", "text")
    # Not the file itself, which only its owner can open.
    fields = (
        "name",
        "content_type",
        "readable_size",
        "owner",
        "message_link",
        "chat",
        "created_at",
        "preview",
    )
    readonly_fields = ("readable_size", "message_link", "chat", "created_at", "preview")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attachment]:
        return super().get_queryset(request).defer("text")

    @admin.display(description="size", ordering="size")
    def readable_size(self, attachment: Attachment) -> str:
        return filesizeformat(attachment.size)

    @admin.display(description="message")
    def message_link(self, attachment: Attachment) -> SafeString | str:
        return message_link(attachment.message) if attachment.message else "not sent"

    @admin.display
    def chat(self, attachment: Attachment) -> SafeString | str:
        return chat_link(attachment.message.turn.task) if attachment.message else ""

    @admin.display(description="text for the model")
    def preview(self, attachment: Attachment) -> str:
        text = attachment.text
        return f"{text[:PREVIEW]}…" if len(text) > PREVIEW else text


@admin.register(Span)
class SpanAdmin(LogsReading, HidesContent, ReadOnly, admin.ModelAdmin[Span]):
    task_of = staticmethod(lambda span: span.task)
    list_display = ("name", "chat", "started_at", "seconds")
    list_filter = ("started_at",)
    list_select_related = ("task",)
    search_fields = ("name", "trace_id")
    content_fields = ("input", "output", "data")
    large = ("input", "output", "data")
    fields = (
        "name",
        "chat",
        "turn",
        "trace_id",
        "parent_id",
        "started_at",
        "finished_at",
        "input",
        "output",
        "data",
    )
    readonly_fields = ("chat", "seconds")

    @admin.display
    def chat(self, span: Span) -> SafeString:
        return chat_link(span.task)


@admin.register(Agent)
class AgentAdmin(admin.ModelAdmin[Agent]):
    """Workers announce what it shows; an administrator says which groups may use it."""

    list_display = (
        "title",
        "name",
        "available",
        "for_whom",
        "workflow",
        "task_queue",
        "model",
        "seen_at",
        "error",
    )
    filter_horizontal = ("groups",)
    list_filter = ("available", "task_queue")
    search_fields = ("name", "title", "description")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agent]:
        return super().get_queryset(request).prefetch_related("groups")

    def has_add_permission(self, *_: object) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Agent | None = None) -> tuple[str, ...]:
        return tuple(field.name for field in Agent._meta.concrete_fields)

    def save_model(self, *_: Any) -> None:
        """Saves nothing of the row: a worker may have announced it in the meantime."""

    @admin.display(description="may be used by")
    def for_whom(self, agent: Agent) -> str:
        return ", ".join(group.name for group in agent.groups.all()) or "everyone"
